# What is to be tuned if --check finds no recommendation can be listed; then nothing else is measured.
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock
pvtune tune --check -w 2-3 --pins none --rounds 1 --workload cmd:'echo done # {workers}' --budget 5s >/dev/null 2>log
[ $? -ne 2 ] && grep 'no recommendation' log
cut -d, -f"$(head -1 results/*/runs.csv | tr , '\n' | grep -nx config | cut -d: -f1)" results/*/runs.csv | sort -u
