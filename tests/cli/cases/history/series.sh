# normalise: s/202[0-9]-[0-9-]+T[0-9:.]+Z/NOW/
# Thirty records as given here, with a step of 5 % at the 15th and a spike at the 7th.
export PVTUNE_RESULTS=$PWD/results
# who this machine is: the sentence that nothing was tuned says it
here=$(pvtune best 2>&1 | sed -E 's/.*this machine \((.*)\) has not.*/\1/')
machine=${here%%, *} allocation=${here#*, }
mkdir -p "results/$machine"
{
  echo "made_utc,command,allocation,workload,a_revision,b_revision,a_config,b_config,change,lower,upper,schema_1"
  for i in $(seq 10 39); do
    permille=$((i * 7 % 5 - 2 + (i >= 24 ? 50 : 0) + (i == 16 ? 300 : 0)))
    change=$(awk "BEGIN { print $permille / 1000 }")
    echo "2026-01-$((i - 9))T12:00:00Z,record,\"$allocation\",cmd:./prog,aaaaaaaaaaaa,${i}00000000c$i,serial/pin=none,serial/pin=none,$change,$change,$change,."
  done
} >"results/$machine/verdicts.csv"
try pvtune history
try pvtune history --accept 3400000000
try pvtune history --accept 3400000000 --reason 'outputs are checked now'
try pvtune history --accept 2400000000 --reason 'outputs are checked now'
try pvtune history --csv
try pvtune history --workload cmd:./other
sed 's/[0-9]*-[^,]*Z/NOW/' "results/$machine/accepted.csv"
