# An interrupted record is no success, and leaves no record behind.
git init -q -b main repo && cd repo
git config user.name tester && git config user.email tester@example.org
echo "touch $PWD/started; while [ ! -e $PWD/go ]; do sleep 0.02; done" >program && git add program && git commit -q -m one
export PVTUNE_RESULTS=$PWD/../results
for signal in INT TERM; do
  rm -f started go
  pvtune record --build true --workload "cmd:sh program" --no-lock --interleave never >out 2>err &
  until [ -e started ]; do sleep 0.02; done
  kill -$signal $!
  touch go
  wait $!
  echo "$signal: exit $?"
  grep interrupted err
done
cat ../results/*/verdicts.csv 2>/dev/null | wc -l
