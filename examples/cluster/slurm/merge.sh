#!/bin/bash
#SBATCH --job-name=pvtune-merge
#SBATCH --nodes=1
#SBATCH --ntasks=1
#SBATCH --time=00:30:00
study=${STUDY:-static} parts=${PARTS:-parts} output=${OUTPUT:-out}

"${PVTUNE:-pvtune}" merge "$parts/$study".* -o "$output"
