# A loop of links as an input is refused like any other bad input.
# normalise: s/m-[0-9a-f]{10}/MACHINE/
ln -s loop loop
cp -r "$ROOT/examples/tiny_study" base
for file in studies/first/inputs/study_compare.csv pv_profiles/roof_1kW.csv reference/tariff_lookup.csv; do
  mv base/$file kept
  ln -s "$(basename $file)" base/$file
  try pvtune run -b base -p first -s compare -o out
  mv kept base/$file
done
try pvtune run -b loop -p first -s compare -o out
try pvtune validate loop base
try pvtune best --results loop
try pvtune plot regret loop
echo "Nor is there a folder for temporary files:"
for command in 'tune --workload cmd:true' 'compare cmd:true cmd:true' 'gate --against cmd:true --head cmd:true'; do
  TMPDIR=/nonexistent pvtune $command --no-lock --results results 2>&1 | grep scratch
  echo "exit ${PIPESTATUS[0]}"
done
