# Every run a dot, a configuration a row, with its median and 95 % interval.
#   gnuplot -c distributions.gp distributions.csv OUTPUT      columns: README.md, distributions.csv
SELF = ARG0; NAME = "distributions.gp"; INPUT = ARG1; OUTPUT = ARG2; STYLE = ARG3; ROW_HEIGHT = 26; ROW_COLUMN = "rank"
NEEDS = "label rank offset seconds counted median lower upper recommended tied"
load SELF[1:strlen(SELF) - strlen(NAME)]."common.gp"

TITLE = "Times of all runs"
SUBTITLE = "each dot a run; bar: median and 95 % interval; hollow: not counted"
@HEADLINE
if (ROWS < 1) { NOTHING = "No run has been measured yet."; load NO_DATA }

down = 0; best = 1e300; best_name = ""; chosen = -1; tied = 0
note_row(y, label, median, mark, tie) = known(median) ? ( \
  yname(y, label), down = y > down ? y : down, \
  best_name = median < best ? label : best_name, best = median < best ? median : best, \
  chosen = (known(mark) && mark == 1) ? y : chosen, tied = tied + ((known(tie) && tie == 1) ? 1 : 0), 0) : 0
stats INPUT using (note_row(column("rank"), strcol("label"), column("median"), column("recommended"), \
  column("tied")), see(column("seconds")), see(column("lower")), see(column("upper"))) nooutput
if (best < 1e300) {
  TITLE = sprintf("Fastest: %s with a median of %s%s", best_name, duration(best), \
    tied > 1 ? sprintf("; %d tie", tied) : "")
}
@HEADLINE
set lmargin at screen 0.24
set tmargin at screen 1 - 60.0 / HEIGHT
set bmargin at screen 60.0 / HEIGHT
set border 1
set ytics scale 0
if (down < NAMED) { set ytics ("" -1); do for [i = 1:NAMED] { set ytics add (YNAME[i] i - 1) } } else { unset ytics }
set grid x noytics
set yrange [down + 0.6:-0.6]
low = extent_low(0.05)
set xrange [low > 0 && low > 0.3 * HIGH ? low : 0:extent_high(0.05)]
set xlabel "time of a run, s" textcolor rgb MUTED
shown(a, b) = known(a) && a == b
if (chosen >= 0) {
  set object 1 rectangle from graph 0, first chosen - 0.45 to graph 1, first chosen + 0.45 behind \
    fillstyle solid noborder fillcolor rgb "#eef3f8"
}
off = -1e6
plot INPUT using (shown(column("counted"), 1) ? column("seconds") : off):(column("rank") + column("offset")) \
    with points pointtype 7 pointsize (ROWS > 2000 ? 0.2 : 0.5) linecolor rgb SKY notitle, \
  INPUT using (shown(column("counted"), 0) ? either(column("seconds"), off) : off):(column("rank") + column("offset")) \
    with points pointtype 6 pointsize 0.5 linecolor rgb MUTED notitle, \
  INPUT using (either(column("median"), off)):(column("rank") + 0.0): \
    (either(column("lower"), either(column("median"), off))):(either(column("upper"), either(column("median"), off))) \
    with xerrorbars pointtype 0 linewidth 2 linecolor rgb FOREGROUND notitle, \
  INPUT using (either(column("median"), off)):(column("rank") + 0.0) \
    with points pointtype 13 pointsize 0.9 linecolor rgb FOREGROUND notitle
unset output
