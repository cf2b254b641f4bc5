# Plots of a tuning for something other than time draw and name that; best --export json has its value.
# normalise: s/("max_rss_bytes": )[0-9.]+/\1B/
command -v gnuplot >/dev/null || exit 77
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock
echo 'echo "score $((10 * $1)) points"; head -c $((100000 * $1)) /dev/zero >"$2"' >program
tune() { pvtune tune --quiet --budget 30s --workers 1 --pins none --outputs ignore --param level=1..3 "$@" -- sh program {level} {output} >/dev/null; }
words() { # on the pictures
  for plot in speedup heatmap distributions runs params; do
    pvtune plot $plot -o p.svg >/dev/null && grep -o '<text>[^<]*[a-z]' p.svg | sed 's/<text>[\t ]*//; s/[0-9]* runs, .*/N runs/' | sort -u | paste -sd '|'
  done
}
tune --objective score --maximize --metric 'score=^score ([0-9]+)'
words
for plot in distributions runs; do pvtune plot $plot --data | cut -d, -f"$(pvtune plot $plot --data | head -1 | tr , '\n' | grep -nx objective | cut -d: -f1)"- | sort -u; done
pvtune best --export json | grep -E 'objective|rss'
tune --objective size
words
pvtune best --export json | grep -E 'objective|rss'
