#!/bin/bash
#PBS -N pvtune-part
#PBS -J 1-16
#PBS -l select=1:ncpus=16
#PBS -l walltime=00:30:00
cd "$PBS_O_WORKDIR" || exit 1
base=${BASE:-data} project=${PROJECT:-synthetic} study=${STUDY:-static} parts=${PARTS:-parts}

# The same number as in -J above.
"${PVTUNE:-pvtune}" run -b "$base" -p "$project" -s "$study" -o "$parts" --shard "$PBS_ARRAY_INDEX/16"
