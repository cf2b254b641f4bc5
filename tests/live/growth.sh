#!/usr/bin/env bash
# How time and memory grow with scenarios, customers and steps. Every size has its turn in each of N
# rounds, so that a machine that slows down slows all of them: two runs, of which the shorter counts,
# as the first may have to get its memory from a hypervisor. Of each size the median and the range of
# its middle half; of neighbours, and of the first and the last, the power with which time grows:
# the median of the rounds' and its middle half. Inputs in memory, no outputs.
#   tests/live/growth.sh [BUILD] [N]
# shellcheck source=SCRIPTDIR/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
[ -x /usr/bin/time ] || { echo "/usr/bin/time is missing: apt install time" >&2; exit 2; }
n=${2:-9}
base=$(mktemp -d /dev/shm/pvtune-growth-XXXXXX)
trap 'rm -rf "$work" "$base"' EXIT

# What, size, options of `generate`.
sizes=(
  'scenarios 1000 --scenarios 1000' 'scenarios 10000 --scenarios 10000'
  'scenarios 100000 --scenarios 100000'
  'customers 20 --customers 20' 'customers 200 --customers 200' 'customers 2000 --customers 2000'
  'steps 17520 --days 365' 'steps 87648 --days 1826' 'steps 525600 --interval 1'
)

# turn FOLDER: runs its study; "SECONDS KIB"
turn() {
  local run=("$pvtune" run -b "$1" -p synthetic -s static --no-output -x serial -q --csv)
  for _ in 1 2; do
    /usr/bin/time -f %M -o "$work/kib" "${run[@]}" | tail -n 1 | cut -d, -f3
  done | sort -g | head -n 1 | tr '\n' ' '
  cat "$work/kib"
}

for s in "${sizes[@]}"; do
  read -r what size options <<<"$s"
  # shellcheck disable=SC2086 # several options
  "$pvtune" generate "$base/$what-$size" --study static -q $options >/dev/null
done
for ((round = 0; round <= n; round++)); do # round 0 warms up
  for s in "${sizes[@]}"; do
    read -r what size _ <<<"$s"
    echo "$round $what $size $(turn "$base/$what-$size")"
  done
done | awk '
  function sorted(x, m, i, j, t) {
    for (i = 2; i <= m; i++)
      for (j = i; j > 1 && x[j] < x[j - 1]; j--) { t = x[j]; x[j] = x[j - 1]; x[j - 1] = t }
  }
  # the quantile q of x[1 … m], sorted
  function at(x, m, q, h, i) {
    h = 1 + (m - 1) * q; i = int(h)
    return i < m ? x[i] + (h - i) * (x[i + 1] - x[i]) : x[m]
  }
  function power(from, to, r) {
    for (r = 1; r <= rounds; r++)
      p[r] = log(s[to, r] / s[from, r]) / log(size[to] / size[from])
    sorted(p, rounds)
    return sprintf("%.2f (%.2f-%.2f)", at(p, rounds, .5), at(p, rounds, .25), at(p, rounds, .75))
  }
  $1 == 0 { what[++k] = $2; size[k] = $3; next }
  { i = (NR - 1) % k + 1; s[i, $1] = $4; rounds = $1; kib[i] = $5 > kib[i] ? $5 : kib[i] }
  END {
    printf "%-10s %8s  %8s  %15s  %8s  %-17s  %s\n", "what", "size", "seconds", "middle half", "memory", "power", "from the first"
    for (i = 1; i <= k; i++) {
      for (r = 1; r <= rounds; r++) x[r] = s[i, r]
      sorted(x, rounds)
      new = what[i] != what[i - 1]; first = new ? i : first
      line = sprintf("%-10s %8d  %8.4f  %15s  %5.0f MB  %-17s  %s", what[i], size[i], at(x, rounds, .5), \
        sprintf("%.4f-%.4f", at(x, rounds, .25), at(x, rounds, .75)), kib[i] / 1024, \
        new ? "" : power(i - 1, i), i - first > 1 ? power(first, i) : "")
      sub(/ +$/, "", line); print line
    }
  }'
