# How much slower each configuration is on each workload than the best one there, and its worst case.
#   gnuplot -c regret.gp regret.csv OUTPUT      columns: README.md, regret.csv
SELF = ARG0; NAME = "regret.gp"; INPUT = ARG1; OUTPUT = ARG2; STYLE = ARG3; ABOUT = " "; ROW_HEIGHT = 24; ROW_COLUMN = "config_rank"
NEEDS = "workload workload_rank config_rank label regret worst recommended"
load SELF[1:strlen(SELF) - strlen(NAME)]."common.gp"

TITLE = "Regret across workloads"
SUBTITLE = "how much slower than the best configuration of each workload; bar: the worst of them"
@HEADLINE
if (ROWS < 1) { NOTHING = "Regret needs several workloads that were tuned together."; load NO_DATA }

WORKLOADS = 0; down = 0; least = 1e300; least_name = ""; marked = 0
keep(y, label, worst) = known(worst) && marked == 0 && worst < least ? (least = worst, least_name = label, 0) : 0
mark_it(mark, label, worst) = known(mark) && mark == 1 ? (marked = 1, least = worst, least_name = label, 0) : 0
stats INPUT using (down = column("config_rank") > down ? column("config_rank") : down, \
  WORKLOADS = column("workload_rank") > WORKLOADS ? int(column("workload_rank")) : WORKLOADS, \
  yname(column("config_rank"), strcol("label")), \
  keep(column("config_rank"), strcol("label"), column("worst")), \
  mark_it(column("recommended"), strcol("label"), column("worst")), \
  see(100 * column("regret")), see(100 * column("worst"))) nooutput
array TITLES[WORKLOADS + 1]
do for [i = 1:WORKLOADS + 1] { TITLES[i] = "" }
stats INPUT using (TITLES[int(column("workload_rank")) + 1] = strcol("workload"), 0) nooutput
if (least < 1e300) {
  TITLE = sprintf("%s: at most %s lost on any of %d workload%s", least_name, percent(least), WORKLOADS + 1, \
    WORKLOADS == 0 ? "" : "s")
}
@HEADLINE
set lmargin at screen left_margin(0.24)
set rmargin at screen 0.96
set tmargin at screen 1 - 60.0 / HEIGHT
set bmargin at screen 100.0 / HEIGHT
set border 1
set ytics scale 0
if (down < NAMED) { set ytics ("" -1); do for [i = 1:NAMED] { set ytics add (tick(YNAME[i]) i - 1) } } else { unset ytics }
set grid x noytics
set yrange [down + 0.6:-0.6]
set xrange [0:HIGH > 1 ? HIGH * 1.05 : 1]
set xlabel "regret, %" textcolor rgb MUTED
set key at screen 0.5, screen 20.0 / HEIGHT center bottom horizontal Left reverse samplen 0.5 textcolor rgb FOREGROUND
series = WORKLOADS + 1 < 6 ? WORKLOADS + 1 : 6
plot INPUT using (0):(column("config_rank")):(0):(100 * either(column("worst"), 0)): \
    (column("config_rank") - 0.3):(column("config_rank") + 0.3) \
    with boxxyerror linecolor rgb FAINT notitle, \
  for [i = 1:series] INPUT using \
    (column("workload_rank") == i - 1 ? 100 * either(column("regret"), -1) : -1):(column("config_rank") + 0.0) \
    with points pointtype POINT[i] pointsize 0.9 linecolor rgb COLOUR[i] title TITLES[i]
unset output
