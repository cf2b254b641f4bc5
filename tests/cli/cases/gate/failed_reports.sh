# Reports say why nothing was measured, on every way out.
# normalise: s/[0-9a-f]{12,16}/COMMIT/g
git init -q -b main repo && cd repo
git config user.name tester && git config user.email tester@example.org
printf 'exit 0\n' >build && git add build && git commit -q -m one
printf 'echo "no <rule> & no compiler" >&2; exit 3\n' >build && git commit -q -a -m two
try pvtune gate --against HEAD~1 --build 'sh build' --workload cmd:true --no-lock \
  --junit ../speed.xml --markdown ../speed.md
cat ../speed.xml ../speed.md
