# --check lists every error and warning in the inputs at once and runs nothing: exit 2 if there is an error.
# normalise: s/"(machine|allocation|pvtune)": ".*"/"\1": "..."/
# (All others: the unit test test_warnings.)
cp -r "$ROOT/tests/golden/sparse" base && rm -r base/expected
sed -i 's/\r//; 1s/$/,daily_fixed_rate/; 2,$s/$/,0/' base/reference/tariff_lookup.csv # with no charge, and said so
sed -i 's/\r//; 1s/$/,battery_cost/; 2,$s/$/,0/' base/reference/battery_lookup.csv
check() { try pvtune run -b base -p few -s columns -o out --check "$@"; }
check
check --json
echo "# a warning alone"
sed -i '2s/,0,F,one/,F,F,one/; 1s/comment/output_typs/' base/studies/few/inputs/study_columns.csv
check
check --strict
echo "# many errors"
sed -i '2s/0.05,10/5,none/; 4s/btm_i_u/btm/; 5s/one,F,0/one,G,0/' base/studies/few/inputs/study_columns.csv
sed -i '3s/25/./' base/reference/tariff_lookup.csv
sed -i '40s/,/,x/; 41s/,/,y/' base/load_profiles/one/one.csv
check
echo "# missing files"
rm base/reference/dst_lookup.csv base/reference/battery_lookup.csv base/pv_profiles/p.csv
check
try pvtune run -b base -p few -s columns -o out
try pvtune run --workload builtin:mixed:20 --check
ls
