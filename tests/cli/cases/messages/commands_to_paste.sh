# exit: 2
# Commands in messages do what they say when they are pasted, whatever a name holds.
cp -r "$ROOT/examples/tiny_study" '$(touch pasted) x' && rm '$(touch pasted) x'/README.md
pvtune generate '$(touch pasted) x' 2>err
grep pasted err | sed "s|holds .[a-z_]*.|holds ENTRY|"
echo "--force only where it would help:"
touch file
try pvtune generate file --force
mkdir other && touch other/notes
try pvtune generate other
for mine in 1 2 3 4 5 6 7 8; do # in whatever order they are listed
  mkdir -p "mixed$mine/studies" && touch "mixed$mine/a$mine" && mkdir "mixed$mine/reference"
  pvtune generate "mixed$mine" 2>&1 | grep -- --force
done
pvtune best --results r --get config --workload "cmd:echo 'a b'; touch pasted" 2>err
cat err
eval "$(sed 's/.*run pvtune/pvtune/' err) --dry-run" >/dev/null 2>&1 || echo "cannot be pasted"
pvtune new-study -- -x | grep 'Next: '
eval "$(pvtune new-study -- -y | sed -n 's/^Next: //p') --check" | tail -n 1
pvtune generate --days 1 -- -z | grep 'Next: '
ls pasted 2>/dev/null
