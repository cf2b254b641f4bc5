# Warnings follow the table, at most ten lines; --strict makes errors of them, and nothing is written.
# normalise: s/[0-9]+\.[0-9]{3}/SECONDS/; s/_[0-9]{8}T[0-9]{6}Z_[0-9]+\.log/_TIME_PID.log/
cp -r "$ROOT/tests/golden/sparse" base && rm -r base/expected
sed -i 's/\r//; 1s/$/,daily_fixed_rate/; 2,$s/$/,0/' base/reference/tariff_lookup.csv # with no charge, and said so
sed -i 's/\r//; 1s/$/,battery_cost/; 2,$s/$/,0/' base/reference/battery_lookup.csv
study=base/studies/few/inputs/study_columns.csv
run() { try pvtune run -b base -p few -s columns -o out -x serial "$@" 2>&1; }
run --strict | head -n 3
sed -i '2s/,one,F,0,,/,one,F,0,p.csv,/' "$study"
run
rm -r out
run --strict
ls
echo "# more than ten"
awk -v ORS='\r\n' '{ sub(/\r$/, ""); for (n = 1; n <= 10; n++) $0 = $0 (NR == 1 ? ",p" n "_kWp" : ",1"); print }' \
  "$study" >more && mv more "$study"
run
grep -c 'no customer' out/logs/*.log
