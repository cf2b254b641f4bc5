# What a margin costs, before anything is built, run or written.
export PVTUNE_RESULTS=$PWD/results
try pvtune compare cmd:'touch ran' cmd:'touch ran' --margin 2.5% --dry-run
try pvtune compare cmd:true cmd:true --config threads:2 --dry-run --csv
git init -q -b main repo && cd repo
git config user.name tester && git config user.email tester@example.org
git commit -q --allow-empty -m one
try pvtune gate --against main --build 'touch ../built' --workload cmd:true --workload cmd:false --margin-of cmd:false=1% \
  --dry-run --csv --junit speed.xml
try pvtune gate --against nowhere --build true --workload cmd:true --dry-run --junit speed.xml
ls .. .
