# zstd, reading stdin.
# normalise: s/^(exit )[45]$/\1of an answer/; s/^exit 0$/exit of an answer/
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock
for program in zstd; do command -v $program >/dev/null || exit 77; done
seq 1 40000 >data.txt
pvtune tune --quiet -w 1-2 --pins none --rounds 1 --budget 3s --workload cmd:'zstd -3 -T{workers} -qc' --input data.txt >table
echo "exit $?"
grep '^outputs' table
ls -d data* 2>/dev/null | sort
true
