# One worker's result spoilt, one worker's binding undone: caught on the very run, exit code 3.
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock
export PVTUNE_TEST_FAULT_CONFIG=threads:2 PVTUNE_TEST_FAULT=corrupt:3
pvtune sweep --quiet --workload builtin:batteries:12 -w 2 -x threads --pins none --schedules dynamic --exhaustive --rounds 2 >table; echo "exit $?"
grep -c ',wrong,' results/*/runs.csv
[ "$(nproc)" -ge 2 ] || exit 77
export PVTUNE_TEST_FAULT_CONFIG=threads:2/pin=compact PVTUNE_TEST_FAULT=unbind:0
pvtune sweep --quiet --workload builtin:batteries:12 -w 2 -x threads --pins compact --schedules dynamic --exhaustive --rounds 2 >table; echo "exit $?"
grep -c ',lost,' results/*/runs.csv
