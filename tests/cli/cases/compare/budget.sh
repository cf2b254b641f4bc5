# normalise: s/about [0-9]+ s/about N s/
# exit: 1
# Eight blocks of 0.4 s and more do not fit: said at once, not after the budget.
pvtune compare cmd:'sleep 0.2' cmd:'sleep 0.2' --budget 0.5s --no-lock -q >/dev/null
