# The grid, without measuring anything or making a folder.
# normalise: s/and [0-9]+ runs of/and N runs of/
export PVTUNE_RESULTS=$PWD/results
try pvtune sweep --dry-run -w 2 -x threads,processes --pins none --schedules dynamic,static
try pvtune tune --dry-run --csv -w 2 -x threads --pins none --workload cmd:'echo {workers}'
echo "What cannot be is not listed."
try pvtune tune --dry-run -x serial
try pvtune tune --dry-run -x serial --param n=1..9 -- echo {n}
try pvtune tune --dry-run -- echo
ls
