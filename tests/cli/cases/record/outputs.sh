# A commit whose outputs are not those of the reference is named by record, marked by history, and told by a bisection.
# by chance: the bisection must find that four times as long is slower
# normalise: s/[0-9a-f]{12,40}/COMMIT/g
# normalise: s/[0-9a-f]{16}/DIGEST/g
# normalise: s/202[0-9]-[0-9-]+T[0-9:.]+(Z|\+00:00)/NOW/g
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock TZ=UTC
git init -q -b main repo && cd repo
git config user.name tester && git config user.email tester@example.org
commit() { echo "$2" >prog && git add . && git commit -q -m "$1"; }
commit one 'sleep 0.01; echo 1' && commit two 'sleep 0.01; echo 1 # quicker' && commit three 'sleep 0.01; echo 2' &&
  commit four 'sleep 0.01; echo 3' && commit five 'sleep 0.05; echo 3' && commit six 'sleep 0.05; date +%N'
with=("--build" true --workload 'cmd:sh prog' --no-lock -q)
try pvtune record "${with[@]}" --blocks 6 --csv HEAD~5 HEAD~5..HEAD | cut -d, -f 1,2,3,7,8
try pvtune history --csv | cut -d, -f 2,5,12,13
pvtune history | tail -n 2
export PVTUNE_PLOTS=$ROOT/plots
pvtune report --no-plots -o page.html && grep -c '</code> <span class="quiet">(new outputs)' page.html && rm page.html
try pvtune history --bisect "${with[@]}" --good HEAD~4 --bad HEAD~1 >bisected
tail -n 2 bisected
try pvtune history --bisect "${with[@]}" --good HEAD~4 --bad HEAD~1 --csv >bisected
cut -d, -f 1,2,3,10 bisected
