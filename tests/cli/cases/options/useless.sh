# What is out of range, empty, or has nothing to act on is refused before anything runs, and not passed over.
# normalise: s:m-[0-9a-f]{10}:MACHINE:
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock PVTUNE_PLOTS=$ROOT/plots
growth=$ROOT/tests/plots/fixtures/growth.csv
try pvtune tune --timeout -5 -- echo {workers}
try pvtune tune --timeout 0 -- echo {workers}
try pvtune tune -w 1, -- echo {workers}
try pvtune tune --pins none, -- echo {workers}
try pvtune tune --executors threads, -- echo {workers}
try pvtune sweep --schedules static, --workload builtin:static:5
try pvtune tune --setup $'\t\n' -- echo {workers}
try pvtune tune --workload $'cmd:\n'
try pvtune compare $'cmd:\t' cmd:true
try pvtune tune --workload builtin:static:+5
try pvtune tune --workload 'builtin:static: 5'
try pvtune tune --param 'a=1e70..1e71*2' -- echo {a}
try pvtune tune --param 'a=0..1+1e-1' -- echo {a}
try pvtune tune --metric 'x=(a)' --workload builtin:static:5
try pvtune tune --scratch "$growth" -- echo
try pvtune tune --results "$growth" -- echo
mkfifo pipe
try timeout 5 pvtune tune --input pipe -- cat
try pvtune tune --input /dev/stdin -- cat < <(echo)
try pvtune tune --expect pipe -- echo
try pvtune topo --synthetic 'pack:1000 core:1000 pu:1000'
try pvtune topo --synthetic '1000 1000 1000'
pvtune compare --dry-run 'cmd:echo {{workers}}' cmd:true >/dev/null && echo "no placeholder"
try timeout 5 pvtune compare bin:pipe bin:pipe
try pvtune gate --against HEAD --junit r --markdown ./r
try pvtune gate --against HEAD --export-json r --export-bencher r
try pvtune best --all --get workers
try pvtune best --all --fleet
try pvtune best --get config --json
try pvtune best --export env --export-csv t.csv
try pvtune run --workload builtin:static:5 --no-output -o out
try pvtune run --workload builtin:static:5 --no-output --scenario-files none
try pvtune run --workload builtin:static:5 --check --timing
try pvtune run --workload builtin:static:5 -x serial --schedule static
try pvtune run --workload builtin:static:5 --config serial --chunk 2
try pvtune tune --check --dry-run -- echo {workers}
try pvtune tune -x serial -w 2 -- echo {workers}
try pvtune tune -x serial --pins compact
try pvtune tune --no-lock --lock-wait 1s -- echo {workers}
try pvtune compare --decide-by instructions --max-rss-growth 10% cmd:true cmd:true
try pvtune compare --decide-by instructions --interleave always cmd:true cmd:true
try pvtune compare --own-best --config threads:2 cmd:true cmd:true
try pvtune compare --build-env X cmd:true cmd:true
try pvtune compare --max-rss-growth 10% stored:a stored:b
try pvtune history --margin 1%
try pvtune history --accept HEAD --reason x --no-lock
try pvtune plot growth "$growth" --workload w
try pvtune plot growth "$growth" --machine m-1
try pvtune plot growth --data -o x.svg
for useless in "--dry-run" "--timeout 1s" "--export-surface s" "--env A=1" "--objective rss" "--max-rss 1G" "--prepare true"; do
  # shellcheck disable=SC2086 # words
  try pvtune sweep --self-cost $useless -- echo {workers}
done 2>&1
for useless in "-x processes" "--pins compact" "--schedules static" "--chunk 2"; do
  # shellcheck disable=SC2086 # words
  try pvtune sweep --self-cost $useless --workload builtin:static:5
done
try pvtune sweep --self-cost --param a=1 -- echo {a}
try pvtune sweep --self-cost --workload cmd:true --workload cmd:false
try pvtune sweep --export-surface s --export-csv ./s -- echo {workers}
mkdir folder.svg
try pvtune plot growth "$growth" -o folder.svg
ls
