# normalise: s/[0-9a-f]{12,16}/HASH/g; s/ +[0-9.]+( +)[0-9.]+ +(yes)?$/ DAYS MB \2/; s/[0-9.]+ MB/N MB/g
export XDG_CACHE_HOME=$PWD/cache
try pvtune clean
git init -q -b main repo && cd repo
git config user.name tester && git config user.email tester@example.org
git commit -q --allow-empty -m one
pvtune compare rev:main rev:main --build true --workload cmd:true --no-lock --budget 0.1s >/dev/null 2>&1
try pvtune clean
try pvtune clean --older 1d
pvtune clean --older 0 --csv | cut -d, -f1,2,5
ls ../cache/pvtune/builds | wc -l
PVTUNE_CACHE_LIMIT=much try pvtune clean
try pvtune clean --older soon
echo "Without an environment the home folder is that of the user, as for results:"
env -i "$(command -v pvtune)" clean --csv >list 2>&1; echo "exit $?"
