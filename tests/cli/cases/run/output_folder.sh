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
