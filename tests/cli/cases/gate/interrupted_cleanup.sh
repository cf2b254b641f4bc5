# A signal during --cleanup: the first lets it end, the second ends it with all that it has started. Neither is a pass.
# The first of two signals that are pending at once is either.
# normalise: s/exit (129|130|143), cleanup cut/exit of a signal, cleanup cut/
export PVTUNE_RESULTS=$PWD/results
printf 'touch began; sleep 30 & until [ -e go ]; do sleep 0.02; done; touch ended\n' >cleanup
during() { # SIGNALS COMMAND...
  local signals=$1 pid
  shift
  rm -f began go ended speed.*
  "$@" --no-lock --cleanup 'sh cleanup' >out 2>err &
  pid=$!
  until [ -e began ]; do sleep 0.02; done
  for signal in $signals; do
    [ "$signal" = go ] && touch go || kill "-$signal" $pid
  done
  wait $pid
  echo "$2 $signals: exit $?, cleanup $([ -e ended ] && echo complete || echo 'cut short')"
  grep error: err
}
gate=(pvtune gate --against 'cmd:sleep 0.05' --head 'cmd:sleep 0.05' --margin 100% --min-effect 100%)
during 'TERM go' "${gate[@]}" --junit speed.xml --markdown speed.md
grep -A 2 'name="cleanup"' speed.xml
head -n 1 speed.md
grep Interrupted out speed.md
during 'HUP INT' "${gate[@]}" --junit speed.xml
grep -A 2 'name="cleanup"' speed.xml
during 'INT go' pvtune compare 'cmd:sleep 0.05' 'cmd:sleep 0.05' --margin 100% --min-effect 100%
during 'TERM go' pvtune sweep -w 1 --rounds 1 --workload cmd:true
during 'TERM HUP' pvtune sweep -w 1 --rounds 1 --workload cmd:true
