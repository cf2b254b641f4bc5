# What is exported is there after each round, whatever ends the measurement.
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock
killed() {
  pvtune "$@" --export-json t.json --export-csv t.csv --export-markdown t.md --quiet >/dev/null 2>&1 &
  for ((i = 0; i < 200; i++)); do
    [ -s t.csv ] && [ "$(wc -l <t.csv)" -ge 3 ] && break
    sleep 0.1
  done
  kill -9 $! && wait $! 2>/dev/null
  rm -r "$TMPDIR"/* # that is what SIGKILL leaves
  head -n 1 t.csv
  tail -n +2 t.csv | cut -d, -f 1-3 | sort
  grep -o '"so_far"\|"schema": 1\|"command": "[a-z]*"' t.json
  head -n 1 t.md
  ls
  rm t.*
}
killed sweep -w 2 --pins none -x threads --exhaustive --rounds 999 --workload cmd:'sleep 0.01; true {workers}'
killed compare cmd:'sleep 0.01' cmd:'sleep 0.011'
