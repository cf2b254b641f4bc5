# Where payments and receipts differ, the warning says which money reaches nobody, or is paid by nobody.
pvtune new-study -q base >made
study=base/studies/first/inputs/study_compare.csv
run() { pvtune run -q -b base -p first -s compare -o out --force -x serial 2>&1 >/dev/null | sed 's/^.*study_compare.csv: //'; }
cp $study kept
echo "# a solar tariff without a solar retailer"
sed -i '8s/,flat,flat,/,flat,solar,/' $study && run
cp kept $study
echo "# a system of nobody"
sed -i '1s/output_types/other_kWp/; 7s/log_timeseries_detailed//; 8s/$/3/' $study && run
cp kept $study
echo "# a battery that nobody with PV pays for"
sed -i '8s/btm_s_u/btm_i_u/; 8s/,meters,,,/,meters,wall,evening,/; 8s/roof_1kW,TRUE,5/roof_1kW,TRUE,0/' $study && run
