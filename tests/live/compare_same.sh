#!/usr/bin/env bash
# A/A, live: a binary against itself must not be called slower.
#   tests/live/compare_same.sh [BUILD] [N]
# shellcheck source=SCRIPTDIR/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
n=${2:-40}
compare_often "$n" "bin:$pvtune" "bin:$pvtune"
echo "SLOWER ${count[SLOWER]} of $n, FASTER ${count[FASTER]}, SAME ${count[SAME]}, INCONCLUSIVE ${count[INCONCLUSIVE]}"
[ -z "${count[FAILED]:-}" ] && [ $((100 * count[SLOWER])) -le "$n" ]
