# Ctrl-C keeps what was measured; the same command goes on from there.
# normalise: s/runs: [0-9]+ in 2 configurations; [1-9][0-9]* resumed/runs: N in 2 configurations; SOME resumed/
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock
sweep=(pvtune sweep --workload cmd:'sleep 0.{workers}; echo done' -w 2 --pins none --exhaustive --rounds 4)
"${sweep[@]}" >first 2>&1 &
until [ "$(cat results/*/runs.csv 2>/dev/null | wc -l)" -gt 2 ]; do sleep 0.05; done
kill -INT $!
wait $!
echo "exit $?"
grep interrupted first
"${sweep[@]}" >second 2>&1
echo "exit $?"
grep '^runs:' second
cut -d, -f26 results/*/runs.csv | sort -u
echo "Cleanup follows Ctrl-C, and SIGTERM in the middle of a run."
for signal in INT TERM; do
  "${sweep[@]}" --fresh --prepare 'touch started' --cleanup "echo $signal >> cleaned" >/dev/null 2>&1 &
  until [ -e started ]; do sleep 0.05; done
  rm started
  kill -$signal $!
  wait $!
  echo "exit $?"
done
cat cleaned
