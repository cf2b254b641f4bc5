# Speed from commit to commit, relative to a pinned reference, with the levels between changes.
#   gnuplot -c history.gp history.csv OUTPUT      columns: README.md, history.csv
SELF = ARG0; NAME = "history.gp"; INPUT = ARG1; OUTPUT = ARG2; STYLE = ARG3
NEEDS = "position revision ratio lower upper level change accepted"
load SELF[1:strlen(SELF) - strlen(NAME)]."common.gp"

TITLE = "Speed over commits"
SUBTITLE = "time relative to the reference; bars: 95 % intervals; line: level between changes"
@HEADLINE
if (ROWS < 1) { NOTHING = "No commit has been recorded yet (pvtune record)."; load NO_DATA }

ordered = 0
if (has("committed")) { stats INPUT every ::0::0 using (ordered = known(column("committed")), 0) nooutput }
changes = 0; said = ""; last = 0; previous = NaN
array AT[64]; array LEVEL[64]; array TEXT[64]
tell(at, level, change, revision, accepted) = known(change) && changes < 64 ? (changes = changes + 1, AT[changes] = at, \
  LEVEL[changes] = level, TEXT[changes] = sprintf("%+.1f %%", 100 * change).(known(accepted) && accepted == 1 ? " (accepted)" : ""), \
  said = sprintf("%+.1f %% at %s", 100 * change, revision[1:10]), 0) : 0
first_at = 1e300
# Commits are named by their hash, as many as have room.
array HASH[24]; hashes = 0; every = int((ROWS + 23) / 24)
name_it(at, revision) = (int(at) - 1) % every == 0 && hashes < 24 ? (hashes = hashes + 1, HASH[hashes] = sprintf("%d %s", at, revision[1:7]), 0) : 0
stats INPUT using (tell(column("position"), column("level"), column("change"), strcol("revision"), column("accepted")), \
  name_it(column("position"), strcol("revision")), last = column("position") > last ? column("position") : last, \
  first_at = column("position") < first_at ? column("position") : first_at, \
  see(column("ratio")), see(column("lower")), see(column("upper"))) nooutput
TITLE = changes == 0 ? sprintf("No change of speed found in %d commit%s", ROWS, ROWS == 1 ? "" : "s") : \
  changes == 1 ? "One change: ".said : sprintf("%d changes, the last one %s", changes, said)
@HEADLINE
set tmargin at screen 1 - 70.0 / HEIGHT
set xrange [first_at - 0.5 - 0.01 * (last - first_at):last + 0.5 + 0.01 * (last - first_at)]
set yrange [extent_low(0.15):extent_high(0.25)]
set xlabel ordered ? "commit, oldest first" : "commit, in the order of recording" textcolor rgb MUTED
set ylabel "time, × reference" textcolor rgb MUTED offset 1
set bmargin at screen 96.0 / HEIGHT
SMALL = font(10)
set xtics ("" -1) rotate by 40 right font SMALL
do for [i = 1:hashes] { set xtics add (tick(word(HASH[i], 2)) real(word(HASH[i], 1))) }
do for [i = 1:changes] {
  set arrow i from AT[i] - 0.5, graph 0 to AT[i] - 0.5, graph 0.93 nohead linecolor rgb RED dashtype 2 linewidth 1.2
  if (changes <= 12) {
    set label i TEXT[i] at AT[i] - 0.5, graph 0.96 center font font(11) textcolor rgb RED
  }
}
plot INPUT using (column("position")):(either(column("ratio"), -1)): \
    (either(column("lower"), either(column("ratio"), -1))):(either(column("upper"), either(column("ratio"), -1))) \
    with yerrorbars pointtype 7 pointsize (ROWS > 500 ? 0.2 : 0.5) linecolor rgb SKY notitle, \
  INPUT using (column("position") - 0.5):(either(column("level"), -1)):(1):(0) \
    with vectors nohead linewidth 2.5 linecolor rgb BLUE notitle
unset output
