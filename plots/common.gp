# Shared by all plots: reads the call, sets terminal, palette and axes. Load it first:
#   SELF = ARG0; INPUT = ARG1; OUTPUT = ARG2; STYLE = ARG3; OPTION = ARG4; ABOUT = ARG5
#   load SELF[1:strlen(SELF) - strlen("NAME.gp")]."common.gp"
# Then: if (ROWS < 1) { NOTHING = "what is missing"; load NO_DATA }
#   ... TITLE = "the finding"; SUBTITLE = "what is shown"; @HEADLINE; plot ...
#
# INPUT   a CSV with a header; columns are found by name
# OUTPUT  FILE.svg or FILE.png: the ending chooses FORMAT
# STYLE   "" white background; "inline" transparent, for a page that replaces the colours below by its own;
#         "png" a PNG whatever OUTPUT ends in
# ABOUT   what the plot is about, written below it; "": the workload that the table names
# Nothing here or in the plots may write to stderr for any input that has the documented columns.

# A name that begins with '<' or '|' would be a shell command to gnuplot, one with '$', '+' or '-' its own data.
plain(name) = name[1:1] eq "/" ? name : "./".name
INPUT = plain(INPUT); OUTPUT = plain(OUTPUT)
FORMAT = STYLE eq "png" || (strlen(OUTPUT) > 4 && OUTPUT[strlen(OUTPUT) - 3:*] eq ".png") ? "png" : "svg"
if (!exists("WIDTH")) { WIDTH = 760 }
if (!exists("HEIGHT")) { HEIGHT = 400 }

# --- colours: Okabe and Ito's, which stay apart for every kind of colour vision; series differ by
# point and dash besides, and their order alternates dark and light, for paper in grey.
FOREGROUND = "#222222"
MUTED = "#6b6b6b"
FAINT = "#d9d9d9"
BLUE = "#0072b2"
ORANGE = "#e69f00"
GREEN = "#009e73"
RED = "#d55e00"
PURPLE = "#cc79a7"
SKY = "#56b4e9"
array COLOUR[6] = [BLUE, ORANGE, GREEN, RED, PURPLE, SKY]
array POINT[6] = [7, 5, 9, 13, 11, 15]
array DASH[6] = [1, 1, 1, 1, 1, 1]

FONT = FORMAT eq "png" ? "DejaVu Sans" : "sans-serif"
font(size) = sprintf("%s,%d", FONT, size)
# gnuplot's SVG knows ":Bold" in enhanced text only, which would take the _ and ^ of names for markup; but
# it writes the font's name as it is into an attribute.
bold(size) = sprintf(FORMAT eq "png" ? "%s:Bold,%d" : "%s\" font-weight=\"bold,%d", FONT, size)

# --- reading
set datafile separator comma
set datafile columnheaders
set datafile missing NaN

_escape(s) = (_at = strstrt(s, "'")) ? s[1:_at - 1]."'\\''"._escape(s[_at + 1:*]) : s
quoted(s) = "'"._escape(s)."'"
# Lines behind the header; 0 also for a file that is empty.
ROWS = int(system("grep -c '' < ".quoted(INPUT)." || true")) - 1
HEADER = system("head -n 1 < ".quoted(INPUT)." | tr -d '\"\\r'")
has(name) = strstrt(",".HEADER.",", ",".name.",") > 0

# A study with several load files a folder has means: NAME_mean instead of NAME.
named(name) = has(name) ? name : name."_mean"
# NEEDS: the columns a plot cannot do without. (gnuplot's own words would be about its line number.)
if (ROWS >= 0 && exists("NEEDS")) {
  do for [_name in NEEDS] {
    if (!has(named(_name))) {
      printerr "no column "._name."; expected ".NEEDS
      exit status 3
    }
  }
}

known(v) = v == v
if (!exists("ABOUT")) { ABOUT = "" }
if (ABOUT eq "" && ROWS > 0 && has("workload")) {
  stats INPUT every ::0::0 using (ABOUT = strcol("workload"), 0) nooutput
}
# The verdict as a sentence, from a table that has it; "" where nothing was decided (an empty cell would read as its header).
FINDING = ""
if (ROWS > 0 && has("finding")) {
  stats INPUT every ::0::0 using (FINDING = strcol("finding"), 0) nooutput
  FINDING = FINDING eq "finding" ? "" : FINDING
}
# Its first clause where the whole is too long for a title; what the plot is about where there is no verdict.
_clause(s) = strstrt(s, "; ") ? s[1:strstrt(s, "; ") - 1] : s
_brief(s) = strlen(s) > 104 && strstrt(s, " (95 %") ? s[1:strstrt(s, " (95 %") - 1] : s
_fitting(s) = strlen(_brief(s)) <= 104 ? _brief(s) : s[1:102]."…"
found(about) = FINDING ne "" ? _fitting(strlen(FINDING) <= 104 ? FINDING : _clause(FINDING)) : \
  has("finding") && ROWS > 0 ? about." so far: nothing is decided" : about
# What the table ranks by: OBJECTIVE, "" for time (an empty cell would read as its header); MEASURED: the column with it of a single run, in UNIT when times SCALE.
OBJECTIVE = ""; UNIT = "s"; SCALE = 1.0
if (ROWS > 0 && has("objective")) {
  stats INPUT every ::0::0 using (OBJECTIVE = strcol("objective"), 0) nooutput
  OBJECTIVE = OBJECTIVE eq "time" ? "" : OBJECTIVE
  if (OBJECTIVE ne "" && has("unit")) { stats INPUT every ::0::0 using (UNIT = strcol("unit"), 0) nooutput }
}
if (UNIT eq "B") {
  _most = 0
  if (has("value")) {
    stats INPUT using (_most = column("value") > _most && (!has("focus") || column("focus") == 1) ? column("value") : _most, 0) nooutput
  }
  UNIT = _most >= 1e6 ? "MB" : _most >= 1e3 ? "kB" : "B"; SCALE = _most >= 1e6 ? 1e-6 : _most >= 1e3 ? 1e-3 : 1.0
}
MEASURED = OBJECTIVE eq "" ? "seconds" : "value"
NAMED_UNIT = UNIT eq "" ? "" : ", ".UNIT
OF_RUN = (OBJECTIVE eq "" ? "time" : OBJECTIVE)." of a run".NAMED_UNIT
if (strlen(ABOUT) > 90) { ABOUT = ABOUT[1:88]."…" }
# A picture with a line for each ROW_COLUMN (0, 1, ...; "": for each row) grows with their number.
_lines = 0
if (exists("ROW_HEIGHT")) {
  _lines = ROWS
  if (ROWS > 0 && ROW_COLUMN ne "") {
    _lines = 0
    stats INPUT using (_lines = column(ROW_COLUMN) >= _lines ? column(ROW_COLUMN) + 1 : _lines) nooutput
  }
  HEIGHT = int(140 + ROW_HEIGHT * (_lines < 3 ? 3 : _lines > 40 ? 40 : _lines))
}

if (FORMAT eq "png") {
  set terminal pngcairo size 2 * WIDTH, 2 * HEIGHT fontscale 1.7 linewidth 2 pointscale 2 noenhanced \
    rounded background "#ffffff" font font(11)
} else {
  if (STYLE eq "inline") {
    set terminal svg size WIDTH, HEIGHT noenhanced rounded font font(12)
  } else {
    set terminal svg size WIDTH, HEIGHT noenhanced rounded background "#ffffff" font font(12)
  }
}
set output OUTPUT
set encoding utf8

either(a, b) = known(a) ? a : b

# Extent of what was seen: see(v) for every value, in a stats command.
LOW = 1e300; HIGH = -1e300
see(v) = known(v) ? (LOW = v < LOW ? v : LOW, HIGH = v > HIGH ? v : HIGH, 0) : 0
reset_extent = "LOW = 1e300; HIGH = -1e300"
# Never an empty range, which gnuplot would warn about.
extent_low(share) = HIGH < LOW ? 0 : LOW - share * (HIGH > LOW ? HIGH - LOW : (HIGH == 0 ? 1 : abs(HIGH)))
extent_high(share) = HIGH < LOW ? 1 : HIGH + share * (HIGH > LOW ? HIGH - LOW : (HIGH == 0 ? 1 : abs(HIGH)))

# Distinct words of a column in the order met: stats INPUT using (collect(strcol("series"))) nooutput
WORDS = ""
collect(word) = strstrt(" ".WORDS." ", " ".word." ") > 0 ? 0 : (WORDS = WORDS.(WORDS eq "" ? "" : " ").word, 0)

# --- numbers as people write them
duration(s) = s < 0.001 ? sprintf("%.0f µs", s * 1e6) : s < 0.1 ? sprintf("%.1f ms", s * 1e3) : \
  s < 1 ? sprintf("%.0f ms", s * 1e3) : s < 100 ? sprintf("%.2f s", s) : sprintf("%.0f s", s)
# No thousands separators, which mean the decimal point elsewhere: a larger unit instead.
money(x) = abs(x) >= 999999.5 ? sprintf("%s$%.2f million", x < 0 ? "-" : "", abs(x) / 1e6) : sprintf("%s$%.0f", x < 0 ? "-" : "", abs(x))
energy(kwh) = abs(kwh) >= 9999500 ? sprintf("%.1f GWh", kwh / 1e6) : abs(kwh) >= 9999.5 ? sprintf(abs(kwh) >= 99950 ? "%.0f MWh" : "%.1f MWh", kwh / 1000) : \
  sprintf("%.0f kWh", kwh)
percent(x) = sprintf(abs(x) < 0.0995 ? "%.1f %%" : "%.0f %%", 100 * x)

# A round number near x, for the distance of tics.
_mantissa(m) = m < 1.5 ? 1 : m < 3.5 ? 2 : m < 7.5 ? 5 : 10
nice(x) = _mantissa(x / 10 ** floor(log10(x))) * 10 ** floor(log10(x))

# --- looks
set border 3 linecolor rgb MUTED linewidth 1
set tics nomirror out scale 0.5 textcolor rgb FOREGROUND
set grid back linecolor rgb FAINT linewidth 1 linetype 1
set key off
set xlabel offset 0, 0.6 # above ABOUT, which may be as wide as the picture
set style fill solid 1.0 noborder
set lmargin 9
set rmargin 3
set bmargin 4
set tmargin 5
# Titles are as large as has room: widths as of DejaVu Sans Bold, in which they are about as wide as in any font.
_em(c) = strstrt("mMwW%—…", c) ? 1.12 : strstrt("iljtfrI.,:;|'! ()[]/-", c) ? 0.46 : 0.74
_ems(s) = sum [_i = 1:strlen(s)] _em(s[_i:_i])
_room(s) = 0.965 * WIDTH / ((FORMAT eq "png" ? 1.0 : 0.93) * _ems(s))
title_size(s) = s eq "" || _room(s) > 15 ? 15 : int(_room(s))
HEADLINE = 'set label 1001 TITLE at screen 0.015, screen 1 - 22.0 / HEIGHT left font bold(title_size(TITLE)) textcolor rgb FOREGROUND; \
set label 1002 SUBTITLE at screen 0.015, screen 1 - 44.0 / HEIGHT left font font(12) textcolor rgb MUTED; \
set label 1003 ABOUT at screen 0.015, screen 8.5 / HEIGHT left font font(10) textcolor rgb MUTED'
NO_DATA = SELF[1:strlen(SELF) - strlen(NAME)]."no_data.gp"

# Names on an axis, at 0 to 39: xname(at, text) or yname(at, text) for every row, in a stats command, then
# `set xtics ("" -1)`, `do for [i = 1:NAMED] { set xtics add (tick(XNAME[i]) i - 1) }`. (Not by eval: in a double-quoted text that comes
# from a file, a backquote would run a command.)
NAMED = 40
# To gnuplot, the text at a tick is a format for the number there.
tick(text) = (_at = strstrt(text, "%")) ? text[1:_at]."%".tick(text[_at + 1:*]) : text
array XNAME[NAMED]
array YNAME[NAMED]
do for [_i = 1:NAMED] { XNAME[_i] = ""; YNAME[_i] = "" }
xname(at, text) = at >= 0 && at < NAMED ? (XNAME[int(at) + 1] = text, 0) : 0
YWIDTH = 0 # characters of the longest name beside the y axis
yname(at, text) = at >= 0 && at < NAMED ? (YNAME[int(at) + 1] = text, YWIDTH = strlen(text) > YWIDTH ? strlen(text) : YWIDTH, 0) : 0
# The left margin, as a share of the width, in which these names have room; at least `least`.
left_margin(least) = 0.018 + 0.0088 * YWIDTH > least ? (YWIDTH < 50 ? 0.018 + 0.0088 * YWIDTH : 0.46) : least
