# exit: 1
# File names that gnuplot would take for shell commands or for its own data are names.
command -v gnuplot >/dev/null || exit 77
export PVTUNE_PLOTS=$ROOT/plots
table=$ROOT/tests/plots/fixtures/heatmap.csv
for name in '<touch pwned; cat T.csv' '-' '+' '$data' "it's \"x\" \`touch pwned\`.csv"; do
  cp "$table" "./$name"
  try pvtune plot heatmap "$name" -o out.svg
  grep -c '<text>8 threads are 3.86' out.svg
done
try pvtune plot heatmap "$table" -o '|touch pwned #.svg'
try pvtune plot heatmap "$table" -o '$(touch pwned).png'
ls
# The scripts by themselves keep to the same.
export LC_ALL=C.UTF-8
gnuplot -d -c "$ROOT/plots/heatmap.gp" '<touch pwned; cat T.csv' '|touch pwned; cat >alone.svg #.svg'
ls | grep -c 'pwned$\|^alone'
