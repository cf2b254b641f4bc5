# The tables behind the plots.
store=(--results "$ROOT/tests/report/store" --machine m-0123456789)
pvtune plot speedup --data "${store[@]}" | cut -d, -f 1-5,15,16
pvtune plot growth --data "${store[@]}"
pvtune plot time --data "${store[@]}" --workload builtin:batteries:7956 | cut -d, -f 1,2
try pvtune plot time --data "${store[@]}" --workload builtin:nothing:1
try pvtune plot history --data --results empty
try pvtune plot speedup --data --results empty
