# A recommendation that this build cannot run does not keep it from running.
export PVTUNE_RESULTS=$PWD/results PVTUNE_MPI=$PWD/proc/nowhere.so # no MPI, whatever the build has found
here=$(pvtune best 2>&1 | sed -E 's/.*this machine \((.*)\) has not.*/\1/')
machine=${here%%, *} allocation=${here#*, }
for config in mpi:4/pin=none/dynamic mock:2x1/pin=none/dynamic threads:2/pin=somewhere; do
  rm -rf results && mkdir -p "results/$machine"
  {
    echo 'recommendation,sweep,made_utc,machine,allocation,scope,workload,workload_class,config,executor,workers,schema_1'
    echo "r1,s1,2026-01-01T12:00:00Z,$machine,\"$allocation\",single,builtin:static:6,static,$config,x,1,."
  } >"results/$machine/recommendations.csv"
  pvtune run --workload builtin:static:6 --json >out
  echo "exit $?, $(grep -c '"config": "threads:[0-9]*"' out) configuration"
done
