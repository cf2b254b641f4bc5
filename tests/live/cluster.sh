#!/usr/bin/env bash
# What runs over MPI ranks cost on this machine: how they scale, and the costs that the model in docs/CLUSTER.md takes.
#   tests/live/cluster.sh BUILD scaling [ROUNDS]    a table: 1 and 2 ranks of 1 and 2 threads; the same study, and one
#                                                   that grows with them. SCENARIOS=40000 for each worker of the latter
#   tests/live/cluster.sh BUILD costs [FILE]        writes FILE (plots/example_cluster_model.csv)
#   tests/live/cluster.sh BUILD processes [BUDGET]  two ranks against two processes by compare, on SCENARIOS=40000 x 2,
#                                                   and two threads against one rank of two with SHAPE=1x2
what=${2:?usage: cluster.sh BUILD scaling|costs|processes}
# shellcheck source=SCRIPTDIR/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
scenarios=${SCENARIOS:-40000}
[ ! -w /dev/shm ] || { rmdir "$work" && work=$(mktemp -d /dev/shm/cluster.XXXXXX); } # disks are not what is measured

# study NAME SCENARIOS STUDY: a base folder
study() { "$pvtune" generate -q "$work/$1" --scenarios "$2" --study "$3" >/dev/null; }
# seconds NAME STUDY CONFIG: of one whole run with all that starts and ends it; its telemetry is in $work/record
seconds() {
  local start end
  start=$(date +%s%N)
  "$pvtune" run -q -b "$work/$1" -p synthetic -s "$2" -o "$work/out" --scenario-files none --config "$3" --force \
    --record 3 3>"$work/record" >/dev/null
  end=$(date +%s%N)
  awk -v ns=$((end - start)) 'BEGIN { printf "%.3f\n", ns / 1e9 }'
}
# of KEY...: the sum of these lines of the telemetry, least of the runs that `often` has made
of() {
  local keys=" $* " i
  for i in "$work"/record.*; do
    awk -v keys="$keys" 'index(keys, " " $1 " ") { sum += $2 } END { printf "%.0f\n", sum }' "$i"
  done | sort -g | head -n 1
}
# often NAME STUDY CONFIG: runs it a few times: what else the machine does only adds to the costs
often() {
  local i
  for i in 1 2 3 4 5; do
    seconds "$@" >/dev/null
    mv "$work/record" "$work/record.$i"
  done
}
median() { sort -g "$1" | awk '{ x[NR] = $1 } END { print (x[int((NR + 1) / 2)] + x[int(NR / 2) + 1]) / 2 }'; }

scaling() {
  local rounds=${1:-5} shape i base
  study once "$scenarios" batteries
  study twice $((2 * scenarios)) batteries
  # One round after the other, so that a slower minute meets all shapes.
  for ((i = 0; i < rounds; i++)); do
    for shape in 1x1 1x2 2x1 2x2; do
      seconds twice batteries "mpi:$shape" >>"$work/strong.$shape"
    done
    for shape in 1x1 1x2 2x1; do
      [ $shape = 1x1 ] && base=once || base=twice
      seconds $base batteries "mpi:$shape" >>"$work/weak.$shape"
    done
  done
  printf '%-8s %5s %7s %9s %9s %9s %10s\n' scaling ranks threads scenarios seconds speed-up efficiency
  for shape in 1x1 1x2 2x1 2x2; do
    line strong $shape $((2 * scenarios)) 1
  done
  for shape in 1x1 1x2 2x1; do
    [ $shape = 1x1 ] && base=1 || base=2
    line weak $shape $((base * scenarios)) $base
  done
  echo "medians of $rounds rounds on $(nproc) CPUs; speed-up: work per second against one rank of one thread"
}
# line KIND SHAPE SCENARIOS WORK: WORK times what 1x1 of this kind does
line() {
  awk -v kind="$1" -v shape="$2" -v n="$3" -v work="$4" -v one="$(median "$work/$1.1x1")" \
    -v own="$(median "$work/$1.$2")" -v cpus="$(nproc)" 'BEGIN {
      split(shape, s, "x"); workers = s[1] * s[2]; most = workers < cpus ? workers : cpus
      up = work * one / own
      printf "%-8s %5d %7d %9d %9.2f %9.2f %8.0f %%\n", kind, s[1], s[2], n, own, up, 100 * up / most }'
}

costs() {
  local file=${1:-$root/plots/example_cluster_model.csv} n=200000 few=1000 block=32 read plan flow one record bytes message
  study many $n static
  study few $few batteries
  often many static mpi:1x1
  read=$(of read_ns) plan=$(of plan_ns) flow=$(($(of cpu_flow_ns cpu_bill_ns) / $(of flows_computed)))
  one=$(($(of cpu_finish_ns cpu_write_ns) / n)) bytes=$(($(cat "$work"/out/static/static_*.csv | wc -c) / n))
  often many static mpi:2x1
  record=$(of coordinator_ns)
  often few batteries mpi:2x1
  message=$(of coordinator_ns)
  awk -v n=$n -v few=$few -v block=$block -v read="$read" -v plan="$plan" -v flow="$flow" -v one="$one" \
    -v record="$record" -v message="$message" -v bytes="$bytes" 'BEGIN {
      record /= n
      messages = 3 * int((few + block - 1) / block)
      message = (message - few * record) / messages
      if (message < 0) message = 0
      print "workload,flows,scenarios,threads,block,read_s,plan_s,flow_s,scenario_s,record_s,message_s,bytes_per_scenario"
      printf "%d static scenarios of 18 households,20,%d,1,4096,%.3g,%.3g,%.3g,%.3g,%.3g,%.3g,%d\n", n, n,
        read / 1e9, plan / 1e9, flow / 1e9, one / 1e9, record / 1e9, message / 1e9, bytes }' >"$work/costs"
  cp "$work/costs" "$file"
  cat "$file"
}

# The tables alone, in memory, and their digests compared: neither disks nor files of scenarios are measured.
processes() {
  study both $((2 * scenarios)) batteries
  cd "$work" || exit 1
  cat >run <<END
#!/bin/sh
exec "$pvtune" run -q -b both -p synthetic -s batteries -o out --scenario-files none --json --config "\$1"
END
  chmod +x run
  local ranks=${SHAPE:-2x1} alone=processes:2
  [ "$ranks" != 1x2 ] || alone=threads:2
  "$pvtune" compare "cmd:./run $alone" "cmd:./run mpi:$ranks" --margin 5% --output-filter 'grep digest' \
    --scratch "$work" --budget "${1:-5m}"
}

case $what in
scaling | costs | processes) "$what" "${@:3}" ;;
*)
  echo "found '$what', expected scaling, costs or processes" >&2
  exit 2
  ;;
esac
