# A ratio stands only beside a limit that is shown, and only what was measured is called measured.
check() {
  pvtune run "$@" --timing --csv >table
  awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
    { rows++; tiny += $at["ratio"] != "" && !($at["limit_s"] >= 0.00005) }
    END { print (rows > 5 ? "stages" : "no stages"), tiny + 0 }' table
}
check --workload builtin:static:3 --no-output
check --workload builtin:batteries:12 -o out
pvtune run --workload builtin:static:3 --no-output --timing | grep -c measured
pvtune run --workload builtin:batteries:12 -o out --timing | grep -c 'per file (measured), tables at [0-9.]* GB'
exit 0
