# A page is written whole or not at all, and nothing is left beside it or in $TMPDIR.
# normalise: s/[0-9]+ of the page/N of the page/
command -v gnuplot >/dev/null || exit 77
export PVTUNE_PLOTS=$ROOT/plots
store=(--results "$ROOT/tests/report/store" --machine m-0123456789)
# What draws is not in question here, but for the beginning of a picture: a script that gives always the same is quicker.
mkdir bin
cat >bin/gnuplot <<'END'
#!/bin/sh
[ -z "$PAUSE" ] || sleep "$PAUSE"
exec cat "$ROOT/plots/example_speedup.svg" >"$5"
END
chmod +x bin/gnuplot
real=$PATH PATH=$PWD/bin:$PATH
plots_of() { grep -c '<svg class="plot"' "$1"; }
# A full or missing folder for temporary files is in nobody's way.
TMPDIR=/dev/full pvtune report "${store[@]}" -o full_tmp.html && plots_of full_tmp.html
TMPDIR=/proc/nowhere pvtune report "${store[@]}" -o no_tmp.html && plots_of no_tmp.html
# A link that somebody planted where a temporary file might be stays what it is.
echo precious >victim
for name in page.html.new page.html.tmp; do ln -s "$PWD/victim" $name; done
pvtune report "${store[@]}" -o page.html && cat victim
rm page.html.new page.html.tmp
# The disk is full.
ln -s /dev/full full.html
try pvtune report "${store[@]}" -o full.html
pvtune report "${store[@]}" -o - >/dev/full
echo "exit $?"
echo old >old.html
(PATH=$real; ulimit -f 8; trap '' XFSZ; try pvtune report "${store[@]}" -o old.html)
cat old.html
# Ended by a signal, or the reader of its pipe has gone.
while read -r signal delay; do
  PAUSE=0.03 timeout -s $signal $delay pvtune report "${store[@]}" -o killed.html >/dev/null
  if [ -e killed.html ]; then plots_of killed.html; rm killed.html; fi | grep -vx 17
done <<'END'
INT 0.05
TERM 0.15
HUP 0.3
END
pvtune report "${store[@]}" -o - | head -c 100 >/dev/null
ls -A
