# Colour on a terminal only, never with NO_COLOR or on a dumb one.
on_terminal "pvtune xyzzy"
NO_COLOR=1 on_terminal "pvtune xyzzy"
NO_COLOR= on_terminal "pvtune xyzzy"
TERM=dumb on_terminal "pvtune xyzzy"
pvtune xyzzy 2>&1 | cat -v
