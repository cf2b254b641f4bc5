# What is optimised instead of time, limits, what is stored of them, and every mistake.
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock
[ ! -r /sys/class/powercap/intel-rapl:0/energy_uj ] || exit 77
cat >program <<'END'
echo "score $((10 * $1)) points"
echo "cost $(($1 * $1))" >&2
printf %01000d 0 | head -c $((100 * $1)) >"$2"
END
tune() {
  pvtune tune --quiet --budget 30s --outputs ignore --metric 'score=^score ([0-9]+)' --metric 'cost=cost ([0-9]+)' "$@" \
    --param level=1..4 -- sh program {level} {output} >table
  echo "exit $?"
  grep -E '^(ranked|Best|level)' table | sed -E 's/; (it is|nothing).*//; s/ \(all else.*//'
}
echo "The highest score:"; tune --objective score --maximize
column() { cut -d, -f"$(head -1 "$2" | tr , '\n' | grep -nx "$1" | cut -d: -f1)" "$2"; }
for name in objective value serial_value config; do column $name results/*/recommendations.csv; done | paste -sd ' '
for name in objective value metrics output_bytes; do column $name results/*/runs.csv | tail -n +2 | sort -u | tail -1; done
echo "Within a limit:"; tune --objective score --maximize --limit 'cost < 10'
grep -c 'over a limit$' table
echo "Serial alone within it:"; tune --objective score --maximize --limit 'cost < 2'
echo "The serial run over the limit:"; tune --objective size --limit 'score >= 20'
echo "Nothing within it:"; tune --limit 'score > 40 and size < 1K'
echo "Memory:"; tune --max-rss 1K | sed -E 's/is [0-9]+ bytes/is N bytes/'
echo "Mistakes:"
wrong() { try pvtune tune "$@" -- sh program 1 {output}; }
wrong --objective speed
wrong --maximize
wrong --metric 'x=a'
wrong --metric 'time=(a)'
wrong --metric 'x=(a'
wrong --limit 'size <'
wrong --max-rss much
wrong --objective energy
try pvtune tune --quiet --objective x --metric 'x=(never)' -- sh program 1 {output}
echo "A metric that decides nothing, and one that only parallel runs print:"
try pvtune sweep --quiet --rounds 1 --metric 'x=(never)' -- sh program 1 {output} >/dev/null
speedup() {
  pvtune sweep --quiet -w 2 -x threads --pins none --rounds 1 --outputs ignore --metric 'speedup=speedup ([0-9]+)' "$@" \
    -- sh -c '[ $1 = 1 ] || echo speedup $1' sh {workers}
}
speedup --json | grep -o '"metric_speedup": *[^,}]*' | sort -u
speedup --limit 'speedup >= 2'; echo "exit $?"
