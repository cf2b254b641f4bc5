# normalise: s/[0-9a-f]{12,16}/HASH/g
# NUL bytes in a build's log, and a last line longer than what is shown: the reason stays.
git init -q -b main repo && cd repo
git config user.name tester && git config user.email tester@example.org
git commit -q --allow-empty -m one
export XDG_CACHE_HOME=$PWD/../cache
reason() { grep -ao 'the reason' speed.xml | head -n 1; }
gate() { pvtune gate --against main --no-lock --workload cmd:true --junit speed.xml --build "$1" 2>/dev/null; echo "exit $?"; reason; }
gate 'head -c 9000 /dev/zero; echo the reason; false'
gate 'head -c 9000 /dev/zero | tr "\0" x; echo the reason; false'
gate 'echo the reason; head -c 3000 /dev/zero; false'
