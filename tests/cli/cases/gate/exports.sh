# normalise: s/[0-9]+\.[0-9]+(e[-+]?[0-9]+)?/NUMBER/g; s/\(.*NUMBER.*\)/(RANGE)/; s/± [0-9.e-]+ s/± NUMBER s/; s/is [-+]NUMBER/is NUMBER/
# Both formats are JSON that jq-like tools read, with one entry for each workload that has a time.
# by chance: the verdict is on real times.
git init -q -b main repo && cd repo
git config user.name tester && git config user.email tester@example.org
echo 'sleep 0.02' >program && git add program && git commit -q -m one
pvtune gate --against main --build true --no-lock --workload cmd:'sh program' --margin 100% --min-effect 100% \
  --export-benchmark-action action.json --export-bencher bencher.json >/dev/null
cat action.json; echo; cat bencher.json; echo
try pvtune gate --against main --build true --no-lock --workload cmd:'sh program' --budget 1ms --export-bencher none.json 2>/dev/null | tail -1
