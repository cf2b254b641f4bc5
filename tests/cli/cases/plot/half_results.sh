# A picture is written whole or not at all, and an old one stays when a new one cannot be made.
command -v gnuplot >/dev/null || exit 77
export PVTUNE_PLOTS=$ROOT/plots
table=$ROOT/tests/plots/fixtures/heatmap.csv
echo 'a,b' >wrong.csv
mkdir folder
for broken in wrong.csv missing.csv folder; do
  echo old >old.svg
  try pvtune plot heatmap $broken -o old.svg
  cat old.svg
done
ln -s /dev/full full.svg
try pvtune plot heatmap "$table" -o full.svg
mkdir folder.svg
try pvtune plot heatmap "$table" -o folder.svg
# A limit on file sizes is a full disk to the writer; what was there stays.
(ulimit -f 8; trap '' XFSZ; try pvtune plot heatmap "$table" -o old.svg)
cat old.svg
# A link is written through.
mkdir elsewhere
echo old >elsewhere/real.svg
ln -s elsewhere/real.svg link.svg
try pvtune plot heatmap "$table" -o link.svg
[ -L link.svg ] && grep -c '</svg>' elsewhere/real.svg
# No temporary files are needed: their folder may be missing or full.
TMPDIR=/dev/full try pvtune plot heatmap "$table" -o new.svg
ls -A . elsewhere
