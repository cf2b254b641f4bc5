# Parts of a study, put together, are the bytes of a single run: with and without sharing of flows, with several load
# files and time series, whatever the sizes of the parts, their executors and the order in which they are named.
# normalise: s/ +[0-9]+\.[0-9]{3} / TIME /
same() { diff -r "one/$1" "merged/$1" && echo "$1: the same"; }

pvtune generate base --customers 4 --days 14 --scenarios 60 -q >/dev/null
for study in static batteries mixed; do
  pvtune run -q -b base -p synthetic -s $study -o one -x serial >/dev/null
  pvtune run -q -b base -p synthetic -s $study -o parts --shard 1/3 -x serial >/dev/null
  pvtune run -q -b base -p synthetic -s $study -o parts --shard 2/3 -w 2 >/dev/null
  pvtune run -q -b base -p synthetic -s $study -o parts --shard 3/3 -x processes -w 2 >/dev/null
  pvtune merge -q parts/$study.40-59 parts/$study.0-19 parts/$study.20-39 -o merged
  same $study
done

cp -r "$ROOT/tests/golden/sparse" sparse
sed -i 's/\r//; 1s/$/,daily_fixed_rate/; 2,$s/$/,0/' sparse/reference/tariff_lookup.csv # with no charge, and said so
sed -i 's/\r//; 1s/$/,battery_cost/; 2,$s/$/,0/' sparse/reference/battery_lookup.csv
pvtune run -q -b sparse -p few -s columns -o one -x serial >/dev/null
last=$(($(wc -l <sparse/studies/few/inputs/study_columns.csv) - 2))
try pvtune run -q -b sparse -p few -s columns -o parts --scenarios 0
try pvtune run -q -b sparse -p few -s columns -o parts --scenarios 1-$last
pvtune merge -q parts/columns.* -o merged --csv | cut -d, -f1-4
same columns

# No files of scenarios; a part of one scenario only.
pvtune run -q -b base -p synthetic -s static -o none/one --scenario-files none >/dev/null
for part in 0-58 59-59; do
  pvtune run -q -b base -p synthetic -s static -o none/parts --scenarios $part --scenario-files none >/dev/null
done
pvtune merge -q none/parts/static.* -o none/merged >/dev/null
diff -r none/one/static none/merged/static && echo "without files of scenarios: the same"
ls -A none/merged/static
# The digest without outputs is that of the part.
for output in "-o parts" --no-output; do
  # shellcheck disable=SC2086 # words
  pvtune run -q -b base -p synthetic -s static $output --shard 2/7 --csv | tail -n 1 | cut -d, -f5
done | uniq | wc -l
