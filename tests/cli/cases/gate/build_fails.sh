# normalise: s/[0-9a-f]{12,16}/HASH/g
git init -q -b main repo && cd repo
git config user.name tester && git config user.email tester@example.org
git commit -q --allow-empty -m one
# not pvtune's, and nobody said how to build it
try pvtune gate --against main --no-lock --workload builtin:batteries:4
try pvtune gate --against main --no-lock --workload cmd:true --build 'echo no compiler here; false'
# git knows of no worktree any more
git worktree list | wc -l
