# -x mpi without an MPI library, and its options without -x mpi: what to do is said, and nothing is run.
export PVTUNE_MPI=$PWD/proc/nowhere.so
run() { try pvtune run --workload builtin:static:6 "$@"; }
run -x mpi
run --config mpi:2x1
run -x threads --resume
run --read each
run -x mpi -w 2x
run -x mpi --read often
run -x mpi --schedule static
run --config mpi:2x1/schedule=static
try pvtune sweep --workload builtin:static:6 --executors mpi --results r
# A pvtune that was built without MPI, alone in its folder.
mkdir bin && cp "$(command -v pvtune)" bin/pvtune
PVTUNE_MPI='' try bin/pvtune run --workload builtin:static:6 -x mpi
ls
