# A program that gets slower with every worker, tuned; what is recommended, for scripts.
# by chance: the verdict is on real times.
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock
until_found pvtune tune --quiet --workload cmd:'sh -c "sleep 0.{workers}; echo done"' -w 2-3 --pins none --rounds 2 >table; echo "exit $?"
tail -1 table
try pvtune best --get workers
try pvtune best --get executor
try pvtune best --get pin
try pvtune best --get command
ls results/*/
