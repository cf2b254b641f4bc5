# normalise: s/(them takes) [0-9.]+ [mu]?s/\1 TIME/
# normalise: s/^exit [05]$/exit of an answer/
# Outputs that change by themselves are told apart from those that change with the workers. (--exhaustive, since a run that
# a busy machine makes slow is ended early otherwise, and gives none.)
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock
sweep() { pvtune sweep --quiet -w 2 --pins none --rounds 2 --exhaustive "$@" >table; echo "exit $?"; grep '^outputs\|^capture' table; }
changes="cmd:sh -c 'date +%N; echo stays' {workers}"
sweep --workload "$changes"
pvtune tune --quiet --workload "$changes" 2>&1 | grep -o "The program's outputs.*stance)"
sweep --workload "$changes" --outputs ignore
sweep --workload "$changes" --output-filter 'grep stays'
sweep --workload cmd:'echo {workers}'
sweep --workload cmd:'sh -c "echo {workers} > {output}"' --output-filter 'tr 12 00'
echo "A single run agrees with nothing."
pvtune sweep --quiet --rounds 1 -- sh -c 'date +%N' 2>/dev/null | grep '^outputs'
echo "A failure that is accepted."
sweep --workload cmd:'sh -c "echo {{}}; exit {workers}"' --ignore-failure
sweep --workload cmd:'sh -c "echo {{}}; exit {workers}"' >/dev/null
echo "Printed output is shown, and what keeping it costs is said."
sweep --workload cmd:'sh -c "echo out; echo err >&2; : {workers}"' --show-output 2>&1 | sort -u
sweep --workload cmd:'sh -c "echo out; echo err >&2; : {workers}"' --show-output --outputs ignore 2>&1 | sort -u
sweep --workload cmd:'sh -c "head -c 3000000 /dev/zero; : {workers}"'
