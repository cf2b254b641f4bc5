# Lists, plots, projects, studies and measured workloads, in each shell.
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock
pvtune generate "a base" --scenarios 2 --customers 2 --days 2 -q >/dev/null
pvtune compare cmd:'sleep 0.01' cmd:'sleep 0.01' --margin 100% -q >/dev/null 2>&1
try pvtune completion values -- run -b "a base" -p ''
try pvtune completion values -- run --base "a base" --project synthetic --study ''
try pvtune completion values -- best --workload ''
try pvtune completion values -- run -b nowhere -p synthetic -s ''
try pvtune completion values -- run --simd=avx
try pvtune completion values -- tune --pins none,co
try pvtune completion values -- merge ''
try pvtune completion values -- colours ''
try pvtune completion zsh bash
source <(pvtune completion bash)
compopt() { :; } # there is no completion going on to change
completes() {
  COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=() COMP_LINE="$*" COMP_POINT=${#COMP_LINE}
  _pvtune
  echo "$*: ${COMPREPLY[*]}"
}
completes pvtune tune --pins ''
completes pvtune tune --pins none,co
completes pvtune sweep -x serial,threads,pr
completes pvtune plot di
completes pvtune plot day fi
completes pvtune run -b 'a base' -p ''
completes pvtune run -b 'a base' -p synthetic -s b
completes pvtune history --workload c
completes pvtune run --simd = avx
