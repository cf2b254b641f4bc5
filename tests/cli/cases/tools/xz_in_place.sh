# xz replaces its file: --prepare brings it back before each run.
# normalise: s/^(exit )[45]$/\1of an answer/; s/^exit 0$/exit of an answer/
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock
for program in xz; do command -v $program >/dev/null || exit 77; done
seq 1 40000 >data.txt; cp data.txt kept
pvtune tune --quiet -w 1-2 --pins none --rounds 1 --budget 3s --workload cmd:'xz -1 -T+{workers} data.txt' --prepare 'cp kept data.txt' --conclude 'rm -f data.txt.xz' --cleanup 'rm -f data.txt' >table
echo "exit $?"
grep '^outputs' table
ls -d data* kept 2>/dev/null | sort
true
