#!/usr/bin/env bash
# Two workers against one, in each round of a sweep: by all runs and by those that nothing disturbed
# (no steal, nobody else runnable); then processes against threads by compare, in at most 800 runs.
#   [WORKLOAD=builtin:batteries:20000] tests/live/two_workers.sh [BUILD] [ROUNDS]
# shellcheck source=SCRIPTDIR/common.sh
WORKLOAD=${WORKLOAD:-builtin:batteries:20000}
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
"$pvtune" sweep --workload "$workload" --executors serial,threads,processes --workers 1,2 --pins none \
  --schedules dynamic --rounds "${2:-20}" --exhaustive -q

# columns CSV NAME...: those columns, as tab-separated lines; no cell of these has a comma
columns() {
  local file=$1
  shift
  awk -F, -v names="$*" 'NR == 1 { n = split(names, name, " "); for (i = 1; i <= NF; i++) at[$i] = i; next }
    { for (k = 1; k <= n; k++) printf "%s%s", $(at[name[k]]), k < n ? "\t" : "\n" }' "$file"
}

# The counted runs of a configuration and serial's of the same round, where both are of the kind:
# how many pairs, the medians of both, and the median of their ratios.
speed_up() {
  columns "$PVTUNE_RESULTS"/*/runs.csv block config counted steal_s runnable_other seconds command |
    awk -F'\t' -v config="$1" -v which="$2" '
      function median(x, m, i, j, t) {
        for (i = 2; i <= m; i++)
          for (j = i; j > 1 && x[j] < x[j - 1]; j--) { t = x[j]; x[j] = x[j - 1]; x[j - 1] = t }
        return m ? (x[int((m + 1) / 2)] + x[int(m / 2) + 1]) / 2 : "nan"
      }
      $7 == "sweep" && $3 == 1 && (which == "all" || ($4 == 0 && $5 == 0)) {
        if ($2 == "serial") serial[$1] = $6
        if ($2 == config) own[$1] = $6
      }
      END {
        for (round in own)
          if (round in serial) { s[++n] = serial[round]; o[n] = own[round]; r[n] = s[n] / o[n] }
        printf "%-12s  %-28s %6d  %7.3f s  %7.3f s  %8.2f\n", which, config, n, median(s, n), median(o, n), median(r, n)
      }'
}

printf '%-12s  %-28s %6s  %9s  %9s  %8s\n' runs configuration rounds serial median speed-up
for which in all undisturbed; do
  for config in threads:2 processes:2; do
    speed_up $config $which
  done
done
echo
"$pvtune" compare "bin:$pvtune" "bin:$pvtune" --config threads:2 --config-b processes:2 --workload "$workload" --budget 20m
