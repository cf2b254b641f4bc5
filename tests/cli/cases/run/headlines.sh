# After the table of studies: what each arrangement costs at least and at most, whoever computed it;
# not with -q, --csv or --json. A self-consumption of more than 100 % is explained in the log.
run() { pvtune run -b "$ROOT/examples/tiny_study" -p first -s compare --no-output "$@"; }
headlines() { run "$@" | sed '1,/^$/d'; }
pvtune generate -q base --customers 4 --scenarios 40 --days 4 --study mixed --load-files 2 >generated
mixed() { pvtune run -b base -p synthetic -s mixed --no-output "$@" | sed '1,/^$/d'; }

headlines -x serial
mixed -x serial | tee mixed
for how in "-x threads -w 3" "-x processes -w 3" "-x hybrid -w 2x2"; do
  headlines $how | cmp - <(headlines -x serial) || echo "$how: other headlines"
  mixed $how | cmp - mixed || echo "$how: other headlines of mixed"
done

# The same numbers as in the results.
awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
  !($at["arrangement"] in low) || $at["total$_building_costs_mean"] < low[$at["arrangement"]] {
    low[$at["arrangement"]] = $at["total$_building_costs_mean"]; id[$at["arrangement"]] = $1 }
  END { for (a in low) printf "%s %s %.2f\n", a, id[a], low[a] }' \
  <(pvtune run -q -b base -p synthetic -s mixed -o out >/dev/null && cat out/mixed/mixed_results.csv) | sort >expected
awk 'NR > 4 && NF > 2 && !/^(Self|Bills)/ { print $1, $2, $3 }' mixed | sort | diff expected - && echo "as in the results"

echo "-q: $(run -q | wc -l) lines, --csv: $(run --csv | wc -l) lines, --json: $(run --json | grep -c headlines) headlines"
pvtune run -q -b "$ROOT/examples/tiny_study" -p first -s compare -o out >ran
sed -n '/^\[notes\]/,/^$/p' out/logs/compare_*.log
grep -c '^\[notes\]' out/logs/mixed_*.log
