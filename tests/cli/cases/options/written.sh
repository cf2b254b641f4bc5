# A file that is written is never one that pvtune reads or keeps; tables and reports of before are replaced.
# normalise: s:m-[0-9a-f]{10}:MACHINE:g
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock PVTUNE_PLOTS=$ROOT/plots
pvtune generate -q base --customers 2 --scenarios 2 --days 2 --study static >generated
pvtune run -q -b base -p synthetic -s static -x serial -o out >generated
pvtune sweep -q --workload cmd:true -x serial --rounds 1 --exhaustive --pins none --no-lock >generated 2>&1
store=$(echo results/m-*)
tree() { find base out results -type f -not -path '*/logs/*' | sort | xargs md5sum | md5sum; }
before=$(tree)
run() { try pvtune run -q -b base -p synthetic -s static -x serial "$@"; }
run -o out --export-csv out/static/static_results.csv
run -o out --export-csv out/static/scenarios/new.csv
run -o out --export-csv base/reference/tariff_lookup.csv
run -o out --export-json base/studies/synthetic/inputs/study_static.csv
ln -s ../base/load_profiles results/link
run -o out --export-markdown results/link/building/load_1.csv
try pvtune validate out/static/static_results.csv out/static/static_results.csv --export-csv out/static/static_results.csv
cp out/static/static_results.csv table.csv
try pvtune validate table.csv table.csv --export-csv ./table.csv
cmp table.csv out/static/static_results.csv
mkdir copy && cp out/static/*.csv copy
try pvtune validate copy out/static --export-csv copy/static_results.csv
try pvtune validate out/static copy --export-csv ./copy/new.csv
try pvtune report -o "$store/runs.csv"
try pvtune report -o "$store/standings.csv" --no-plots
try pvtune plot runs -o base/reference/runs.svg
try pvtune best --export-csv "$store/recommendations.csv"
try pvtune sweep --export-surface "$store/sweeps.csv" -- true
try pvtune gate --against HEAD --markdown "$store/verdicts.csv"
try pvtune topo --xml "$store/machine.xml" --export-json "$store/machine.xml"
cp "$store/machine.xml" here.xml
try pvtune topo --xml here.xml --export-json here.xml
[ "$before" = "$(tree)" ] && echo "nothing was changed"
for i in 1 2; do
  pvtune validate out/static/static_results.csv table.csv --export-csv t.csv --export-json t.json --export-markdown "$store/t.md" >/dev/null
  echo "exit $?"
  pvtune report -q --no-plots -o "$store/report.html" >/dev/null
  echo "exit $?"
done
# nor does it lie in a folder that is compared, where it would be compared the next time
cp -r copy expected
before=$(find expected -type f | xargs md5sum)
run -o elsewhere --expect expected --export-csv expected/static_results.csv
run -o elsewhere --expect expected --export-csv ./expected/new.csv
try pvtune sweep --expect expected --export-csv expected/static_results.csv -- true
try pvtune tune --expect expected --export-json expected/t.json -- true
try pvtune sweep --expect expected --export-surface expected/new.csv -- true
mkdir part
try pvtune merge part -o elsewhere --export-csv part/new.csv
[ "$before" = "$(find expected -type f | xargs md5sum)" ] && ls -A part elsewhere 2>&1
# the name that plot gives a picture by itself is no exception
(cd out/static/scenarios && try pvtune plot runs)
(cd base/reference && try pvtune plot scenarios ../../table.csv)
cp table.csv scenarios.svg && try pvtune plot scenarios scenarios.svg
cmp table.csv scenarios.svg
# a folder of inputs may be a link
mv base/load_profiles loads && ln -s ../loads base/load_profiles
run --export-csv base/load_profiles/building/load_1.csv
(cd base && try pvtune topo --export-csv ./load_profiles/building/load_1.csv)
