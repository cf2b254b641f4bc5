# A program that leaves a process of another session running: said once, stored for each run, and
# nothing of it is alive afterwards.
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock
cat >daemon.sh <<'END'
setsid sh -c 'echo $$ >>pids; exec sleep 50' &
while [ ! -s pids ]; do sleep 0.01; done
echo done
END
pvtune sweep --quiet --workload "cmd:sh $PWD/daemon.sh" -x serial --rounds 2 >table; echo "exit $?"
awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i } NR > 1 { print $at["left_behind"] }' results/*/runs.csv | sort -u
for pid in $(cat pids); do
  [ -e /proc/$pid ] && echo "$pid is alive"
done
true
