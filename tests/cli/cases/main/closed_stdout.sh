# What cannot be written is an error, never a silent success.
[ -w /dev/full ] || exit 77
printf 'k,v\n' >t.csv
for command in 'man' 'man validate' '--help' 'completion bash' 'validate t.csv t.csv' 'validate --json t.csv t.csv'; do
  pvtune $command >/dev/full
  echo "$command: exit $?"
done
