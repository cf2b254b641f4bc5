# Metrics are found wherever they are printed; a part of a number is none, and no earlier one takes its place.
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock
metric() {
  printf '%s %s: ' "$1" "${*:2}" | tr '\n' ' '
  pvtune sweep --quiet -x serial --rounds 1 --no-lock --objective x --metric "x=$1" --json -- "${@:2}" >table 2>said
  echo "exit $?"
  grep '"metric_x"' table || grep -o 'it prints no number' said
}
cat >before <<'E'
echo "rate 12"
awk 'BEGIN { for (i = 0; i < 60000; i++) print "padding padding padding padding padding padding" }'
E
cat >behind <<'E'
head -c 3000000 /dev/zero | tr '\0' x
echo " rate 12"
E
metric 'rate ([0-9.]+)' sh before
metric 'rate ([0-9.]+)' sh behind
metric '^rate ([0-9.]+)' printf '10%%\rrate 12\r'
metric '([0-9.]+) MB' echo 1,234.5 MB
metric 'rate ([0-9.]+)' echo rate 3,14
metric 'rate ([0-9.]+)' echo rate 3.5e6
metric 'rate ([0-9.e]+)' echo rate 3.5e6
metric '([0-9.]+) MB' echo -3 MB
metric 'rate ([0-9.]+)' printf 'rate 3\nrate 1,234\n'
metric 'rate ([0-9]+),' echo rate 3,14
echo "What is no number meets no limit:"
for limit in 'not (x / 0 < 5)' 'x / 0 < 5 or x / 0 >= 5' 'not (x / 0 < 5 and x == 0)' 'x / 0 < 5 or x == 0'; do
  pvtune sweep --quiet -x serial --rounds 1 --no-lock --metric 'x=([0-9]+)' --limit "$limit" -- echo 0 2>/dev/null | grep -c "the limit is" || true
done
