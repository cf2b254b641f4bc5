#!/usr/bin/env bash
# Runs the reference studies, by several executors and at every SIMD level of this machine, and
# compares every file with what the reference implementation wrote.
#   tests/golden/reference.sh PVTUNE
# They lie beside the project (../shared/reference) or in $PVTUNE_REFERENCE; exit 77 where they are
# not. A line a study; exit 1 when anything differs.
set -u
[ $# = 1 ] || { echo "usage: $0 PVTUNE" >&2; exit 2; }
pvtune=$(realpath -- "$1")
[ -x "$pvtune" ] || { echo "$0: $1: no program" >&2; exit 2; }
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
reference=${PVTUNE_REFERENCE:-$here/../../../shared/reference}
if [ ! -d "$reference" ]; then
  echo "skipped: there are no reference studies in $reference (PVTUNE_REFERENCE=DIR says where)"
  exit 77
fi
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT

# The SIMD levels of this machine, best first; the first is what a run takes by itself.
levels=()
for level in avx512 avx2 portable; do
  "$pvtune" run -q --workload builtin:static:1 -x serial --simd $level >/dev/null 2>&1 && levels+=("$level")
done
executors=("serial" "threads -w 3" "processes -w 2")
for level in "${levels[@]:1}"; do executors+=("serial --simd $level"); done

# check EXPECTED BASE PROJECT STUDY EXECUTOR...: leaves what went wrong in $work/wrong. All runs of a
# study must give one digest, the first one's.
check() {
  local expected=$1 base=$2 project=$3 study=$4
  shift 4
  rm -rf "$work/out"
  "$pvtune" run -q --csv -b "$base" -p "$project" -s "$study" -o "$work/out" -x "$@" >"$work/wrong" 2>&1 ||
    return
  found=$(tail -n 1 "$work/wrong" | cut -d, -f5)
  digest=${digest:-$found}
  if [ -z "$found" ] || [ "$found" != "$digest" ]; then
    echo "$project/$study with $*: found digest $found, expected $digest" >"$work/wrong"
    return 1
  fi
  "$pvtune" validate "$expected" "$work/out/$study" >"$work/wrong" 2>&1
}

# name_of EXECUTOR...: threads, or the SIMD level where it is named
name_of() {
  case $* in
  *--simd*) echo "${@: -1}" ;;
  *) echo "$1" ;;
  esac
}

studies=0 failed=0
cd "$reference" || exit 2
for expected in */expected/*/*/; do
  expected=${expected%/}
  base=${expected%%/*} study=${expected##*/} project=${expected%/*}
  project=${project##*/}
  verdict=
  digest=
  for executor in "${executors[@]}"; do
    # shellcheck disable=SC2086 # an executor is several words
    if check "$expected" "$base" "$project" "$study" $executor; then
      verdict+="  $(name_of $executor): $(sed -n 's/^equal: //p' "$work/wrong" | sed 's/ (.*//')"
    else
      verdict+="  $(name_of $executor): WRONG"
      failed=$((failed + 1))
      cp "$work/wrong" "$work/wrong.$failed"
    fi
  done
  studies=$((studies + 1))
  echo "$base $project/$study$verdict"
done
for ((i = 1; i <= failed; i++)); do
  echo
  cat "$work/wrong.$i"
done
[ $studies -gt 0 ] || { echo "no studies in $reference" >&2; exit 1; }
[ $failed = 0 ] && echo "$studies studies agree with the reference"
