# Values with blanks, quotes and dollars: quoted where a shell reads them, refused where it could not.
# by chance: the verdict is on real times.
# normalise: s/on 20[0-9-]+$/on DATE/
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock
cat >program <<'END'
[ "$MODE" = slow ] && sleep 0.3
printf '<%s>\n' "$1" "$MODE"
END
until_found pvtune tune --quiet --budget 60s --outputs ignore --pins none --env "MODE=slow,b  c\$d'e" --param 'q=x y"$' -- sh program {q} >/dev/null; echo "exit $?"
try pvtune best --get command
pvtune best --get command | sh
try pvtune best --export env
pvtune best --export slurm | grep export
eval "$(pvtune best --export slurm | grep export)"; sh program "$PVTUNE_PARAM_q"
unset MODE PVTUNE_PARAM_q
try pvtune exec -- sh program {q}
try pvtune exec --param 'q=z  "' -- sh program {q}
