# A year (or whatever the series holds) of one scenario, day by day: load, PV, grid and battery.
#   gnuplot -c study_year.gp OUT/timeseries_d/FILE.csv OUTPUT
SELF = ARG0; NAME = "study_year.gp"; INPUT = ARG1; OUTPUT = ARG2; STYLE = ARG3; ABOUT = ARG5; HEIGHT = 520
NEEDS = "timestamp network_load pv_generation grid_import grid_export"
load SELF[1:strlen(SELF) - strlen(NAME)]."common.gp"

TITLE = "A year"
SUBTITLE = "sums of each day"
@HEADLINE
if (ROWS < 1) { NOTHING = "The time series has no rows."; load NO_DATA }

DAY_S = 86400.0
at(text) = floor(strptime("%Y-%m-%d %H:%M:%S", text) / DAY_S)
LOAD = 0.0; PV = 0.0; IMPORT = 0.0; EXPORT = 0.0; from = 1e300; to = -1e300
day = -1; day_load = 0.0; day_pv = 0.0; day_import = 0.0; day_export = 0.0; high_use = 0.0; high_grid = 0.0; high_export = 0.0
most(a, b) = a > b ? a : b
sums(d, use, pv, import, export) = ( \
  (d == day ? 0 : (day = d, day_load = 0.0, day_pv = 0.0, day_import = 0.0, day_export = 0.0, 0)), \
  day_load = day_load + use, day_pv = day_pv + pv, day_import = day_import + import, day_export = day_export + export, \
  high_use = most(high_use, most(day_load, day_pv)), high_grid = most(high_grid, day_import), \
  high_export = most(high_export, day_export), \
  LOAD = LOAD + use, PV = PV + pv, IMPORT = IMPORT + import, EXPORT = EXPORT + export, \
  from = d < from ? d : from, to = d > to ? d : to, 0)
stats INPUT using (sums(at(strcol("timestamp")), either(column("network_load"), 0), either(column("pv_generation"), 0), \
  either(column("grid_import"), 0), either(column("grid_export"), 0))) nooutput
BATTERY = has("battery_SOC") ? "battery_SOC" : has("ind_battery_SOC") ? "ind_battery_SOC" : ""
days = to - from + 1
TITLE = LOAD > 0 ? sprintf("%d day%s: %.0f %% of the load from the grid", days, days == 1 ? "" : "s", 100 * IMPORT / LOAD) : "No load"
if (PV > 0) { TITLE = TITLE.sprintf(", %.0f %% of PV exported", 100 * EXPORT / PV) }
SUBTITLE = sprintf("load %s, PV %s; sums of each day", energy(LOAD), energy(PV))
@HEADLINE

panels = BATTERY eq "" ? 2 : 3
top_px = 84.0
each_px = (HEIGHT - top_px - 40.0) / panels
set multiplot
set lmargin at screen 0.085
set rmargin at screen 0.97
set xdata time
set timefmt "%s"
set xrange [(from - 0.5) * DAY_S:(to + 0.5) * DAY_S]
set format x ""
if (days <= 4) { set xtics DAY_S }
set style fill solid 0.55 noborder
set boxwidth 0.95 * DAY_S
set key at graph 1, graph 1 right bottom horizontal Left reverse samplen 1.2 textcolor rgb FOREGROUND
name_x = days > 200 ? "%b %Y" : days > 40 ? "%d %b" : "%d %b %Y"
if (days > 200 && days < 800) { set xtics 2 * 30.4375 * DAY_S }

set tmargin at screen 1 - top_px / HEIGHT
set bmargin at screen 1 - (top_px + each_px - 34) / HEIGHT
set ytics nice(most(high_use, 1) / 3)
set yrange [0:high_use > 0 ? high_use * 1.06 : 1]
set label 1 "load and PV, kWh per day" at graph 0, graph 1 offset character -4.5, character 0.9 left textcolor rgb MUTED
plot INPUT using (at(strcol("timestamp")) * DAY_S):(either(column("pv_generation"), 0)) smooth frequency \
    with boxes linecolor rgb ORANGE title "PV", \
  INPUT using (at(strcol("timestamp")) * DAY_S):(either(column("network_load"), 0)) smooth frequency \
    with lines linecolor rgb FOREGROUND linewidth 1.3 title "load"

unset label 1001
unset label 1002
unset label 1003
top_px = top_px + each_px
set tmargin at screen 1 - top_px / HEIGHT
set bmargin at screen 1 - (top_px + each_px - 34) / HEIGHT
set ytics nice(most(high_grid + high_export, 1) / 3)
set yrange [high_export > 0 ? -high_export * 1.06 : 0:high_grid > 0 ? high_grid * 1.06 : 1]
set label 1 "grid, kWh per day"
if (panels == 2) { set format x name_x }
plot INPUT using (at(strcol("timestamp")) * DAY_S):(either(column("grid_import"), 0)) smooth frequency \
    with boxes linecolor rgb BLUE title "from the grid", \
  INPUT using (at(strcol("timestamp")) * DAY_S):(-either(column("grid_export"), 0)) smooth frequency \
    with boxes linecolor rgb GREEN title "to the grid"

if (panels == 3) {
  top_px = top_px + each_px
  set tmargin at screen 1 - top_px / HEIGHT
  set bmargin at screen 1 - (top_px + each_px - 34) / HEIGHT
  set yrange [0:100]
  set ytics 50
  set format x name_x
  set label 1 "state of charge of the batteries, % (mean of the day)"
  unset key
  plot INPUT using (at(strcol("timestamp")) * DAY_S):(either(column(BATTERY), 0)) smooth unique \
    with boxes linecolor rgb PURPLE
}
unset multiplot
unset output
