#!/usr/bin/env bash
# Runs the studies of a folder, by several executors and at every SIMD level of this machine, and
# compares every file with what the reference model wrote.
#   tests/golden/reference.sh PVTUNE [FOLDER]
# FOLDER has base folders, each with expected/PROJECT/STUDY and perhaps a file `region`, the region
# of daylight saving. Without it: $PVTUNE_REFERENCE, or ../shared/reference beside the project.
# Prints a line per study. Exit code 1 when anything differs, 77 when the folder is not there.
set -u
[ $# = 1 ] || [ $# = 2 ] || { echo "usage: $0 PVTUNE [FOLDER]" >&2; exit 2; }
pvtune=$(realpath -- "$1")
[ -x "$pvtune" ] || { echo "$0: $1: no program" >&2; exit 2; }
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
reference=${2:-${PVTUNE_REFERENCE:-$here/../../../shared/reference}}
if [ ! -d "$reference" ]; then
  echo "skipped: there are no reference studies in $reference"
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
# study must give one digest, that of the first.
check() {
  local expected=$1 base=$2 project=$3 study=$4
  shift 4
  local region=()
  [ -f "$base/region" ] && region=(-d "$(<"$base/region")")
  rm -rf "$work/out"
  "$pvtune" run -q --csv -b "$base" -p "$project" -s "$study" "${region[@]}" -o "$work/out" -x "$@" \
    >"$work/table" 2>"$work/wrong" || return
  found=$(tail -n 1 "$work/table" | cut -d, -f5)
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
