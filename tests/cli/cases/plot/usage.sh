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
try pvtune plot growth table.csv -o x.svg
ls
try pvtune plot growth table.csv --data
try pvtune plot time table.csv
try pvtune plot growth "$ROOT/tests/plots/fixtures/growth.csv" -o missing/folder.svg
