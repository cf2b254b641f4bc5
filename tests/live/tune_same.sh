#!/usr/bin/env bash
# Live: does tuning again recommend the same, and is no winner announced where there is none?
#   tests/live/tune_same.sh [BUILD] same [N] [BUSY]       N tunings (10) each of a study, of xz and of the batteries
#   tests/live/tune_same.sh [BUILD] no-effect [N] [BUSY]  N sweeps (40) each of a loop of 20 ms and of 1 s that ignores its workers
# BUSY: how much of the machine's CPUs another job uses meanwhile, in CPUs, such as 1 or 1.5 (0).
# STUDY='-b FOLDER -p PROJECT -s STUDY': the study; without it only the other two are tuned.
# KEEP=FOLDER: the store of each tuning is kept there, to be looked at or replayed.
# A line for each tuning, then what was said how often. Exit code 1: "same" said different things more than once in ten
# times (beside a busy job, "not shown" is no difference), or "no-effect" announced more than one winner in forty.
# shellcheck source=SCRIPTDIR/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
what=${2:-same} busy=${4:-0} failed=0
case $what in same) n=${3:-10} ;; no-effect) n=${3:-40} ;; *) echo "same or no-effect is expected, found '$what'" >&2; exit 2 ;; esac

# burn SHARE: uses that share of a CPU, in slices of 0.1 s
burn() {
  while :; do
    timeout "$(awk -v s="$1" 'BEGIN { print 0.1 * s }')" sh -c 'while :; do :; done' || true
    sleep "$(awk -v s="$1" 'BEGIN { print 0.1 * (1 - s) }')"
  done
}
jobs=()
for ((i = 0; i < ${busy%%.*}; i++)); do
  (while :; do :; done) &
  jobs+=($!)
done
if [ "${busy#*.}" != "$busy" ]; then
  burn "0.${busy#*.}" &
  jobs+=($!)
fi
trap 'kill "${jobs[@]}" 2>/dev/null || true; rm -rf "$work"' EXIT

# judge: the promise, by what $work/said holds
judge() {
  local wrong most
  wrong=$(grep -c -v -e nothing -e '^serial' "$work/said" || true)
  most=$(sort "$work/said" | uniq -c | sort -rn | awk 'NR == 1 { print $1 }')
  if [ "$busy" != 0 ]; then # "not shown" beside a busy job is no difference
    most=$(grep -v nothing "$work/said" | sort | uniq -c | sort -rn | awk 'NR == 1 { print $1 }' || true)
    most=$((${most:-0} + $(grep -c nothing "$work/said" || true)))
  fi
  case $what in
  same) [ "$most" -ge $((n * 9 / 10)) ] || failed=1 ;;
  no-effect) [ "$wrong" -le $((n / 40 > 1 ? n / 40 : 1)) ] || failed=1 ;;
  esac
}

# repeat NAME COMMAND...: N times, each with an empty store; leaves what was recommended, a line each, in $work/said
repeat() {
  local name=$1 i status sentence
  shift
  : >"$work/said"
  for ((i = 1; i <= n; i++)); do
    rm -rf "$PVTUNE_RESULTS"
    status=0
    "$pvtune" "$@" --quiet >"$work/table" 2>"$work/errors" || status=$?
    sentence=$(awk -v RS= -F '\n' '$1 !~ /left out/ { line = $1 } END { print line }' "$work/table")
    config=$("$pvtune" best --get config 2>/dev/null) || config=
    [ -z "${KEEP:-}" ] || cp -r "$PVTUNE_RESULTS" "$KEEP/${name// /}-$i"
    [ $status = 0 ] || [ $status = 5 ] || failed=1
    echo "${config:-nothing}" >>"$work/said"
    printf '%-9s %3d  exit %d  %s\n' "$name" "$i" "$status" "$sentence"
  done
  echo "$name: $(sort "$work/said" | uniq -c | sort -rn | awk '{ n = $1; $1 = ""; printf "%s%d times%s", (NR > 1 ? ", " : ""), n, $0 }')"
}

case $what in
same)
  cat "$root"/core/src/*/*.c "$root"/harness/*/*.c "$root"/tests/*/*.c >"$work/text"
  read -r -a study <<<"${STUDY:-}"
  if [ ${#study[@]} -gt 0 ]; then
    repeat study tune --scratch /dev/shm "${study[@]}"
    judge
  fi
  repeat xz tune --workload "cmd:xz -T+{workers} --block-size=256KiB -3 -c $work/text"
  judge
  repeat batteries tune
  judge
  ;;
no-effect)
  cat >"$work/loop.c" <<'END'
#include <stdlib.h>
int main(int argc, char **argv) {
  volatile unsigned long x = 0;
  for (unsigned long k = 0, n = strtoul(argv[argc - 2], 0, 10); k < n; k++)
    x += k;
  return 0;
}
END
  cc -O1 -o "$work/loop" "$work/loop.c"
  TIMEFORMAT=%U
  cpu_s=$({ time "$work/loop" 400000000 1; } 2>&1)
  # loops SECONDS: so many take that much CPU time here
  loops() { awk -v s="$1" -v per="$cpu_s" 'BEGIN { printf "%.0f", 4e8 * s / per }'; }
  repeat "20 ms" sweep --workload "cmd:$work/loop $(loops 0.02) {workers}"
  judge
  repeat "1 s" sweep --workload "cmd:$work/loop $(loops 1) {workers}"
  judge
  ;;
esac
exit $failed
