#!/usr/bin/env bash
# Power, live: a build that computes 5 % of its units twice must be called slower, 18 times of 20.
#   tests/live/compare_slower.sh [BUILD] [N]
# shellcheck source=SCRIPTDIR/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
n=${2:-20}
for percent in 0 5; do
  if ! { cmake -S "$root" -B "$work/extra$percent" -DCMAKE_BUILD_TYPE=Release \
      -DPVTUNE_BENCH=OFF -DPVTUNE_EXTRA_WORK=$percent &&
    cmake --build "$work/extra$percent" --target pvtune --parallel; } >"$work/log" 2>&1; then
    tail -n 20 "$work/log" >&2
    exit 2
  fi
done
compare_often "$n" "bin:$work/extra0/pvtune" "bin:$work/extra5/pvtune"
echo "SLOWER ${count[SLOWER]} of $n, FASTER ${count[FASTER]}, SAME ${count[SAME]}, INCONCLUSIVE ${count[INCONCLUSIVE]}"
[ -z "${count[FAILED]:-}" ] && [ $((10 * count[SLOWER])) -ge $((9 * n)) ]
