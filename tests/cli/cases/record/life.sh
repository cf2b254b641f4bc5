# Revisions run inside of their checkouts, and so does what is around their runs; a series is of one such way to run.
# normalise: s/[0-9a-f]{12,40}/COMMIT/g
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock
git init -q -b main repo && cd repo
git config user.name tester && git config user.email tester@example.org
mkdir sub && echo 'sleep 0.01; [ -e made ] && [ -e ready ]' >sub/prog && git add . && git commit -q -m one && git commit -q --allow-empty -m two
record() { pvtune record -q --build 'touch sub/made' --workload cmd:'sh prog' --cwd sub --setup 'touch ready' --blocks 6 --csv "$@"; }
record HEAD~1 HEAD | cut -d, -f 1,2,3,7,8
echo "exit $?"
record --prepare 'true' --setup 'touch ready' HEAD | wc -l
record HEAD~1 HEAD
ls
for cwd in /tmp ../repo nowhere; do
  try pvtune record --build true --workload cmd:'sh prog' --cwd $cwd
done
pvtune history --csv | tail -n 1 | cut -d, -f 2,5
try pvtune history | head -n 3
