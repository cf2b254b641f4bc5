# A gate that is interrupted is never a pass, and its reports say so; the same when that happens in a build.
# normalise: s/[0-9a-f]{12}/COMMIT/g
git init -q -b main repo && cd repo
git config user.name tester && git config user.email tester@example.org
printf 'echo 1; touch ran; sleep 0.2\n' >program && git add program && git commit -q -m one
git commit -q --allow-empty -m two
export PVTUNE_RESULTS=$PWD/../results
measured() { # N runs are stored
  [ "$(cat "$PVTUNE_RESULTS"/*/runs.csv 2>/dev/null | wc -l)" -gt "$1" ]
}
interrupt() { # SIGNAL CONDITION GATE-OPTIONS...
  local signal=$1 condition=$2
  shift 2
  rm -rf ../speed.* ../go "$PVTUNE_RESULTS"
  pvtune gate --against HEAD~1 --no-lock --interleave never --junit ../speed.xml --markdown ../speed.md "$@" \
    >out 2>err &
  until eval "$condition"; do sleep 0.02; done
  kill "-$signal" $!
  touch ../go
  wait $!
  echo "$signal: exit $?"
  grep -o 'errors="[0-9]*"\|<error type="[a-z ]*"' ../speed.xml
  head -n 1 ../speed.md
}
interrupt TERM 'measured 7' --build true --workload 'cmd:sh program'
interrupt INT 'measured 7' --build true --workload 'cmd:sh program'
interrupt TERM 'measured 1' --build true --workload 'cmd:sh program'
interrupt TERM "[ -e $PWD/../building ]" --workload 'cmd:sh program' \
  --build "touch $PWD/../building; while [ ! -e $PWD/../go ]; do sleep 0.02; done"
