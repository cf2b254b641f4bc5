# normalise: s/[0-9]{5,}/COUNT/g; s/[0-9.e-]+ % apart/N % apart/; s/(run under callgrind|counted run) failed( \(exit code 1\))?/counted run failed/
# Counted runs decide when that is asked for, unless the program is not deterministic.
# It takes half a second for each run: it counts in one comparison. In the others, where it is missing, and with sanitizers, what
# a program prints stands for its instructions.
real=$PATH
mkdir bin
printf '#!/bin/sh\nlog=${4#--log-file=}\nshift 4\nout=$("$@")\ncode=$?\necho "==1== Collected : $((${#out} + 1))00000" >"${log%%??}1"\nexit $code\n' >bin/valgrind
chmod +x bin/valgrind
PATH=$PWD/bin:$PATH
if ! PATH=$real command -v valgrind >/dev/null || grep -q '__asan_init\|__tsan_init' "$(command -v pvtune)"; then real=$PATH; fi
echo 'seq $((RANDOM % 900 + 1000))' >random.sh
cmp() { try pvtune compare "$@" --decide-by instructions --no-lock -q --csv --outputs ignore | cut -d, -f 6,10; }
cmp cmd:'seq 2000' cmd:'seq 2000'
PATH=$real cmp cmd:'seq 2000' cmd:'seq 3000'
cmp cmd:'seq 2000' cmd:'bash random.sh'

# The first or the second count of a side fails: its warm-up and its timed run come before them.
echo 'echo run >>runs; test $(wc -l <runs) -le $1' >few_runs.sh
few() { rm -f runs; cmp "$@"; }
few cmd:'sh few_runs.sh 1' cmd:true
few cmd:'sh few_runs.sh 2' cmd:true
few cmd:true cmd:'sh few_runs.sh 1'
