# Topology files that are none, that crash hwloc, or that disagree with themselves: refused, with the name of the file.
sed 's/<object type="PU"[^>]*os_index="1"[^>]*>//' "$ROOT/tests/topo/three_kinds.xml" >less.xml
sed 's/ complete_cpuset="[^"]*"//' "$ROOT/tests/topo/three_kinds.xml" >crash.xml
sed '/type="Package"/s/ complete_cpuset="[^"]*"/ complete_cpuset="0x8"/' "$ROOT/tests/topo/three_kinds.xml" >other.xml
head -c 900 "$ROOT/tests/topo/three_kinds.xml" >cut.xml
echo '<topology version="2.0"><object type="Machine"/></topology>' >empty.xml
mkdir folder
for file in less.xml other.xml crash.xml cut.xml empty.xml folder nowhere; do
  try pvtune topo --xml $file --quiet 2>&1 | tail -n 2
done
