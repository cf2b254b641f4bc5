# exit: 3
# The table is data: --quiet leaves it.
printf 'k,v\nx,1\n' >e.csv
printf 'k,v\nx,2\n' >a.csv
pvtune validate -q e.csv a.csv
