# normalise: s/[0-9a-f]{12,16}/HASH/g; s/ 0\.[0-9]+$/ TIME/; s/time="[0-9.]+"/time=""/; s/0\.[0-9]{3,}/SECONDS/g; s/(cmd:sh new +)SECONDS/\1S/
# A benchmark that was renamed: one is gone, another is new.
git init -q -b main repo && cd repo
git config user.name tester && git config user.email tester@example.org
echo 'exit 0' >old && git add old && git commit -q -m one
git mv old new && git commit -q -a -m two
gate() { try pvtune gate --against HEAD~1 --build true --no-lock --csv "$@" | grep -o 'cmd:[^,]*,\|REMOVED\|NEW\|NOT MEASURED\|^\$.*\|^exit.*'; }
gate --workload cmd:'sh old' --workload cmd:'sh new' --junit ../speed.xml
sed -n 3,12p ../speed.xml
gate --workload cmd:'sh old' --on-removed fail
gate --workload cmd:'sh new' --on-new fail
# new, and broken
echo 'exit 3' >broken && git add broken && git commit -q -m three
gate --workload cmd:'sh broken'
