# SIGTERM in the middle: the process ends by that signal, its old outputs stay, nothing else is left.
pvtune generate -q base --customers 3 --scenarios 6 --days 5 --study static >generated
pvtune run -q -b base -p synthetic -s static -o out -x serial >/dev/null
cp -r out before
for how in "-x serial" "-x processes -w 2" "-x hybrid -w 2x2"; do
  PVTUNE_TEST_FAULT=hang:4 pvtune run -b base -p synthetic -s static -o out $how &
  until ls -A out | grep -q tmp; do sleep 0.01; done
  sleep 0.1
  kill -TERM $!
  wait $!
  echo "$how: $?"
done
diff -r out before && ls -A out
# Killed, it can leave its folder behind; the next run removes it.
PVTUNE_TEST_FAULT=hang:4 pvtune run -b base -p synthetic -s static -o out -x processes -w 2 &
until ls -A out | grep -q tmp; do sleep 0.01; done
victim=$!
disown
# Its workers follow it, and have its folder until then.
all="$victim $(cat /proc/$victim/task/$victim/children)"
kill -KILL $victim
for pid in $all; do
  while grep -q '^State:\s*[^ZX]' /proc/$pid/status 2>/dev/null; do sleep 0.01; done
done
pvtune run -q -b base -p synthetic -s static -o out -x serial >/dev/null
ls -A out
