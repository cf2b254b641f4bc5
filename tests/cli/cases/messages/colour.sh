# Colour on a terminal only, never with NO_COLOR or on a dumb one, unless --color says otherwise; in messages and verdicts.
on_terminal "pvtune xyzzy"
NO_COLOR=1 on_terminal "pvtune xyzzy"
NO_COLOR= on_terminal "pvtune xyzzy"
TERM=dumb on_terminal "pvtune xyzzy"
pvtune xyzzy 2>&1 | cat -v
printf 'a,v\nx,1\n' >a.csv
printf 'a,v\nx,2\n' >b.csv
verdicts() { grep -o '[^ ]*differs[^ ]*'; }
on_terminal "pvtune validate a.csv b.csv" | verdicts
NO_COLOR=1 on_terminal "pvtune validate a.csv b.csv" | verdicts
on_terminal "pvtune validate a.csv b.csv --color never" | verdicts
for color in auto always; do
  pvtune validate a.csv b.csv --color $color | cat -v | verdicts
done
pvtune best --color always --workload cmd:nothing 2>&1 | cat -v | cut -c 1-40
try pvtune validate a.csv b.csv --color sometimes
