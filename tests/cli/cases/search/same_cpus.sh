# Workers of a command that are pinned to all CPUs are as unpinned ones: the table says so instead of
# blaming the budget, and what ended early for another reason does not blame it either.
# normalise: s/[0-9]+: the same/N: the same/
[ "$(nproc)" -ge 2 ] || exit 77
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock
pvtune sweep --quiet --exhaustive --rounds 1 -w "$(nproc)" --pins none,compact --workload cmd:'sleep .1; : {workers}' >table
grep -o 'as threads:.*' table
grep -c 'not run' table
pvtune sweep --quiet -w 2-4 --pins none --workload cmd:'date +%N; : {workers}' >table 2>/dev/null; echo "exit $?"
grep -c 'too short' table
pvtune sweep --dry-run --exhaustive --rounds 3 -w 2-4 --pins none --workload cmd:'true {workers}' --workload cmd:'false {workers}' | tail -n 1
