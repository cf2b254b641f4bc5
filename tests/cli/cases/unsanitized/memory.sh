# normalise: s/[0-9a-f]{12,16}/HASH/g
# Not slower than is allowed, but with more memory. Linux counts the memory of whoever starts a
# program as part of that program's peak, and a pvtune with sanitizers has too much of it.
# by chance: the verdict is on real times.
grep -q '__asan_init\|__tsan_init' "$(command -v pvtune)" && exit 77
git init -q -b main repo && cd repo
git config user.name tester && git config user.email tester@example.org
# program BYTES: takes so much memory, then waits far longer than that takes, also on a busy machine
program() { echo "perl -e '\$x = \"x\" x $1; select undef, undef, undef, 0.25; print 1000'" >program; }
program 1 && git add program && git commit -q -m one
program 6000000
git commit -q -a -m two
gate() {
  try pvtune gate --against HEAD~1 --build true --no-lock --workload cmd:'sh program' --min-effect 100% --csv "$@" |
    grep -o 'SLOWER\|SAME\|INCONCLUSIVE\|MORE MEMORY\|peak memory.*\|^\$.*\|^exit.*'
}
gate --margin 100% --max-rss-growth 50%
gate --margin-of 'cmd:sh program=100%'
gate --margin-of 'cmd:sh other=90%'
