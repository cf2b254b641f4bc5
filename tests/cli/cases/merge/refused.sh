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
cp -r a/static.10-19 flipped && printf X | dd of=flipped/static_results.csv bs=1 seek=1000 conv=notrunc status=none
refuse c/static.* flipped
cp -r a/static.10-19 digests && printf X | dd of=digests/.pvtune-shard.digests bs=1 seek=9 conv=notrunc status=none
refuse c/static.* digests
cp -r a/static.10-19 altered && printf X | dd of=altered/scenarios/static_015.csv bs=1 seek=60 conv=notrunc status=none
refuse c/static.* altered
cp -r a/static.10-19 renamed && mv renamed/scenarios/static_015.csv renamed/scenarios/static_040.csv
refuse c/static.* renamed
cp -r a/static.10-19 lost && rm lost/scenarios/*_01[0-5]*.csv
refuse c/static.* lost
cp -r a/static.10-19 gone && rm -r gone/scenarios
refuse c/static.* gone
for name in ../evil .. . ''; do
  mkdir named && cp -r a/static.* named
  sed -i "s|\"study\": \"static\"|\"study\": \"$name\"|" named/*/.pvtune-shard.json
  refuse named/static.*
  rm -r named
done
cp -r a/static.10-19 format && sed -i 's/"format": 3/"format": 2/' format/.pvtune-shard.json
refuse c/static.* format
sed 's/"header_bytes": [1-9][0-9]*/"header_bytes": 3/' a/static.10-19/.pvtune-shard.json >torn/.pvtune-shard.json
cp a/static.10-19/.pvtune-shard.digests torn
refuse c/static.* torn
rm torn/.pvtune-shard.json && mkfifo torn/.pvtune-shard.json
refuse c/static.* torn
echo "# a folder of somebody else's"
mkdir -p merged/static && touch merged/static/mine
refuse a/static.0-9 a/static.10-19 a/static.20-39
ls -A merged merged/static
echo "# parts where the outputs would go"
mkdir -p inner/static && cp -r a/static.0-9 a/static.10-19 a/static.20-39 inner/static
try pvtune merge inner/static/static.* -o inner --force
ls inner/static
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
