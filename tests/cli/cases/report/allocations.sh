# Workloads are named in an overview, and the same one under two allocations is told apart.
export PVTUNE_PLOTS=$ROOT/plots
mkdir -p store/m-0123456789
for table in runs sweeps recommendations; do
  file=$ROOT/tests/report/store/m-0123456789/$table.csv
  cat "$file" >store/m-0123456789/$table.csv
  sed -n '1p;/builtin:static:24000/p' "$file" | sed 's/pus=[0-9]*/pus=1/' >>store/m-0123456789/$table.csv
done
pvtune report --results store --machine m-0123456789 --no-plots
sed -n '/id="overview"/,/<\/section>/p' report.html | grep -o '<tr><td>.*</td>$\|<td>[0-9a-f]* CPU.*'
grep -o '<h2>[^/]*CPU' report.html
