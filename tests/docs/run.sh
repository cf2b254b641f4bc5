#!/usr/bin/env bash
# Checks the documents against the program and the repository: see tests/README.md.
#   tests/docs/run.sh PVTUNE [--update] [DOCUMENT...]
# --update writes the messages of error tables as they are now; read the difference before you commit it.
# shellcheck disable=SC2016  # backticks are Markdown's
set -u
# What runs here finds nothing of the caller's environment but sanitizer options.
[ -n "${CLEAN_ENVIRONMENT-}" ] || exec env -i PATH="$PATH" TMPDIR="${TMPDIR:-/tmp}" LC_CTYPE=C.UTF-8 CLEAN_ENVIRONMENT=yes \
  ${ASAN_OPTIONS:+ASAN_OPTIONS="$ASAN_OPTIONS"} ${UBSAN_OPTIONS:+UBSAN_OPTIONS="$UBSAN_OPTIONS"} bash "$0" "$@"
unset CLEAN_ENVIRONMENT
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)

usage() {
  echo "usage: $0 PVTUNE [--update] [DOCUMENT...]" >&2
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
failures=0
fail() {
  failures=$((failures + 1))
  printf '%s\n' "$*"
}

# What a document's commands find: pvtune in $PATH, and a scratch folder that looks like a checkout.
# `dev` is the real one; cmake and ctest only say that they were called, since the build is there and
# the tests are running.
scratch=$work/checkout
prepare() {
  mkdir -p "$work/bin" "$scratch/build"
  export PATH="$work/bin:$PATH" HOME="$work" PVTUNE_RESULTS="$work/results" PVTUNE_LOCK="$work/lock"
  ln -s "$pvtune" "$work/bin/pvtune"
  ln -s "$pvtune" "$scratch/build/pvtune"
  [ ! -x "${pvtune%/*}/pvtune_bench" ] || ln -s "${pvtune%/*}/pvtune_bench" "$scratch/build/pvtune_bench"
  local entry
  for entry in dev examples plots tests CMakePresets.json; do
    ln -s "$root/$entry" "$scratch/$entry"
  done
  rm "$scratch/dev" && cp "$root/dev" "$scratch/dev"
  printf '#!/bin/sh\nexit 0\n' >"$work/bin/cmake"
  printf '#!/bin/sh\necho "100%% tests passed, 0 tests failed out of 1"\n' >"$work/bin/ctest"
  chmod +x "$work/bin/cmake" "$work/bin/ctest"
}

words_in_scratch() { (cd "$scratch" && exec "$@") </dev/null; } # COMMAND...
in_scratch() { words_in_scratch timeout 300 bash -c "$1"; }      # COMMAND-LINE

# ---- blocks ------------------------------------------------------------------------------------

# split_blocks DOCUMENT: every fenced block and error table becomes $work/blocks/N, with its language,
# line number and the marker before it (the HTML comment on the line above) in N.kind.
split_blocks() {
  rm -rf "$work/blocks" && mkdir "$work/blocks"
  awk -v out="$work/blocks" '
    function begin(kind) { n++; file = sprintf("%s/%03d", out, n); printf "%s\t%d\t%s\n", kind, NR, marker > (file ".kind"); printf "" > file }
    inside && /^```/    { inside = 0; marker = ""; next }
    inside              { print > file; next }
    /^```/              { begin(substr($0, 4)); inside = 1; next }
    table && !/^\|/     { table = 0 }
    table               { if (++row > 2) printf "%d\t%s\n", NR, $0 > file; next }
    /^<!-- .* -->$/     { marker = substr($0, 6, length($0) - 9); next }
    /^\|/ && marker ~ /^errors: / { begin("errors"); table = 1; row = 1; marker = ""; next }
    NF                  { marker = "" }' "$1"
}

# A listing equals its file; a line that is only … stands for any number of lines.
check_listing() {
  local block=$1 path=$2 where=$3
  [ -f "$root/$path" ] || { fail "$where: there is no file $path"; return; }
  if ! grep -qx '…' "$block"; then
    diff -u --label "$where" --label "$path" "$block" "$root/$path" || fail "$where: differs from $path"
    return
  fi
  local text pattern
  text=$(sed 's/[][\\*?]/\\&/g' "$block")
  pattern=${text//$'\n…\n'/$'\n*\n'}
  pattern=${pattern%$'\n…'}$([[ $text == *$'\n…' ]] && echo $'\n*')
  # shellcheck disable=SC2254
  case $(cat "$root/$path") in
  $pattern) ;;
  *) fail "$where: differs from $path" ;;
  esac
}

# check_console BLOCK MARKER WHERE: runs the commands, those after "$ " or (in sh) every line. Marker:
#   run                     output and exit code as shown ("exit 2" on a line of its own)
#   run: exit 0             the exit code alone (several: 0,5)
#   run: exit 0; SED        a command is changed by SED before, for a shorter run
#   not run: REASON
check_console() {
  local block=$1 marker=$2 where=$3 line
  case $marker in
  'not run: '?*) return ;;
  run) run_exactly "$block" "$where" ;;
  'run: exit '*)
    local codes=${marker#run: exit } change=
    [[ $codes != *';'* ]] || { change=${codes#*; } codes=${codes%%;*}; }
    while IFS= read -r line; do
      line=$(sed -E "$change" <<<"${line%%  #*}")
      run_loosely "$line" "$codes" "$where"
    done < <(commands_of "$block")
    ;;
  *) fail "$where: a block of commands needs a marker: run, run: exit CODE, or not run: REASON" ;;
  esac
}

# The commands of a block, one on each line: a backslash at the end joins lines.
commands_of() {
  if grep -q '^\$ ' "$1"; then sed -n 's/^\$ //p' "$1"; else sed -e :a -e '/\\$/{N;s/\\\n *//;ta}' "$1"; fi
}

run_loosely() {
  [ -n "$1" ] || return 0
  in_scratch "$1" >"$work/out" 2>&1
  local code=$?
  case ",$2," in
  *",$code,"*) ;;
  *) fail "$where: exit code $code, expected $2: $1"$'\n'"$(tail -5 "$work/out")" ;;
  esac
}

run_exactly() {
  local line code
  while IFS= read -r line; do
    echo "\$ $line"
    in_scratch "$line" 2>&1
    code=$?
    [ $code = 0 ] || echo "exit $code"
  done < <(commands_of "$1") | sed "s|$scratch/||g" >"$work/out"
  diff -u --label "$2" --label "what happens" "$1" "$work/out" || fail "$2: other output than shown"
}

# ---- error tables ------------------------------------------------------------------------------

# Rows "| row N, `COLUMN` | `VALUE` | MESSAGE |" of a table marked "errors: FILE": with that cell of
# the tiny study changed, MESSAGE is what pvtune says, apart from the place of that very cell.
# Column "line" stands for the whole row; VALUE (empty) for an empty cell, (none) for no such file. A FILE that
# begins with examples/ is of that example instead. There are many rows: for each, nothing but pvtune is started.
check_errors() {
  local block=$1 file=$2 document=$3 base=$work/base study=examples/tiny_study
  local number text cell row column value expected said lines
  [[ $file != examples/*/* ]] || { text=${file#examples/*/} && study=${file%"/$text"} file=$text; }
  rm -rf "$base" && cp -r "$root/$study" "$base" && mapfile -t lines <"$base/$file"
  while IFS=$'\t' read -r number text; do
    IFS='|' read -r _ cell value expected _ <<<"${text//\\|/$'\x01'}"
    row=0
    [[ ! $cell =~ row\ ([0-9]+) ]] || row=${BASH_REMATCH[1]}
    column=${cell#*\`} column=${column%%\`*}
    trim value && value=${value#\`} && value=${value%\`} && trim value
    trim expected
    value=${value//$'\x01'/|} expected=${expected//$'\x01'/|}
    [ "$value" != '(empty)' ] || value=
    write_changed "$base/$file"
    find_message "$base"
    if [ $update = yes ]; then
      printf '%s\t%s\n' "$number" "${said//|/\\|}" >>"$work/updates"
    elif [ "$said" != "$expected" ]; then
      fail "$document:$number: says    $expected"$'\n'"  pvtune says $said"
    fi
  done <"$block"
}

# trim NAME: no blanks around the value of that variable.
trim() {
  local -n trimmed=$1
  trimmed=${trimmed#"${trimmed%%[! ]*}"}
  trimmed=${trimmed%"${trimmed##*[! ]}"}
}

# write_changed PATH: the lines of check_errors, with its value in its row and column. The tiny study's
# files have no quotes, so that a cell is what lies between two commas.
write_changed() {
  local changed=("${lines[@]}") header cells i
  if [ "$value" = '(none)' ]; then
    rm "$1"
    return
  elif [ "$column" != line ]; then
    IFS=, read -ra header <<<"${lines[0]}"
    IFS=, read -ra cells <<<"${lines[row - 1]}," # the comma keeps a last cell that is empty
    for i in "${!header[@]}"; do
      [ "${header[i]}" != "$column" ] || cells[i]=$value
    done
    changed[row - 1]=$(IFS=, && echo "${cells[*]}")
  elif [ -n "$value" ]; then
    changed[row - 1]=$value
  else
    unset "changed[row - 1]"
  fi
  printf '%s\n' "${changed[@]}" >"$1"
}

# find_message BASE: `said`, the first error or warning of a run of it, without the place if that is the changed cell's.
find_message() {
  local line kind place="$file: row $row, column $column: "
  [ ! -e "$work/run" ] || rm -r "$work/run"
  words_in_scratch pvtune run -b "$1" -p first -s compare -o "$work/run" -x serial >/dev/null 2>"$work/said"
  said=nothing
  while IFS= read -r line; do
    case $line in
    'pvtune: error: '* | 'pvtune: warning: '*)
      line=${line#pvtune: } && line=${line//"$1/"/}
      kind=${line%%: *} && line=${line#*: }
      said="$kind: ${line#"$place"}"
      return
      ;;
    esac
  done <"$work/said"
}

write_updates() {
  [ -s "$work/updates" ] || return 0
  awk -F'\t' 'NR == FNR { said[$1] = $2; next }
    FNR in said { line = $0; gsub(/\\\|/, "\001", line); split(line, cell, "|"); line = "|" cell[2] "|" cell[3] "| " said[FNR] " |"; gsub("\001", "\\|", line); print line; next }
    { print }' "$work/updates" "$1" >"$work/updated" && cp "$work/updated" "$1"
}

# ---- names -------------------------------------------------------------------------------------

# `path` in backticks that begins like one of the repository: it exists. <name> and NAME stand for
# anything, at least one such file is there. A link leads somewhere. (Here and below, nothing is started for each name.)
check_paths() {
  local document=$1 path glob
  cd "$root" || return
  grep -oE '`[^` ]+`' "$document" | tr -d '`' | grep -E "^($top)(/|\$)" | sort -u | while IFS= read -r path; do
    glob=${path//<+([a-z_])>/*}
    glob=${glob//[A-Z][A-Z][A-Z]+([A-Z])/*}
    glob=${glob//…/*}
    case $path in results/[!R]*) continue ;; esac
    compgen -G "${glob%[.,;:]}" >/dev/null || echo "$document: there is no $path"
  done
  grep -oE '\]\([^)#:]+[)#]' "$document" | sed 's/^](//; s/[)#]$//' | sort -u | while IFS= read -r path; do
    [ -e "${document%/*}/$path" ] || echo "$document: links to $path, which is not there"
  done
}

# A block marked "tree": two blanks of indentation for each level, the first word is a name.
check_tree() {
  awk '{ match($0, /^ */); depth = RLENGTH / 2; part[depth] = $1; path = ""
         for (i = 0; i <= depth; i++) path = path part[i]; sub("/$", "", path); print path }' "$1" |
    while IFS= read -r path; do
      [ -e "$root/$path" ] || echo "$2: there is no $path"
    done
}

# Code spans and commands of a document, one on each line.
code_of() {
  grep -oE '`[^`]+`' "$1" | tr -d '`'
  awk '/^```/ { inside = !inside; next } inside && /^\$ /; inside && /^\.?\/?[a-z].*(pvtune|dev) /' "$1" | sed 's/^\$ //; s/  #.*//'
}

# `pvtune COMMAND --option` and `./dev COMMAND` in code.
check_commands() {
  local document=$1 command option line word
  code_of "$document" >"$work/code"
  set -f
  grep -oE '(^|[|;(] *)([^ (]*/)?pvtune [a-z].*' "$work/code" | sed -E 's/^[|;(]* *([^ ]*\/)?//' | sort -u |
    while IFS= read -r line; do
      read -r _ command _ <<<"${line%% |*}"
      command=${command%[.,;:)\"]}
      [ -n "${help[$command]-}" ] || { echo "$document: there is no 'pvtune $command'"; continue; }
      line=${line//\'*([^\'])\'/}
      for word in ${line%% -- *}; do
        [[ $word =~ ^--[a-z][a-z-]+ ]] || continue
        option=${BASH_REMATCH[0]}
        [[ ${help[$command]} =~ $option([ =,]|$'\n'|$) ]] || echo "$document: pvtune $command has no $option"
      done
    done
  grep -oE '\./dev [a-z]+' "$work/code" | sort -u | while read -r _ command; do
    [[ $dev_help =~ $'\n'"  $command"($'\n'|' '|$) ]] || echo "$document: there is no './dev $command'"
  done
  set +f
}

check_document() {
  local document=$1 kind line marker block said
  rm -rf "$work/results" # what one document's commands measure is nothing to the next
  local name=${document#"$root"/}
  split_blocks "$document"
  : >"$work/updates"
  for block in "$work"/blocks/[0-9][0-9][0-9]; do
    [ -e "$block" ] || continue
    IFS=$'\t' read -r kind line marker <"$block.kind"
    case $kind:$marker in
    errors:*) check_errors "$block" "${marker#errors: }" "$name" ;;
    *:file:*) check_listing "$block" "${marker#file: }" "$name:$line" ;;
    *:tree)
      said=$(check_tree "$block" "$name:$line")
      [ -z "$said" ] || fail "$said"
      ;;
    sh:* | console:*) check_console "$block" "$marker" "$name:$line" ;;
    esac
  done
  if [ $update = yes ]; then write_updates "$document"; fi
  said=$(check_paths "$document"; check_commands "$document")
  [ -z "$said" ] || fail "$said"
}

prepare
shopt -s extglob
declare -A help
for command in $(in_scratch 'pvtune help' | sed -nE 's/^  ([a-z-]+)  .*/\1/p') help; do
  help[$command]=$(in_scratch "pvtune help $command" 2>/dev/null)
done
dev_help=$(in_scratch './dev help')
if [ ${#help[@]} -lt 5 ] || [ -z "$dev_help" ]; then fail "no list of commands"; fi
# What a path of the repository begins with.
top=$(cd "$root" && git ls-files | sed 's|/.*||' | sort -u | grep -vx README.md | paste -sd'|' | sed 's/\./\\./g')
[ -n "$top" ] || fail "no list of files"

if [ $# -gt 0 ]; then
  documents=("$@")
else
  documents=("$root"/{README,CONTRIBUTING,CHANGELOG}.md "$root"/docs/*.md "$root"/{bench,results,plots,tests}/README.md "$root"/{tests,examples}/*/README.md "$root"/core/MODEL.md)
fi
checked=0
for document in "${documents[@]}"; do
  [ -e "$document" ] || continue
  check_document "$(realpath -- "$document")"
  checked=$((checked + 1))
done
echo "$checked documents checked, $failures failures"
[ $failures = 0 ] && [ $checked -gt 0 ]
