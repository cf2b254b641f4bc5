# A recommended pinning that this machine does not allow is not used, and said; the rest of the recommendation is.
# normalise: s/some of [0-9,-]+/some of CPUS/
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock
here=$(pvtune best 2>&1 | sed -E 's/.*this machine \((.*)\) has not.*/\1/')
machine=${here%%, *} allocation=${here#*, }
mkdir -p "results/$machine"
{
  echo 'recommendation,sweep,made_utc,machine,allocation,scope,workload,workload_class,config,executor,workers,schema_1'
  echo "r1,s1,2026-01-01T12:00:00Z,$machine,\"$allocation\",single,cmd:echo {workers} {level},command,threads:3/pin=list:1023/level=9,threads,3,."
} >"results/$machine/recommendations.csv"
try pvtune exec -- echo {workers} {level}
