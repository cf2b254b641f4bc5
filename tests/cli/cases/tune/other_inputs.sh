# Inputs that change while they are measured: nothing was measured then, for a sweep as for a comparison.
# normalise: s/(digest|before) [0-9a-f]{16}/\1 DIGEST/g; s/[0-9]+ runs? had/N runs had/; s|run [12] of block 1, of [AB], is|run N of block 1, of X, is|
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock
cp -r "$ROOT/examples/tiny_study" base
change="sed -i '2s/$/ /' $PWD/base/studies/first/inputs/study_compare.csv"
pvtune sweep --quiet -w 1,2 -x threads --pins none --rounds 2 --prepare "$change" -b base -p first -s compare >/dev/null
echo "exit $?"
pvtune=bin:$(command -v pvtune)
pvtune compare --quiet --margin 50% --prepare "$change" "$pvtune" "$pvtune" -b base -p first -s compare >/dev/null
echo "exit $?"
