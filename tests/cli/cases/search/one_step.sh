# A machine that becomes faster once, after the first runs, makes no winner of a program that ignores its
# workers: neither when searched nor from a list. And a command that cannot be told them is one configuration.
# by chance: the verdict is on real times.
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock
slow_at_first='n=$(($(cat cnt 2>/dev/null || echo 0) + 1)); echo $n >cnt; [ $n -le 2 ] && sleep .5 || sleep .1; : {workers}'
winners() {
  rm -f cnt
  pvtune tune --quiet "$@" --pins none --workload "cmd:$slow_at_first" >table || [ $? = 5 ] || echo "exit $?"
  grep -c 'times as fast as serial' table
}
mostly 0 winners
mostly 0 winners -w 1-3
pvtune tune --quiet --workload cmd:'sleep .1' 2>/dev/null | grep -c 'one configuration only'
grep -c . results/*/recommendations.csv | sed 's/[3-9]/2/'
