#!/usr/bin/env bash
# A scratch repository of 30 commits: a small C program that counts to LOOPS, STEP percent further
# from commit SLOW on. All are recorded; history --bisect must name that commit.
#   [SLOW=19] [STEP=10] [LOOPS=400000000] tests/live/history_bisect.sh [BUILD]
# shellcheck source=SCRIPTDIR/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
slow=${SLOW:-19} step=${STEP:-10} loops=${LOOPS:-400000000}
export XDG_CACHE_HOME=$work/cache
git init -q -b main "$work/repo" && cd "$work/repo"
git config user.name tester && git config user.email tester@example.org
for ((i = 1; i <= 30; i++)); do
  cat >program.c <<END
#include <stdio.h>
int main(void) {
  volatile unsigned long x = 0; /* commit $i */
  for (unsigned long k = 0; k < $((i >= slow ? loops * (100 + step) / 100 : loops))ul; k++)
    x += k;
  return printf("ok\n") < 0;
}
END
  git add program.c && git commit -q -m "commit $i"
done
program=(--build 'cc -O1 -o program program.c' --workload cmd:./program)
first=$(git rev-list --max-parents=0 HEAD)
"$pvtune" record "${program[@]}" "$first" "$first..HEAD"
"$pvtune" history
status=0
"$pvtune" history --bisect --csv >"$work/bisection.csv" || status=$?
cat "$work/bisection.csv"
[ $status = 4 ] && grep -q "^named,[0-9a-f]*,commit $slow," "$work/bisection.csv" &&
  echo "named: commit $slow, as planted"
