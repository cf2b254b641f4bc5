# A signal that ends plot ends gnuplot too, with all that it has started.
mkdir bin
printf '#!/bin/sh\nsleep 987 &\necho $! >pids\nmv pids started\nwait\n' >bin/gnuplot && chmod +x bin/gnuplot
printf 'scenario,total$_building_costs\n1,2\n' >in.csv
for signal in TERM INT HUP; do
  rm -f started
  (trap - INT; PATH=$PWD/bin:$PATH exec env --default-signal=INT pvtune plot scenarios in.csv) >out 2>err &
  until [ -e started ] || ! kill -0 $! 2>/dev/null; do sleep 0.01; done
  kill "-$signal" $!
  wait $!
  echo "$signal: exit $?"
  alive() { grep -q '^State:.[^Z]' "/proc/$(cat started)/status" 2>/dev/null; }
  for _ in 1 2 3 4 5 6 7 8 9 10; do alive || break; sleep 0.1; done
  alive && echo "gnuplot runs on" && kill "$(cat started)"
done 2>/dev/null
true
