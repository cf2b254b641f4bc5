# A program that is replaced while it is measured: nothing was measured then, for a comparison as for a sweep. The same bytes at the
# same place are the same program.
# normalise: s/run [1-4] of block [0-9]+, of|the warm-up of/run N of/
export PVTUNE_RESULTS=$PWD/results
cat >prog <<'END'
#!/bin/sh
sleep 0.05
END
sed 's/0.05/0.06/' prog >newer
cp prog same
cp prog other
chmod +x prog same other newer
during() { # NEW OLD COMMAND...: NEW takes the place of OLD after some runs
  local new=$1 old=$2
  shift 2
  rm -rf results
  cp "$new" put
  "$@" --no-lock --export-json x.json >out 2>err &
  until [ "$(cat results/*/runs.csv 2>/dev/null | wc -l)" -gt 2 ] || ! kill -0 $! 2>/dev/null; do sleep 0.01; done
  mv put "$old"
  wait $!
  echo "exit $?"
  grep -o '"verdict": "[^"]*"' x.json
  cat err
  rm -f x.json
}
during newer prog pvtune compare 'cmd:./other' 'cmd:./prog' --margin 50%
during same other pvtune compare 'cmd:./other' 'cmd:./other' --margin 100% --min-effect 100%
during newer other pvtune sweep -w 1,2 --rounds 20 --workload 'cmd:./other {workers}' -q
cp "$(command -v pvtune)" old && cp old new && echo >>new
during new old pvtune compare "bin:$(command -v pvtune)" bin:old --workload builtin:batteries:400 --margin 50%
