# A configuration with other outputs: exit code 3, nothing recommended, the row in the store says why.
# (--exhaustive, since a run that a busy machine makes slow is ended early otherwise, and gives no outputs.)
# normalise: s/m-[0-9a-f]{10}, [^)]*/MACHINE/; s/[0-9a-f]{16}/DIGEST/g
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock
pvtune tune --quiet --workload cmd:'echo {workers}' -w 2 --pins none --rounds 2 --exhaustive >table; echo "exit $?"
grep -c 'Use it' table
grep -o 'All other runs had.*' table
grep -o 'wrong,outputs differ[^"]*' results/*/runs.csv || grep -o 'wrong,"outputs differ[^"]*' results/*/runs.csv | sed 's/.*csv://'
try pvtune best --get workers
