# What cannot be run is said before anything is read or written.
# normalise: s/expected some of [-0-9,]+/expected some of CPUS/
run() { try pvtune run "$@"; }
run
run -b .
run -b . -p p
run -b nowhere -p p -s s
run --workload cmd:ls
run --workload builtin:static
run --workload builtin:nothing:5
run --workload builtin:static:5 -w 0
run --workload builtin:static:5 -w two
run --workload builtin:static:5 -x threads -w 2x2
run --workload builtin:static:5 -x hybrid -w 3
run --workload builtin:static:5 -x serial -w 3
run --workload builtin:static:5 -w 2 --pin nowhere
run --workload builtin:static:5 -w 2 --pin 1000
run --workload builtin:static:5 --record 99
run --workload builtin:static:5 --expect x --no-output
run --workload builtin:static:5 --workload builtin:static:6 -o out
PVTUNE_TEST_FAULT=nonsense run --workload builtin:static:5
ls
cp -r "$ROOT/examples/tiny_study" base
for expected in nowhere base/load_profiles/flats/monday.csv; do
  run -b base -p first -s compare -o out --expect $expected
done
run -b base -p first -s compare -s other -o out --expect base
ls
