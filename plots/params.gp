# Each value of a command's parameters: how many times as long as the best configuration it takes.
#   gnuplot -c params.gp params.csv OUTPUT      columns: README.md, params.csv
SELF = ARG0; NAME = "params.gp"; INPUT = ARG1; OUTPUT = ARG2; STYLE = ARG3; ROW_HEIGHT = 22; ROW_COLUMN = "row"
NEEDS = "param param_rank row value ratio any_ratio stopped over recommended"
load SELF[1:strlen(SELF) - strlen(NAME)]."common.gp"

TITLE = "Parameters"
SUBTITLE = OBJECTIVE eq "" ? "time over that of the best (triangle); dot: all else as in it; ring: the fastest with this value" : \
  OBJECTIVE.": factor by which it is worse than the best (triangle); dot: all else as in it; ring: the best with this value"
@HEADLINE
if (ROWS < 1) { NOTHING = "No parameter was tried with several values."; load NO_DATA }

down = 0; first = ""; worst = 1.0; worst_value = ""; chosen = ""; params = 0
weigh(rank, name, value, ratio) = (rank == 0 ? first = name : 0, \
  rank == 0 && known(ratio) && ratio > worst ? (worst = ratio, worst_value = value, 0) : 0)
note(y, rank, name, value, ratio, any, mark) = ( \
  yname(y, name." = ".value), down = y > down ? y : down, params = rank > params ? rank : params, \
  weigh(rank, name, value, known(ratio) ? ratio : any), \
  chosen = rank == 0 && mark == 1 ? value : chosen, see(ratio), see(any))
stats INPUT using (note(column("row"), column("param_rank"), strcol("param"), strcol("value"), column("ratio"), \
  column("any_ratio"), column("recommended"))) nooutput
if (worst > 1) {
  TITLE = sprintf("%s%s: %s takes %.1f× as long as %s", first, params > 0 ? " matters most" : " matters", worst_value, worst, chosen)
  if (OBJECTIVE ne "") {
    TITLE = sprintf("%s%s for %s: %s is worse than %s by a factor of %.2f", first, params > 0 ? " matters most" : " matters", OBJECTIVE, worst_value, chosen, worst)
  }
  if (worst < 1.05 && OBJECTIVE ne "") { TITLE = sprintf("%s hardly matters for %s: the worst value is %s worse", first, OBJECTIVE, percent(worst - 1)) }
  if (worst < 1.05 && OBJECTIVE eq "") { TITLE = sprintf("%s hardly matters: the worst value takes %s longer", first, percent(worst - 1)) }
}
@HEADLINE
set lmargin at screen left_margin(0.24)
set rmargin at screen 0.96
set tmargin at screen 1 - 60.0 / HEIGHT
set bmargin at screen 60.0 / HEIGHT
set border 1
set ytics scale 0
if (down < NAMED) { set ytics ("" -1); do for [i = 1:NAMED] { set ytics add (tick(YNAME[i]) i - 1) } } else { unset ytics }
set grid x noytics
set yrange [down + 0.6:-0.6]
top = HIGH > 1.1 ? HIGH * 1.08 : 1.1
low = LOW < 0.95 ? LOW * 0.97 : 0.97
if (top > 8) { set logscale x }
set xrange [low:top]
set xlabel OBJECTIVE eq "" ? "times the best" : "times worse than the best" textcolor rgb MUTED
set arrow 1 from 1, graph 0 to 1, graph 1 nohead linecolor rgb MUTED dashtype 2
remark(stopped, over) = stopped == 1 ? (OBJECTIVE eq "" ? "far slower " : "stopped early ") : "over a limit "
plot INPUT using (either(column("any_ratio"), -1)):(column("row")) \
    with points pointtype 6 pointsize 1.3 linewidth 1.5 linecolor rgb ORANGE notitle, \
  INPUT using (column("recommended") == 1 ? -1 : either(column("ratio"), -1)):(column("row")) \
    with points pointtype 7 pointsize 0.8 linecolor rgb BLUE notitle, \
  INPUT using (column("recommended") == 1 ? either(column("ratio"), -1) : -1):(column("row")) \
    with points pointtype 9 pointsize 1.4 linecolor rgb GREEN notitle, \
  INPUT using (column("stopped") == 1 || column("over") == 1 ? top : -1):(column("row")):(remark(column("stopped"), column("over"))) \
    with labels right font font(10) textcolor rgb MUTED notitle
unset output
