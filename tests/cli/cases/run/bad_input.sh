# Bad input: file, row and column; exit 2; nothing is written. The errors are the same whoever reads.
# exit: 0
pvtune generate -q base --customers 3 --scenarios 3 --days 3 --load-files 3 --study static >generated
run() { try pvtune run -b base -p synthetic -s static -o out "$@"; }
try pvtune run -b base -p synthetic -s nothing -o out
first=$(ls base/load_profiles/building/*.csv | head -1) last=$(ls base/load_profiles/building/*.csv | tail -1)
sed -i '5s/,[^,]*$/,twelve/' "$last"
for how in "-x serial" "-x threads -w 4" "-x processes -w 3"; do run $how; done
sed -i '9s/,[^,]*$/,thirteen/' "$first"
for how in "-x serial" "-x threads -w 4" "-x processes -w 3"; do run $how; done
ls
