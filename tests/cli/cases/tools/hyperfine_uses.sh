# Every command of ours in the guide's table for those who know hyperfine; none may be refused.
command -v gnuplot >/dev/null || exit 77
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock
printf '#!/bin/sh\nsleep 0.00${1:-1} 2>&-\necho done\n' >prog
chmod +x prog
sed -n '/^## For those who know hyperfine/,$p' "$ROOT/docs/TUNING.md" | grep '^| .*`$\|^| .*` |$' |
  sed -E 's/\\\|/\x01/g; s/ \|$//; s/.*\| `(.*)`$/\1/; s/\x01/|/g' >commands
while IFS= read -r command; do
  # What cannot be is refused before the first run: few runs are enough.
  short=$command
  [[ $command == *--budget* ]] || short=${command/pvtune sweep/pvtune sweep --budget 0.3s}
  bash -c "$short" >out 2>err </dev/null
  status=$?
  # Fast or slow, equal or not, and whether two seconds are enough: the machine decides.
  case $status in 0 | 4 | 5) status=fine ;; esac
  grep -q 'of the budget are left' err && status=fine
  echo "$status: $command"
  [ $status = fine ] || cat err
done <commands
ls t.* runs.svg | sort
