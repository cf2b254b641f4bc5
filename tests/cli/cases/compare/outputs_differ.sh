# exit: 3
# A's first run and B's do not print the same: nothing is timed any further.
pvtune compare cmd:'printf %s, 1 2' cmd:'printf %s, 1 3' --no-lock
