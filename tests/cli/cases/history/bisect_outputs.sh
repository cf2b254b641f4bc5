# Which commit changed the outputs: one whose outputs change from run to run is not one whose outputs are those of the first commit.
# normalise: s/[0-9a-f]{12,40}/COMMIT/g; s/[+-][0-9]+\.[0-9] %/CHANGE/g; s/margin [0-9]{2,3}(\.[0-9])? %/margin MARGIN/g
# normalise: s/ +(CHANGE|SAME|SLOWER) +/ \1 /g
# by chance: the verdicts are on real times.
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock
git init -q -b main repo && cd repo
git config user.name tester && git config user.email tester@example.org
commit() { printf 'sleep %s; %s\n' "$2" "$3" >prog && git add . && git commit -q --allow-empty -m "$1"; }
commit first 0.02 'echo one'
commit second 0.02 'echo one; date +%N'
commit third 0.02 'echo one; date +%N'
commit fourth 0.06 'echo two'
bisect() {
  pvtune history --bisect --build true --workload cmd:'sh prog' "$@" >table
  echo "exit $?"
  sed 1,/^named/d table
}
bisect --good HEAD~3
echo "Nothing is known where all of them vary."
bisect --good HEAD~2
