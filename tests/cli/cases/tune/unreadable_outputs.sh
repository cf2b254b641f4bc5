# Outputs that cannot be read are an error, not "the command prints nothing"; nor is that said where --output-filter leaves nothing.
export PVTUNE_RESULTS=$PWD/results
sweep() {
  pvtune sweep -w 1 --rounds 1 --no-lock --fresh "$@" >out 2>err
  echo "exit $?"
  grep -h 'outputs\|error' out err
}
sweep --workload 'cmd:mkfifo {output}'
sweep --workload 'cmd:ln -s /dev/zero {output}'
sweep --workload 'cmd:echo 1' --output-filter 'cat >/dev/null'
