# A program that ignores its workers has no winner: not of two long runs, not beside a job that uses a CPU,
# not where one CPU is allowed. Nothing is recommended that has no interval above 1.
# by chance: one tuning in a hundred is wrong.
# normalise: s/^exit [05]$/exit of an answer/
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock
tuned() {
  "$@" >table 2>/dev/null; echo "exit $?"
  grep -c 'times as fast\|nothing else that was' table
}
echo "One round:"
tuned pvtune tune --quiet -w 2-3 --pins none --rounds 1 --budget 1.5s --workload cmd:'sleep .3; : {workers}'
echo "Two runs of each:"
tuned pvtune tune --quiet -w 2 --pins none --rounds 2 --budget 4s --workload cmd:'sleep 1; : {workers}'
echo "One CPU:"
tuned taskset -c "$(taskset -cp $$ | sed 's/.*[ ,]\([0-9]*\).*/\1/')" pvtune tune --quiet --budget 3s --workload cmd:'sleep .05; : {workers}'
echo "A busy neighbour:"
(while :; do :; done) &
busy=$!
beside() {
  tuned pvtune tune --quiet --budget 8s --pins none --workload cmd:'sleep .02; : {workers}' | tail -1
  pvtune best --csv 2>/dev/null | cut -d, -f3 | grep -c 'threads:'
}
mostly $'0\n0' beside
kill $busy
true
