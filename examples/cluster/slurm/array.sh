#!/bin/bash
#SBATCH --job-name=pvtune-part
#SBATCH --array=1-16
#SBATCH --nodes=1
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=16
#SBATCH --time=00:30:00
base=${BASE:-data} project=${PROJECT:-synthetic} study=${STUDY:-static} parts=${PARTS:-parts}

"${PVTUNE:-pvtune}" run -b "$base" -p "$project" -s "$study" -o "$parts" \
  --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT"
