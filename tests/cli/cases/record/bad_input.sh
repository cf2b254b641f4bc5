# normalise: s/[0-9a-f]{12,16}/HASH/g
try pvtune record
git init -q -b main repo && cd repo
try pvtune record
git -c user.name=t -c user.email=t@example.org commit -q --allow-empty -m one
try pvtune record nowhere
try pvtune record main..main
try pvtune record --workload cmd:true
try pvtune record --cwd sub
try pvtune record --build false --workload cmd:true
try pvtune record --build true --workload cmd:true --blocks 3
