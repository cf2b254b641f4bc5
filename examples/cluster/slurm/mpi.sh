#!/bin/bash
#SBATCH --job-name=pvtune
#SBATCH --nodes=2
#SBATCH --ntasks-per-node=2
#SBATCH --cpus-per-task=16
#SBATCH --time=02:00:00
#SBATCH --requeue
# One rank for each NUMA node, with all its cores. A job that is put into the queue again goes on from where it was.
base=${BASE:-data} project=${PROJECT:-synthetic} study=${STUDY:-static} output=${OUTPUT:-out}

# --kill-on-bad-exit: when a rank dies, the others are ended at once instead of waiting for it.
srun --kill-on-bad-exit=1 --cpu-bind=cores --cpus-per-task="${SLURM_CPUS_PER_TASK:-1}" ${MPI_TYPE:+--mpi=$MPI_TYPE} \
  "${PVTUNE:-pvtune}" run -b "$base" -p "$project" -s "$study" -o "$output" -x mpi --resume
