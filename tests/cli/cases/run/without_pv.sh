# Arrangements with PV whose rows name no PV: a warning for each, and nothing is generated. An embedded
# network then costs what one without PV does.
cp -r "$ROOT/examples/tiny_study" base
study=base/studies/first/inputs/study_compare.csv
awk -F, -v OFS=, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "pv_filename") c = i } NR > 1 { $c = "" } 1' "$study" >x
mv x "$study"
for how in "serial" "serial --simd portable" "threads -w 2"; do
  rm -rf out
  pvtune run -q -b base -p first -s compare -o out -x $how >table 2>said
  cut -d, -f 3,22-30 out/compare/compare_results.csv | sed -n '1p; 5,$p' >energy
  cmp <(sed -n 5p out/compare/compare_results.csv | cut -d, -f 4-) <(sed -n 6p out/compare/compare_results.csv | cut -d, -f 4-) &&
    [ ! -e first ] || cmp energy first
  mv energy first
done
cat said first
