# What happens around the runs of a comparison: --setup once for each side, --prepare and --conclude around each run,
# --cleanup at the end, each in the folder in which the side runs.
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock
compare() { pvtune compare "$@" --quiet --budget 20s --margin 50% >table; echo "exit $?"; }
printf 'a\nb\n' >input
mkdir in
compare cmd:'sh -c "cat >> seen; cat work >> seen; sleep 0.01; echo run A >> log"' \
  cmd:'sh -c "cat >> seen; cat work >> seen; sleep 0.01; echo run B >> log"' --input input --cwd in --outputs ignore \
  --setup 'echo setup >> log' --prepare 'echo prepare >> log; echo x > work' --conclude 'rm work; echo conclude >> log' \
  --cleanup 'echo cleanup >> log' --warmup 3 >table
head -n 2 in/log
echo "warm-ups: $(sed -n 3,20p in/log | tr '\n' ' ')"
echo "cleanups: $(tail -n 2 in/log | uniq -c)"
sed -n '1,3p' in/seen
[ "$(grep -c prepare in/log)" = "$(grep -c conclude in/log)" ] && [ "$(grep -c prepare in/log)" = "$(grep -c run in/log)" ] && echo balanced
echo "Each fails, says what it was, and is followed by the clean-up."
fails() { compare cmd:'echo 1' cmd:'echo 1' --cleanup 'echo cleaned >> cleaned' "$@"; }
fails --setup 'echo no disk >&2; exit 3'
fails --prepare 'false'
fails --conclude 'kill -9 $$'
fails --output-filter 'grep nothing'
wc -l <cleaned
compare cmd:'sleep 0.01' cmd:'sleep 0.011' --cleanup 'exit 3' | sed s/exit.[14]/failed/
compare cmd:'sleep 0.01' cmd:'sleep 0.011' --budget 0.1s --cleanup 'exit 3' | sed s/exit.[14]/failed/
compare cmd:'sleep 0.01' cmd:'sleep 0.1' --cleanup 'exit 3'
compare cmd:'sh -c "sleep 0.01; exit 3"' cmd:'sh -c "sleep 0.01; exit 3"' --ignore-failure | sed s/exit.[045]/judged/
compare cmd:'date +%N' cmd:'date +%N' | sed s/exit.[045]/judged/
compare cmd:'date +%N' cmd:'date +%N' --output-filter 'tr -d 0-9' | sed s/exit.[045]/judged/
echo "What cannot be is refused before anything runs."
refused() { try pvtune compare cmd:'touch ran' cmd:'touch ran' "$@"; }
refused --setup 'echo {workers}'
refused --prepare '{wrokers}'
refused --cwd /proc/nowhere
refused --input in
try pvtune compare bin:/bin/true bin:/bin/true --input input
try pvtune compare stored:a stored:b --prepare true
echo "Processes that a run leaves behind are told."
compare cmd:'sh -c "sleep 60 & sleep 0.01"' cmd:'sleep 0.01' | sed s/exit.[045]/judged/
