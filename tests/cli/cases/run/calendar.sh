# Public holidays and a year: what is missing or used by nothing is told; the golden tests check the bills.
cp -r "$ROOT/tests/golden/calendar" base && rm -r base/expected
sed -i "s/490,,/490,0,/" base/reference/capex_en_lookup.csv
sed -i "1s/\bcpt/apt/g" base/load_profiles/year/*.csv base/pv_profiles/*.csv base/studies/year/inputs/*.csv # cp in a name is told
run() { try pvtune run -b base -p year -s everybody -o out -x serial "$@" | grep -v '^everybody'; }
run --check
mv base/reference/holidays.csv .
run --check
printf 'date\n25/12/2012\n' >base/reference/holidays.csv
run --check
sed 's/NSW/vic/' holidays.csv >base/reference/holidays.csv
sed -i 's/^monthly,demand,\(.*\),weekday,/monthly,demand,\1,holiday,/' base/reference/tariff_calendar.csv
run --strict -q
rm base/reference/tariff_calendar.csv
run -q
