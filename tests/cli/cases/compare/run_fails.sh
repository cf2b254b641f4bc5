# Nothing measured is never a pass.
try pvtune compare cmd:false cmd:true --no-lock -q
try pvtune compare cmd:true cmd:'nowhere/program --now' --no-lock -q
# A program that runs and is no pvtune.
printf '#!/bin/sh\n' >other && chmod +x other
try pvtune compare bin:./other bin:./other --no-lock --workload builtin:batteries:4 -q
