# Processes outside of the run's process group cannot be stopped with it, so such runs take no turns: the half that was not
# stopped would seem to cost nothing.
export PVTUNE_RESULTS=$PWD/results
cat >loop <<'END'
i=0
while [ $i -lt 60000 ]; do i=$((i + 1)); done
END
turns() {
  awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next } { print $at["turn_s"] + 0 }' results/*/verdicts.csv
  rm -rf results
}
for launcher in env 'setsid -w'; do
  echo "$launcher:"
  pvtune compare cmd:"$launcher sh loop" cmd:"$launcher sh ./loop" --interleave always --margin 100% --no-lock -q >table
  grep 'turns' table
  turns
done
exit 0
