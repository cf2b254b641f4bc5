# Nothing tells runs of a millisecond apart to 0.1 %: what more can be done is said.
pvtune compare cmd:true cmd:true --margin 0.1% --min-effect 100% --no-lock -q | grep 'More runs'
