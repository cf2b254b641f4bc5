# Cost, self-consumption and self-sufficiency, compared over the scenarios of a study.
#   gnuplot -c study_scenarios.gp OUT/STUDY_results.csv OUTPUT
SELF = ARG0; NAME = "study_scenarios.gp"; INPUT = ARG1; OUTPUT = ARG2; STYLE = ARG3; ABOUT = ARG5; ROW_HEIGHT = 17; ROW_COLUMN = ""
NEEDS = "scenario_label arrangement total$_building_costs self-consumption self-sufficiency"
load SELF[1:strlen(SELF) - strlen(NAME)]."common.gp"

TITLE = "Scenarios"
SUBTITLE = "cost of the building over the time of its load series, and how much of PV and load meet inside it"
@HEADLINE
if (ROWS < 1) { NOTHING = "The study has no scenarios."; load NO_DATA }

COST = named("total$_building_costs")
OWN_PV = named("self-consumption")
OWN_LOAD = named("self-sufficiency")
# Without PV its self-consumption is 100 % in the table, which would look like the best of all.
PV = has(named("pv_ratio")) ? named("pv_ratio") : ""
of_pv(row) = PV eq "" || !known(column(PV)) || column(PV) > 0 ? column(OWN_PV) : NaN

longest = 0; n = 0; least = 1e300; least_name = ""
take(label, arrangement, cost) = (yname(n, label." ".arrangement), n = n + 1, \
  longest = strlen(label) + strlen(arrangement) > longest ? strlen(label) + strlen(arrangement) : longest, \
  least_name = known(cost) && cost < least ? label." (".arrangement.")" : least_name, \
  least = known(cost) && cost < least ? cost : least, see(cost))
stats INPUT using (take(strcol("scenario_label"), strcol("arrangement"), column(COST))) nooutput
# A battery that begins half charged can make self-consumption more than 100 %.
most = 100
take_own(value) = (most = known(value) && value > most ? value : most, either(value, 0))
stats INPUT using (take_own(of_pv($0))) nooutput
if (least < 1e300) {
  TITLE = sprintf("Cheapest of %d scenario%s: %s, %s", n, n == 1 ? "" : "s", least_name, money(least))
}
@HEADLINE
scale = HIGH >= 10000 ? 1000.0 : 1.0

set multiplot
set border 1
set ytics scale 0
if (n <= NAMED) { set ytics ("" -1); do for [i = 1:NAMED] { set ytics add (tick(YNAME[i]) i - 1) } } else { set ytics scale 0.5 }
set yrange [n - 0.4:-0.6]
set grid x noytics
names_at = (longest + 3) * 7.6 / WIDTH
set lmargin at screen (n > NAMED ? 0.1 : names_at < 0.12 ? 0.12 : names_at > 0.34 ? 0.34 : names_at)
set rmargin at screen 0.60
set tmargin at screen 1 - 84.0 / HEIGHT
set bmargin at screen 50.0 / HEIGHT
set xtics nice((HIGH > 0 ? HIGH : 1) / scale / 3)
set xrange [LOW < 0 ? LOW / scale * 1.05 : 0:HIGH > 0 ? HIGH / scale * 1.08 : 1]
set label 1 scale > 1 ? "cost, thousand $" : "cost, $" at graph 0, graph 1 offset 0, character 0.9 left \
  textcolor rgb MUTED
plot INPUT using (0):($0):(0):(either(column(COST), 0) / scale):($0 - 0.36):($0 + 0.36) \
  with boxxyerror linecolor rgb BLUE

unset label 1001
unset label 1002
unset label 1003
set lmargin at screen 0.65
set rmargin at screen 0.96
set ytics format ""
if (n <= NAMED) { unset ytics }
set xrange [0:ceil(most / 25.0) * 25]
set label 1 "self-consumption and self-sufficiency, %"
set key at screen 0.96, screen 6.0 / HEIGHT bottom right horizontal Left reverse samplen 0.5 textcolor rgb FOREGROUND
if (most > 200) { set xtics autofreq } else { set xtics 25 }
plot INPUT using (either(of_pv($0), -1)):($0) with points pointtype 7 pointsize (n > 400 ? 0.3 : 0.8) \
    linecolor rgb ORANGE title "of PV", \
  INPUT using (either(column(OWN_LOAD), -1)):($0) with points pointtype 9 pointsize (n > 400 ? 0.3 : 0.8) \
    linecolor rgb GREEN title "of load"
unset multiplot
unset output
