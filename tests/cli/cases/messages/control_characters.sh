# A name from a file or argument must not drive the terminal.
pvtune validate $'no\e[31mred' x
echo "exit $?"
printf 'k,v\n\e[31mred,1\n' >e.csv
printf 'k,v\n\e[31mred,2\n' >a.csv
try pvtune validate e.csv a.csv
