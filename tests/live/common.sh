# shellcheck shell=bash
# Sourced by the scripts beside it.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=$(cd "${1:-$root/build}" && pwd)
pvtune=$build/pvtune
[ -x "$pvtune" ] || { echo "$pvtune: no such program; ./dev build makes it" >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PVTUNE_RESULTS=${RESULTS:-$work/results}
workload=${WORKLOAD:-builtin:batteries:3000}

# compare_often N A B: N comparisons, a line each; leaves the verdicts' counts in the array `count`
declare -A count
compare_often() {
  local n=$1 a=$2 b=$3 i line verdict
  count=([SLOWER]=0 [FASTER]=0 [SAME]=0 [INCONCLUSIVE]=0)
  for ((i = 1; i <= n; i++)); do
    line=$("$pvtune" compare "$a" "$b" --workload "$workload" --csv -q | tail -n 1) || true
    IFS=, read -r _ _ _ _ _ runs change lower upper verdict _ <<<"$line"
    verdict=${verdict:-FAILED}
    count[$verdict]=$((${count[$verdict]:-0} + 1))
    printf '%3d  %-12s  %3s runs  %+.2f %% (%+.2f to %+.2f)\n' "$i" "$verdict" "${runs:-0}" \
      "$(percent "${change:-0}")" "$(percent "${lower:-0}")" "$(percent "${upper:-0}")"
  done
}

percent() { awk -v x="$1" 'BEGIN { print 100 * x }'; }
