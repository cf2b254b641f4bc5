# What is no file where a CSV file belongs is not passed over in silence, and nobody waits for a pipe.
mkdir expected actual
printf 'k,v\n1,2\n' >expected/x.csv
cp expected/x.csv actual
ln -s nowhere expected/y.csv && try pvtune validate expected actual; rm expected/y.csv
ln -s nowhere actual/y.csv && try pvtune validate expected actual; rm actual/y.csv
ln -s nowhere expected/timeseries_d && try pvtune validate expected actual; rm expected/timeseries_d
mkfifo expected/y.csv && try pvtune validate expected actual; rm expected/y.csv
mkdir expected/y.csv && try pvtune validate expected actual; rmdir expected/y.csv
ln -s ../expected expected/again && try pvtune validate expected actual; rm expected/again
ln -s nowhere expected/.hidden && try pvtune validate expected actual; rm expected/.hidden
mkfifo pipe
try timeout 5 pvtune validate pipe expected/x.csv
try timeout 5 pvtune validate expected/x.csv pipe
try pvtune validate <(cat expected/x.csv) expected/x.csv | sed 's/[0-9]*:/N:/'
