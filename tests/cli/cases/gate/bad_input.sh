try pvtune gate
try pvtune gate --base main
git init -q -b main . && git -c user.name=t -c user.email=t@example.org commit -q --allow-empty -m one
try pvtune gate --base nowhere
try pvtune gate --base main --junit nowhere/speed.xml
try pvtune gate --base main --on-inconclusive maybe
try pvtune gate --base stored:abcd --head stored:efgh
