# exit: 1
# A process that cannot start its threads says why. Another user has the limit, which root has not.
[ "$(id -u)" = 0 ] && command -v setpriv >/dev/null || exit 77
chmod 777 .
setpriv --reuid 54321 --clear-groups bash -c 'ulimit -u 4
  pvtune run -q --workload builtin:static:5 -x hybrid -w 2x6 2>&1 >/dev/null | sed "s/process [12]/process N/" | grep error:'
