# Placeholders of commands: unknown ones are refused before anything runs, values are quoted for the
# shell, the numbers are in the environment, and a recommended command has none left.
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock
try pvtune tune --workload cmd:'touch ran -j{worker}'
try pvtune sweep --workload cmd:'touch "ran'
try pvtune compare cmd:'touch ran' cmd:'touch ran {jobs}' --no-lock
ls
mkdir "my scratch"
try pvtune sweep --quiet -w 2 --pins none --rounds 1 --scratch "$PWD/my scratch" --workload cmd:'echo {{x}} ${workers:-unset} > {output}; cat {output} >> seen' >/dev/null
cat seen
try pvtune sweep --quiet -w 2 --pins none --rounds 1 --exhaustive --workload 'cmd:echo $PVTUNE_WORKERS $PVTUNE_PROCESSES $PVTUNE_THREADS >> numbers' >/dev/null
sort -u numbers
pvtune tune --quiet -x serial --rounds 2 --workload cmd:'cp -r seen {output}' >/dev/null
try pvtune best --get command
