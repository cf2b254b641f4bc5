# exit: 1
# normalise: s/m-[0-9a-f]{10}/MACHINE/
for machine in '' . .. a/b; do
  pvtune report --results empty --machine "$machine" -o page.html; echo "exit $?" >&2
  pvtune plot speedup --results empty --machine "$machine"; echo "exit $?" >&2
done
pvtune report --results empty
