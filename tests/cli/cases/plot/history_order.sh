# Commits are drawn in their own order, whatever order they were recorded in; without their repository that of recording has to do, which is said.
# normalise: s/[0-9a-f]{12}/COMMIT/g
export PVTUNE_RESULTS=$PWD/results PVTUNE_PLOTS=$ROOT/plots
here=$(pvtune best 2>&1 | sed -E 's/.*this machine \((.*)\) has not.*/\1/')
machine=${here%%, *} allocation=${here#*, }
mkdir -p "results/$machine" elsewhere
git init -q -b main repo && cd repo
for i in 1 2 3; do git -c user.name=t -c user.email=t@example.org commit -q --allow-empty -m "commit $i"; done
{
  echo "made_utc,command,allocation,workload,a_revision,b_revision,a_config,b_config,change,lower,upper,schema_1"
  for back in 1 0 2; do
    change=0.00$back
    echo "2026-01-01T12:00:00Z,record,\"$allocation\",cmd:./prog,aaaaaaaaaaaa,$(git rev-parse --short=12 HEAD~$back),serial/pin=none,serial/pin=none,$change,$change,$change,."
  done
} >"../results/$machine/verdicts.csv"
where_committed() { sed -E 's/,20[0-9T:+-]+,$/,WHEN,/'; }
axis() { grep -o '<text>commit, [^<]*' history.svg; }
for folder in . ../elsewhere; do
  cd $folder
  pvtune history | grep -v '^$'
  pvtune plot history --data | cut -d, -f 2,5,11- | where_committed
  command -v gnuplot >/dev/null || exit 77
  pvtune plot history && axis
done
