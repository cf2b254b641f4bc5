export PVTUNE_PLOTS=$ROOT/plots
try pvtune plot
try pvtune plot nothing
try pvtune plot heatmaps
try pvtune plot day
try pvtune plot scenarios missing.csv
try pvtune plot speedup -o speedup.pdf
try pvtune plot speedup --day 2018-01-01
echo 'a,b' >table.csv
try pvtune plot day table.csv --day yesterday
for day in 2018-01-13 2018-02-30 2020-01-01; do
  try pvtune plot day "$ROOT/tests/plots/fixtures/day.csv" --day $day
done
try pvtune plot history --machine m-0000000000 --results "$ROOT/tests/report/store"
try pvtune plot growth table.csv -o x.svg
ls
try pvtune plot growth table.csv --data
try pvtune plot time table.csv
try pvtune plot growth "$ROOT/tests/plots/fixtures/growth.csv" -o missing/folder.svg
