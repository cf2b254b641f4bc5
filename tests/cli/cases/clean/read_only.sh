# A program leaves folders that nobody may write to: its build is clean at the next use, and `clean`
# removes it. Root obeys permissions when it gives up the capability to ignore them.
# by chance: the verdict is on real times.
run_as=
if [ "$(id -u)" = 0 ]; then
  run_as='setpriv --bounding-set=-dac_override,-dac_read_search'
  $run_as true 2>/dev/null || exit 77
fi
git init -q -b main repo && cd repo
git config user.name tester && git config user.email tester@example.org
echo 'mkdir -p left/deep && echo x >left/deep/x && chmod 555 left/deep left' >once
git add . && git commit -q -m one
export XDG_CACHE_HOME=$PWD/../cache
for _ in 1 2; do
  $run_as pvtune gate --against main --build true --workload cmd:'sh -c "[ -e left ] || sh once"' --margin 100% --min-effect 90% --no-lock -q >/dev/null 2>&1
  echo "exit $?"
done
$run_as pvtune clean --older 0 --csv | cut -d, -f5
ls ../cache/pvtune/builds | wc -l
