# A stack of 256 kB suffices for every command; tests/README.md says so.
# normalise: s/exit [045]$/exit of an answer/
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock
git init -q -b main repo && cd repo
git config user.name tester && git config user.email tester@example.org
echo 'echo 1' >program && git add program && git commit -q -m one
git commit -q --allow-empty -m two
ulimit -s 256
small() {
  pvtune "$@" >/dev/null 2>err
  echo "$1: exit $?"
}
small tune -w 1 --rounds 1 --workload cmd:true
small sweep -w 1 --rounds 1 --workload cmd:true
small compare cmd:true cmd:true --budget 1s
small gate --against cmd:true --head cmd:true --budget 1s
small record HEAD~1..HEAD --build true --workload 'cmd:sh program' --budget 2s
small history
small report -o page.html
small run --workload builtin:static:5 -w 2 -o out
