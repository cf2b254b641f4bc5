# normalise: s/[0-9a-f]{12}/COMMIT/g
# The program prints something else from its second commit on.
git init -q -b main repo && cd repo
git config user.name tester && git config user.email tester@example.org
printf 'echo 1\n' >program && git add program && git commit -q -m one
printf 'echo 2\n' >program && git commit -q -a -m two
try pvtune gate --against HEAD~1 --build true --workload cmd:'sh program' --no-lock \
  --junit ../speed.xml --markdown ../speed.md
cat ../speed.xml ../speed.md
