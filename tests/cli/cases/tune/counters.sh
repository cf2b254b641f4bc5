# Counters of the CPU: columns of every run, empty where the machine has none, and then no objective.
# normalise: s/says '[^']+'/says 'WHY'/
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock
! pvtune tune --dry-run --quiet --objective cycles -- true >/dev/null 2>&1 || exit 77
try pvtune tune --objective instructions -- true
try pvtune tune --limit 'llc_misses < 10M' -- true
pvtune sweep --quiet --rounds 1 --outputs ignore -w 1 --export-csv t.csv -- sh -c 'echo {workers}' >/dev/null; echo "exit $?"
head -1 t.csv | tr , '\n' | grep -E '^(energy_j|instructions|cycles|llc_misses)$'
head -1 results/*/runs.csv | tr , '\n' | grep -E '^(energy_j|instructions|cycles|llc_misses)$'
