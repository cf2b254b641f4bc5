# Two workers are three times as fast as one, and more or pinned ones are no faster: of equals, the fewest
# are recommended, unpinned, however the search came there.
# by chance: the verdict is on real times.
[ "$(nproc)" -ge 2 ] || exit 77
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock
steps='sleep $([ {workers} = 1 ] && echo .3 || echo .1)'
found() {
  "$@" >table; echo "exit $?"
  pvtune best --csv | cut -d, -f3-6
}
expected=$'exit 0\nconfig,executor,workers,pin\nthreads:2,threads,2,none'
mostly "$expected" found until_found pvtune tune --quiet --workload cmd:"$steps"
mostly "$expected" found pvtune sweep --quiet --exhaustive -w 1-3 --pins none,compact --rounds 4 --workload cmd:"$steps"
