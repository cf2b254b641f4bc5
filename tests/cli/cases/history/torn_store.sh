# Whatever is wrong with a file of the store is said, and "nothing is recorded" is not said instead.
# normalise: s/m-[0-9a-f]{10}/MACHINE/g; s/(MACHINE, )[^)]*/\1ALLOCATION/
export PVTUNE_RESULTS=results
store=results/$(pvtune best 2>&1 | grep -o 'm-[0-9a-f]\{10\}' | head -n 1)
mkdir -p "$store"
row='v1,s1,2026-01-01T12:00:00Z,record,,,w,.'
header='verdict_id,sweep,made_utc,command,machine,allocation,workload,schema_1'
printf '%s\n' "$header" "$row" | head -c -5 >"$store/verdicts.csv"
try pvtune history
echo '<!DOCTYPE html>' >"$store/verdicts.csv"
try pvtune history
try pvtune report
try pvtune plot history --data
echo 'run,sweep,command,machine,allocation,workload,schema_1' >"$store/verdicts.csv"
try pvtune history
rm "$store/verdicts.csv"
# A recommendation that is torn, of a newer version, dated in the future, or from another machine.
header='recommendation,sweep,made_utc,machine,allocation,scope,workload,workload_class,config,schema_'
printf '%s\n' "${header}1" 'r1,s1,2026-01-01T12:00:00Z,' >"$store/recommendations.csv"
try pvtune best
pvtune generate -q demo --customers 1 --scenarios 2 >/dev/null
try pvtune run -q -b demo -p synthetic -s static -o out >/dev/null
try pvtune exec -- true
printf '%s\n' "${header}9" "r1,s1,2099-01-01T12:00:00Z,${store#*/},pu:x,single,a,static,serial,." >"$store/recommendations.csv"
try pvtune best
try pvtune best --workload a
try pvtune best --all --csv
