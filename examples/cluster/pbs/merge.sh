#!/bin/bash
#PBS -N pvtune-merge
#PBS -l select=1:ncpus=1
#PBS -l walltime=00:30:00
cd "$PBS_O_WORKDIR" || exit 1
study=${STUDY:-static} parts=${PARTS:-parts} output=${OUTPUT:-out}

"${PVTUNE:-pvtune}" merge "$parts/$study".* -o "$output"
