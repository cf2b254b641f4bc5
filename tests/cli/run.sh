#!/usr/bin/env bash
# Runs the cases of the command line: see README.md beside this file.
#   tests/cli/run.sh PVTUNE [--update] [CASE...]
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)

usage() {
  echo "usage: $0 PVTUNE [--update] [CASE...]" >&2
  exit 2
}
[ $# -ge 1 ] || usage
pvtune=$(realpath -- "$1")
[ -x "$pvtune" ] || { echo "$0: $1: no program" >&2; exit 2; }
shift
update=no
[ "${1:-}" = --update ] && { update=yes; shift; }

work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin" && ln -s "$pvtune" "$work/bin/pvtune"
scratch=$work/scratch

# read_header SCRIPT: what its comments ask for, in expected_exit, tries, and `normalisation`: sed -E commands that make this
# run's output comparable. How many CPUs there are is not a case's business. There are many cases: nothing is started for this.
read_header() {
  local line lines times='s:[0-9]+([.][0-9]+)? (ns|us|µs|ms|s|min|h)\b:TIME:g'
  expected_exit=0 tries=1
  normalisation=(-e "s|$scratch|SCRATCH|g" -e "s|$root|ROOT|g" -e '/^pvtune: warning: [0-9]+ workers share the/d')
  mapfile -t lines <"$1"
  for line in "${lines[@]}"; do
    case $line in
    '# exit: '*) expected_exit=${line#'# exit: '} ;;
    # It has further tries, since what it shows may fail for once without a fault.
    '# by chance: '*) tries=3 ;;
    '# normalise: times') normalisation+=(-e "$times") ;;
    '# normalise: '*) normalisation+=(-e "${line#'# normalise: '}") ;;
    esac
  done
}

# RUSTC: rustc itself, which is asked for its version before each build, takes longer than all else of a small one.
# run_case SCRIPT: leaves stdout, stderr and the exit code in $work/case/
run_case() {
  rm -rf "$scratch" "$work/case" "$work/tmp"
  mkdir "$scratch" "$work/case" "$work/tmp"
  (
    cd "$scratch" &&
      exec env -i PATH="$work/bin:$PATH" HOME="$scratch" LC_CTYPE=C.UTF-8 TERM=xterm TMPDIR="$work/tmp" \
        RUSTC=echo PVTUNE_LOCK="$work/lock" ROOT="$root" CASES="$here/cases" TRY="${try:-1}" \
        ${ASAN_OPTIONS:+ASAN_OPTIONS="$ASAN_OPTIONS"} ${UBSAN_OPTIONS:+UBSAN_OPTIONS="$UBSAN_OPTIONS"} \
        ${GCOV_ERROR_FILE:+GCOV_ERROR_FILE="$GCOV_ERROR_FILE"} ${GCOV_PREFIX:+GCOV_PREFIX="$GCOV_PREFIX"} \
        ${TSAN_OPTIONS:+TSAN_OPTIONS="$TSAN_OPTIONS"} ${LSAN_OPTIONS:+LSAN_OPTIONS="$LSAN_OPTIONS"} \
        BASH_ENV="$here/prelude.sh" timeout 300 bash -u "$1"
  ) </dev/null >"$work/case/stdout" 2>"$work/case/stderr"
  code=$?
  local left
  left=$(shopt -s nullglob dotglob && cd "$work/tmp" && echo *)
  [ -z "$left" ] || echo "left in TMPDIR: $left" >>"$work/case/stderr"
  if [ -s "$work/case/stdout" ] || [ -s "$work/case/stderr" ]; then
    sed -E -s -i "${normalisation[@]}" "$work/case/stdout" "$work/case/stderr"
  fi
}

update_case() {
  local stem=${1%.sh} stream
  for stream in stdout stderr; do
    if [ -s "$work/case/$stream" ]; then
      cp "$work/case/$stream" "$stem.$stream"
    else
      rm -f "$stem.$stream"
    fi
  done
  if [ "$code" != "$expected_exit" ]; then
    sed -i '/^# exit: /d' "$1"
    [ "$code" = 0 ] || sed -i "1i # exit: $code" "$1"
  fi
}

# Prints how the case differs from what is expected; true if it does not.
check_case() {
  local stem=${1%.sh} stream same=yes expected
  for stream in stdout stderr; do
    expected=$stem.$stream
    [ -e "$expected" ] || expected=/dev/null
    # Most say nothing on stderr, and are expected to.
    [ -s "$expected" ] || [ -s "$work/case/$stream" ] || continue
    diff -u --label "expected $stream" --label "actual $stream" "$expected" "$work/case/$stream" || same=no
  done
  if [ "$code" != "$expected_exit" ]; then
    echo "exit code: $code, expected $expected_exit"
    same=no
  fi
  [ $same = yes ]
}

is_wanted() {
  local name=$1 wanted
  shift
  [ $# = 0 ] && return 0
  for wanted; do
    wanted=${wanted#cases/} wanted=${wanted%.sh} wanted=${wanted%/}
    [ "$name" = "$wanted" ] || [ "${name%/*}" = "$wanted" ] && return 0
  done
  return 1
}

# check_in_tries SCRIPT NAME: true as soon as one try is as expected; else $work/difference is that of the last one.
check_in_tries() {
  local try
  for ((try = 2; ; try++)); do
    check_case "$1" >"$work/difference" && return
    [ "$try" -le "$tries" ] || return 1
    echo "$2: not as expected, try $((try - 1)) of $tries:"
    cat "$work/difference"
    run_case "$1"
  done
}

passed=0 failed=() skipped=()
while IFS= read -r script; do
  name=${script#"$here/cases/"} name=${name%.sh}
  is_wanted "$name" "$@" || continue
  read_header "$script"
  run_case "$script"
  if [ "$code" = 77 ]; then
    skipped+=("$name")
  elif [ $update = yes ]; then
    update_case "$script"
    passed=$((passed + 1))
  elif check_in_tries "$script" "$name"; then
    passed=$((passed + 1))
  else
    failed+=("$name")
    printf '%s failed:\n' "$name"
    cat "$work/difference"
    echo
  fi
done < <(find "$here/cases" -name '*.sh' | LC_ALL=C sort)

[ ${#skipped[@]} = 0 ] || echo "skipped: ${skipped[*]}"
[ ${#failed[@]} = 0 ] || echo "failed: ${failed[*]}"
if [ $update = yes ]; then
  echo "$passed cases updated"
else
  echo "$passed cases passed, ${#failed[@]} failed, ${#skipped[@]} skipped"
fi
[ $((passed + ${#skipped[@]})) -gt 0 ] && [ ${#failed[@]} = 0 ]
