# Where the reference model is wrong (MODEL.md section 12, from 6 on): what pvtune does instead, each
# in a small study.
lookup=base/reference/tariff_lookup.csv inputs=base/studies/first/inputs
new() { rm -rf base out && pvtune new-study -q base >made; }
# Puts rows below the header of the study, with a household tariff each, PV and batteries left out.
scenarios() {
  sed -i '2,$d' $inputs/study_compare.csv
  local n=0 tariff
  for tariff; do echo "$((++n)),bau,flats,flat,$tariff,parent,network,,,,,,,,,,,,20,0.06," >>$inputs/study_compare.csv; done
}
run() { pvtune run -q -b base -p first -s compare -o out --csv "$@" | tail -1 | cut -d, -f5; }
column() { awk -F, -v name="$1" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name || $i == name "_mean") at = i; next } { print $at }' out/compare/compare_results.csv | paste -sd' '; }
bills() { run >digest; column 'average_hh_bill$'; }

echo "6. the study column dst is the region"
new && scenarios tou
sed -i '1s/$/,north_start,north_end/; 2s/$/,1\/03\/2024 2:00,1\/11\/2024 2:00/' base/reference/dst_lookup.csv
south=$(run) north=$(run -d north)
sed -i '1s/$/,dst/; 2s/$/,north/' $inputs/study_compare.csv
[ "$(run)" = "$north" ] && [ "$south" != "$north" ] && echo "as -d north, unlike nsw"

echo "6. two kinds of time series in one cell"
new && scenarios flat && sed -i '2s/$/log_timeseries_brief log_timeseries_detailed/' $inputs/study_compare.csv && run >digest
ls out/compare | grep timeseries

echo "7. with data of a minute, 0:00 to 23:59 is the whole day: flat and time of use cost the same"
new && scenarios flat all_day && echo 'all_day,TOU,100,,Flat_Rate,5,,all,30,0:00,23:59,both,,,,,,,,,,,,,' >>$lookup
awk 'BEGIN { print "timestamp,cp,flat_1"; for (m = 0; m < 1440; m++) printf "15/07/2024 %d:%02d,0.01,0.02\n", m / 60, m % 60 }' >base/load_profiles/flats/monday.csv
bills

echo "8. a block tariff without a threshold is flat; one with a rate of 0 charges the rest"
new && scenarios flat one_band free_band && printf '%s\n' 'one_band,Block_Daily,100,,Zero_Rate,,,,,,,,,,,,,30,,,,,,,' 'free_band,Block_Daily,100,,Zero_Rate,,,,,,,,,,,,,0,10,35,,,,,' >>$lookup
bills
echo "8. a load file costs the same alone as after another"
new && scenarios block && awk -F, -v OFS=, 'NR > 1 { $3 *= 0.2 } { print }' base/load_profiles/flats/monday.csv >load && cp load base/load_profiles/flats/tuesday.csv
run >digest && tail -1 out/compare/scenarios/compare_001.csv | cut -d, -f2- >after
rm base/load_profiles/flats/monday.csv && run >digest && tail -1 out/compare/scenarios/compare_001.csv | cut -d, -f2- | cmp - after && echo same

echo "9. names: costs of all eight scenarios are those of flat_1 and flat_2"
new && run >digest && column 'total$_building_costs' >plain
for names in "total central" "a_b _" "x_kwp y_kWp"; do
  set -- $names
  new && sed -i "1s/flat_1/$1/; 1s/flat_2/$2/" base/load_profiles/flats/monday.csv
  run 2>&1 >digest && column 'total$_building_costs' | cmp - plain && echo "$names: same"
done

echo "10. bau with a battery for cp: no battery; a Solar_Inst tariff without a solar period: time of use"
new && scenarios tou no_solar && sed 's/^tou,TOU/no_solar,Solar_Inst/; /^no_solar/!d' $lookup >row && cat row >>$lookup
sed -i '1s/$/,cp_battery_id,cp_battery_strategy/; 2s/$/,,/; 3s/$/,wall,evening/' $inputs/study_compare.csv
bills

echo "the self-consumption of an embedded network is without individual PV, as in the reference"
new && sed -i '2,$d' $inputs/study_compare.csv && echo '1,en_pv,flats,flat,flat,parent,network,two_roofs,,,,,,,,,,,20,0.06,' >>$inputs/study_compare.csv
sed '1s/central/central,flat_1/; 2,$s/,.*/&&/' base/pv_profiles/roof_1kW.csv >base/pv_profiles/two_roofs.csv
run >digest && column self-consumption
