# Deliberate faults are noticed: by the digest, by --expect, by the read-back binding; a worker process
# that dies is named with its scenario; nothing is left of a run that failed.
# normalise: s/worker process [0-9]+ of/worker process N of/
# normalise: s/worker 0: found CPUs .*, expected .*/worker 0: found CPUS, expected CPUS/
pvtune generate -q base --customers 3 --scenarios 12 --days 20 --study mixed --flows 6 >generated
pvtune run -q -b base -p synthetic -s mixed -o good -x serial >/dev/null
run() { try pvtune run -q -b base -p synthetic -s mixed "$@" >stdout; sed -n '/^[$e]/p' stdout; }
for how in "-x serial" "-x threads -w 2" "-x processes -w 2" "-x hybrid -w 2x2"; do
  PVTUNE_TEST_FAULT=corrupt:3 run -o out --expect good/mixed $how
  PVTUNE_TEST_FAULT=fail:3 run -o out2 $how
done
for how in "-x processes -w 1" "-x processes -w 3"; do
  PVTUNE_TEST_FAULT=die:5 run -o out3 $how
done
PVTUNE_TEST_FAULT=die:5 run -o out3 -x hybrid -w 2x2 2>stderr
grep -o 'was killed by signal 9 (SIGKILL) while on scenario.*mixed_005' stderr | sed 's/scenario.*mixed/scenario mixed/'
ls -A out3

digest() { sed -n 's/^digest //p' "$1"; }
pvtune run -q -b base -p synthetic -s mixed --no-output -x serial --record 3 3>right >/dev/null
PVTUNE_TEST_FAULT=corrupt:3 pvtune run -q -b base -p synthetic -s mixed --no-output -w 2 --record 3 3>wrong >/dev/null
[ "$(digest right)" != "$(digest wrong)" ] && echo "the digest tells"
# A rank's record that cannot be opened.
PMI_SIZE=1 PMI_RANK=0 PVTUNE_RECORD=no/such try pvtune run -q -b base -p synthetic -s mixed --no-output -x serial --record 3 3>/dev/null >/dev/null
[ "$(nproc)" = 1 ] && { echo "the record tells"; exit; }
PVTUNE_TEST_FAULT=unbind:0 pvtune run -q -b base -p synthetic -s mixed --no-output -w 2 --pin compact --record 3 3>lost >/dev/null 2>&1
grep -q '^bindings_held 0$' lost && grep -q '^worker 0 .* held=0 ' lost && echo "the record tells"
