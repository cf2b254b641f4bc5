# A study to start from: its files, which are those of examples/tiny_study, run without a warning, the
# next command works as it is printed, and an existing folder is only taken when it is empty.
try pvtune new-study "my study"
diff -r "my study" "$ROOT/examples/tiny_study"
grep -c '<!--' "my study/README.md"
next=$(pvtune new-study other | sed -n 's/^Next: //p')
$next -o results --strict -q >table && cut -d, -f1-3 results/compare/compare_results.csv | head -3
try pvtune run -b "my study" -p first -s compare --check
mkdir empty && try pvtune new-study -q empty >/dev/null && ls empty
ls -A
