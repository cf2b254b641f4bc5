# exit: 1
# A search that ends without an answer says why, blames no configuration, and stores nothing.
# normalise: s/([^0-9])[0-9]+ ?s( or more)/\1TIME\2/
# normalise: s/least [0-9]+ s/least TIME/
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock
try pvtune tune -x serial,threads --pins none --budget 0.2s --workload cmd:'sleep 0.5; true {workers}' >short
sed -n '/^The budget/p' short
tail -n 1 short
try pvtune tune --budget 5s --workload cmd:'echo >>runs; wc -l <runs; true {workers}' >changing
sed -n '/^outputs/p; /^The program/p' changing
grep -c 'serial.*not valid' changing
tail -n 1 changing
pvtune best 2>/dev/null
