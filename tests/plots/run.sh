#!/usr/bin/env bash
# Every script of plots/ on inputs of every size to SVG, and on the typical one to PNG: gnuplot must not say a word,
# and titles must say what the data says.
#   tests/plots/run.sh [PLOT...]
# Exit code 0, 1 (something failed) or 77 (gnuplot is not there).
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
export LC_ALL=C.UTF-8 # gnuplot wants UTF-8, whatever the locale of the caller
command -v gnuplot >/dev/null || { echo "skipped: gnuplot is not installed" && exit 77; }

work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

ok() { passed=$((passed + 1)); }
bad() {
  failed=$((failed + 1))
  echo "failed: $*"
}

# draw SCRIPT INPUT OUTPUT [DAY]: gnuplot succeeds in silence and writes a picture of that kind.
draw() {
  local said
  rm -f "$3"
  if ! said=$(gnuplot -d -c "$root/plots/$1.gp" "$2" "$3" "" "${4-}" 2>&1 </dev/null) || [ -n "$said" ]; then
    bad "$1 on ${2##*/} to ${3##*.}: ${said:-exit code $?}"
    return 1
  fi
  case $3 in
  *.svg) [ "$(head -c 5 "$3")" = '<?xml' ] && grep -q '^</svg>$' "$3" ;;
  *.png) [ "$(head -c 4 "$3" | tail -c 3)" = PNG ] && [ "$(tail -c 8 "$3" | head -c 4)" = IEND ] ;;
  esac || { bad "$1 on ${2##*/}: no whole ${3##*.}" && return 1; }
  ok
}

# says SVG TEXT: the picture has that text.
says() {
  if grep -qF ">$2<" "$1"; then ok; else bad "${1##*/} does not say \"$2\": $(grep -o '<text>[^<]*' "$1" | tail -n 2)"; fi
}

# many FILE: its rows again and again, 2,000 of them: several for each pixel. Ranks and times go on, as in a real table.
many() {
  awk -F, -v OFS=, '
    NR == 1 {
      print
      for (i = 1; i <= NF; i++) if ($i ~ /^(at_s|position|size|workers|.*rank)$/) counter[i]
      next
    }
    { row[++n] = $0 }
    END {
      for (k = 0; k < 2000; k++) {
        $0 = row[k % n + 1]
        for (i in counter) $i += int(k / n) * 3
        print
      }
    }' "$1"
}

# The same for a time series: 10,000 half-hours, over half a year.
many_steps() {
  awk -F, -v OFS=, '
    NR == 1 { print; next }
    { row[++n] = $0 }
    END {
      for (k = 0; k < 10000; k++) {
        $0 = row[k % n + 1]
        $1 = strftime("%Y-%m-%d %H:%M:00", 1514764800 + 1800 * k, 1)
        print
      }
    }' "$1"
}

# test_plot SCRIPT FIXTURE TITLE [DAY]
test_plot() {
  local script=$1 fixture=$here/fixtures/$2.csv title=$3
  head -n 1 "$fixture" >"$work/empty.csv"
  : >"$work/zero_bytes.csv"
  head -n 2 "$fixture" >"$work/one_row.csv"
  if [ "$2" = day ]; then many_steps "$fixture"; else many "$fixture"; fi >"$work/many.csv"
  [ "$(wc -l <"$work/many.csv")" -gt 2000 ] || bad "$script: $(wc -l <"$work/many.csv") lines are not many"
  draw "$script" "$work/empty.csv" "$work/empty.svg"
  draw "$script" "$work/zero_bytes.csv" "$work/zero.svg"
  draw "$script" "$work/one_row.csv" "$work/one.svg"
  draw "$script" "$fixture" "$work/typical.svg" "${4-}"
  draw "$script" "$fixture" "$work/typical.png" "${4-}"
  draw "$script" "$work/many.csv" "$work/many.svg"
  says "$work/empty.svg" "no data"
  says "$work/zero.svg" "no data"
  says "$work/typical.svg" "$title"
  if grep -qF '>no data<' "$work/one.svg"; then bad "$script: one row is some data"; else ok; fi
}

wanted() {
  local name=$1 one
  shift
  [ $# = 0 ] && return 0
  for one; do [ "$one" = "$name" ] && return 0; done
  return 1
}

while IFS='|' read -r script fixture day title; do
  if wanted "$script" "$@"; then test_plot "$script" "$fixture" "$title" "$day"; fi
done <"$here/titles.txt"

# A scenario without PV has no self-consumption: four of six have a point, and there is one in the key. More than
# 100 %, which batteries that begin half charged can give, has one, too.
if wanted study_scenarios "$@"; then
  for most in '' 's/^\(6,.*\),[0-9.]*,\([0-9.]*,[0-9.]*\)$/\1,112.5,\2/' 's/^\(6,.*\),[0-9.]*,\([0-9.]*,[0-9.]*\)$/\1,5000,\2/'; do
    sed "$most" "$here/fixtures/scenarios.csv" >"$work/own.csv"
    draw study_scenarios "$work/own.csv" "$work/own.svg"
    points=$(grep -c "<use xlink:href='#gpPt6'.*rgb(230, 159, *0)" "$work/own.svg")
    if [ "$points" = 5 ]; then ok; else bad "study_scenarios: $points points of self-consumption instead of 5 ($most)"; fi
  done
fi

# Long titles and titles of wide letters are made smaller until they have room.
if wanted heatmap "$@" && command -v python3 >/dev/null; then
  for about in 'level=19, 12 processes' 'MEM=MMMMMMMMMM memory=mmmmmmmmmmmm 12 workers' 12; do
    sed "s/,8 threads are 3.86/,$about are 3.86/" "$here/fixtures/heatmap.csv" >"$work/title.csv"
    draw heatmap "$work/title.csv" "$work/title.png"
    if said=$(python3 "$here/right_edge.py" "$work/title.png" 2>&1); then ok; else bad "heatmap, title with '$about': $said"; fi
  done
fi

# Names beside an axis are shown as they are, also where gnuplot would take them for a format.
odd_name='%d %H‚%% a/b %g'
while IFS='|' read -r script fixture column shown; do
  if wanted "$script" "$@"; then
    awk -F, -v OFS=, -v column="$column" -v name="$odd_name" 'NR > 1 { $column = name } 1' \
      "$here/fixtures/$fixture.csv" >"$work/names.csv"
    draw "$script" "$work/names.csv" "$work/names.svg"
    says "$work/names.svg" "${shown/NAME/$odd_name}"
  fi
done <<'END'
heatmap|heatmap|2|NAME
params|params|5|level = NAME
distributions|distributions|3|NAME
regret|regret|5|NAME
time|time|2|NAME
history|history|3|%d
study_scenarios|scenarios|2|NAME en
END

# Names that a shell or gnuplot could take for something else stay names.
if [ $# = 0 ]; then
  odd="$work/it's \$(touch pwned) \`touch pwned\` \"x\""
  mkdir "$odd"
  head -n 2 "$here/fixtures/scenarios.csv" >"$odd/in.csv"
  # shellcheck disable=SC2016
  echo '2,`touch pwned`$(touch pwned),en,18.0,1.0,2.0,3.0,4.0' >>"$odd/in.csv"
  cd "$work" || exit 2
  draw study_scenarios "$odd/in.csv" "$odd/out.svg"
  if [ -e pwned ]; then bad "a name in a table was run as a command"; else ok; fi
  if grep -qF 'touch pwned' "$odd/out.svg"; then ok; else bad "the odd name is not in the picture"; fi
fi

echo "$passed checks passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
