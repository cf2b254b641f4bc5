# Runs that take turns are cut into stretches, and their times have none of the waiting in them;
# runs that follow one another are at one go. (With sanitizers compare/other_group takes turns.)
grep -q '__asan_init\|__tsan_init' "$(command -v pvtune)" && exit 77
export PVTUNE_RESULTS=$PWD/results
same="bin:$(command -v pvtune)"
pvtune generate -q base --customers 6 --days 60 --scenarios 100 --study batteries >/dev/null
for when in always never; do
  rm -rf results
  pvtune compare "$same" "$same" -b base -p synthetic -s batteries --interleave $when --margin 100% \
    --budget 10m --no-lock -q >/dev/null
  awk -F, -v when=$when 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
    $at["block"] > 0 {
      runs++
      stretches = $at["turns"]; wall = $at["wall_s"]; work = $at["work_s"]; lasted = $at["end_s"] - $at["start_s"]
      phases = $at["setup_s"] + $at["read_s"] + $at["plan_s"] + $at["simulate_s"] + $at["output_s"] + $at["publish_s"]
      cut += stretches > 1
      waited += wall < lasted - 1e-6
      odd += !(work > 0 && phases <= wall + 1e-6 && ($at["seconds"] - wall) ^ 2 < 1e-12)
    }
    # On a busy machine a run may be over before the other one begins.
    function most(n) { return n > 0.9 * runs ? "all" : n + 0 }
    END { print when ":", (runs >= 32 && runs % 4 == 0 ? "blocks of four" : runs " runs") ",", \
      most(cut), "cut,", most(waited), "waited,", odd + 0, "odd" }' results/*/runs.csv
  awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next } 
    { print "turns:", ($at["turn_s"] == 0 ? "none" : $at["turn_s"] >= 0.005 && $at["turn_s"] <= 0.02 ? "5 to 20 ms" : $at["turn_s"]) }' results/*/verdicts.csv
done
