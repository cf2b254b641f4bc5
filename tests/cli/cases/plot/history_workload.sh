# --workload chooses whose records are drawn; the page has all of them. In this store the series of the slower
# workload was recorded first.
command -v gnuplot >/dev/null || exit 77
export PVTUNE_PLOTS=$ROOT/plots
title() { grep -A1 'font-weight="bold"' "$1" | grep -o '<text>[^<]*'; }
mkdir -p store/m-0123456789
verdicts=$ROOT/tests/report/store/m-0123456789/verdicts.csv
cat "$verdicts" >store/m-0123456789/verdicts.csv
# The same commits on another workload, where nothing changed: each as fast as the first one.
awk -F, -v OFS=, '
  NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; print; next }
  $at["command"] == "record" {
    $at["workload"] = "cmd:./other"; $at["change"] = 0.001 * (NR % 2); $at["lower"] = -0.005; $at["upper"] = 0.007; print
  }' "$verdicts" >>store/m-0123456789/verdicts.csv
store=(--results store --machine m-0123456789)
pvtune plot history "${store[@]}" && title history.svg
pvtune plot history "${store[@]}" --workload builtin:batteries:2000 && title history.svg
pvtune plot history "${store[@]}" --workload builtin:batteries:2000 --data | cut -d, -f 1-3 | sed -n '2p;$p'
pvtune plot history "${store[@]}" --workload cmd:./other --data | cut -d, -f 1-3 | sed -n '2p;$p'
try pvtune plot history "${store[@]}" --workload cmd:./never
try pvtune plot growth "${store[@]}" --workload cmd:./other
pvtune report "${store[@]}"
grep -o '<h3>[^<]*' report.html | head -2
grep -o '<text>No change[^<]*\|<text>One change[^<]*' report.html
