# Of several workloads each has its own answer, the exit code is the gravest one, and a budget that was
# too short for one of them is named for all of them together.
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock
scales='cmd:sleep 0.$((7-3*{workers})); : 1'
ends() { "$@" >table 2>errors; echo "exit $?"; grep -v '^Disturbed' errors; }
echo "One that gives other outputs with 2 workers:"
ends pvtune tune --quiet -w 2 --pins none --rounds 1 --workload "$scales" --workload cmd:'echo {workers}'
pvtune best --csv 2>/dev/null | cut -d, -f1-2 | grep -c '2 workers\|threads:2'
echo "One that fails, after one for which the budget is too short:"
ends pvtune tune --quiet -w 2 --pins none --budget 1s --workload cmd:'sleep .4; : {workers}' --workload cmd:'exit 7; : {workers}'
echo "Too short for both:"
ends pvtune tune --quiet -w 2 --pins none --budget 3s --workload cmd:'sleep .2; : {workers}' --workload cmd:'sleep .3; : {workers}'
sed -n 's/.*Repeat it with --budget \([0-9]*\)s.*/\1/p' table | awk '{ print ($1 > 3 ? "more than 3 s" : $1 " s") }'
