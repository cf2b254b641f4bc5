#!/bin/bash
#PBS -N pvtune
#PBS -l select=2:ncpus=32:mpiprocs=2:ompthreads=16
#PBS -l walltime=02:00:00
# One rank for each NUMA node, with all its cores; a job that is run again goes on from where it was.
cd "$PBS_O_WORKDIR" || exit 1
base=${BASE:-data} project=${PROJECT:-synthetic} study=${STUDY:-static} output=${OUTPUT:-out}

# Open MPI; with MPICH: mpiexec -bind-to numa.
mpirun --map-by ppr:2:node:PE=16 --bind-to core \
  "${PVTUNE:-pvtune}" run -b "$base" -p "$project" -s "$study" -o "$output" -x mpi --resume
