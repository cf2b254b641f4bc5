# Waiting for another measurement ends: who holds the lock is said, and nothing was measured.
export PVTUNE_LOCK=$PWD/lock
printf 'pid 4711: pvtune tune\n' >lock
exec 9<lock
flock 9
try pvtune tune --workload builtin:batteries:10 --lock-wait 0.2s -q --results store
try pvtune sweep --workload builtin:batteries:10 --lock-wait 0s -q --results store
try pvtune compare cmd:true cmd:true --lock-wait 0.2s -q --results store
# A signal ends the waiting.
for command in 'tune --workload cmd:true' 'sweep --workload cmd:true' 'compare cmd:true cmd:true'; do
  : >err
  pvtune $command --results store 2>err &
  until grep -q waiting err; do sleep 0.02; done
  kill -TERM $!
  wait $!
  echo "$command: exit $?"
done
