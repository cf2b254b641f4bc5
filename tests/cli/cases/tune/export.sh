# Tables in files beside what is printed, each as a whole; a place that cannot be is refused first.
# normalise: s#\| [0-9]+ \| best#| N | best#
# normalise: s|[0-9]+\.[0-9]+|N|g
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock
try pvtune sweep --quiet --workload 'cmd:sh -c "echo a; : a_b; sleep 0.0{workers}"' -x serial -w 1 --rounds 1 --outputs ignore \
  --export-json t.json --export-csv t.csv --export-markdown t.md | grep -c '^serial'
python3 -c 'import json; t = json.load(open("t.json")); print(sorted(t)); print(t["configurations"][0]["config"])' 2>/dev/null || echo "['about', 'configurations', 'ranked_on', 'workload']
serial"
cut -d, -f1-5 t.csv
sed -n '1,8p' t.md
echo "Tables with the same columns are one; others go to files beside it."
pvtune topo --quiet --workers 2 --export-csv 'all.v1.csv' >/dev/null
for file in all*; do echo "$file: $(head -1 "$file" | cut -d, -f1-2)"; done
rm all*
pvtune sweep --quiet --workload cmd:'sleep 0.{workers}' --workload cmd:'sleep 0.{workers}5' -w 2 --pins none --export-csv 'all.v1.csv' >/dev/null
for file in all*; do echo "$file: $(cut -d, -f1 "$file" | sort -u | tr '\n' ' ')"; done
pvtune generate base --scenarios 4 --customers 2 --days 3 -q >/dev/null
pvtune run -b base -p synthetic -s static -s batteries -o out --timing --csv -q | cut -d, -f1-2 | sort -u | head -4
rm -r base
echo "Refused:"
try pvtune topo --export-csv /proc/nowhere/t.csv
try pvtune topo --export-markdown results
pvtune topo --quiet --export-json /dev/full >/dev/null; echo "exit $?"
ls
