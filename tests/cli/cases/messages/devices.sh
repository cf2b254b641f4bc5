# A device or a pipe is written as it stands: nothing is made in its folder, which most users cannot write.
run_as=
if [ "$(id -u)" = 0 ]; then
  run_as='setpriv --bounding-set=-dac_override,-dac_read_search'
  $run_as true 2>/dev/null || exit 77
fi
mkdir devices && ln -s /dev/stdout devices/stdout && touch devices/file && chmod 555 devices
for name in stdout file; do
  $run_as pvtune topo --synthetic pu:2 --quiet --csv --export-json devices/$name | grep -c '"command"'
  echo "$name: exit ${PIPESTATUS[0]}"
done
chmod 755 devices
