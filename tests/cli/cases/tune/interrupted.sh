# Ctrl-C keeps what was measured; the same command goes on from there.
# normalise: s/^exit [05]$/exit of an answer/
# normalise: s/runs: [0-9]+ in 2 configurations; [1-9][0-9]* resumed/runs: N in 2 configurations; SOME resumed/
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock
# The fourth run waits, so that it is under way when the signal comes.
echo 'echo >>ran; [ "$(wc -l <ran)" != 4 ] || while [ ! -e go ]; do sleep 0.02; done; echo done' >program
sweep=(pvtune sweep --workload cmd:'sh program {workers}' -w 2 --pins none --exhaustive --rounds 4)
"${sweep[@]}" >first 2>&1 &
until [ "$(wc -l <ran)" = 4 ]; do sleep 0.02; done 2>/dev/null
kill -INT $!
touch go
wait $!
echo "exit $?"
grep interrupted first
"${sweep[@]}" >second 2>&1
echo "exit $?"
grep '^runs:' second
cut -d, -f26 results/*/runs.csv | sort -u
echo "Cleanup follows Ctrl-C, and SIGTERM in the middle of a run."
for signal in INT TERM; do
  rm -f ran go
  "${sweep[@]}" --fresh --cleanup "echo $signal >> cleaned" >/dev/null 2>&1 &
  until [ "$(wc -l <ran)" = 4 ]; do sleep 0.02; done 2>/dev/null
  kill -$signal $!
  touch go
  wait $!
  echo "exit $?"
done
cat cleaned
