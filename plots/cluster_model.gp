# Time of an MPI run against its ranks, extrapolated from costs measured on one machine (docs/CLUSTER.md).
#   gnuplot -c cluster_model.gp cluster_model.csv OUTPUT [STYLE] [MB/s that the file system takes, 500]
# Columns, of which the first row counts: README.md, cluster_model.csv
SELF = ARG0; NAME = "cluster_model.gp"; INPUT = ARG1; OUTPUT = ARG2; STYLE = ARG3; OPTION = ARG4; ABOUT = ARG5
NEEDS = "flows scenarios threads block read_s plan_s flow_s scenario_s record_s message_s bytes_per_scenario"
load SELF[1:strlen(SELF) - strlen(NAME)]."common.gp"

RATE = strlen(OPTION) > 0 ? real(OPTION) : 500.0
RATE = RATE > 0 ? RATE : 500.0
TITLE = "Time against ranks, extrapolated"
SUBTITLE = "a model, not a measurement: costs of one machine, ranks as if they did not disturb each other"
@HEADLINE
if (ROWS < 1) { NOTHING = "The model needs measured costs."; load NO_DATA }

do for [name in NEEDS] {
  stats INPUT using (column(name)) every ::0::0 nooutput
  eval name." = STATS_min"
}
# Seconds of each part with r ranks.
each(r) = read_s + plan_s
compute(r) = (flows * flow_s + scenarios * scenario_s) / (r * threads)
least(a, b) = a < b ? a : b
most(a, b) = a > b ? a : b
blocks(r) = ceil(most(scenarios / block, least(least(128 * r * threads, most(2048, 8 * r * threads)), scenarios / 32)))
lead(r) = scenarios * record_s + 3 * blocks(r) * message_s
files(r) = scenarios * bytes_per_scenario / (RATE * 1e6)
total(r) = each(r) + lead(r) + (compute(r) > files(r) ? compute(r) : files(r))

# From how many ranks on what does not shrink takes longer than computing, and which part of it.
fixed(r) = most(most(files(r), each(r)), lead(r))
from = 1
while (from < 1024 && fixed(from) < compute(from)) { from = from + 1 }
what = files(from) == fixed(from) ? "the file system" : each(from) == fixed(from) ? "reading inputs" : "rank 0"
TITLE = sprintf("Extrapolated: from %.0f rank%s on %s is the limit", from, from == 1 ? "" : "s", what)
@HEADLINE

set logscale x 2
set logscale y
set xrange [1:1024]
array PART[4] = [each(1), compute(1024), lead(1), files(1)]
low = total(1)
do for [i = 1:4] { low = PART[i] > 0 && PART[i] < low ? PART[i] : low }
set yrange [low / 2:total(1) * 2]
set format y "%g"
set xlabel sprintf("ranks of %.0f thread%s", threads, threads == 1 ? "" : "s") textcolor rgb MUTED
set ylabel "time, s" textcolor rgb MUTED offset 1
set tmargin at screen 1 - 60.0 / HEIGHT
set key bottom left Left reverse samplen 2 textcolor rgb FOREGROUND
set samples 300
plot total(x) with lines linewidth 2.5 linecolor rgb FOREGROUND title "whole run", \
  compute(x) with lines linewidth 1.5 linecolor rgb BLUE title "flows and scenarios", \
  files(x) with lines linewidth 1.5 linecolor rgb ORANGE title sprintf("writing at %.0f MB/s", RATE), \
  each(x) with lines linewidth 1.5 linecolor rgb GREEN title "reading, on every rank", \
  lead(x) with lines linewidth 1.5 linecolor rgb RED title "records and messages, rank 0"
unset output
