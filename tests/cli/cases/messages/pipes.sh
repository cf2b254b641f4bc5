# A pipe that nobody reads or writes where a file belongs: said at once, in every command.
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock PVTUNE_PLOTS=$ROOT/plots
mkfifo pipe pipe.svg
soon() {
  echo "# $*"
  timeout -k 1 30 pvtune "$@" >/dev/null 2>said
  local code=$?
  grep -v 'has no {workers}' said | sed -E 's/m-[0-9a-f]+/MACHINE/; s:/[^ ]*/pvtune-scratch-[^/]*:PLACE:'
  echo "exit $code"
}
sweep() { soon sweep --quiet -x serial --rounds 1 --no-lock "$@" -- echo; }
soon topo --quiet --export-json pipe
soon plot growth "$ROOT/tests/plots/fixtures/growth.csv" -o pipe.svg
soon plot time pipe
soon topo --xml pipe
soon run -q --workload builtin:static:5 -o out --expect pipe
sweep --export-surface pipe
sweep --expect pipe
sweep --input pipe
soon sweep --quiet -x serial --rounds 1 --no-lock --output-filter cat --workload 'cmd:mkfifo {output}'
echo "Read by somebody:"
exec 7<>pipe # a reader from now on: one in the background might come too late, and then wait for ever
pvtune topo --quiet --export-csv pipe >printed
read -r -t 0 <&7 && echo written
exec 7<&-
rm pipe
echo "The store:"
sweep
store=$(echo results/m-*)
for file in runs sweeps standings machine; do
  mv "$store/$file.csv" kept && mkfifo "$store/$file.csv"
  sweep
  rm "$store/$file.csv" && mv kept "$store/$file.csv"
done
mkfifo "$store/recommendations.csv"
soon best
rm "$store/recommendations.csv"
ln -s /dev/null "$store/recommendations.csv"
soon best
echo "Removed or replaced while it is written:"
rm "$store/recommendations.csv"
cp "$store/runs.csv" kept
before=$(wc -l <kept)
pvtune sweep --quiet -x serial --rounds 2 --no-lock -- sh -c "cp kept new; mv new $PWD/$store/runs.csv" >/dev/null 2>&1
[ "$(wc -l <"$store/runs.csv")" -gt "$before" ] && echo "rows are in the new file"
soon sweep --quiet -x serial --rounds 1 --no-lock -- rm -rf "$PWD/results"
