# Where standard descriptors are closed, no file takes their place: what programs print does not end up in the store.
export PVTUNE_RESULTS=$PWD/results
pvtune sweep -w 1 --rounds 1 --no-lock --show-output --workload 'cmd:echo X; echo ERRXX >&2' <&- 2>&- >out
echo "exit $?"
pvtune sweep -w 1 --rounds 1 --no-lock --fresh --show-output --workload 'cmd:echo X; echo ERRXX >&2' <&- >&- 2>err
echo "exit $?"
grep -h error err
grep -rl 'ERRXX$' results
! grep -rh '^X' results
