# What stands in the wrong place, or belongs to another command: the message says how to give it.
try pvtune run demo synthetic static
try pvtune run -b demo -p synthetic -s static batteries
try pvtune gate --against HEAD main
try pvtune report out.html
try pvtune tune 'cmd:./prog {workers}'
try pvtune tune ls -l
try pvtune record --against HEAD
try pvtune run --budget 10s
try pvtune run --threads 2
try pvtune clean -w 2
try pvtune version
try pvtune -V
try pvtune completion tcsh
try pvtune run -b demo -p synthetic -s static -w two
echo "A number without a unit:"
try pvtune clean --older 3
try pvtune tune --max-rss 500 -- true
try pvtune tune --max-rss 4g -- true
PVTUNE_CACHE_LIMIT=20x try pvtune clean
echo "A / behind a folder:"
pvtune generate demo -q --days 10 >/dev/null
pvtune run -b demo -p synthetic -s static -o out// -w 1 | grep ^outputs:
