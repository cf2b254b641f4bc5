# One text says how to run: as best prints it, as it was stored before, and with parts of it overridden.
run() {
  echo "$*: $(pvtune run --workload builtin:static:6 --json "$@" 2>&1 | sed -n 's/^ *"config": "\(.*\)",/\1/p; s/^pvtune: error: //p')"
}
run --config serial
run --config threads:2
run --config threads:2/pin=none/dynamic:3
run --config hybrid:1x2/schedule=static/chunk=2
run --config threads:2 -x processes
run --config threads:2/chunk=4 -w 1 --schedule static
run --config serial -w 2
run --config processes:2/schedule=static --chunk 2 --pin none
run --config threads:2/pin=nowhere
run --config threads:2/size=3
run --config threads:2/chunk=4294967297
run --config threads
run --config mpi:2x
run --config mock:2x1
run --config ''
