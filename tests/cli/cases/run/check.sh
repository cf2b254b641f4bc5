# --check lists everything that is wrong with the inputs at once and runs nothing; --strict refuses warnings.
cp -r "$ROOT/examples/tiny_study" base
run() { try pvtune run -b base -p first -s compare -o out "$@"; }
run --check
sed -i 's/^tou,/toy,/; s/,20,0:00,23:59,/,20,0:00,12:00,/; s/Flat_Rate,5,,offpeak/Flat,5,,offpeak/' base/reference/tariff_lookup.csv
sed -i 's/^wall,6/wall,-6/' base/reference/battery_lookup.csv
run --check
cp "$ROOT/examples/tiny_study/reference/tariff_lookup.csv" "$ROOT/examples/tiny_study/reference/battery_lookup.csv" base/reference
sed -i 's/,20,0:00,23:59,/,20,0:00,12:00,/' base/reference/tariff_lookup.csv
run --check
run --strict -q
ls
# It reads whole studies and makes no outputs.
run --check --scenarios 0-1
run --check --shard 1/2
run --check --expect nowhere
