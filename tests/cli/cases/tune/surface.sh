# A surface has the command's parameters as further columns.
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock
pvtune sweep --quiet -w 2 --pins none --rounds 1 --exhaustive --outputs ignore --param 'q=1,2' --env ONE=x --export-surface s.csv \
  -- sh -c 'sleep 0.0{q}; : {workers}' >/dev/null
head -1 s.csv
tail -n +2 s.csv | awk -F, '{ print $(NF - 6), $(NF - 4), $(NF - 3), $(NF - 2), $NF }' | sort
