# normalise: s/pvtune [0-9]+\.[0-9]+\.[0-9]+/pvtune VERSION/
# Every page is roff that groff has no complaint about.
pvtune man man
try pvtune man validat
cmp <(pvtune man help) <(pvtune man) && echo "help is in the manual"
command -v groff >/dev/null || exit 77
for command in '' $(pvtune --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]\+\) .*/\1/p'); do
  pvtune man $command | groff -man -Tutf8 -ww >page 2>complaints || echo "man $command: groff failed"
  [ -s page ] || echo "man $command: an empty page"
  sed "s/^/man $command: /" complaints
done
