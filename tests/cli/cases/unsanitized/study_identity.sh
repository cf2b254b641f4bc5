# The same bytes and the same number of computed flows however a study is run. `mixed` has what the first two have, so
# they are run in half of the ways.
for study in static batteries mixed; do
  pvtune generate -q "base-$study" --customers 7 --scenarios 24 --days 40 --study $study --seed 5 >/dev/null
done
pvtune generate -q base-several --customers 3 --scenarios 6 --days 10 --load-files 3 --study mixed --seed 6 >/dev/null

# run BASE STUDY OUT OPTION...: prints how many flows the run says it computed
run() {
  pvtune run -q --csv -b "base-$1" -p synthetic -s "$2" -o "$3" "${@:4}" 2>&1 >"$3.csv" | grep -v ': Bills are those of ' >&2
  awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i ~ /^flows/) column = i } NR == 2 { print $column }' "$3.csv"
}

# Outputs without what tells of the run itself.
outputs() { (cd "$1" && find . -type f ! -name '.*' | LC_ALL=C sort | xargs -d '\n' sha256sum); }

for base in static batteries mixed several; do
  study=${base/several/mixed}
  flows=$(run $base $study serial -x serial)
  outputs serial/$study >expected
  echo "$base: $flows flows, $(wc -l <expected) files"
  while read -r name options; do
    case $base$name in static*[1246] | batteries*[1246]) continue ;; esac
    rm -rf other
    # shellcheck disable=SC2086 # several words
    found=$(run $base $study other $options)
    [ "$found" = "$flows" ] || [ "$name" = unshared ] || echo "$base $name: $found flows"
    outputs other/$study | diff expected - || echo "$base $name: other bytes"
  done <<'END'
threads1 -x threads -w 1
threads2 -x threads -w 2
threads3 -x threads -w 3 --schedule static
threads4 -x threads -w 4
threads5 -x threads -w 5 --schedule static
threads6 -x threads -w 6 --chunk 2
threads7 -x threads -w 7
processes1 -x processes -w 1
processes2 -x processes -w 2 --schedule static
processes3 -x processes -w 3
processes4 -x processes -w 4 --schedule static
hybrid -x hybrid -w 2x2
hybrid_static -x hybrid -w 2x2 --schedule static
portable -x serial --simd portable
unshared -x serial --share none
unshared -x threads -w 3 --share none
END
done

# This comparison would notice one wrong bit.
rm -rf other
PVTUNE_TEST_FAULT=corrupt:3 run mixed mixed other -x serial >/dev/null
run mixed mixed serial -x serial >/dev/null
diff <(outputs serial/mixed) <(outputs other/mixed) >/dev/null || echo "a deliberate fault: noticed"
