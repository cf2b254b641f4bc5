# What is missing is told at once: load folders, PV files, tables, columns, and which studies there are.
pvtune new-study -q base >made
inputs=base/studies/first/inputs
run() { try pvtune run -b base -p first -s compare -o out "$@"; }
sed -i '2s/,flats,/,houses,/; 4s/,flats,/,towers,/; 6s/,roof_1kW,/,wall,/; 7s/,roof_1kW,/,shed,/' $inputs/study_compare.csv
run
run -x processes -w 2
sed -i '1s/load_folder/folder/; 1s/,parent,/,master,/; 1s/a_term/years/' $inputs/study_compare.csv
run
rm base/reference/battery_lookup.csv base/reference/dst_lookup.csv
cp $inputs/study_compare.csv $inputs/study_second.csv
try pvtune run -b base -p first -s third -o out
try pvtune run -b base -p last -s third -o out
pvtune new-study -q many >made
awk -F, -v OFS=, 'NR > 1 { $3 = "folder_" NR } { print } NR > 1 { $1 += 10; $3 = "other_" NR; print }' many/studies/first/inputs/study_compare.csv >mutated
cp mutated many/studies/first/inputs/study_compare.csv
try pvtune run -b many -p first -s compare -o out
ls
