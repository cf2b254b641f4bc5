# Options that contradict each other, or have nothing to act on, are refused before anything runs.
export PVTUNE_RESULTS=$PWD/results
try pvtune tune --maximize --objective time -- echo {workers}
try pvtune tune --chunk 4 -- echo {workers}
try pvtune sweep --schedules static -- echo {workers}
try pvtune tune --
try pvtune exec --
try pvtune tune -- ''
try pvtune exec -- ''
echo "Files:"
mkdir folder
try pvtune tune --export-json t --export-csv t -- echo {workers}
try pvtune tune --export-json folder/t --export-markdown ./folder/../folder/t -- echo {workers}
ln -s t link; : >t
try pvtune tune --export-csv link --export-markdown t -- echo {workers}
try pvtune tune --export-json /proc/t -- echo {workers}
try pvtune tune --input folder -- cat
try pvtune tune --input none -- cat
try pvtune tune --cwd none -- cat
try pvtune tune --cwd t -- cat
echo "Parameters:"
for wrong in 1..9+0 1..9*1 1..9+-1 0..9*2 1.. 1,,2 1..9999; do
  try pvtune tune --param n=$wrong -- echo {n}
done
try pvtune tune --param n=1 --param n=2 -- echo {n}
try pvtune tune --param n=a,b --where 'n < 3' -- echo {n}
try pvtune tune --env N=1 --env N=2 -- echo {workers}
echo "Values of exec:"
export PVTUNE_LOCK=$PWD/lock
try pvtune exec --quiet -- echo {n}
try pvtune exec --quiet --param n -- echo {n}
try pvtune exec --quiet --param m=1 -- echo {n}
try pvtune exec --quiet --param workers=1 -- echo {workers}
pvtune exec --quiet --param 'n=a  b$c"' -- printf '<%s>\n' {n} 2>/dev/null
ls
