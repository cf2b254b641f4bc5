# Of several workloads each has its own answer, the exit code is the gravest one, and a budget that was
# too short for one of them is named for all of them together.
# by chance: the verdict is on real times.
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock
scales='cmd:sleep 0.$((7-3*{workers})); : 1'
ends() { "$@" >table 2>errors; echo "exit $?"; grep -v '^Disturbed' errors; }
echo "One that gives other outputs with 2 workers:"
# (--exhaustive, since a run that a busy machine makes slow is ended early otherwise, and gives no outputs.)
one_differs() {
  ends pvtune tune --quiet -w 2 --pins none --rounds 1 --exhaustive --workload "$scales" --workload cmd:'echo {workers}'
  pvtune best --csv 2>/dev/null | cut -d, -f1-2 | grep -c '2 workers\|threads:2'
}
mostly "exit 3
pvtune: error: cmd:echo {workers}: 1 run gave other outputs than the serial one
pvtune: error: cmd:echo {workers}: nothing is recommended for it while its outputs differ
1" one_differs
echo "One that fails, after one for which the budget is too short:"
ends pvtune tune --quiet -w 2 --pins none --budget 1s --workload cmd:'sleep .4; : {workers}' --workload cmd:'exit 7; : {workers}'
echo "Too short for both:"
ends pvtune tune --quiet -w 2 --pins none --budget 3s --workload cmd:'sleep .2; : {workers}' --workload cmd:'sleep .3; : {workers}'
sed -n 's/.*Repeat it with --budget \([0-9]*\)s.*/\1/p' table | awk '{ print ($1 > 3 ? "more than 3 s" : $1 " s") }'
