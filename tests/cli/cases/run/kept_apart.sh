# A run never replaces what it reads, compares with or logs to, not even with --force.
pvtune generate -q base --customers 2 --scenarios 2 --days 2 --study static >generated
run() { try pvtune run -q -b base -p synthetic -x serial "$@" >stdout; sed -n '/^[$e]/p' stdout; }
tree() { find base out -type f -not -path '*/logs/*' | sort | xargs md5sum | md5sum; }
run -s static -o out
run -s static
cp -r out baseline && ln -s out link
echo "# the baseline"
run -s static -o out --expect out/static
run -s static -o out --expect link/static
run -s static -o out --expect out/static/scenarios
run -s static -o new/../out --expect out/static
run -s static --expect base/studies/synthetic/outputs/static
run -s static --workload builtin:batteries:2 -o link
run -s static --workload builtin:batteries:2 -o link --expect out
run -s static -o out --expect baseline/static
echo "# inputs"
for name in base reference inputs logs; do cp base/studies/synthetic/inputs/study_{static,$name}.csv; done
before=$(tree)
run -s base -o . --force
run -s reference -o base --force
run -s inputs -o base/studies/synthetic --force
run -s static -o base/load_profiles --force
cp -r base static.0-0
try pvtune run -q -b static.0-0 -p synthetic -x serial -s static -o . --scenarios 0-0 --force
echo "# logs"
run -s logs -o out
run -s logs -s static
run -s static -s static -o out
echo "# the store"
mkdir -p results/m-1 && touch results/m-1/machine.csv
cp base/studies/synthetic/inputs/study_{static,results}.csv && cp base/studies/synthetic/inputs/study_{static,m-1}.csv
before=$(tree)
run --results results -s results -o . --force
run --results results -s m-1 -o results --force
run --results results -s static -o results
ls results results/m-1
[ "$before" = "$(tree)" ] && echo "nothing was changed"
