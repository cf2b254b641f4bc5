# A folder that pvtune did not write is refused; its own is replaced as a whole; nothing is left over.
pvtune generate -q base --customers 2 --scenarios 2 --days 2 --study static >generated
run() { try pvtune run -q -b base -p synthetic -s static -x serial "$@" >stdout; sed -n '/^[$e]/p' stdout; }
mkdir -p out/static && echo "ten years" >out/static/thesis.txt
run -o out
cat out/static/thesis.txt
run -o out --force
ls -A out/static
touch out/static/stale.csv
run -o out
ls -A out out/static
echo >file
run -o file
run -o file/below
run -o /proc/nowhere
ls -A
# what came into pvtune's own folder since is somebody else's, too
rm -r out && run -o out
echo "ten years" >out/static/notes.txt
run -o out
rm out/static/notes.txt && mkdir out/static/scenarios/plots
run -o out
run -o out --force
ls -A out/static/scenarios
# a CSV file that this study would not have written, too; files of earlier runs with other scenarios are its own
rm -r out && run -o out
for file in scenarios/mine.csv scenarios/other_001.csv 'scenarios/static_001 (copy).csv' other_results.csv; do
  echo "ten years" >"out/static/$file"
  run -o out
  cat "out/static/$file" && rm "out/static/$file"
done
cp out/static/scenarios/static_001.csv out/static/scenarios/static_123.csv
run -o out
ls -A out/static/scenarios
run -o out --shard 1/2
run -o out --shard 1/2
echo "ten years" >out/static.0-0/scenarios/static.csv
run -o out --shard 1/2
mv out/static elsewhere && ln -s ../elsewhere out/static
run -o out
echo "ten years" >elsewhere/scenarios/mine.csv
run -o out
