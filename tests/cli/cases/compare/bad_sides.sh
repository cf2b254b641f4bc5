try pvtune compare main HEAD
try pvtune compare rev: bin:x
try pvtune compare cmd:true bin:pvtune
try pvtune compare cmd:'a {workers}' cmd:b
try pvtune compare cmd:a cmd:b --workload builtin:batteries
try pvtune compare stored:abcd rev:HEAD
try pvtune compare bin:a bin:b --workload cmd:c
try pvtune compare bin:a bin:b --config threads:none
try pvtune compare bin:a bin:b -b nowhere -p project -s study
try pvtune compare bin:a bin:b -b .
try pvtune compare rev:a rev:b
try pvtune compare bin:nowhere bin:nowhere --no-lock --workload builtin:batteries:4
try pvtune compare bin:pvtune bin:pvtune --config threads:2 --config-b processes:3
try pvtune compare bin:pvtune bin:pvtune --config-b serial --own-best
try pvtune compare bin:pvtune bin:pvtune --config-b nothing:2
