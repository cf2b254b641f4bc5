# The same values, written differently, in another order of rows and columns.
mkdir -p e/scenarios a/scenarios
printf 'scenario,x,y,name\n0,0,1.5,en\n1,1e3,,bau\n' >e/results.csv
printf '\xef\xbb\xbfscenario,name,y,x\r\n1.0,"bau",,1000.0\r\n\r\n0,en,1.50,-0\r\n' >a/results.csv
printf ',x\nload.csv,nan\n"a, b",-inf\n' >e/scenarios/s.csv
printf ',x\nload.csv,NaN\n"a, b",-Infinity' >a/scenarios/s.csv
printf 'not compared' >e/notes.txt
printf 'not, compared' >e/.hidden.csv
try pvtune validate e a
try pvtune validate e/ a/ --all
try pvtune validate e/results.csv a/results.csv --all
