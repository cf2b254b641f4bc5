mkdir folder empty && printf 'k,v\n' >folder/file.csv
try pvtune validate nowhere folder
try pvtune validate folder nowhere
try pvtune validate folder folder/file.csv
try pvtune validate folder/file.csv folder
try pvtune validate empty folder
try pvtune validate folder empty
