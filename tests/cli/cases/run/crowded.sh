# normalise: s/(-c|--pin|pinned to:) [0-9]+/\1 CPU/
# More workers than CPUs are said to share them; the outputs are the same.
cpu=$(taskset -cp $$ | sed 's/.*: //; s/[-,].*//')
try taskset -c "$cpu" pvtune run --workload builtin:batteries:8 -x threads -w 4 -q --csv 2>said | cut -d, -f 1,2,5
sed 's/pvtune: warning: //' said
try pvtune run --workload builtin:batteries:8 -x threads -w 2 --pin "$cpu" -q --csv 2>said | cut -d, -f 1,2,5
sed 's/pvtune: warning: //' said
try taskset -c "$cpu" pvtune run --workload builtin:batteries:8 -q --csv | cut -d, -f 1,2,5
