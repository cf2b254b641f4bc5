# What an earlier command has written does not stay for one that measured nothing: it failed, was interrupted, or knows no such
# revision. What is refused before that changes nothing.
export PVTUNE_RESULTS=$PWD/results
git init -q -b main repo && cd repo
git config user.name tester && git config user.email tester@example.org
echo 'sleep 0.01' >program && git add program && git commit -q -m one
files() { # COMMAND...
  rm -f ../x.* ../M
  for f in a b j c m s; do echo old >../x.$f; done
  "$@" >/dev/null 2>../err &
  if [ "$signal" ]; then
    until [ -e ../M ] || ! kill -0 $! 2>/dev/null; do sleep 0.02; done
    kill "-$signal" $!
  fi
  wait $!
  echo "exit $?: $(grep -l old ../x.* | tr '\n' ' ')"
}
exports=(--export-json ../x.j --export-csv ../x.c --export-markdown ../x.m)
gate=(pvtune gate --no-lock --workload 'cmd:sh program' "${exports[@]}" --export-benchmark-action ../x.a --export-bencher ../x.b)
signal=TERM files "${gate[@]}" --against HEAD --build "touch $PWD/../M; sleep 20"
signal='' files "${gate[@]}" --against HEAD --build 'exit 1'
signal='' files "${gate[@]}" --against nowhere --build true
signal='' files "${gate[@]}" --against HEAD --margin no --build true
signal='' files pvtune compare 'cmd:exit 7' 'cmd:exit 7' "${exports[@]}" --no-lock
signal=INT files pvtune sweep -w 1,2 --no-lock --workload 'cmd:true {workers}' "${exports[@]}" --setup "touch $PWD/../M; sleep 0.5" \
  --export-surface ../x.s
