# Values of parameters are shown as they were given, whatever they mean to a configuration's text or to gnuplot.
command -v gnuplot >/dev/null || exit 77
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock
pvtune sweep --quiet -w 1 -x serial --rounds 2 --outputs ignore --param 'p=a/b,c d,100%,%d\,%H' -- echo '{p}' >/dev/null
pvtune plot heatmap --data | cut -d , -f 2 | sort -u
for plot in heatmap params; do
  pvtune plot $plot -o out.svg >/dev/null
  echo "$plot: $(sed -nE 's:.*<text>(p *=.*)</text>.*:\1:p' out.svg | sort -u | paste -s -d '|')"
done
pvtune plot distributions -o out.svg
pvtune report
