# The grid, without measuring anything or making a folder.
export PVTUNE_RESULTS=$PWD/results
try pvtune sweep --dry-run -w 2 -x threads,processes --pins none --schedules dynamic,static
try pvtune tune --dry-run --csv -w 2 -x threads --pins none --workload cmd:'echo {workers}'
ls
