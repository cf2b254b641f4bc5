# Plots need no locale: cron, containers and CI have none.
command -v gnuplot >/dev/null || exit 77
export PVTUNE_PLOTS=$ROOT/plots
table=$ROOT/tests/plots/fixtures/time.csv
pvtune plot heatmap "$ROOT/tests/plots/fixtures/heatmap.csv" -o with.svg
for locale in LC_ALL=C LC_ALL=POSIX LANG=xx_YY.nonsense GNUTERM=dumb; do
  env -i PATH="$PATH" PVTUNE_PLOTS="$PVTUNE_PLOTS" $locale pvtune plot heatmap "$ROOT/tests/plots/fixtures/heatmap.csv" -o without.svg
  cmp with.svg without.svg
done
env -i PATH="$PATH" PVTUNE_PLOTS="$PVTUNE_PLOTS" pvtune report --results "$ROOT/tests/report/store" --machine m-0123456789
grep -c '<svg class="plot"' report.html
