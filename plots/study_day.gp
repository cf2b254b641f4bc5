# A day of one scenario: load, PV, grid and battery.
#   gnuplot -c study_day.gp OUT/timeseries_d/FILE.csv OUTPUT "" [YYYY-MM-DD]
# Without a day: the one with the most PV, or the most load where there is none.
SELF = ARG0; NAME = "study_day.gp"; INPUT = ARG1; OUTPUT = ARG2; STYLE = ARG3; ABOUT = ARG5; DAY = ARG4
NEEDS = "timestamp network_load pv_generation grid_import grid_export"
load SELF[1:strlen(SELF) - strlen(NAME)]."common.gp"

TITLE = "A day"
SUBTITLE = "load, PV generation and exchange with the grid, mean kW of each step"
@HEADLINE
if (ROWS < 1) { NOTHING = "The time series has no rows."; load NO_DATA }

at(text) = strptime("%Y-%m-%d %H:%M:%S", text)
# The day to show, and the length of a step.
first_day = "9999-12-31"; last_day = "0000-01-01"
day = ""; sum_pv = 0.0; sum_load = 0.0; best_pv = -1.0; best_load = -1.0; pick = ""; before = NaN; step = 1e300
close_day(dummy) = day eq "" ? 0 : sum_pv > best_pv + 1e-9 || (abs(sum_pv - best_pv) <= 1e-9 && sum_load > best_load) ? \
  (best_pv = sum_pv, best_load = sum_load, pick = day, 0) : 0
walk(text, pv, use) = (text[1:10] eq day ? 0 : (close_day(0), day = text[1:10], sum_pv = 0.0, sum_load = 0.0, \
  first_day = at(day." 00:00:00") < at(first_day." 00:00:00") ? day : first_day, last_day = at(day." 00:00:00") > at(last_day." 00:00:00") ? day : last_day, 0), \
  step = known(before) && at(text) > before && at(text) - before < step ? at(text) - before : step, before = at(text), \
  sum_pv = sum_pv + either(pv, 0), sum_load = sum_load + either(use, 0), 0)
stats INPUT using (walk(strcol("timestamp"), column("pv_generation"), column("network_load"))) nooutput
dummy = close_day(0)
if (DAY eq "") { DAY = pick }
hours = step < 1e299 ? step / 3600 : 0.5
kw(kwh) = kwh / hours

today(text) = text[1:10] eq DAY
LOAD = 0.0; PV = 0.0; IMPORT = 0.0; EXPORT = 0.0; steps = 0
sum_day(text, use, pv, import, export) = today(text) ? (steps = steps + 1, LOAD = LOAD + either(use, 0), PV = PV + either(pv, 0), \
  IMPORT = IMPORT + either(import, 0), EXPORT = EXPORT + either(export, 0), \
  see(kw(use)), see(kw(pv)), see(kw(import)), see(kw(export)), 0) : 0
stats INPUT using (sum_day(strcol("timestamp"), column("network_load"), column("pv_generation"), column("grid_import"), \
  column("grid_export"))) nooutput
if (steps < 1) {
  printerr "found no ".DAY."; expected --day from ".first_day." to ".last_day
  exit status 3
}
BATTERY = has("battery_SOC") ? "battery_SOC" : has("ind_battery_SOC") ? "ind_battery_SOC" : ""
TITLE = LOAD > 0 ? sprintf("%s: %.0f %% of the load from the grid", DAY, 100 * IMPORT / LOAD) : DAY
if (PV > 0) { TITLE = TITLE.sprintf(", %.0f %% of PV exported", 100 * EXPORT / PV) }
SUBTITLE = sprintf("load %s, PV %s; mean power of each step", energy(LOAD), energy(PV))
@HEADLINE

hour(text) = (at(text) - at(DAY." 00:00:00")) / 3600.0
set multiplot
set lmargin at screen 0.085
set rmargin at screen 0.97
set tmargin at screen 1 - 92.0 / HEIGHT
set bmargin at screen (BATTERY eq "" ? 60.0 : 148.0) / HEIGHT
set xrange [0:24]
set xtics 3
set yrange [0:HIGH > 0 ? HIGH * 1.08 : 1]
if (BATTERY eq "") { set xlabel "hour of the day" textcolor rgb MUTED } else { set format x "" }
set label 1 "power, kW" at graph 0, graph 1 offset character -4.5, character 0.9 left textcolor rgb MUTED
set key at graph 1, graph 1 right bottom horizontal Left reverse samplen 1.2 textcolor rgb FOREGROUND
set style fill solid 0.55 noborder
off = -1e6
plot INPUT using (today(strcol("timestamp")) ? hour(strcol("timestamp")) + hours / 2 : off): \
    (kw(either(column("pv_generation"), 0))):(hours) with boxes linecolor rgb ORANGE title "PV", \
  INPUT using (today(strcol("timestamp")) ? hour(strcol("timestamp")) + hours / 2 : off): \
    (kw(either(column("network_load"), 0))) with lines linecolor rgb FOREGROUND linewidth 2 title "load", \
  INPUT using (today(strcol("timestamp")) ? hour(strcol("timestamp")) + hours / 2 : off): \
    (kw(either(column("grid_import"), 0))) with lines linecolor rgb BLUE linewidth 1.5 dashtype 2 title "from the grid", \
  INPUT using (today(strcol("timestamp")) ? hour(strcol("timestamp")) + hours / 2 : off): \
    (kw(either(column("grid_export"), 0))) with lines linecolor rgb GREEN linewidth 1.5 dashtype 4 title "to the grid"
if (BATTERY ne "") {
  unset label 1001
  unset label 1002
  unset label 1003
  unset key
  set tmargin at screen 120.0 / HEIGHT
  set bmargin at screen 60.0 / HEIGHT
  set format x "%g"
  set xlabel "hour of the day" textcolor rgb MUTED
  set label 1 "state of charge of the batteries, %"
  set yrange [0:100]
  set ytics 50
  set style fill solid 0.7 noborder
  plot INPUT using (today(strcol("timestamp")) ? hour(strcol("timestamp")) + hours / 2 : off): \
    (either(column(BATTERY), 0)):(hours) with boxes linecolor rgb PURPLE
}
unset multiplot
unset output
