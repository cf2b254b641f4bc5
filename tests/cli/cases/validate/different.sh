mkdir e a
printf 'scenario,bill$,share,name\n0,100,0.5,en\n1,200,,bau\n2,300,1,cp\n' >e/results.csv
printf 'scenario,bill$,share,name\n0,100.1,0.5,en\n1,201,0,bau\n2,300,1,cP\n' >a/results.csv
printf 'scenario,v\n0,1\n' | tee e/same.csv >a/same.csv
printf 'scenario,v\n0,1\n' >e/one.csv
printf 'scenario,v\n0,2\n' >a/one.csv
try pvtune validate e a
try pvtune validate a e --all
