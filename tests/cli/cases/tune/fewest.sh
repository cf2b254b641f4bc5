# Two workers are three times as fast as one, and more or pinned ones are no faster: of equals, the fewest
# are recommended, unpinned, however the search came there.
[ "$(nproc)" -ge 2 ] || exit 77
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock
steps='sleep $([ {workers} = 1 ] && echo .3 || echo .1)'
until_found pvtune tune --quiet --workload cmd:"$steps" >table; echo "exit $?"
pvtune best --csv | cut -d, -f3-6
pvtune sweep --quiet --exhaustive -w 1-3 --pins none,compact --rounds 4 --workload cmd:"$steps" >table; echo "exit $?"
pvtune best --csv | cut -d, -f3-6
