#!/usr/bin/env bash
# A/A gates, live, while another job keeps one CPU busy: no revision is SLOWER than itself.
#   tests/live/gate_same.sh [BUILD] [N] [BUDGET]
# N gates (20) with a budget of 60s each: at most N minutes. Without a false alarm in N gates its probability is below 3/N with
# 95 % confidence; so a short run (5 15s) shows that it works, and 20 that at most one gate in seven cries wolf. How often it
# does in the long run is counted on recorded noise: ./dev selftest compare.
# shellcheck source=SCRIPTDIR/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
n=${2:-20} budget=${3:-60s}
export XDG_CACHE_HOME=$work/cache
git init -q -b main "$work/repo" && cd "$work/repo"
git config user.name tester && git config user.email tester@example.org
cat >program.c <<'END'
int main(void) {
  volatile unsigned long x = 0;
  for (unsigned long k = 0; k < 60000000ul; k++)
    x += k;
  return 0;
}
END
git add . && git commit -q -m one && git commit -q --allow-empty -m two
(while :; do :; done) &
other=$!
trap 'kill $other 2>/dev/null; rm -rf "$work"' EXIT
slower=0 failed=0
for ((i = 1; i <= n; i++)); do
  status=0
  said=$("$pvtune" gate --against HEAD~1 --build 'cc -O1 -o program program.c' --workload cmd:./program --budget "$budget" --csv -q) || status=$?
  IFS=, read -r _ _ _ _ _ runs change _ _ verdict _ <<<"$(tail -n 1 <<<"$said")"
  printf '%3d  %-12s  %3s runs  %+.2f %%  exit %d\n' "$i" "${verdict:-FAILED}" "${runs:-0}" "$(percent "${change:-0}")" "$status"
  case $status in 0) ;; 4) slower=$((slower + 1)) ;; *) failed=$((failed + 1)) ;; esac
done
awk -v k=$slower -v n="$n" -v failed=$failed 'BEGIN {
  printf "SLOWER %d of %d, not measured %d", k, n, failed
  if (k == 0 && n > failed) printf "; below %.0f %% with 95 %% confidence", 100 * (1 - 0.05 ^ (1 / (n - failed)))
  print ""
}'
[ $slower = 0 ] && [ $failed = 0 ]
