# What does not belong together is refused, by name, and nothing is written.
part() { pvtune run -q -b base -p synthetic -s static -o "$1" --scenarios "$2" -x serial "${@:3}" >/dev/null; }
refuse() { try pvtune merge "$@" -o merged; }

pvtune generate base --customers 3 --days 7 --scenarios 40 -q >/dev/null
part a 0-9 && part a 10-19 && part a 20-39
part b 5-24
cp -r a c && rm -r c/static.10-19
echo "# missing"
refuse c/static.*
refuse a/static.10-19
echo "# twice"
refuse a/static.* b/static.5-24
refuse a/static.* a/static.0-9
echo "# another study, other inputs, another way"
pvtune run -q -b base -p synthetic -s mixed -o a --scenarios 20-39 >/dev/null
refuse c/static.0-9 a/mixed.20-39
part none 10-19 --scenario-files none
refuse c/static.* none/static.10-19
file=base/studies/synthetic/inputs/study_static.csv
cp $file kept
sed -i '5s/$/ /' $file && part other 10-19
refuse c/static.* other/static.10-19
mv kept $file
sed 's/"version": "[^"]*"/"version": "0.0.9"/' a/static.10-19/.pvtune-shard.json > old.json
cp -r a/static.10-19 old && cp old.json old/.pvtune-shard.json
refuse c/static.* old
echo "# damaged, or no part at all"
cp -r a/static.10-19 cut
truncate -s -1 cut/static_results.csv
refuse c/static.* cut
cp -r a/static.10-19 torn
truncate -s -8 torn/.pvtune-shard.digests
refuse c/static.* torn
echo "{" > torn/.pvtune-shard.json
refuse c/static.* torn
pvtune run -q -b base -p synthetic -s static -o whole >/dev/null
refuse whole/static
refuse nowhere
echo "# a folder of somebody else's"
mkdir -p merged/static && touch merged/static/mine
refuse a/static.0-9 a/static.10-19 a/static.20-39
ls -A merged merged/static
echo "# options"
try pvtune merge a/static.0-9
run() { try pvtune run -b base -p synthetic -s static -o a "$@"; }
run --scenarios 0-40
run --scenarios 9-3
run --scenarios -3
run --scenarios 4294967295
run --shard 0/2
run --shard 3/2
run --shard 1/41
run --shard 1/2 --scenarios 0-1
run --shard 1/2 --expect whole/static
