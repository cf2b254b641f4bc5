# Each message names the option, what was found, and what was expected.
try pvtune validate --rtol abc a b
try pvtune validate --rtol=-1 a b
try pvtune validate --rtol -1 a b
try pvtune validate --rtol nan a b
try pvtune validate --rtol 0x10 a b
try pvtune validate --rtol 1e-9x a b
try pvtune validate --rtol= a b
try pvtune validate --rtol
try pvtune validate --rtol --atol 1 a b
try pvtune validate --results --quiet a b
try pvtune validate --all=yes a b
try pvtune validate --json --csv a b
try pvtune topo --synthetic 'pack:1 core:2 pu:1' --allowed 1-2
try pvtune topo --synthetic 'pack:1 core:2 pu:1' --allowed x
