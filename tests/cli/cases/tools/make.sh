# make builds anew in each run; its clean is not timed.
# normalise: s/^(exit )[45]$/\1of an answer/; s/^exit 0$/exit of an answer/
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock
for program in make; do command -v $program >/dev/null || exit 77; done
printf 'all: a b c d\na b c d:\n\t@sleep 0.05; echo $@ >$@\nclean:\n\t@rm -f a b c d\n' >Makefile
pvtune tune --quiet -w 1-2 --pins none --rounds 1 --budget 3s --workload cmd:'make -s -j{workers}' --prepare 'make -s clean' --cleanup 'make -s clean' >table
echo "exit $?"
grep '^outputs' table
ls -d ? Makefile 2>/dev/null | sort
true
