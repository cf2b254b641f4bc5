# A difference that is neither within the margin nor beyond the effect: what more can be done is said.
# by chance: the verdict is on real times.
pvtune compare cmd:'sleep 0.003' cmd:'sleep 0.005' --min-effect 100% --no-lock -q | grep 'More runs'
