# JSON and CSV name every file and tell the worst cell apart.
# normalise: s/"(machine|allocation|pvtune)": ".*"/"\1": "..."/
mkdir -p e a/saved_tariffs
printf 'scenario,v\n0,1\n1,"a ""b"", c"\n' >e/one.csv
printf 'scenario,v\n0,2.5\n1,"a ""b"", c"\n' >a/one.csv
printf 'scenario,v\n0,1\n' | tee e/same.csv >a/same.csv
printf 'scenario,v\n0,1\n' >e/text.csv
printf 'scenario,v\n0,"x, y"\n' >a/text.csv
printf 'timestamp,t\n' >a/saved_tariffs/static_import_tariffs.csv
try pvtune validate --csv e a
try pvtune validate --json e a
