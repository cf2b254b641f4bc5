# What being measured costs can be asked for.
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock
pvtune sweep --self-cost --workload cmd:'true {workers}' --budget 0.1s --csv >table
echo "exit $?"
head -1 table
[ "$(sed -n 2p table | cut -d, -f1)" -ge 6 ] && echo "at least 6 blocks"
echo "With several workers, as asked for:"
pvtune sweep --self-cost --workload builtin:static:5 -w 2 -x processes --pins none --budget 0.1s 2>/dev/null | grep config
