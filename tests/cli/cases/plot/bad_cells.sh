# A cell that is no number is told with its row and column, and nothing is drawn.
export PVTUNE_PLOTS=$ROOT/plots
fixtures=$ROOT/tests/plots/fixtures
sed '3s/36120.25/nine thousand/' "$fixtures/scenarios.csv" >results.csv
try pvtune plot scenarios results.csv
head -n 1 "$fixtures/scenarios.csv" >results.csv
try pvtune plot scenarios results.csv
sed '2s/6.371/abc/' "$fixtures/day.csv" >day.csv
try pvtune plot day day.csv
sed '4,8d' "$fixtures/day.csv" >day.csv
try pvtune plot year day.csv
sed '2s/,1,/,one,/' "$fixtures/heatmap.csv" >map.csv
try pvtune plot heatmap map.csv
printf '%s\n' study,stage,wall_s,workers_s,limit_s s,read,soon,, >timing.csv
try pvtune plot time timing.csv
ls
