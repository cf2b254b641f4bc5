# Without gnuplot the page still comes, and the exit code says that plots are missing; --no-plots asks for no plots.
export PVTUNE_PLOTS=$ROOT/plots
mkdir bin && ln -s "$(command -v pvtune)" bin/pvtune
store=(--results "$ROOT/tests/report/store" --machine m-0123456789)
PATH=$PWD/bin try pvtune report "${store[@]}"
grep -c '<svg class="plot"' report.html
grep -c 'id="configurations-0"' report.html
PATH=$PWD/bin try pvtune report "${store[@]}" --no-plots -o none.html
grep -c '<svg class="plot"' none.html
# A script that fails: the others' plots are there.
cp -r "$ROOT/plots" broken
echo 'this is no gnuplot' >broken/runs.gp
command -v gnuplot >/dev/null || exit 77
PVTUNE_PLOTS=broken try pvtune report "${store[@]}" -o some.html
grep -c '<svg class="plot"' some.html
