printf 'k,v\na,1\n' >one.csv
cp one.csv ./-odd-name.csv
try pvtune validate
try pvtune validate one.csv
try pvtune validate one.csv one.csv three.csv
try pvtune validate one.csv -odd-name.csv
try pvtune validate one.csv -- -odd-name.csv
try pvtune validate one.csv --rtol=0 one.csv --atol 0
try pvtune validate --rtol 5 --rtol 1e-3 -qv one.csv one.csv
