# What happens around runs: setup once, prepare and conclude around each, cleanup at the end. (--exhaustive, since a run that
# a busy machine makes slow is ended early otherwise, and logs nothing.)
# normalise: s/^exit [05]$/exit of an answer/
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock
mkdir in; printf 'a\nb\n' >input
sweep() { pvtune sweep --quiet -w 2 --pins none --rounds 1 "$@" >table; echo "exit $?"; }
sweep --workload cmd:'sh -c "cat; pwd; cat work >> seen; echo run {workers} >> log"' --input input --cwd in \
  --setup 'echo setup >> log' --prepare 'echo prepare {workers} $PVTUNE_WORKERS >> log; echo x > work' \
  --conclude 'rm work; echo conclude {workers} >> log' --cleanup 'echo cleanup >> log' --warmup 2 --exhaustive
head -n 10 in/log; tail -n 1 in/log
grep -c '^setup\|^cleanup' in/log
echo "Each fails: what it was, its exit code and the last line of its stderr; cleanup follows."
fails() { sweep --fresh --workload cmd:'echo {workers}0' --cleanup 'echo cleaned >> cleaned' "$@"; }
fails --setup 'echo first >&2; echo no disk >&2; exit 3'
fails --prepare 'false {workers}'
fails --conclude 'kill -9 $$'
fails --output-filter 'grep nothing'
wc -l <cleaned
sweep --workload cmd:'echo done {{workers}}' --cleanup 'echo cannot clean >&2; exit 4'
echo "A clean-up that failed is worse than no verdict, and less bad than wrong outputs."
sweep --fresh -w 1,2 --workload cmd:': {workers}' --cleanup 'exit 4'
sweep --fresh --workload cmd:'echo {workers}' --outputs check --cleanup 'exit 4'
echo "What cannot be is refused before anything runs."
refused() { try pvtune sweep --workload cmd:'touch ran {workers}' "$@"; }
refused --setup 'echo {workers}'
refused --prepare '{wrokers}'
refused --conclude ' '
refused --cwd /proc/nowhere
refused --input /proc/nowhere
refused --input in
refused --outputs ignore --output-filter cat
refused --outputs ignore --expect input
try pvtune sweep --workload builtin:batteries:12 --input input
try pvtune sweep --self-cost --prepare true
ls
echo "A sweep is resumed only with the same life."
for prepare in true true 'echo x'; do
  sweep --workload cmd:'echo {workers} >&2' --prepare "$prepare" >/dev/null
done
awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i } /echo .workers. >&2/ && /finished/ { print $at["resume_key"] }' results/*/sweeps.csv | uniq -c | awk '{ print $1 }'
