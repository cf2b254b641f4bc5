# No readable table: exit 2, with file, row and column.
mkdir e a
printf 'k,v\nx,1\ny,2\n' >e/t.csv
bad() {
  cat >a/t.csv
  try pvtune validate e a
}
printf '' | bad
printf 'k,v\nx,1\ny\n' | bad
printf 'k,v\nx,1,2\ny,2\n' | bad
printf 'k,v\n\n"x\nx",1\ny,"2\n' | bad
printf 'k,v\nx,1"1\n' | bad
printf 'k,v\nx,"1"1\n' | bad
printf 'k,v\nx,1\ny,2\0\n' | bad
mkdir d && mkdir d/t.csv && printf 'k\n' >d/other.csv
try pvtune validate e/t.csv d/t.csv
