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
lead(r) = scenarios * record_s + 3 * ceil(scenarios / block) * message_s
files(r) = scenarios * bytes_per_scenario / (RATE * 1e6)
total(r) = each(r) + lead(r) + (compute(r) > files(r) ? compute(r) : files(r))

# The part that does not shrink and is largest, and from how many ranks on it takes longer than computing.
limit = files(1); what = "the file system"
if (each(1) > limit) { limit = each(1); what = "reading inputs" }
if (lead(1) > limit) { limit = lead(1); what = "rank 0" }
from = limit > 0 ? ceil(compute(1) / limit) : 1e9
from = from < 1 ? 1 : from
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
