# Workers by executor and pinning: how many times as long as the best each combination takes.
#   gnuplot -c heatmap.gp heatmap.csv OUTPUT      columns: README.md, heatmap.csv
SELF = ARG0; NAME = "heatmap.gp"; INPUT = ARG1; OUTPUT = ARG2; STYLE = ARG3; ROW_HEIGHT = 34; ROW_COLUMN = "row_rank"
NEEDS = "row row_rank workers workers_rank ratio"
load SELF[1:strlen(SELF) - strlen(NAME)]."common.gp"

TITLE = found(OBJECTIVE eq "" ? "Workers and pinning" : "Workers and pinning: ".OBJECTIVE)
SUBTITLE = (OBJECTIVE eq "" ? "time" : OBJECTIVE.": how many times worse,")." relative to the best".(FINDING eq "" ? " median" : "")
@HEADLINE
if (ROWS < 1) { NOTHING = "No configuration has been measured yet."; load NO_DATA }

# Names of columns and rows of the map, and the extremes.
right = 0; up = 0; unknown = 0
LOW = 1e300; HIGH = -1e300
note_cell(x, y, workers, row, ratio) = ( \
  xname(x, sprintf("%d", workers)), yname(y, row), \
  right = x > right ? x : right, up = y > up ? y : up, \
  unknown = known(ratio) ? unknown : unknown + 1, \
  see(ratio))
stats INPUT using (note_cell(column("workers_rank"), column("row_rank"), column("workers"), \
  strcol("row"), column("ratio"))) nooutput
if (HIGH > LOW) { SUBTITLE = SUBTITLE.sprintf(", up to %.2f", HIGH) }
if (unknown > 0 && has("mark")) { SUBTITLE = SUBTITLE."; over: over a limit, slow: stopped early" }
@HEADLINE

# One hue, dark = fast: the order holds in grey and for every kind of colour vision.
set palette defined (0 "#08306b", 0.25 "#2171b5", 0.5 "#6baed6", 0.75 "#c6dbef", 1 "#f2f6fb")
scaled(ratio) = HIGH > LOW ? log(ratio / LOW) / log(HIGH / LOW) : 0
set cbrange [0:1]
unset colorbox
set border 0
unset grid
set tics scale 0
set lmargin at screen left_margin(0.20)
set tmargin at screen 1 - 60.0 / HEIGHT
set bmargin at screen 60.0 / HEIGHT
set xrange [-0.5:right + 0.5]
set yrange [up + 0.5:-0.5]
set xlabel "workers" textcolor rgb MUTED
if (right < NAMED) { set xtics ("" -1); do for [i = 1:NAMED] { set xtics add (tick(XNAME[i]) i - 1) } } else { unset xtics }
if (up < NAMED) { set ytics ("" -1); do for [i = 1:NAMED] { set ytics add (tick(YNAME[i]) i - 1) } } else { unset ytics }
gap = (right > 40 || up > 40) ? 0.5 : 0.47
lettered(ratio) = right * up <= 240 && known(ratio)
dark(ratio) = scaled(ratio) < 0.42
plot INPUT using (column("workers_rank")):(column("row_rank")): \
    (column("workers_rank") - gap):(column("workers_rank") + gap):(column("row_rank") - gap):(column("row_rank") + gap): \
    (known(column("ratio")) ? scaled(column("ratio")) : 1) with boxxyerror linecolor palette notitle, \
  INPUT using (column("workers_rank")):(lettered(column("ratio")) && dark(column("ratio")) ? column("row_rank") : -9): \
    (sprintf("%.2f", either(column("ratio"), 0))) with labels font font(11) textcolor rgb "#ffffff" notitle, \
  INPUT using (column("workers_rank")):(lettered(column("ratio")) && !dark(column("ratio")) ? column("row_rank") : -9): \
    (sprintf("%.2f", either(column("ratio"), 0))) with labels font font(11) textcolor rgb "#101010" notitle, \
  INPUT using (column("workers_rank")):(has("mark") && !known(column("ratio")) && right * up <= 240 ? column("row_rank") : -9):(has("mark") ? strcol("mark") : "") \
    with labels font font(10) textcolor rgb MUTED notitle
unset output
