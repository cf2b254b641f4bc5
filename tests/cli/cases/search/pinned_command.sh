# A program that two pinned workers make faster: the line to use pins it in the same way.
# by chance: a process of a short run may end before it was looked at; its binding is then not proven.
# normalise: s/taskset -c [0-9,-]+/taskset -c CPUS/
[ "$(nproc)" -ge 2 ] || exit 77
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock
until_found pvtune tune --quiet --workload cmd:'sleep 0.$((6-2*{workers})); echo done' -w 2 --pins compact --rounds 2 >table
echo "exit $?"
pvtune best --get command
grep -q ',held,' results/*/runs.csv && echo held
