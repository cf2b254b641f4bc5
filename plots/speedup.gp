# Speed-up, and of time efficiency, by number of workers with 95 % intervals, beside the ideal and the fitted scalability law.
#   gnuplot -c speedup.gp speedup.csv OUTPUT      columns: README.md, speedup.csv
SELF = ARG0; NAME = "speedup.gp"; INPUT = ARG1; OUTPUT = ARG2; STYLE = ARG3
NEEDS = "series workers speedup speedup_lower speedup_upper efficiency efficiency_lower efficiency_upper"
load SELF[1:strlen(SELF) - strlen(NAME)]."common.gp"

GAIN = OBJECTIVE eq "" ? "speed-up" : "gain in ".OBJECTIVE
TITLE = found(OBJECTIVE eq "" ? "Speed-up" : "Gain in ".OBJECTIVE)
SUBTITLE = "relative to the serial run".(FINDING eq "" ? ", by medians" : "; bars: 95 % intervals")
@HEADLINE
if (ROWS < 1) { NOTHING = "No run of two worker counts has been measured yet."; load NO_DATA }

best = -1; most = 1
stats INPUT using (most = column("workers") > most ? column("workers") : most, \
  best = known(column("speedup")) && column("speedup") > best ? column("speedup") : best, \
  see(column("speedup")), see(column("speedup_upper"))) nooutput
stats INPUT using (collect(strcol("series"))) nooutput

# The universal scalability law of the series that was fitted (all its rows say so):
# speed-up(n) = scale * n / (1 + contention * (n - 1) + coherency * n * (n - 1)); Amdahl's law without coherency.
FIT_SCALE = NaN; contention = NaN; coherency = NaN; peak = NaN
fitted(n) = FIT_SCALE * n / (1 + contention * (n - 1) + coherency * n * (n - 1))
if (has("fit_scale")) {
  stats INPUT using (known(column("fit_scale")) ? (FIT_SCALE = column("fit_scale"), contention = column("fit_contention"), \
    coherency = column("fit_coherency"), peak = column("fit_peak"), 0) : 0) nooutput
}
if (known(FIT_SCALE)) {
  SUBTITLE = SUBTITLE.sprintf("; fitted: %s serial, coherency %s", percent(contention), percent(coherency)). \
    (known(peak) ? sprintf(", peak at %.0f workers", peak) : ", no peak")
  @HEADLINE
}

top = extent_high(0.1)
if (best > 0 && top > 2 * best) { top = 2 * best } # a very wide interval must not flatten the rest
right = most + 0.05 * most + 0.5
first(i) = column("workers") + 0.02 * right * (i - (words(WORDS) + 1) / 2.0) * (words(WORDS) > 1 ? 0.35 : 0)

set multiplot
set lmargin at screen 0.08
set rmargin at screen (OBJECTIVE eq "" ? 0.60 : 0.97) # efficiency means nothing for another objective
set tmargin at screen 1 - 122.0 / HEIGHT
set bmargin at screen 60.0 / HEIGHT
set xrange [0:right]
set xlabel "workers" textcolor rgb MUTED
if (most <= 16) { set xtics 1 } else { set xtics autofreq }
set yrange [0:top > 1.2 ? top : 1.2]
set label 1 GAIN.", × serial" at graph 0, graph 1 offset character -4, character 0.9 left textcolor rgb MUTED
set key at screen 0.015, screen 1 - 60.0 / HEIGHT left top horizontal Left reverse samplen 1.5 width -1 textcolor rgb FOREGROUND
set samples 200
ideal(x) = OBJECTIVE eq "" ? x : NaN # of another objective nobody knows
plot ideal(x) with lines linecolor rgb MUTED dashtype 2 linewidth 1 title (OBJECTIVE eq "" ? "ideal" : ""), \
  known(FIT_SCALE) ? fitted(x < 1 ? NaN : x) : NaN with lines linecolor rgb MUTED linewidth 3 \
    title (known(FIT_SCALE) ? "fitted" : ""), \
  for [i = 1:words(WORDS)] INPUT using \
    (strcol("series") eq word(WORDS, i) ? first(i) : NaN):(either(column("speedup"), -1)) \
    with lines linecolor rgb COLOUR[(i - 1) % 6 + 1] linewidth 2 notitle, \
  for [i = 1:words(WORDS)] INPUT using \
    (strcol("series") eq word(WORDS, i) ? first(i) : NaN):(either(column("speedup"), -1)): \
    (either(column("speedup_lower"), either(column("speedup"), -1))): \
    (either(column("speedup_upper"), either(column("speedup"), -1))) \
    with yerrorbars linecolor rgb COLOUR[(i - 1) % 6 + 1] linewidth 1.5 \
    pointtype POINT[(i - 1) % 6 + 1] pointsize 0.8 title word(WORDS, i)

if (OBJECTIVE eq "") {
  unset label 1001
  unset label 1002
  unset label 1003
  unset key
  set lmargin at screen 0.70
  set rmargin at screen 0.97
  set label 1 "efficiency: speed-up / workers, %"
  set yrange [0:*]
  LOW = 1e300; HIGH = -1e300
  stats INPUT using (see(100 * column("efficiency")), see(100 * column("efficiency_upper"))) nooutput
  set yrange [0:(HIGH > 180 ? 180 : HIGH > 100 ? HIGH : 100) * 1.08]
  set xlabel "workers"
  plot 100 with lines linecolor rgb MUTED dashtype 2 linewidth 1, \
    for [i = 1:words(WORDS)] INPUT using \
      (strcol("series") eq word(WORDS, i) ? first(i) : NaN):(100 * either(column("efficiency"), -1)) \
      with lines linecolor rgb COLOUR[(i - 1) % 6 + 1] linewidth 2 notitle, \
    for [i = 1:words(WORDS)] INPUT using \
      (strcol("series") eq word(WORDS, i) ? first(i) : NaN):(100 * either(column("efficiency"), -1)): \
      (100 * either(column("efficiency_lower"), either(column("efficiency"), -1))): \
      (100 * either(column("efficiency_upper"), either(column("efficiency"), -1))) \
      with yerrorbars linecolor rgb COLOUR[(i - 1) % 6 + 1] linewidth 1.5 \
      pointtype POINT[(i - 1) % 6 + 1] pointsize 0.8 notitle
}
unset multiplot
unset output
