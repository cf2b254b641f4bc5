# mpirun, which must not bind processes itself. One that is ended early, or on a busy machine, may leave its session folder:
# that is not in $TMPDIR, where nothing of ours may be left.
# normalise: s/^(exit )[45]$/\1of an answer/; s/^exit 0$/exit of an answer/
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock
for program in mpirun sh; do command -v $program >/dev/null || exit 77; done
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_orte_tmpdir_base=$PWD
mpirun --bind-to none --oversubscribe -n 2 true >/dev/null 2>&1 || exit 77
pvtune tune --quiet -w 1-2 --pins none --rounds 1 --budget 3s --workload cmd:'mpirun --bind-to none --oversubscribe -n {processes} true' --outputs ignore >table
echo "exit $?"
grep '^outputs' table
ls -d results 2>/dev/null | sort
true
