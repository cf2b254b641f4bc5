try pvtune gate
try pvtune gate --against main
git init -q -b main . && git -c user.name=t -c user.email=t@example.org commit -q --allow-empty -m one
try pvtune gate --against nowhere
try pvtune gate --against main --junit nowhere/speed.xml
try pvtune gate --against main --junit -
try pvtune gate --against main --markdown -
for export in benchmark-action bencher; do
  try pvtune gate --against main --junit speed.xml --export-$export nowhere/speed.json
  try pvtune gate --against main --export-$export -
done
ls
try pvtune gate --against main --on-inconclusive maybe
try pvtune gate --against stored:abcd --head stored:efgh
