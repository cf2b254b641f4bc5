# A built-in study needs no folder, and without -o writes nothing; --no-output gives the same digest.
digest() { pvtune run -q --csv "$@" | awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "digest") c = i } NR == 2 { print $c }'; }
a=$(digest --workload builtin:mixed:5 -x serial)
b=$(digest --workload builtin:mixed:5 -w 2 -o out)
c=$(digest --workload builtin:mixed:5 -x processes -w 2 --no-output)
d=$(digest --workload builtin:mixed:5 -x serial --share none --no-output)
e=$(digest --workload builtin:mixed:6 -x serial)
[ -n "$a" ] && [ "$a" = "$b" ] && [ "$a" = "$c" ] && [ "$a" = "$d" ] && echo same
[ "$a" != "$e" ] && echo different
ls
