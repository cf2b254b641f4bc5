# normalise: s/on [0-9-]{10}$/on DATE/
# What does not exist is told before anything is run, and by a dry run too: a built-in study, a study
# in files, a program. Not looked for is what --setup may build, or what only a shell finds. Programs
# are looked for, and found by the runs, along the PATH that they run with, from where they run.
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock
try pvtune tune --workload builtin:nope --dry-run
try pvtune sweep --workload builtin:static:5 --workload builtin:static:1000001 --dry-run -w 1
try pvtune tune --workload builtin:nope:5
cp -r "$ROOT/examples/tiny_study" base
for dry in --dry-run --quiet; do
  try pvtune tune $dry -b base -p first -s nope
  try pvtune sweep $dry -w 1,2 --workload cmd:'nope {workers}'
done
sed -i '2s/,.*/,x/' base/load_profiles/*/*.csv
try pvtune sweep --dry-run -b base -p first -s compare
try pvtune sweep --dry-run -w 1,2 -- ./nope '{workers}'
try pvtune sweep --dry-run -w 1,2 --cwd base -- ./nope '{workers}'
try pvtune sweep --dry-run -w 1,2 -- /etc/passwd '{workers}'
ls
echo : >base/nope
chmod +x base/nope
for may in '--cwd base -- ./nope {workers}' '--setup make -- ./nope {workers}' '--prepare make -- ./nope {workers}' \
  '-- {output}/nope {workers}' "-- sh -c 'nope {workers}'"; do
  pvtune sweep --dry-run --csv -w 1,2 -x processes --pins none $may 2>&1 | tail -n 1
done
mkdir -p bin alt
printf '#!/bin/sh\necho "$0" >>%s/ran\n' "$PWD" >alt/seq
cp alt/seq bin/onlyhere
chmod +x alt/seq bin/onlyhere
once() {
  pvtune sweep --fresh --rounds 2 -w 1 -x serial --pins none "$@" >out 2>&1 || echo "exit $?: $(tail -n 1 out)"
  [ ! -e ran ] || sort -u ran
  rm -f ran
}
once --env PATH=alt:/usr/bin:/bin -- seq 3
once --env PATH="$PWD/bin:/usr/bin" -- onlyhere
PATH=.:$PATH once --cwd bin -- onlyhere
PATH=.:$PATH once -- onlyhere
once --env PATH=/usr/bin,/bin -- onlyhere
for may in "/usr/bin,$PWD/bin" "$PWD/{workers}"; do
  pvtune sweep --dry-run --csv -w 1 -x serial --env PATH="$may" -- onlyhere 2>&1 | grep -c '^serial'
done
pvtune tune --budget 1s -w 1 --env PATH=alt:/usr/bin:/bin -- seq 4 >out 2>&1
rm ran
pvtune exec -- seq 4 2>&1
cat ran && rm ran
mkdir made
once --setup "cp -r $ROOT/examples/tiny_study/* made" --workload study:made/first/compare
ls made/studies
