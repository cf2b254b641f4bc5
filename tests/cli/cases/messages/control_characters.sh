# A name from a file or argument must not drive the terminal.
pvtune validate $'no\e[31mred' x
echo "exit $?"
printf 'k,v\n\e[31mred,1\n' >e.csv
printf 'k,v\n\e[31mred,2\n' >a.csv
try pvtune validate e.csv a.csv
# A study's name is in titles, headers, cells and facts.
name=$'s\e[31mRED\xe2\x80\xaeabc\a\rX'
cp -r "$ROOT/examples/tiny_study" base
mv base/studies/first/inputs/study_compare.csv "base/studies/first/inputs/study_$name.csv"
pvtune run -b base -p first -s "$name" -o o --timing --export-markdown o.md >out.txt 2>&1
echo "exit $?"
grep -h RED out.txt o.md | sed -E 's/  +[0-9].*|  +wall.*/ …/; s/ \| [0-9].*| \| wall.*/ …/'
pvtune run -b base -p first -s "$name" -o o --json >o.json
for file in out.txt o.md o.json; do
  if LC_ALL=C grep -q $'[\x01-\x09\x0b-\x1f\x7f]\|\xe2\x80\xae' $file; then
    echo "$file can drive a terminal"
  fi
done
