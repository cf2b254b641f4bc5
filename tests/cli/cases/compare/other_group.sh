# Processes outside of the run's process group cannot be stopped with it, so such runs take no turns: the half that was not
# stopped would seem to cost nothing.
# normalise: times
# by chance: what a process is seen to be while it runs. So the warm-ups wait, longer in each try.
export PVTUNE_RESULTS=$PWD/results
export TRY # 1 to 3
cat >loop <<'END'
[ -e "$1" ] || { : >"$1" && sleep $(($TRY * $TRY - 1)).5; }
i=0
while [ $i -lt 10000 ]; do i=$((i + 1)); done
END
turns() {
  awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next } { print ($at["turn_s"] > 0 ? "in turns" : "one after the other") }' results/*/verdicts.csv
  rm -rf results a b
}
for launcher in env 'setsid -w'; do
  echo "$launcher:"
  pvtune compare cmd:"$launcher sh loop a" cmd:"$launcher sh loop b" --interleave always --margin 100% --budget 1h --no-lock -q >table
  grep 'turns' table
  turns
done
exit 0
