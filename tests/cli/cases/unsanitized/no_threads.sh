# A process that cannot start its threads says why. Another user has the limit, which root has not.
[ "$(id -u)" = 0 ] && command -v setpriv >/dev/null || exit 77
chmod 777 .
program=$(realpath "$(command -v pvtune)")
setpriv --reuid 54321 --clear-groups test -x "$program" || exit 77
setpriv --reuid 54321 --clear-groups env -u BASH_ENV bash -c "ulimit -u 4
  TMPDIR=/tmp '$program' run -q --workload builtin:static:5 -x hybrid -w 2x6" 2>&1 >/dev/null |
  sed -n 's/.*process [12] of/error: process N of/p'
