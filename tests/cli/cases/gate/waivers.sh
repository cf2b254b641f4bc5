# normalise: s/[0-9a-f]{12,16}/HASH/g
# A slowdown that is accepted in the repository passes until the revision that the waiver names.
# by chance: the verdict is on real times.
git init -q -b main repo && cd repo
git config user.name tester && git config user.email tester@example.org
echo 'sleep 0.01' >program && git add program && git commit -q -m one
echo 'sleep 0.05' >program && mkdir .pvtune
printf 'workload,until,reason,who\ncmd:sh program,v2,checks its input now,a maintainer\ncmd:other,v2,x,y\n' >.pvtune/waivers.csv
git add . && git commit -q -m two
gate() { try pvtune gate --against "$@" --build true --no-lock --csv --workload cmd:'sh program' | grep -o 'SLOWER, WAIVED\|SLOWER\|^\$.*\|^exit.*'; }
gate HEAD~1
# the revision is there now
git tag v2
gate HEAD~1
echo 'cmd:sh program,v3,,' >>.pvtune/waivers.csv
gate HEAD~1
printf 'workload,until,why\n' >.pvtune/waivers.csv
gate HEAD~1
