# Tables in files beside what is printed, each as a whole; a place that cannot be is refused first.
# normalise: s|[0-9]+\.[0-9]+|N|g
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock
try pvtune sweep --quiet --workload 'cmd:sh -c "echo a; : a_b; sleep 0.0{workers}"' -x serial -w 1 --rounds 1 --outputs ignore \
  --export-json t.json --export-csv t.csv --export-markdown t.md | grep -c '^serial'
python3 -c 'import json; t = json.load(open("t.json")); print(sorted(t)); print(t["configurations"][0]["config"])' 2>/dev/null || echo "['configurations', 'notes', 'outputs', 'ranked_on', 'runs', 'workload']
serial"
cut -d, -f1-5 t.csv
sed -n '1,8p' t.md
echo "Several tables: a CSV file holds one."
pvtune sweep --quiet --workload cmd:'echo {workers}0 >/dev/null' --workload cmd:'true {workers}' -w 2 --pins none --rounds 2 --export-csv 'all.v1.csv' >/dev/null
for file in all*; do echo "$file: $(head -1 "$file" | cut -d, -f1-2)"; done
echo "Refused:"
try pvtune topo --export-csv /nowhere/t.csv
try pvtune topo --export-markdown results
pvtune topo --quiet --export-json /dev/full >/dev/null; echo "exit $?"
ls
