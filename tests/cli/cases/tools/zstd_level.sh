# The fastest level and number of workers of zstd within a size of its output. (--exhaustive, since a run that a busy machine
# makes slow is ended early otherwise, and has no size.)
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock
for program in zstd; do command -v $program >/dev/null || exit 77; done
seq 1 60000 >log.txt
limit=$(($(zstd -3 -qc log.txt | wc -c) + 1000))
[ "$(zstd -1 -qc log.txt | wc -c)" -gt $limit ] || exit 77
until_found pvtune tune --quiet --pins none --budget 60s --rounds 2 --exhaustive -w 1-2 --param level=1,3,4 --limit "size <= $limit" \
  --output-filter 'zstd -dc' -- zstd -{level} -T{workers} -qc log.txt >table
grep '^outputs' table
grep -c 'over a limit$' table
pvtune best --get command | sed -E 's/-[34] -T[12]/-LEVEL -TN/; s/^taskset -c [0-9,-]+ //'
pvtune plot --help >/dev/null && pvtune plot heatmap --data | grep -c ',over,'
