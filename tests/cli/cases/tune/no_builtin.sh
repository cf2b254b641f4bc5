# A built-in study that does not exist is told before anything is run, and by a dry run too.
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock
try pvtune tune --workload builtin:nope --dry-run
try pvtune sweep --workload builtin:static:5 --workload builtin:static:1000001 --dry-run -w 1
try pvtune tune --workload builtin:nope:5
ls
