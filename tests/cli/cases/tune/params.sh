# Parameters of a command: tried, stored, recommended, used; and every mistake.
# by chance: the verdict is on real times.
# normalise: s/as tuned on 20[0-9-]+$/as tuned on DATE/; s/"seconds.*/"seconds.../
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock
cat >program <<'END'
case "$1-$PLACE" in
3-near) sleep 0.01 ;;
*) sleep 0.08 ;;
esac
echo done, limit $LIMIT >&2
END
tune() { until_found pvtune tune --quiet --budget 90s "$@"; }
tune --param level=1,3,9 --env PLACE=far,near --env LIMIT={level}k -- sh program {level} >table
echo "exit $?"
grep -E '^(serial +none +3 near|Best|Use|level)' table | sed -E 's/ +/ /g; s/0\.[0-9]+/S/g; s/(about )?[0-9.]+ times.*/N times .../; s/[0-9.]+ ms/MS/; s/^level: ([0-9]+);.*/level: \1/'
cut -d, -f"$(head -1 results/*/recommendations.csv | tr , '\n' | grep -n '^config$' | cut -d: -f1)" results/*/recommendations.csv
try pvtune exec -- sh program {level}
try pvtune best --get command
for form in env slurm; do try pvtune best --export $form | grep -v CPUS; done
pvtune best --export json | grep -A 7 '"parameters"'
try pvtune exec --quiet -- sh program {level}
echo "A condition:"
tune --param level=1,3,9 --env PLACE=near --env LIMIT=x --where 'level != 3' -- sh program {level} >table
grep -c '^serial' table
echo "Far too many to list, not too many to search:"
pvtune tune --dry-run --param a=1..64 --param b=1..64 -- echo {a} {b} | grep -c values
try pvtune tune --dry-run --exhaustive --param a=1..64 --param b=1..64 -- echo {a} {b}
echo "Mistakes:"
for wrong in '--param level=1,3' '--param workers=1,2' '--param level=' '--param n=9..1' '--env PVTUNE_X=1' '--param level=1,1'; do
  try pvtune tune $wrong -- sh program {workers}
done
try pvtune tune --param level=1,3 -- sh program {levle}
try pvtune tune --param level=1,3 --where 'level > 3' -- sh program {level}
try pvtune tune --param level=1,3 --where 'level >' -- sh program {level}
try pvtune tune --param level=1,3 --where 'block > 3' -- sh program {level}
try pvtune tune --where 'workers > 3' -- sh program {workers}
try pvtune tune --param level=1,3
try pvtune exec -- sh other {level}
try pvtune run --workload builtin:static:10 --config threads:2/level=3
