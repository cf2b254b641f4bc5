# exit: 1
# A bisection that is interrupted names no commit, wherever the signal finds it: in a build, a run, or the --cleanup of a commit.
# normalise: s/[0-9a-f]{12,40}/COMMIT/g
export PVTUNE_RESULTS=$PWD/results M=$PWD/marker
git init -q -b main repo && cd repo
git config user.name tester && git config user.email tester@example.org
printf 'sleep 0.005\n' >prog && git add prog && git commit -q -m first
echo : >mid && git add mid && git commit -q -m second
git rm -q mid && printf 'sleep 0.04\n' >prog && git add prog && git commit -q -m third
mark="if [ -e mid ]; then touch $M; until [ -e $PWD/../go ]; do sleep 0.02; done; fi"
interrupt() { # SIGNAL OPTIONS...
  local signal=$1
  shift
  rm -rf "$M" ../go ../x.json ../out ../err
  pvtune history --bisect --good HEAD~2 --no-lock --interleave never --workload 'cmd:sh prog' --build true \
    --export-json ../x.json "$@" >../out 2>../err &
  until [ -e "$M" ] || ! kill -0 $! 2>/dev/null; do sleep 0.02; done
  kill "-$signal" $!
  touch ../go
  wait $!
  echo "$signal: exit $?"
  grep -o '"result": "[^"]*"\|"commit": "[^"]*"' ../x.json
  tail -n 1 ../out
  grep -E 'skipped|error' ../err
}
interrupt TERM --build "$mark"
interrupt INT --build "$mark"
interrupt TERM --prepare "$mark"
interrupt INT --prepare "$mark"
interrupt TERM --cleanup "$mark"
