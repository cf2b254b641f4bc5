# Inputs that are a link to nothing, a folder or a pipe where a file belongs: none is left out, none is waited for, exit 2.
pvtune new-study -q base >made
loads=base/load_profiles/flats
run() { try pvtune run -b base -p first -s compare -o out -x serial; }
ln -s nowhere.csv $loads/tuesday.csv && run && rm $loads/tuesday.csv
mkdir $loads/tuesday.csv && run && rmdir $loads/tuesday.csv
mkfifo $loads/tuesday.csv && run && rm $loads/tuesday.csv
for file in reference/battery_lookup.csv pv_profiles/roof_1kW.csv studies/first/inputs/study_compare.csv; do
  mv base/$file kept
  mkfifo base/$file && run && rm base/$file
  mkdir base/$file && run && rmdir base/$file
  ln -s nowhere base/$file && run && rm base/$file
  mv kept base/$file
done
mv $loads kept && ln -s nowhere $loads && run
rm $loads && mkfifo $loads && run
ls
