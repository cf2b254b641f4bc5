# From the store, from a run's timing, from a study's outputs; to SVG and PNG.
command -v gnuplot >/dev/null || exit 77
export PVTUNE_PLOTS=$ROOT/plots
store=(--results "$ROOT/tests/report/store" --machine m-0123456789)
title() { grep -A1 'font-weight="bold"' "$1" | grep -o '<text>[^<]*'; }
pvtune plot speedup "${store[@]}"
title speedup.svg
pvtune plot heatmap "${store[@]}" -o map.png
head -c 4 map.png | tail -c 3 && echo
pvtune plot day "$ROOT/tests/plots/fixtures/day.csv" --day 2018-01-16 -o a.svg
title a.svg
pvtune plot scenarios "$ROOT/tests/plots/fixtures/scenarios.csv"
title scenarios.svg
printf 'stage,wall_s,workers_s,limit_s,ratio\nread,0.3,,0.1,3\nplan,0.02,,0.03,0.67\nrun,0.2,,,\n  write,,0.1,0.05,2\n' >timing.csv
pvtune plot time timing.csv
title time.svg
grep -oE '(faster than|[0-9.]+×) its limit' time.svg
pvtune plot history --results empty
title history.svg
ls
