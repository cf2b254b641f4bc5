# Names are names: neither empty nor a way out of the folder, even if a file of that name exists.
pvtune generate -q base --customers 2 --scenarios 2 --days 2 --study static >generated
inputs=base/studies/synthetic/inputs
for name in .. . ''; do cp $inputs/study_static.csv "$inputs/study_$name.csv"; done
mkdir -p $inputs/study_a out/kept "base/studies/synthetic/outputs/kept"
cp $inputs/study_static.csv $inputs/study_a/b.csv
for name in .. . '' a/b; do
  try pvtune run -b base -p synthetic -s "$name" -o out/below -x serial --force
  try pvtune run -b base -p synthetic -s "$name" -x serial --force
done
for project in .. . '' ../studies/synthetic; do try pvtune run -b base -p "$project" -s static -o out -x serial; done
try pvtune sweep --workload study:base/synthetic/.. -x serial --rounds 1 --no-lock -q --results store
try pvtune run -b base -p synthetic -s static -o '' -x serial
try pvtune run -b '' -p synthetic -s static -o out
try pvtune report -o ''
try pvtune topo --export-json ''
try pvtune best --results ''
find out base/studies/synthetic/outputs | sort
echo "As a shell completes them:"
pvtune run -b base/ -p synthetic/ -s static/ -o out -w 1 --force | grep ^outputs:
pvtune run --workload study:base/synthetic/static/ -o out -w 1 --force | grep ^outputs: || true
echo "Names and folders that are nearly right:"
try pvtune run -b base -p synthetic -s study_static.csv
try pvtune run -b base/studies/synthetic -p synthetic -s static
try pvtune run -b base/studies -p synthetic -s static --check
try pvtune run -b $inputs/study_static.csv -p synthetic -s static
mkdir -p base/studies/none/inputs && touch base/studies/none/inputs/akku.csv
try pvtune run -b base -p none -s akku
