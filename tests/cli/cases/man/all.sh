# normalise: s/pvtune [0-9]+\.[0-9]+\.[0-9]+/pvtune VERSION/
# Every command has a page, the same as pvtune man prints; nothing half-written stays.
pvtune man --all new/man1
ls new/man1 | wc -l | sed 's/^[0-9]\+$/pages/'
for page in new/man1/pvtune-*.1; do
  command=${page#new/man1/pvtune-}
  pvtune man "${command%.1}" | cmp - "$page"
done
pvtune man | cmp - new/man1/pvtune.1
diff <(cd new/man1 && ls) <({ echo pvtune.1; pvtune --help | sed -n '/^Commands:/,/^$/s/^  \([a-z-]\+\) .*/pvtune-\1.1/p' | grep -v help; } | LC_ALL=C sort)
try pvtune man --all other run
ls other 2>/dev/null
touch file
try pvtune man --all file
try pvtune man --all ''
mkdir -p taken/pvtune-run.1
try pvtune man --all taken
