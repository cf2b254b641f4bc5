# Without gnuplot the page still comes, without plots.
export PVTUNE_PLOTS=$ROOT/plots
mkdir bin && ln -s "$(command -v pvtune)" bin/pvtune
PATH=$PWD/bin pvtune report --results "$ROOT/tests/report/store" --machine m-0123456789
grep -c '<svg class="plot"' report.html
grep -c 'id="configurations-0"' report.html
