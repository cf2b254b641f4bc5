# |a - b| <= rtol * max(|a|, |b|) + atol, the bound included.
printf 'k,v\na,1000\nb,0\nc,-8\n' >e.csv
printf 'k,v\na,1000.5\nb,0.25\nc,-8\n' >a.csv
try pvtune validate e.csv a.csv --rtol 0 --atol 0.5
try pvtune validate e.csv a.csv --rtol 0 --atol 0.499
try pvtune validate e.csv a.csv --rtol 1e-3 --atol 0.25
try pvtune validate e.csv a.csv --rtol 1e-3 --atol 0
try pvtune validate e.csv a.csv
printf 'k,v\na,nan\nb,\nc,inf\n' >e.csv
printf 'k,v\na,\nb,0\nc,-inf\n' >a.csv
try pvtune validate e.csv a.csv --rtol 1 --atol 1e9
