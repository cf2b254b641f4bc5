# Where the wall time of a run goes, and how fast this machine could do each stage.
#   gnuplot -c time.gp time.csv OUTPUT      columns: README.md, time.csv
SELF = ARG0; NAME = "time.gp"; INPUT = ARG1; OUTPUT = ARG2; STYLE = ARG3; ROW_HEIGHT = 34; ROW_COLUMN = "rank"
NEEDS = "stage rank seconds limit_s"
load SELF[1:strlen(SELF) - strlen(NAME)]."common.gp"

TITLE = "Where the time goes"
SUBTITLE = "bar: wall time of the stage; diamond: its limit on this machine, where known"
@HEADLINE
if (ROWS < 1) { NOTHING = "No run has said where its time went."; load NO_DATA }

longest = 0; total = 0.0; most = -1; most_name = ""; down = 0
take(y, name, s, limit) = (yname(y, name), longest = strlen(name) > longest ? strlen(name) : longest, \
  down = y > down ? y : down, total = total + either(s, 0), \
  most_name = either(s, 0) > most ? name : most_name, most = either(s, 0) > most ? s : most, see(s), see(limit))
stats INPUT using (take(column("rank"), strcol("stage"), column("seconds"), column("limit_s"))) nooutput
if (total > 0) {
  TITLE = sprintf("%s takes %.0f %% of %s", most_name, 100 * most / total, duration(total))
}
@HEADLINE
names_at = (longest + 3) * 7.0 / WIDTH
set lmargin at screen (names_at < 0.16 ? 0.16 : names_at > 0.45 ? 0.45 : names_at)
set tmargin at screen 1 - 60.0 / HEIGHT
set bmargin at screen 60.0 / HEIGHT
set border 1
set ytics scale 0
if (down < NAMED) { set ytics ("" -1); do for [i = 1:NAMED] { set ytics add (tick(YNAME[i]) i - 1) } } else { unset ytics }
set grid x noytics
set yrange [down + 0.6:-0.6]
unit = HIGH < 1 ? 1000.0 : 1.0
set xrange [0:HIGH > 0 ? HIGH * unit * 1.4 : 1]
set xlabel HIGH < 1 ? "time, ms" : "time, s" textcolor rgb MUTED
beside(s, limit) = duration(either(s, 0)).(known(limit) && limit >= 1e-5 && known(s) ? s < 0.95 * limit ? ", faster than its limit" : sprintf(", %.1f× its limit", s / limit) : "")
plot INPUT using (0):(column("rank")):(0):(unit * either(column("seconds"), 0)): \
    (column("rank") - 0.32):(column("rank") + 0.32) with boxxyerror linecolor rgb BLUE notitle, \
  INPUT using (unit * either(column("limit_s"), -1)):(column("rank") + 0.0) \
    with points pointtype 13 pointsize 1.4 linecolor rgb "#ffffff" notitle, \
  INPUT using (unit * either(column("limit_s"), -1)):(column("rank") + 0.0) \
    with points pointtype 13 pointsize 1 linecolor rgb ORANGE notitle, \
  INPUT using (unit * (either(column("seconds"), 0) > either(column("limit_s"), 0) ? column("seconds") : \
    either(column("limit_s"), 0)) + (HIGH > 0 ? HIGH * unit * 0.015 : 0)): \
    (down < NAMED ? column("rank") + 0.0 : -9):(beside(column("seconds"), column("limit_s"))) \
    with labels left font font(11) textcolor rgb FOREGROUND notitle
unset output
