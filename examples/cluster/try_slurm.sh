#!/usr/bin/env bash
# Tries the Slurm scripts beside this one on this machine alone.
#   try_slurm.sh PVTUNE
# Starts munged, slurmctld and slurmd with settings of its own, in a temporary folder; ends them whatever happens.
# Exit codes: 0 the outputs of both ways are those of a serial run; 1 they are not; 77 no Slurm here.
set -u
pvtune=$(realpath "${1:?usage: try_slurm.sh PVTUNE}")
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
skip() {
  echo "skipped: $*"
  exit 77
}
[ "$(id -u)" = 0 ] || skip "Slurm's services are started as root"
for program in munged slurmctld slurmd sbatch srun scontrol; do
  command -v $program >/dev/null || PATH=$PATH:/usr/sbin:/sbin
  command -v $program >/dev/null || skip "no $program: apt-get install slurm-wlm munge"
done

scratch=$(mktemp -d)
services=()
# shellcheck disable=SC2317 # called by the trap
finish() {
  [ ${#services[@]} = 0 ] || kill "${services[@]}" 2>/dev/null
  sleep 1
  [ ${#services[@]} = 0 ] || kill -KILL "${services[@]}" 2>/dev/null
  rm -rf "$scratch"
}
trap finish EXIT
chmod 755 "$scratch" && cd "$scratch" || exit 1

# ---- one node ----
head -c 1024 /dev/urandom >munge.key && chmod 400 munge.key
munged --force --foreground --key-file="$scratch/munge.key" --socket="$scratch/munge.socket" \
  --pid-file="$scratch/munge.pid" --log-file="$scratch/munge.log" --seed-file="$scratch/munge.seed" >munge.out 2>&1 &
services+=($!)
cpus=$(nproc)
node=$(hostname -s)
cat >slurm.conf <<END
ClusterName=trial
SlurmctldHost=$node(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$scratch/munge.socket
CredType=cred/munge
SlurmctldPort=16817
SlurmdPort=16818
ProctrackType=proctrack/linuxproc
TaskPlugin=task/affinity
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
StateSaveLocation=$scratch/state
SlurmdSpoolDir=$scratch/spool
SlurmctldPidFile=$scratch/slurmctld.pid
SlurmdPidFile=$scratch/slurmd.pid
JobAcctGatherType=jobacct_gather/none
NodeName=$node NodeAddr=127.0.0.1 CPUs=$cpus State=UNKNOWN
PartitionName=trial Nodes=ALL Default=YES State=UP
END
export SLURM_CONF=$scratch/slurm.conf
mkdir state spool
sleep 1
slurmctld -D -f slurm.conf >slurmctld.log 2>&1 &
services+=($!)
slurmd -D -f slurm.conf -N "$node" >slurmd.log 2>&1 &
services+=($!)
for _ in $(seq 20); do
  sinfo -h -o %T 2>/dev/null | grep -q idle && break
  sleep 1
done
sinfo -h -o %T 2>/dev/null | grep -q idle || {
  tail -n 5 munge.out slurmctld.log slurmd.log
  skip "Slurm does not start here"
}

# ---- the jobs ----
export PVTUNE=$pvtune BASE=$scratch/base STUDY=mixed OUTPUT=$scratch/out PARTS=$scratch/parts
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
"$pvtune" generate -q "$BASE" --customers 4 --days 14 --scenarios 200 >/dev/null || exit 1
"$pvtune" run -q -b "$BASE" -p synthetic -s mixed -o expected -x serial >/dev/null || exit 1
# How MPI finds its ranks under srun: through PMIx where Slurm has it (Open MPI), otherwise PMI-2 (MPICH).
types=$(srun --mpi=list 2>&1)
case $types in
*pmix*) MPI_TYPE=pmix PVTUNE_MPI=$(dirname "$pvtune")/pvtune-openmpi.so ;;
*) MPI_TYPE=pmi2 PVTUNE_MPI=$(dirname "$pvtune")/pvtune-mpich.so ;;
esac
export MPI_TYPE PVTUNE_MPI
status=0
# submit WHAT SECONDS SBATCH-ARGUMENTS...
submit() {
  local what=$1 seconds=$2
  shift 2
  timeout "$seconds" sbatch --wait --output="$scratch/$what.%a.log" "$@" >"$what.submitted" 2>&1
  local code=$?
  [ $code = 0 ] || {
    echo "$what: exit $code: $(tail -n 5 "$what".*log "$what.submitted" | tr '\n' ' ')"
    status=1
  }
}
check() {
  if diff -r expected/mixed out/mixed >/dev/null; then
    echo "$1: the outputs of a serial run"
  else
    echo "$1: other outputs"
    status=1
  fi
  rm -rf out
}
if [ -e "$PVTUNE_MPI" ]; then
  submit mpi 60 --nodes=1 --ntasks-per-node=2 --cpus-per-task=1 "$here/slurm/mpi.sh"
  check "mpi.sh, 2 ranks ($MPI_TYPE)"
else
  echo "mpi.sh: not tried, as there is no $(basename "$PVTUNE_MPI")"
fi
unset PVTUNE_MPI
submit array 60 --array=1-4 --cpus-per-task=1 "$here/slurm/array.sh"
submit merge 30 "$here/slurm/merge.sh"
check "array.sh and merge.sh, 4 parts"
exit $status
