# Advice on runs that were measured before; times as given here, nothing is measured.
rows() { # MACHINE CONFIG SECONDS...
  local machine=$1 config=$2 seconds
  shift 2
  echo "run,sweep,machine,allocation,workload,config,counted,seconds,schema_1"
  for seconds; do echo "r,s-$machine,$machine,pus=2,builtin:batteries:8,$config,1,$seconds,."; done
}
mkdir a b slow other wide
rows m1 serial/pin=none 1.00 1.01 0.99 1.02 1.00 0.98 1.01 1.00 >a/runs.csv
rows m1 serial/pin=none 1.01 1.00 1.00 0.99 1.02 1.01 0.99 1.00 >b/runs.csv
rows m1 serial/pin=none 1.06 1.07 1.05 1.08 1.06 1.04 1.07 1.06 >slow/runs.csv
rows m2 serial/pin=none 1.06 1.07 1.05 1.08 >other/runs.csv
rows m1 threads:2/pin=none/dynamic 0.56 0.57 0.55 0.58 >wide/runs.csv
cat a/runs.csv wide/runs.csv >both.csv
mkdir both && mv both.csv both/runs.csv
try pvtune compare stored:a stored:b
try pvtune compare stored:a stored:slow/runs.csv
try pvtune compare stored:slow stored:a --csv
try pvtune compare stored:a stored:other
try pvtune compare stored:a stored:wide
try pvtune compare stored:a stored:wide --own-best --csv
try pvtune compare stored:a stored:both
try pvtune compare stored:a stored:both --config serial --csv
try pvtune compare stored:a stored:abc
try pvtune compare stored:a stored:abcdef
