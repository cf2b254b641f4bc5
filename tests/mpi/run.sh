#!/usr/bin/env bash
# Runs over MPI ranks, under every MPI library that this build has and that is installed here.
#   run.sh PVTUNE [--long]
# Short: two ranks, the same bytes as a serial run for each kind of study; one rank killed, the run resumed; errors of
# one rank told once, each with one of the libraries in turn. Long: errors with each of them, up to eight ranks of one and
# two threads, each rank in turn killed at random times.
# Exit code 77: there is no MPI here.
set -u
pvtune=$(realpath "$1")
long=${2-}
folder=$(dirname "$pvtune")
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1

# Root is asked by Open MPI whether it is sure; in containers there is nobody else.
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
# Signals of this test are for its ranks: no stack of theirs is to be printed.
export OMPI_MCA_orte_abort_print_stack=0 OMPI_MCA_btl_vader_single_copy_mechanism=none
failed=0
fail() {
  echo "FAILED: $*"
  failed=1
}

launchers=()
for name in openmpi mpich mpi; do
  [ -e "$folder/pvtune-$name.so" ] || continue
  # MPICH itself crashes under the thread sanitizer, even in a program that only starts it.
  [ "$name" = openmpi ] || ! grep -q __tsan_init "$pvtune" || continue
  launcher=mpirun.$name
  command -v "$launcher" >/dev/null || launcher=mpirun
  if command -v "$launcher" >/dev/null; then launchers+=("$launcher"); fi
done
if [ ${#launchers[@]} = 0 ]; then
  echo "no MPI: install openmpi-bin and libopenmpi-dev (or mpich and libmpich-dev) and build again"
  exit 77
fi

# ranks N COMMAND...: under the launcher of this turn, which must not hang; exit code 124 if it does.
ranks() {
  local options=()
  case $launcher in *mpich) ;; *) options=(--oversubscribe --bind-to none) ;; esac
  timeout -k 5 120 "$launcher" "${options[@]}" -n "$@"
}
# next_turn: those in `turn` are to be used: the next one, or in the long form each.
export launcher
turns=0 turn=()
next_turn() {
  if [ -n "$long" ]; then turn=("${launchers[@]}"); else turn=("${launchers[turns++ % ${#launchers[@]}]}"); fi
}
# same WHAT EXPECTED ACTUAL
same() { diff -r "$2" "$3" >difference 2>&1 || fail "$launcher: $1: $(head -n 3 difference)"; }

"$pvtune" generate -q base --customers 4 --days 14 --scenarios 150 >/dev/null || exit 1
"$pvtune" generate -q several --customers 3 --days 7 --scenarios 80 --load-files 3 >/dev/null || exit 1
cp -r "$root/tests/golden/sparse" sparse # with time series
run() { "$pvtune" run -q -b "$@"; }
# computed OUTPUTS STUDY: the numbers of flows and of bills
computed() { grep -hE '^(flows|bills)_computed=[0-9]+$' "$1/logs/$2"_*.log; }

# study BASE PROJECT STUDY: serial once; then any number of ranks gives the same bytes and computes as many flows and bills
study() {
  local n
  run "$1" -p "$2" -s "$3" -x serial -o "serial-$1" >/dev/null || fail "$1 $3 serial"
  [ "$(computed "serial-$1" "$3" | wc -l)" = 2 ] || fail "$1 $3: no numbers of flows and bills"
  for launcher in "${launchers[@]}"; do
    for shape in $shapes; do
      n=${shape%x*}
      read=once
      [ "${shape#*x}" = 1 ] || read=each
      rm -rf ranks
      ranks "$n" "$pvtune" run -q -b "$1" -p "$2" -s "$3" -x mpi -w "${shape#*x}" --read "$read" -o ranks >/dev/null ||
        fail "$launcher: $1 $3 $shape: exit $?"
      same "$1 $3 $shape" "serial-$1/$3" "ranks/$3"
      [ "$(computed "serial-$1" "$3")" = "$(computed ranks "$3")" ] ||
        fail "$launcher: $1 $3 $shape: $(computed ranks "$3"), expected $(computed "serial-$1" "$3")"
    done
  done
}

# In short a kind of study has one shape: two ranks that read once, or two of two threads that read each for itself.
shapes=2x1
[ -z "$long" ] || shapes="1x1 1x2 2x1 2x2 3x1 4x2 8x1 8x2"
study base synthetic batteries
study sparse few columns
[ -n "$long" ] || shapes=2x2
study base synthetic static
study base synthetic mixed
study several synthetic mixed

# One rank needs no launcher.
run base -p synthetic -s mixed --config mpi:1x2 -o alone >/dev/null || fail "a rank without a launcher: exit $?"
same "a rank without a launcher" serial-base/mixed alone/mixed

# A part of a study over ranks is a part like any other.
next_turn
for launcher in "${turn[@]}"; do
  rm -rf parts merged
  run base -p synthetic -s mixed --shard 1/2 -o parts >/dev/null || fail "part 1"
  ranks 2 "$pvtune" run -q -b base -p synthetic -s mixed --shard 2/2 -x mpi -o parts >/dev/null ||
    fail "$launcher: part 2"
  "$pvtune" merge -q parts/mixed.* -o merged >/dev/null || fail "$launcher: merge"
  same "parts" serial-base/mixed merged/mixed
done

# Threads that were tuned for these CPUs are those of the ranks: ranks that share the CPUs share them, and -w overrules.
# tuned CONFIG RANKS EXPECTED OPTION...: the line `config` of the telemetry
tuned() {
  local config=$1 n=$2 expected=$3 found
  shift 3
  {
    echo 'recommendation,sweep,made_utc,machine,allocation,scope,workload,workload_class,config,executor,workers,schema_1'
    echo "r1,s1,2026-01-01T12:00:00Z,$machine,\"$allocation\",single,builtin:static:6,static,$config,x,1,."
  } >"store/$machine/recommendations.csv"
  next_turn
  for launcher in "${turn[@]}"; do
    PVTUNE_RESULTS=$PWD/store ranks "$n" "$pvtune" run -q --workload builtin:static:40 -x mpi "$@" --json >tuned.json 2>message ||
      fail "$launcher: tuned for $config: exit $?: $(cat message)"
    found=$(sed -n 's/^ *"config": "\(.*\)".*/\1/p' tuned.json)
    [ "$found" = "$expected" ] || fail "$launcher: tuned for $config, $n ranks: $found, expected $expected"
  done
}
here=$(PVTUNE_RESULTS=$PWD/store "$pvtune" best 2>&1 | sed -E 's/.*this machine \((.*)\) has not.*/\1/')
machine=${here%%, *} allocation=${here#*, }
mkdir -p "store/$machine"
tuned threads:3 1 mpi:1x3
tuned processes:6 2 mpi:2x3
tuned serial 2 mpi:2x1
tuned threads:1/pin=compact 1 mpi:1x1/pin=compact
tuned threads:3 1 mpi:1x2 -w 2

# What a killed run has completed is kept, and used by --resume alone.
"$pvtune" generate -q large --customers 4 --days 14 --scenarios 6000 --study mixed >/dev/null
options=(-b large -p synthetic -s mixed --scenario-files none)
run large -p synthetic -s mixed --scenario-files none -x serial -o serial-large >/dev/null
# ended STATUS: a run that lost a rank has failed, does not hang, and has put nothing in place
ended() {
  [ "$1" != 0 ] || fail "$launcher: a killed rank, but exit 0"
  [ "$1" != 124 ] || fail "$launcher: a killed rank, but the run goes on"
  [ ! -e killed/mixed ] || fail "$launcher: a killed rank, but outputs"
}
for launcher in "${launchers[@]}"; do
  rm -rf killed
  PVTUNE_TEST_FAULT=die:4500 ranks 2 "$pvtune" run "${options[@]}" -x mpi -o killed >/dev/null 2>&1
  ended $?
  # of the journal's rows some did not reach the disk: a node went down
  dd if=/dev/zero of="$(echo killed/.mixed.*/mixed_results.csv)" bs=1000 seek=9 count=1 conv=notrunc 2>/dev/null
  ranks 2 "$pvtune" run -q "${options[@]}" -x mpi -o killed --resume --json >resumed.json ||
    fail "$launcher: resumed: exit $?"
  same "resumed" serial-large/mixed killed/mixed
  flows=$(sed -n 's/^ *"flows_computed": \([0-9]*\).*/\1/p' resumed.json)
  [ "${flows:-6000}" -lt 5000 ] || fail "$launcher: $flows flows computed again, expected less than 5000"
  [ -z "$(find killed -name '.mixed*')" ] || fail "$launcher: something is left of the killed run"
done

# Each rank in turn, at random times, until it is done.
if [ -n "$long" ]; then
  for launcher in "${launchers[@]}"; do
    for rank in 0 1 2; do
      for attempt in 1 2 3; do
        rm -rf killed
        ranks 3 "$pvtune" run "${options[@]}" -x mpi -o killed >/dev/null 2>&1 &
        job=$!
        sleep "0.$((RANDOM % 10))$((RANDOM % 10))"
        victim=
        for pid in $(pgrep -f "^$pvtune run .*-o killed"); do
          # The rank is in its environment; only processes of this test have this scratch folder.
          [ "$(readlink "/proc/$pid/cwd")" = "$scratch" ] || continue
          tr '\0' '\n' <"/proc/$pid/environ" 2>/dev/null |
            grep -qxE "(OMPI_COMM_WORLD_RANK|PMI_RANK)=$rank" && victim=$pid
        done
        if [ -n "$victim" ] && kill -KILL "$victim" 2>/dev/null; then
          wait $job
          status=$?
          # It may have been done a moment before.
          if [ ! -e killed/mixed ]; then ended $status; fi
        else
          wait $job
        fi
        ranks 2 "$pvtune" run -q "${options[@]}" -x mpi -o killed --resume >/dev/null 2>&1 ||
          fail "$launcher: resumed after rank $rank, attempt $attempt: exit $?"
        same "resumed after rank $rank, attempt $attempt" serial-large/mixed killed/mixed
      done
    done
  done
fi

# What was unfinished is of other inputs: refused by name, not mixed.
next_turn
for launcher in "${turn[@]}"; do
  rm -rf killed
  PVTUNE_TEST_FAULT=die:3000 ranks 2 "$pvtune" run "${options[@]}" -x mpi -o killed >/dev/null 2>&1
  ranks 2 "$pvtune" run -q -b large -p synthetic -s mixed -x mpi -o killed --resume >/dev/null 2>message
  code=$?
  [ $code = 2 ] || fail "$launcher: another run resumed: exit $code"
  [ "$(grep -c 'error: .*of another run' message)" = 1 ] || fail "$launcher: another run: $(cat message)"
done

# Every word reaches the ranks, however many there are.
next_turn
for launcher in "${turn[@]}"; do
  words=$(yes -- -v | head -n 520)
  # shellcheck disable=SC2086
  "$pvtune" run -q --config mpi:2x1 --no-output --csv --workload builtin:static:1 $words --workload builtin:batteries:2 \
    >words.csv 2>/dev/null || fail "many words: exit $?"
  grep -q '^batteries,2,' words.csv || fail "many words: the last ones are lost"
done

# An error of one rank, or of all, is told once.
# once NAME CODE PATTERN COMMAND...
once() {
  local name=$1 expected=$2 pattern=$3 code
  shift 3
  next_turn
  for launcher in "${turn[@]}"; do
    "$@" >/dev/null 2>message
    code=$?
    [ $code = "$expected" ] || fail "$launcher: $name: exit $code, expected $expected: $(cat message)"
    [ "$(grep -c 'pvtune: error' message)" = 1 ] || fail "$launcher: $name: $(cat message)"
    grep -q "$pattern" message || fail "$launcher: $name: $(cat message)"
  done
}
# One rank, first or last, whose base folder is not as that of the others.
cp -r base broken && rm broken/reference/tariff_lookup.csv
cp -r base differs && echo >>differs/studies/synthetic/inputs/study_static.csv
cat >odd_one.sh <<END
#!/usr/bin/env bash
base=base
[ "\${OMPI_COMM_WORLD_RANK:-\$PMI_RANK}" != "\$1" ] || base=\$2
exec "$pvtune" run -q -b "\$base" -p synthetic -s static -x mpi --read each -o failing
END
# Rank 0 is the last to begin.
cat >late_first.sh <<END
#!/usr/bin/env bash
[ "\${OMPI_COMM_WORLD_RANK:-\$PMI_RANK}" != 0 ] || sleep 0.3
exec "$pvtune" run "\$@"
END
chmod +x odd_one.sh late_first.sh
for rank in 0 2; do
  once "rank $rank lacks a file" 2 "broken/reference/tariff_lookup.csv: no such file" ranks 3 ./odd_one.sh $rank broken
  once "rank $rank has another study" 2 "has read other inputs than rank 0" ranks 3 ./odd_one.sh $rank differs
  once "rank $rank has no base folder" 2 "the base folder nowhere cannot be used" ranks 3 ./odd_one.sh $rank nowhere
done
[ ! -e failing/static ] || fail "a rank failed, but outputs"
once "a wrong range" 2 "found '9-3'" ranks 3 "$pvtune" run -b base -p synthetic -s static -x mpi --scenarios 9-3
once "an unknown option" 2 "unknown option '--nothing'" ranks 3 "$pvtune" run -b base -x mpi --nothing
once "a wrong value" 2 "found 'wide'" ranks 3 "$pvtune" run --config=mpi:3 --simd wide
once "an argument too many" 2 "found 1 argument too many" ranks 3 "$pvtune" run -xmpi base
once "an argument too many, told late" 2 "found 1 argument too many" ranks 3 ./late_first.sh -xmpi base
once "a wrong value, told late" 2 "found '9-3'" ranks 3 ./late_first.sh -b base -p synthetic -s static -x mpi --scenarios 9-3
next_turn
for launcher in "${turn[@]}"; do
  [ "$(ranks 3 "$pvtune" run -x mpi --help | grep -c '^Usage:')" = 1 ] || fail "$launcher: help is told by several ranks"
done
once "variables left over, without a launcher" 2 "found 1 rank, expected 2" env OMPI_COMM_WORLD_RANK=1 OMPI_COMM_WORLD_SIZE=2 \
  PMI_RANK=1 PMI_SIZE=2 "$pvtune" run --workload builtin:static:40 --config mpi:2x1

# A disk that is full for one rank alone: rows of this study need more than the limit, and MPI's own files less.
"$pvtune" generate -q wide --days 7 --scenarios 16000 --study static >/dev/null
cat >limited.sh <<END
#!/usr/bin/env bash
[ "\${OMPI_COMM_WORLD_RANK:-\$PMI_RANK}" != "\$1" ] || ulimit -f 8192
exec "$pvtune" run -q -b wide -p synthetic -s static --scenario-files none -x mpi -w 1 -o limited "\${@:2}"
END
# An output folder that is not the same for one rank.
cat >apart.sh <<END
#!/usr/bin/env bash
run=("$pvtune" run -q -b base -p synthetic -s static -x mpi -o apart)
[ "\${OMPI_COMM_WORLD_RANK:-\$PMI_RANK}" = 1 ] || exec "\${run[@]}"
exec unshare --mount bash -c 'mount -t tmpfs tmpfs apart && exec "\$@"' apart "\${run[@]}"
END
chmod +x limited.sh apart.sh
# A rank that a busy machine lets begin late may have nothing to write behind its limit.
# shellcheck disable=SC2317 # called by once
limited() {
  local code
  for _ in 1 2 3; do
    rm -rf limited
    ranks 3 ./limited.sh "$1"
    code=$?
    [ "$code" = 0 ] || break
  done
  return "$code"
}
for rank in 0 2; do
  once "rank $rank has a full disk" 1 "limited/static/static_.*: writing failed: File too large" limited $rank
  [ ! -e limited/static ] || fail "rank $rank has a full disk, but outputs"
done
ranks 3 ./limited.sh none --resume >/dev/null 2>message || fail "$launcher: after a full disk: $(cat message)"
if unshare --mount true 2>/dev/null; then
  mkdir -p apart
  once "another output folder" 2 "apart/static: rank 1 does not see the folder" ranks 3 ./apart.sh
  [ -z "$(ls -A apart)" ] || fail "another output folder, but something is left"
fi
once "a failing scenario" 1 "failed on purpose" env PVTUNE_TEST_FAULT=fail:100 bash -c "
  $(declare -f ranks); ranks 2 '$pvtune' run -b base -p synthetic -s mixed -x mpi -o failing"
once "no such study" 2 "study_nothing.csv" ranks 2 "$pvtune" run -b base -p synthetic -s nothing -x mpi -o failing
once "too many ranks" 2 "found 2 ranks, expected 3" ranks 2 "$pvtune" run -b base -p synthetic -s static \
  --config mpi:3x1 -o failing
# A disk that is full, with the file's final name; nothing is left there but the log of the failure.
if unshare --mount --map-root-user true 2>/dev/null; then
  mkdir -p disk
  once "a full disk" 1 "/disk/mixed/.*No space left on device" unshare --mount --map-root-user bash -c "
    $(declare -f ranks)
    mount -t tmpfs -o size=64k tmpfs disk &&
      ranks 2 '$pvtune' run -b base -p synthetic -s mixed -x mpi -o disk
    code=\$?
    find disk -mindepth 1 -not -path 'disk/logs*' | sed 's/^/left on the disk: /' | head -n 3 >&2
    exit \$code"
  ! grep -q "left on the disk" message || fail "$(grep "left on" message)"
fi

# Ranks that pvtune starts itself.
if [ ${#launchers[@]} -gt 0 ]; then
  for config in mpi:2 mpi:2x2/pin=compact; do
    rm -rf own
    run base -p synthetic -s static --config "$config" -o own >/dev/null || fail "$config: exit $?"
    launcher=pvtune
    same "$config" serial-base/static own/static
  done
fi

[ $failed = 0 ] && echo "${#launchers[@]} MPI libraries: all well"
exit $failed
