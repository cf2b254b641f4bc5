# One row a study; the log tells the rest; two runs of a study are the same bytes, marker included.
# normalise: s/[0-9a-f]{16}/DIGEST_OF_16_HEX/
# normalise: s/ +[0-9]+\.[0-9]{3}  / SECONDS  /
pvtune generate -q base --customers 3 --scenarios 6 --days 5 >generated
try pvtune run -b base -p synthetic -s static -s batteries -o out -x serial
try pvtune run -q -b base -p synthetic -s static -s batteries -x threads -w 2 >/dev/null
try diff -r out/static base/studies/synthetic/outputs/static
ls -A out out/static
ls out/logs | sed -E 's/_[0-9]{8}T[0-9]{6}Z_[0-9]+/_UTC_PID/'
sed -n '/^\[run\]/,/^$/p; /^\[result\]/,$p' out/logs/static_*.log
