# What cannot be measured is refused before anything is, with what was expected.
export PVTUNE_RESULTS=$PWD/results
try pvtune tune --workload batteries
try pvtune tune --workload builtin:batteries:0
try pvtune tune --workload study:/proc/nowhere/project/study
try pvtune sweep -b . -p project
try pvtune sweep --workload builtin:batteries:12 --expect x --expect y
try pvtune sweep --workload builtin:batteries:12 --expect usage
try pvtune sweep --workload builtin:batteries:12 --workers none
try pvtune sweep --pins nowhere --dry-run
try pvtune tune --budget soon
ls
