# xz writes other bytes with threads than without them; -T+N makes the format the same for all.
# normalise: s/^(exit )[45]$/\1of an answer/; s/^exit 0$/exit of an answer/
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock
for program in xz; do command -v $program >/dev/null || exit 77; done
seq 1 40000 >data.txt
pvtune tune --quiet -w 1-2 --pins none --rounds 1 --budget 3s --workload cmd:'xz -1 -T+{workers} -kc data.txt' >table
echo "exit $?"
grep '^outputs' table
ls -d data* 2>/dev/null | sort
true
