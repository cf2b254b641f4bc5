# Cost as the work grows, log-log, with the exponent of a fitted power law.
#   gnuplot -c growth.gp growth.csv OUTPUT      columns: README.md, growth.csv
SELF = ARG0; NAME = "growth.gp"; INPUT = ARG1; OUTPUT = ARG2; STYLE = ARG3
NEEDS = "series size seconds seconds_lower seconds_upper"
load SELF[1:strlen(SELF) - strlen(NAME)]."common.gp"

TITLE = "Cost as the work grows"
SUBTITLE = "time against size, both logarithmic; lines: fitted power laws"
@HEADLINE
if (ROWS < 1) { NOTHING = "Growth needs one workload measured at several sizes."; load NO_DATA }

# Least squares of ln(time) on ln(size), by hand: gnuplot's own would complain about a single point.
usable(size, s) = known(size) && known(s) && size > 0 && s > 0
stats INPUT using (collect(strcol("series"))) nooutput
N = words(WORDS)
array SLOPE[N]; array SLOPE_ERROR[N]; array CROSSING[N]; array FROM[N]; array TO[N]
X_LOW = 1e300; X_HIGH = 0
worst = -1e300; worst_at = 0
do for [i = 1:N] {
  n = 0; sx = 0.0; sy = 0.0; sxx = 0.0; sxy = 0.0; syy = 0.0; low_x = 1e300; high_x = 0
  add(x, y) = (n = n + 1, sx = sx + x, sy = sy + y, sxx = sxx + x * x, sxy = sxy + x * y, syy = syy + y * y, 0)
  take(size, s, name) = (name eq word(WORDS, i)) && usable(size, s) ? (add(log(size), log(s)), see(s), \
    low_x = size < low_x ? size : low_x, high_x = size > high_x ? size : high_x, 0) : 0
  stats INPUT using (take(column("size"), column("seconds"), strcol("series"))) nooutput
  spread = n > 1 ? sxx - sx * sx / n : 0
  SLOPE[i] = spread > 1e-9 ? (sxy - sx * sy / n) / spread : NaN
  CROSSING[i] = spread > 1e-9 ? (sy - SLOPE[i] * sx) / n : NaN
  left = spread > 1e-9 ? syy - sy * sy / n - SLOPE[i] * (sxy - sx * sy / n) : NaN
  SLOPE_ERROR[i] = n > 2 && known(left) ? 2 * sqrt((left > 0 ? left : 0) / (n - 2) / spread) : NaN
  FROM[i] = low_x; TO[i] = high_x
  X_LOW = low_x < X_LOW ? low_x : X_LOW
  X_HIGH = high_x > X_HIGH ? high_x : X_HIGH
  if (known(SLOPE[i]) && SLOPE[i] > worst) { worst = SLOPE[i]; worst_at = i }
}
exponent(i) = sprintf("%.2f", SLOPE[i]).(known(SLOPE_ERROR[i]) ? sprintf(SLOPE_ERROR[i] < 0.005 ? " ± %.3f" : " ± %.2f", SLOPE_ERROR[i]) : "")
if (X_HIGH <= 0) { NOTHING = "No size and time above zero."; load NO_DATA }
if (worst_at > 0) {
  TITLE = sprintf("Time grows as size^%s (%s%s)", exponent(worst_at), word(WORDS, worst_at), N > 1 ? ", the steepest" : "")
}
@HEADLINE
set logscale xy
set xrange [X_LOW / 1.5:X_HIGH * 1.5]
y_low = 10 ** floor(log10(LOW * 0.9))
y_high = 10 ** ceil(log10(HIGH * 1.1))
set yrange [y_low:y_high]
set format "%g"
if (X_HIGH > 999999) { set format x "%.0e" }
set xlabel "size (".(N == 1 ? word(WORDS, 1) : "scenarios, customers or steps").")" textcolor rgb MUTED
set ylabel "time, s" textcolor rgb MUTED offset 1
set tmargin at screen 1 - 60.0 / HEIGHT
set key top left Left reverse samplen 2 textcolor rgb FOREGROUND
set samples 400
plot for [i = 1:N] INPUT using \
    (strcol("series") eq word(WORDS, i) && usable(column("size"), column("seconds")) ? column("size") : X_LOW / 100): \
    (usable(column("size"), column("seconds")) ? column("seconds") : LOW): \
    (either(column("seconds_lower"), column("seconds"))):(either(column("seconds_upper"), column("seconds"))) \
    with yerrorbars pointtype POINT[(i - 1) % 6 + 1] pointsize 0.8 linecolor rgb COLOUR[(i - 1) % 6 + 1] \
    title word(WORDS, i).(known(SLOPE[i]) ? ": exponent ".exponent(i) : ""), \
  for [i = 1:N] [x = (known(SLOPE[i]) ? FROM[i] : X_LOW / 1.4):(known(SLOPE[i]) ? TO[i] : X_LOW / 1.39)] \
    (known(SLOPE[i]) ? exp(CROSSING[i] + SLOPE[i] * log(x)) : LOW / 100) \
    with lines linewidth 1.5 linecolor rgb COLOUR[(i - 1) % 6 + 1] notitle
unset output
