#!/usr/bin/env bash
# How time and memory grow with scenarios, customers and steps: the shortest of N runs, and between
# neighbours the power with which it grows. Inputs in memory, no outputs.
#   tests/live/growth.sh [BUILD] [N]
# shellcheck source=SCRIPTDIR/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
[ -x /usr/bin/time ] || { echo "/usr/bin/time is missing: apt install time" >&2; exit 2; }
n=${2:-5}
base=$(mktemp -d /dev/shm/pvtune-growth-XXXXXX)
trap 'rm -rf "$work" "$base"' EXIT

# shortest OPTION...: seconds and KiB of a study generated with these
shortest() {
  rm -rf "$base/b"
  "$pvtune" generate "$base/b" --study static -q "$@" >/dev/null
  local run=("$pvtune" run -b "$base/b" -p synthetic -s static --no-output -x serial -q --csv)
  for ((i = 0; i < n; i++)); do "${run[@]}" | tail -n 1 | cut -d, -f3; done | sort -g | sed -n 1p
  /usr/bin/time -f %M "${run[@]}" 2>&1 >/dev/null | tail -n 1
}

# grow WHAT: lines "SIZE OPTION..." on stdin
grow() {
  local before='' size options got
  while read -r size options; do
    # shellcheck disable=SC2086 # several options
    mapfile -t got < <(shortest $options)
    awk -v what="$1" -v n="$size" -v s="${got[0]}" -v kib="${got[1]}" -v before="$before" 'BEGIN {
      split(before, b, " ")
      printf "%-10s %10d  %8.4f s  %5.0f MB  %s\n", what, n, s, kib / 1024, before == "" ? "" : sprintf("%.2f", log(s / b[2]) / log(n / b[1])) }'
    before="$size ${got[0]}"
  done
}

printf '%-10s %10s  %10s  %8s  %s\n' what size time memory power
grow scenarios <<<$'1000 --scenarios 1000\n10000 --scenarios 10000\n100000 --scenarios 100000'
grow customers <<<$'20 --customers 20\n200 --customers 200\n2000 --customers 2000'
grow steps <<<$'17520 --days 365\n87648 --days 1826\n525600 --interval 1'
