# generate that is ended by a signal leaves nothing: no hidden folder, and no folder above it.
pvtune generate big/deep/x --customers 72 --load-files 16 >/dev/null 2>&1 &
until [ -d big/deep ] || ! kill -0 $! 2>/dev/null; do sleep 0.01; done
kill -TERM $!
wait $!
echo "exit $?: $(find big 2>/dev/null | wc -l) left"
