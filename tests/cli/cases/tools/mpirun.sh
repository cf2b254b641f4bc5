# mpirun, which must not bind processes itself. --exhaustive lets each run end, however slow a busy machine makes it: an mpirun
# that is ended early may have no time to remove its session folder from $TMPDIR.
# normalise: s/^(exit )[45]$/\1of an answer/; s/^exit 0$/exit of an answer/
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock
for program in mpirun sh; do command -v $program >/dev/null || exit 77; done
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
mpirun --bind-to none --oversubscribe -n 2 true >/dev/null 2>&1 || exit 77
pvtune sweep --quiet -w 1-2 --pins none --rounds 2 --exhaustive --workload cmd:'mpirun --bind-to none --oversubscribe -n {processes} true' --outputs ignore >table
echo "exit $?"
grep '^outputs' table
ls -d results 2>/dev/null | sort
true
