# One dot for each run, one row for each configuration, with its estimate and 95 % interval.
#   gnuplot -c distributions.gp distributions.csv OUTPUT      columns: README.md, distributions.csv
SELF = ARG0; NAME = "distributions.gp"; INPUT = ARG1; OUTPUT = ARG2; STYLE = ARG3; ROW_HEIGHT = 26; ROW_COLUMN = "rank"
NEEDS = "label rank offset seconds counted estimate lower upper recommended"
load SELF[1:strlen(SELF) - strlen(NAME)]."common.gp"

TITLE = found(OBJECTIVE eq "" ? "Times of all runs" : OBJECTIVE." of all runs")
SUBTITLE = "dots: runs as measured (hollow: not counted); diamond and bar: ". \
  (FINDING eq "" ? "median, 95 %" : (OBJECTIVE eq "" ? "time" : OBJECTIVE)." beside the best one's, 95 %")
@HEADLINE
if (ROWS < 1) { NOTHING = "No run has been measured yet."; load NO_DATA }

down = 0; chosen = -1
note_row(y, label, estimate, mark) = known(estimate) ? ( \
  yname(y, label), down = y > down ? y : down, chosen = known(mark) && mark == 1 ? y : chosen, 0) : 0
stats INPUT using (note_row(column("rank"), strcol("label"), column("estimate"), column("recommended")), \
  see(SCALE * column(MEASURED)), see(SCALE * column("lower")), see(SCALE * column("upper"))) nooutput
set lmargin at screen left_margin(0.24)
set tmargin at screen 1 - 60.0 / HEIGHT
set bmargin at screen 60.0 / HEIGHT
set border 1
set ytics scale 0
if (down < NAMED) { set ytics ("" -1); do for [i = 1:NAMED] { set ytics add (tick(YNAME[i]) i - 1) } } else { unset ytics }
set grid x noytics
set yrange [down + 0.6:-0.6]
low = extent_low(0.05)
set xrange [low > 0 && low > 0.3 * HIGH ? low : 0:extent_high(0.05)]
set xlabel OF_RUN textcolor rgb MUTED
shown(a, b) = known(a) && a == b
if (chosen >= 0) {
  set object 1 rectangle from graph 0, first chosen - 0.45 to graph 1, first chosen + 0.45 behind \
    fillstyle solid noborder fillcolor rgb "#eef3f8"
}
off = -1e6
plot INPUT using (shown(column("counted"), 1) ? SCALE * column(MEASURED) : off):(column("rank") + column("offset")) \
    with points pointtype 7 pointsize (ROWS > 2000 ? 0.2 : 0.5) linecolor rgb SKY notitle, \
  INPUT using (shown(column("counted"), 0) ? either(SCALE * column(MEASURED), off) : off):(column("rank") + column("offset")) \
    with points pointtype 6 pointsize 0.5 linecolor rgb MUTED notitle, \
  INPUT using (either(SCALE * column("estimate"), off)):(column("rank") + 0.0): \
    (either(SCALE * column("lower"), either(SCALE * column("estimate"), off))):(either(SCALE * column("upper"), either(SCALE * column("estimate"), off))) \
    with xerrorbars pointtype 0 linewidth 2 linecolor rgb FOREGROUND notitle, \
  INPUT using (either(SCALE * column("estimate"), off)):(column("rank") + 0.0) \
    with points pointtype 13 pointsize 0.9 linecolor rgb FOREGROUND notitle
unset output
