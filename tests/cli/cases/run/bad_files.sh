# One fault in each kind of input file: exit 2, file, row and column, and nothing is written. (All other faults: the
# unit test test_bad_input.)
cp -r "$ROOT/tests/golden/sparse" base && rm -r base/expected
run() { try pvtune run -b base -p few -s columns -o out -x serial; }
# fault FILE SED: runs with the file changed, then puts it back
fault() {
  cp "base/$1" kept
  sed -i "$2" "base/$1"
  echo "# $1 $2"
  run
  mv kept "base/$1"
}
fault studies/few/inputs/study_columns.csv '2s/0.05/5 %/'
fault studies/few/inputs/study_columns.csv '5s/,B,S,/,B,T,/'
fault reference/tariff_lookup.csv '3s/25/./'
fault reference/battery_lookup.csv '2s/5/-5/'
fault reference/battery_control_strategies.csv '1s/strategy/plan/'
fault reference/capex_en_lookup.csv 's/E/"E/'
fault reference/capex_pv_lookup.csv '2s/6000/6,000/'
fault reference/dst_lookup.csv '2s/2019\r*$/2018/'
fault load_profiles/one/one.csv '40s/,/,x/'
fault load_profiles/one/one.csv '41d'
fault pv_profiles/p.csv '2,48d'
fault pv_profiles/p.csv '1!d'
mv base/pv_profiles/p.csv . && run
rm base/load_profiles/one/one.csv && run
{ python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("base/load_profiles/one/s.csv")' ||
  perl -MSocket -e 'socket(S, PF_UNIX, SOCK_STREAM, 0) && bind(S, sockaddr_un("base/load_profiles/one/s.csv")) || die'; } 2>/dev/null && run && rm base/load_profiles/one/s.csv
try pvtune run -b base -p few -s none -o out
try pvtune run -b nowhere -p few -s columns -o out
ls
