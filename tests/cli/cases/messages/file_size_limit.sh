# A limit of file sizes (ulimit -f, in blocks of 1 kB) is told like a full disk; nothing half-written stays.
# normalise: s/m-[0-9a-f]{10}/MACHINE/
# The thread sanitizer writes a file before main, and is ended by the signal.
grep -q __tsan_init "$(command -v pvtune)" && exit 77
pvtune generate -q base --customers 3 --scenarios 6 | cat >/dev/null
limited() {
  local blocks=$1
  shift
  echo "\$ $*"
  (ulimit -f "$blocks" && exec "$@") 2>&1 | cat
  echo "exit ${PIPESTATUS[0]}"
}
limited 8 pvtune generate small --customers 3 --days 20
limited 1 pvtune run -b base -p synthetic -s static -o out -x serial
limited 1 pvtune run -b base -p synthetic -s static -o out -x processes -w 2
limited 0 pvtune new-study new
limited 0 pvtune sweep --workload cmd:true -x serial --rounds 1 --exhaustive --pins none --results store --no-lock
limited 0 pvtune topo --export-json topo.json | tail -2
git init -q repo && head -c 1000 /dev/zero | tr '\0' x >summary.md
limited 1 env -C repo pvtune gate --against nowhere --workload cmd:true --build true --no-lock --markdown ../summary.md
wc -c summary.md && rm -rf repo summary.md
find . -not -path './base*' -not -path './store*' -not -path './out*' | sort; find out -type f -not -path 'out/logs/*'
# A program that is run gets the limit as it was: it is ended by the signal.
limited 1 pvtune exec -q --results store -- sh -c 'head -c 5000 /dev/zero >bytes; echo $?'
