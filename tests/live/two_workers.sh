#!/usr/bin/env bash
# Two workers against one, by all runs and by those that nothing disturbed (no steal, nobody else
# runnable); then processes against threads by compare, in at most 800 runs.
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

# median CONFIG WHICH: "count seconds" of its counted runs; WHICH: all or undisturbed
median() {
  columns "$PVTUNE_RESULTS"/*/runs.csv config counted steal_s runnable_other seconds |
    awk -F'\t' -v config="$1" -v which="$2" '$1 == config && $2 == 1 && (which == "all" || ($3 == 0 && $4 == 0)) { print $5 }' |
    sort -g | awk '{ s[NR] = $1 } END { print NR, NR ? (s[int((NR + 1) / 2)] + s[int(NR / 2) + 1]) / 2 : "nan" }'
}

printf '%-12s  %-34s %9s  %9s  %8s\n' runs configuration count median speed-up
for which in all undisturbed; do
  read -r _ serial <<<"$(median serial/pin=none $which)"
  for config in serial/pin=none threads:2/pin=none/dynamic processes:2/pin=none/dynamic; do
    read -r n seconds <<<"$(median $config $which)"
    printf '%-12s  %-34s %9d  %7.3f s  %8.2f\n' $which $config "$n" "$seconds" \
      "$(awk -v a="$serial" -v b="$seconds" 'BEGIN { print a / b }')"
  done
done
echo
"$pvtune" compare "bin:$pvtune" "bin:$pvtune" --config threads:2 --config-b processes:2 --workload "$workload" --budget 20m
