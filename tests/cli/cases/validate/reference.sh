# The outputs of the reference, where they are at hand, agree with themselves; one digit more is found.
reference=$ROOT/../shared/reference
[ -d "$reference/real/expected" ] || exit 77
for base in "$reference"/*/; do
  pvtune validate "$base/expected" "$base/expected" >said || cat said
  grep -q '^equal: ' said || cat said
done
cp -r "$reference/real/expected/tests/test_en_mk2" copy
sed -i '3s/,\([0-9]\)/,1\1/' copy/test_en_mk2_results.csv
pvtune validate "$reference/real/expected/tests/test_en_mk2" copy
echo "exit $?"
