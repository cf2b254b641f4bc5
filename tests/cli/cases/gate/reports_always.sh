# normalise: s/[0-9a-f]{12,16}/HASH/g
# Reports are valid, and say why, on every way out. A compiler may print any bytes.
git init -q -b main repo && cd repo
git config user.name tester && git config user.email tester@example.org
git commit -q --allow-empty -m one
valid() { iconv -f UTF-8 -t UTF-8 "$1" >/dev/null && echo "$1 is UTF-8"; }
export XDG_CACHE_HOME=$PWD/../cache
build='printf "prog.c:1: \377 <error> & \033[31mred\nlast line\n"; false'
try pvtune gate --against main --no-lock --workload cmd:true --build "$build" --junit speed.xml --markdown speed.md
valid speed.xml; valid speed.md
cat speed.xml speed.md
# a revision that is not there
try pvtune gate --against nowhere --no-lock --workload cmd:true --build true --junit speed.xml
cat speed.xml
# a full disk is not the caller's mistake
pvtune gate --against main --no-lock --workload cmd:true --build true --budget 1s --margin 100% --min-effect 100% --on-inconclusive pass --junit /dev/full \
  >/dev/null 2>err
echo "exit $?" && grep /dev/full err
# what reads a pipe gets one report
pvtune gate --against main --no-lock --workload cmd:true --build false --junit /dev/stdout 2>/dev/null | grep -c '^<testsuites>'
try pvtune gate --against main --no-lock --workload cmd:true --build true --markdown /proc/nowhere/speed.md
# killed with no chance to say a word: the report of an earlier gate must not stay
echo '<passed/>' >speed.xml
bash -c "pvtune gate --against main --no-lock --workload cmd:true --build 'kill -KILL \$(cut -d\" \" -f4 /proc/\$PPID/stat)' --junit speed.xml; true" >/dev/null 2>&1
rm -rf "$TMPDIR"/pvtune-scratch-*
grep -o 'message="[^"]*"' speed.xml
