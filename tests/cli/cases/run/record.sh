# The measuring protocol: every key, in one piece, also of a run that failed.
# normalise: s/^(.*_(ns|kb|faults|switches)|digest|input_digest|input_bytes|bytes_written|numbers_written|customer_steps|battery_steps) .*/\1 VALUE/
# normalise: s/seen=[^ ]* (.*) cpu=[0-9]+ held=1 .*/seen=CPUS \1 cpu=N held=1 .../
pvtune generate -q base --customers 3 --scenarios 4 --days 3 --study static --flows 2 >generated
pvtune run -q -b base -p synthetic -s static -o out -x serial --record 1 >record
sed -n '/^pvtune-record/,$p' record
echo
rm base/reference/tariff_lookup.csv
try pvtune run -b base -p synthetic -s static -o out -x serial --record 3 3>&1 | grep -E '^(pvtune-record|exit_status|error|end|exit) ?'
