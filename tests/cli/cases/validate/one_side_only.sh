mkdir e a
printf 'k,a,b,c\nx,1,2,3\ny,1,2,3\nz,1,2,3\n' >e/rows_and_columns.csv
printf 'k,a,c,d,e\nw,1,3,4,5\nx,1,3,4,5\nv,1,3,4,5\n' >a/rows_and_columns.csv
printf 'k,a\nx,1\nx,2\nx,3\n' >e/repeated_keys.csv
printf 'k,a\nx,1\nx,2\n' >a/repeated_keys.csv
printf 'first,a\nx,1\n' >e/key_column.csv
printf 'other,a\nx,1\n' >a/key_column.csv
printf 'k\n' >e/missing.csv
printf 'k\n' >a/unexpected.csv
try pvtune validate e a
