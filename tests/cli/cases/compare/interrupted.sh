# The first Ctrl-C lets what is under way end, and nothing else begins: no set-up of the other side, no run, no count. Outputs are
# then not said to differ, nor a budget to be too short.
export PVTUNE_RESULTS=$PWD/results
around='echo %s >>log; if [ "$(grep -c . log)" = %s ]; then touch M; until [ -e go ]; do sleep 0.02; done; fi'
at() { # NUMBER-OF-STEP OPTIONS...: interrupts while this step around the runs is made
  local n=$1 step options=()
  shift
  rm -rf M go log
  for step in setup prepare cleanup; do
    # shellcheck disable=SC2059 # the format is above
    options+=("--$step" "$(printf "$around" $step "$n")")
  done
  pvtune compare 'cmd:sleep 0.01; echo a' 'cmd:sleep 0.01; echo b' --no-lock "${options[@]}" "$@" >out 2>err &
  until [ -e M ] || ! kill -0 $! 2>/dev/null; do sleep 0.02; done
  kill -INT $!
  touch go
  wait $!
  echo "step $n: exit $?: $(tr '\n' ' ' <log)"
  grep -o 'INTERRUPTED\|NOT MEASURED\|OUTPUTS DIFFER' out
  cat err
}
at 1
at 2
at 3
at 4
at 4 --budget 0.1s
at 3 --outputs ignore --decide-by instructions
at 4 --outputs ignore --instructions
