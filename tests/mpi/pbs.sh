#!/usr/bin/env bash
# The PBS job scripts on this machine, without PBS: with the variables that PBS sets, and an mpirun that starts what it
# is told to on as many slots as the script asks for.
#   pbs.sh PVTUNE
# Exit code 77: there is no MPI here.
set -u
pvtune=$(realpath "$1")
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
jobs=$root/examples/cluster/pbs
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1
failed=0
fail() {
  echo "FAILED: $*"
  failed=1
}

launcher=
for name in openmpi mpich; do
  [ -e "$(dirname "$pvtune")/pvtune-$name.so" ] && command -v mpirun.$name >/dev/null && launcher=$(command -v mpirun.$name) && break
done
[ -n "$launcher" ] || {
  echo "no MPI: install openmpi-bin and libopenmpi-dev (or mpich and libmpich-dev) and build again"
  exit 77
}
# Two ranks, whatever the nodes that are asked for; how the job script places them is kept.
mkdir bin
cat >bin/mpirun <<END
#!/usr/bin/env bash
while [ "\${1#-}" != "\$1" ]; do
  echo "\$1 \$2" >>"$scratch/placing"
  shift 2
done
options=()
case $launcher in *openmpi) options=(--oversubscribe --bind-to none) ;; esac
exec $launcher "\${options[@]}" -n 2 "\$@"
END
chmod +x bin/mpirun
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1

"$pvtune" generate -q data --customers 3 --days 7 --scenarios 100 >/dev/null || exit 1
"$pvtune" run -q -b data -p synthetic -s static -o serial -x serial >/dev/null || fail "serial"
# job SCRIPT VARIABLE=VALUE...: as PBS starts it, in another folder than where it was submitted
job() {
  local script=$1
  shift
  (cd / && env -u BASE -u PROJECT -u STUDY -u OUTPUT -u PARTS PATH="$scratch/bin:$PATH" PVTUNE="$pvtune" PBS_O_WORKDIR="$scratch" \
    PBS_ENVIRONMENT=PBS_BATCH "$@" bash "$jobs/$script") >output 2>&1
}
same() { diff -r serial/static "$2" >difference 2>&1 || fail "$1: $(head -n 3 difference)"; }

job mpi.sh || fail "mpi.sh: exit $?: $(cat output)"
same "mpi.sh" out/static
# The ranks of a node times the threads of each are the CPUs that the job asks for.
asked=$(sed -n 's/^#PBS -l select=.*ncpus=\([0-9]*\):mpiprocs=\([0-9]*\):ompthreads=\([0-9]*\)$/\1 \2 \3/p' "$jobs/mpi.sh")
read -r cpus processes threads <<<"$asked"
[ "$cpus" = $((processes * threads)) ] || fail "mpi.sh: asks for $cpus CPUs, $processes ranks of $threads threads"
grep -qx -- "--map-by ppr:$processes:node:PE=$threads" placing || fail "mpi.sh: placed by $(cat placing)"

# Every job of the array, then the merge; the number of parts is the one in -J.
parts=$(sed -n 's/^#PBS -J 1-//p' "$jobs/array.sh")
for ((i = 1; i <= parts; i++)); do
  job array.sh PBS_ARRAY_INDEX=$i || fail "array.sh $i: exit $?: $(cat output)"
done
job merge.sh OUTPUT=merged || fail "merge.sh: exit $?: $(cat output)"
same "array.sh and merge.sh" merged/static
# A part that failed is missing, and merge says which.
rm -r parts/static.0-*
job merge.sh OUTPUT=incomplete && fail "merge.sh: a part is missing, but exit 0"
grep -q "scenarios 0-[0-9]* of study static are missing" output || fail "merge.sh: $(cat output)"
[ ! -e incomplete/static ] || fail "merge.sh: a part is missing, but outputs"
# A folder that is not there ends a job before it does anything.
(cd / && PBS_O_WORKDIR=$scratch/nowhere PVTUNE="$pvtune" bash "$jobs/mpi.sh") >output 2>&1 && fail "mpi.sh: no folder, but exit 0"

[ $failed = 0 ] && echo "the PBS jobs give the outputs of a serial run"
exit $failed
