# One configuration's runs over time, and what else the machine did meanwhile.
#   gnuplot -c runs.gp runs_over_time.csv OUTPUT      columns: README.md, runs_over_time.csv
SELF = ARG0; NAME = "runs.gp"; INPUT = ARG1; OUTPUT = ARG2; STYLE = ARG3
NEEDS = "at_s config focus seconds median counted disturbed other_cores"
load SELF[1:strlen(SELF) - strlen(NAME)]."common.gp"

TITLE = "Runs over time"
SUBTITLE = "each run of the configuration; orange: disturbed, crossed: not counted; dashed: the time that tables show"
@HEADLINE
if (ROWS < 1) { NOTHING = "No run has been measured yet."; load NO_DATA }

last = 0; runs = 0; hit = 0; name = ""; busy = 0; median = NaN
is_focus(f) = known(f) && f == 1
count_run(f, counted, disturbed, s, config, middle) = is_focus(f) ? (name = config, runs = runs + 1, median = either(SCALE * middle, median), \
  hit = hit + (known(disturbed) && disturbed == 1 ? 1 : 0), see(s)) : 0
stats INPUT using (count_run(column("focus"), column("counted"), column("disturbed"), SCALE * column(MEASURED), strcol("config"), column("median")), \
  last = column("at_s") > last ? column("at_s") : last, \
  busy = either(column("other_cores"), 0) > busy ? column("other_cores") : busy) nooutput
if (runs > 0) {
  TITLE = sprintf("%s: %d run%s, %s", name, runs, runs == 1 ? "" : "s", hit == 0 ? "none disturbed" : \
    sprintf("%d disturbed by others", hit))
}
@HEADLINE
minutes = last > 180
scale = minutes ? 60.0 : 1.0
right = last > 0 ? last / scale * 1.02 : 1

set multiplot
set xrange [-0.02 * right:right]
set lmargin at screen 0.1
set rmargin at screen 0.97
set tmargin at screen 1 - 84.0 / HEIGHT
set bmargin at screen 158.0 / HEIGHT
set format x ""
low = extent_low(0.15)
set yrange [low > 0 ? low : 0:extent_high(0.15)]
set format y "%g"
set label 1 OF_RUN at graph 0, graph 1 offset character -5, character 0.9 left textcolor rgb MUTED
state(counted, disturbed) = (!known(counted) || counted != 1) ? 2 : (known(disturbed) && disturbed == 1) ? 1 : 0
off = -1e6
if (known(median)) { set arrow 1 from graph 0, first median to graph 1, first median nohead linecolor rgb MUTED dashtype 2 }
plot INPUT using (is_focus(column("focus")) && state(column("counted"), column("disturbed")) == 0 ? column("at_s") / scale : off): \
    (either(SCALE * column(MEASURED), off)) with points pointtype 7 pointsize 0.7 linecolor rgb BLUE notitle, \
  INPUT using (is_focus(column("focus")) && state(column("counted"), column("disturbed")) == 1 ? column("at_s") / scale : off): \
    (either(SCALE * column(MEASURED), off)) with points pointtype 5 pointsize 0.8 linecolor rgb ORANGE notitle, \
  INPUT using (is_focus(column("focus")) && state(column("counted"), column("disturbed")) == 2 ? column("at_s") / scale : off): \
    (either(SCALE * column(MEASURED), off)) with points pointtype 2 pointsize 0.8 linewidth 1.5 linecolor rgb RED notitle

unset label 1001
unset label 1002
unset label 1003
unset arrow 1
set tmargin at screen 128.0 / HEIGHT
set bmargin at screen 60.0 / HEIGHT
set format x "%g"
set xlabel sprintf("time since the start, %s", minutes ? "min" : "s") textcolor rgb MUTED
set label 1 "other jobs and the hypervisor, cores (all configurations' runs)"
set yrange [0:busy > 0.1 ? busy * 1.1 : 0.1]
set ytics nice((busy > 0.1 ? busy : 0.1) / 3)
plot INPUT using (column("at_s") / scale):(either(column("other_cores"), 0)) \
    with impulses linecolor rgb (busy > 0 ? ORANGE : MUTED) linewidth 1.5 notitle
unset multiplot
unset output
