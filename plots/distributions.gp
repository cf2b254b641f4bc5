# One dot for each run, one row for each configuration, with its estimate and 95 % interval.
#   gnuplot -c distributions.gp distributions.csv OUTPUT      columns: README.md, distributions.csv
SELF = ARG0; NAME = "distributions.gp"; INPUT = ARG1; OUTPUT = ARG2; STYLE = ARG3; ROW_HEIGHT = 26; ROW_COLUMN = "rank"
NEEDS = "label rank offset seconds counted estimate lower upper recommended tied"
load SELF[1:strlen(SELF) - strlen(NAME)]."common.gp"

TITLE = OBJECTIVE eq "" ? "Times of all runs" : OBJECTIVE." of all runs"
SUBTITLE = "dots: runs as measured (hollow: not counted); diamond and bar: median of those that count, 95 % interval"
@HEADLINE
if (ROWS < 1) { NOTHING = "No run has been measured yet."; load NO_DATA }

FIRST = OBJECTIVE eq "" ? "Fastest" : "Best"
down = 0; best = 1e300; best_name = ""; chosen = -1; tied = 0
# The recommended configuration, else that of the first row: the fastest or best.
note_row(y, label, estimate, mark, tie) = known(estimate) ? ( \
  yname(y, label), down = y > down ? y : down, marked = known(mark) && mark == 1, \
  best_name = marked || best == 1e300 ? label : best_name, \
  best = marked || best == 1e300 ? estimate : best, \
  chosen = marked ? y : chosen, tied = tied + ((known(tie) && tie == 1) ? 1 : 0), 0) : 0
stats INPUT using (note_row(column("rank"), strcol("label"), column("estimate"), column("recommended"), \
  column("tied")), see(SCALE * column(MEASURED)), see(SCALE * column("lower")), see(SCALE * column("upper"))) nooutput
if (best < 1e300) {
  TITLE = sprintf("%s: %s, %s%s", chosen < 0 ? FIRST : "Recommended", best_name, amount(best), \
    tied > 2 ? sprintf("; %d others tie", tied - 1) : tied > 1 ? "; one other ties" : "")
}
@HEADLINE
set lmargin at screen left_margin(0.24)
set tmargin at screen 1 - 60.0 / HEIGHT
set bmargin at screen 60.0 / HEIGHT
set border 1
set ytics scale 0
if (down < NAMED) { set ytics ("" -1); do for [i = 1:NAMED] { set ytics add (YNAME[i] i - 1) } } else { unset ytics }
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
