# A serial run without outputs is one: what others print or write then differs from it. (--exhaustive, since a run that a
# busy machine makes slow is ended early otherwise, and gives none.)
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock
sweep() {
  pvtune sweep --quiet -w 2 --pins none --rounds 1 --exhaustive --no-lock "$@" >table 2>&1
  echo "exit $?"
  grep -o 'digest [^)]*\|what the command prints cannot be kept\|outputs are not the expected.*\|one serial run to the next' table | sort -u | sed -E 's/[0-9a-f]{16}/DIGEST/g'
}
sweep --workload 'cmd:sh -c "[ {workers} = 1 ] || echo other"'
sweep --workload 'cmd:sh -c "[ {workers} = 1 ] || echo other > {output}"'
sweep --workload 'cmd:sh -c "[ {workers} = 2 ] || echo other"'
echo "A link in the outputs counts as what it names:"
sweep --workload 'cmd:sh -c "mkdir {output}; echo same > {output}/a; echo {workers} > here; ln -s $PWD/here {output}/b"'
echo "What is printed cannot be kept:"
sweep --workload 'cmd:sh -c "rm -r $TMPDIR/pvtune-scratch-*; echo same {workers}"'
echo "Only the first run differs, from --expect:"
echo other >expected
sweep --expect expected -- echo same
echo "Compared:"
echo '[ -e ran ] && echo again; touch ran' >once
pvtune compare --no-lock --budget 60s 'cmd:sh once' 'cmd:true' 2>&1 | grep -o "change from run to run" | sort -u
