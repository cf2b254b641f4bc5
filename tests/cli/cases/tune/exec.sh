# A command run at its recommendation: words, binding, environment and exit code; and without one.
# by chance: the verdict is on real times.
# normalise: s/on 20[0-9-]+$/on DATE/; s/run with [0-9]+/run with N/; s/(CPUS=|-c |on |"cpus": ")[0-9][0-9,-]*/\1CPUS/; s/m-[0-9a-f]{10}/MACHINE/; s/(allocation": ")[^"]*/\1A/; s/(seconds|bytes)": [0-9.]+/\1": S/; s/(speedup[a-z_]*": )[0-9.]+/\1R/; s/20[0-9-]+T[0-9:.]+Z/DATE/
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock
[ "$(nproc)" -ge 2 ] || exit 77
cat >program <<'END2'
echo "$1 of $PVTUNE_WORKERS: $2, on $(taskset -cp $$ | sed 's/.*: //') $(cat)"; exit 7
END2
sweep='sh slow {workers} "a b"'
echo 'sleep 0.$((3 - $1))' >slow
try pvtune exec --quiet -- sh program {workers} 'x y' </dev/null | grep -c "of $(nproc): x y"
until_found pvtune tune --quiet --workload "cmd:$sweep" -w 2 --pins compact --rounds 4 >/dev/null; echo "tuned: exit $?"
echo "The same command in other quotes:"
try pvtune exec -- sh slow {workers} 'a b'
echo "Another command with its recommendation:"
echo in | try pvtune exec --workload "cmd:$sweep" -- sh program {workers} 'x  y'
try pvtune exec --workload "cmd:$sweep"
echo "Mistakes:"
try pvtune exec
try pvtune exec -- /nonexistent/program
try pvtune exec -- ./slow
try pvtune exec -- echo {worker}
try pvtune exec -- cp slow {output}
try pvtune exec --output copy -- cp slow
pvtune exec --quiet --output 'a copy' -- cp slow {output}; cmp slow 'a copy' && echo copied
echo "For scripts:"
for form in env taskset slurm json; do try pvtune best --export $form; done
try pvtune best --export env --get pin
try pvtune best --export env --workload cmd:other
