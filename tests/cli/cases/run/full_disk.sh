# A full disk is told with the file's final name, whoever writes; nothing is left behind but the logs of the failures.
mkdir disk && unshare --mount --map-root-user true 2>/dev/null || exit 77
export ROOT
unshare --mount --map-root-user bash -u <<'END'
mount -t tmpfs -o size=64k tmpfs disk 2>/dev/null || exit 77
pvtune generate -q base --customers 9 --scenarios 40 --days 5 --study static >generated
for how in "-x serial" "-x threads -w 2" "-x processes -w 2" "-x hybrid -w 2x2"; do
  pvtune run -b base -p synthetic -s static -o disk/out $how 2>stderr
  echo "$how: exit $?"
  grep -c '^pvtune: error: .*/disk/out/static/.*No space left on device$' stderr
  find disk -type f -not -path '*/logs/*'
done
for part in 0-19 20-39; do
  pvtune run -q -b base -p synthetic -s static -o parts --scenarios $part -x serial >/dev/null
done
pvtune merge parts/static.* -o disk/merged 2>stderr
echo "merge: exit $?"
grep -c '^pvtune: error: .*/disk/merged/static/.*No space left on device$' stderr
find disk -type f -not -path '*/logs/*'
rm -rf disk/out
dd if=/dev/zero of=disk/filler bs=1k count=56 2>/dev/null # leaves room for a row, not for a topology
pvtune sweep --results disk/results --no-lock -- true 2>stderr
echo "sweep: exit $?"
grep -o 'machine.xml: .*' stderr
END
