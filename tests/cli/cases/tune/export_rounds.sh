# What is exported is there after each round, whatever ends the measurement.
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock
# Stays as soon as there is a round in the files, which are written between two runs.
echo '[ -e t.csv ] && [ "$(wc -l <t.csv)" -ge 3 ] && touch held && sleep 100; true' >program
killed() {
  pvtune "$@" --export-json t.json --export-csv t.csv --export-markdown t.md --quiet >/dev/null 2>&1 &
  until [ -e held ]; do sleep 0.02; done
  kill -9 $! && wait $! 2>/dev/null
  rm held
  rm -r "$TMPDIR"/* # that is what SIGKILL leaves
  head -n 1 t.csv
  tail -n +2 t.csv | cut -d, -f 1-3 | sort
  grep -o '"so_far"\|"schema": 1\|"command": "[a-z]*"' t.json
  head -n 1 t.md
  ls
  rm t.*
}
killed sweep -w 2 --pins none -x threads --exhaustive --rounds 999 --workload cmd:'sh program {workers}'
killed compare cmd:'sh program' cmd:'sh ./program'
