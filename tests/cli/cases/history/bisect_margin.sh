# Whatever --bisect says is beside the margin that it was judged with: a commit that takes as long as another is as good as the
# first one when the step that is searched is larger by far.
# normalise: s/[0-9a-f]{12,40}/COMMIT/g; s/[+-][0-9]+\.[0-9] %/CHANGE/g; s/margin [0-9]{2,3}(\.[0-9])? %/margin MARGIN/g
# normalise: s/ +(CHANGE|SAME|SLOWER) +/ \1 /g
# by chance: the verdicts are on real times.
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock
git init -q -b main repo && cd repo
git config user.name tester && git config user.email tester@example.org
commit() { echo "sleep $1" >prog && git add . && git commit -q -m "$2"; }
commit 0.02 first && commit 0.020 second && commit 0.06 third && commit 0.0601 fourth
bisect() {
  pvtune history --bisect --build true --workload cmd:'sh prog' --csv "$@" >table
  echo "exit $?"
  cut -d, -f 1,3,7,9 table
}
bisect --good HEAD~3
# what is stored says it too: half of the step, but 3 % for the first comparison
awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i } NR > 1 { m = $at["margin"]; print $at["verdict"], m == 0.03 ? m : m > 0.4 && m < 2 ? "half the step" : m }' \
  "$PVTUNE_RESULTS"/*/verdicts.csv
echo "Where nothing became slower it is the one asked for."
bisect --good HEAD~3 --bad HEAD~2 --margin 55%
