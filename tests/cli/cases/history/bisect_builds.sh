# normalise: s/[0-9a-f]{12,40}/COMMIT/g
# --bisect builds and runs as the records say, without being told again, also between given commits. Twelve records as given here,
# with a step at the seventh; their build fails, and says so in its own words.
export PVTUNE_RESULTS=$PWD/results
here=$(pvtune best 2>&1 | sed -E 's/.*this machine \((.*)\) has not.*/\1/')
machine=${here%%, *} allocation=${here#*, }
mkdir -p "results/$machine"
git init -q -b main repo && cd repo
{
  echo "made_utc,command,allocation,workload,a_revision,b_revision,a_config,b_config,build,change,lower,upper,schema_1"
  for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
    git -c user.name=t -c user.email=t@example.org commit -q --allow-empty -m "commit $i"
    change=$(awk -v i=$i 'BEGIN { print (i * 7 % 5 - 2 + (i >= 7 ? 100 : 0)) / 1000 }')
    echo "2026-01-0${i}T12:00:00Z,record,\"$allocation\",cmd:./prog,aaaaaaaaaaaa,$(git rev-parse --short=12 HEAD),serial/pin=none,serial/pin=none,echo the recorded build >&2; false,$change,$change,$change,."
  done
} >"../results/$machine/verdicts.csv"
try pvtune history --bisect --no-lock -q
try pvtune history --bisect --good HEAD~2 --no-lock -q
try pvtune history --bisect --good HEAD~2 --build 'echo another build >&2; false' --no-lock -q
