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
END
