# A recommendation that cannot be used is said to be there, and why it is not used.
# normalise: s/m-[0-9a-e][0-9a-f]{9}/MACHINE/g; s/(MACHINE, )[^)]*/\1ALLOCATION/
export PVTUNE_RESULTS=results
machine=$(pvtune best 2>&1 | grep -o 'm-[0-9a-f]\{10\}' | head -n 1)
allocation=$(pvtune best 2>&1 | sed -n 's/.*(m-[0-9a-f]*, \([^)]*\)).*/\1/p')
mkdir -p "results/$machine"
# store CONFIG [WORKLOAD [MACHINE]]: another row
store() {
  local file=results/$machine/recommendations.csv
  [ -e "$file" ] || echo 'recommendation,sweep,made_utc,machine,allocation,scope,workload,workload_class,config,seconds,speedup,schema_1' >"$file"
  echo "r1,s1,2026-01-01T12:00:00Z,${3-$machine},\"$allocation\",single,${2-a},static,$1,1,${speedup-2},." >>"$file"
}
for config in threads:zwei threads:100000 threads:0 ''; do
  rm -f results/*/recommendations.csv
  store "$config"
  try pvtune best
done
try pvtune best --workload a --get workers
try pvtune best --workload b
try pvtune exec --workload cmd:true -- true
# Beside one that can be used.
store threads:2 b
try pvtune best --get config
try pvtune best --get workers
speedup=-5 store threads:3 b
store threads:3 b m-ffffffffff
try pvtune best --get workers
