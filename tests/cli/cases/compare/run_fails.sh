# Nothing measured is never a pass.
try pvtune compare cmd:false cmd:true --no-lock -q
try pvtune compare cmd:true cmd:'nowhere/program --now' --no-lock -q
