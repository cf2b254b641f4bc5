# docs/INPUTS.md lists exactly the columns that are written, in their order.
cp -r "$ROOT/examples/tiny_study" base
sed -E -i '2,$s/,[^,]*$/,log_timeseries_detailed; log_timeseries_brief/' base/studies/first/inputs/study_compare.csv
pvtune run -q -b base -p first -s compare -o out >ran
# The names of a table behind its marker; those that are marked with * alone.
table() { awk -v marker="<!-- columns: $1 -->" '$0 == marker { on = 1; next } on && NF == 0 { exit } on && /^\| `/' "$ROOT/docs/INPUTS.md"; }
names() { grep -o '^| `[^`]*' | cut -c 4-; }
header() { head -n 1 "$1" | tr , '\n'; }
series() { ls out/compare/$1/compare_*; }

table NAME_results.csv | names >listed
header out/compare/compare_results.csv | cmp listed - && echo "results: $(wc -l <listed) columns"
header "$(ls out/compare/scenarios/*.csv | head -n 1)" | sed '1d; /_flat_/d' | cmp <(sed -n '/^total\$_building_costs$/,$p' listed) - && echo "scenarios: the same"
table timeseries | names >listed
for file in $(series timeseries_d); do header $file; done | awk '!seen[$0]++' >written
sort listed | cmp - <(sort written) && echo "detailed series: $(wc -l <listed) columns"
for file in $(series timeseries_d); do grep -Fxf <(header $file) listed | cmp - <(header $file); done
table timeseries | grep '^| `[^`]*` \*' | names >listed
for file in $(series timeseries_b); do header $file | cmp listed -; done && echo "brief series: $(wc -l <listed) columns"
