# Waiting for another measurement ends: who holds the lock is said, and nothing was measured.
export PVTUNE_LOCK=$PWD/lock
printf 'pid 4711: pvtune tune\n' >lock
exec 9<lock
flock 9
try pvtune tune --workload builtin:batteries:10 --lock-wait 0.2s -q --results store
try pvtune sweep --workload builtin:batteries:10 --lock-wait 0s -q --results store
try pvtune compare cmd:true cmd:true --lock-wait 0.2s -q --results store
