# One table of the machines of a store: the best of each, and what serves all with the least loss.
# machine NAME BEST CONFIG SECONDS...: a store of its own, tuned for one workload
machine() {
  local name=$1 allocation=pu:$2 n=0
  mkdir -p "all/$1"
  {
    echo 'recommendation,sweep,made_utc,machine,allocation,scope,workload,workload_class,config,executor,workers,seconds,speedup,schema_1'
    echo "r1,s1,2026-01-01T12:00:00Z,$1,pu:$2,single,builtin:static:600,static,$3,x,1,$5,2.5,."
  } >"all/$1/recommendations.csv"
  {
    echo 'run,machine,allocation,workload,config,counted,seconds,schema_1'
    shift 3
    while [ $# -gt 0 ]; do
      echo "$((n++)),$name,$allocation,builtin:static:600,$1,1,$2,."
      echo "$((n++)),$name,$allocation,builtin:static:600,$1,0,$(echo "$2 * 9" | bc),."
      shift 2
    done
  } >"all/$name/runs.csv"
}
command -v bc >/dev/null || exit 77
fleet() { try pvtune best --fleet --results all "$@"; }

mkdir all && fleet
machine m-1 4 threads:4 threads:4 1.0 threads:8 1.3 processes:4 1.05
fleet
machine m-2 8 threads:8 threads:8 2.0 threads:4 3.0 processes:4 2.2
machine m-3 2 serial serial 5.0 processes:4 5.2
fleet
fleet --csv
fleet --workload builtin:batteries:10
machine m-4 2 serial serial 5.0
fleet
fleet --get workers
# Machines that nothing is known of, for this workload or at all, are named.
sed -i 's/static:600/static:700/' all/m-4/*.csv
mkdir all/m-5
fleet -q
# The same as a page.
rm -r all/m-4
try pvtune report --fleet --results all -o fleet.html
grep -o '<td>m-.*' fleet.html
grep -o '<code>.*</code> serves all: at most [0-9.]* %' fleet.html
try pvtune report --fleet --machine m-1
# A copied folder is no other machine.
cp -r all/m-3 all/m-6
sed -i '$s/,.$/,/' all/m-2/runs.csv
fleet -q
