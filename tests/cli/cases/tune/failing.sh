# A workload whose serial run fails is not measured any further.
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock
try pvtune tune --quiet --workload cmd:'sh -c "echo it broke >&2; exit 9" {workers}' --budget 1s
try pvtune tune --quiet --workload cmd:'"/nonexistent/program" {workers}' --budget 1s
try pvtune tune --quiet --workload cmd:'echo {workers}' --expect /nonexistent/file
grep -c . results/*/runs.csv
