# exit: 2
# The overview goes to stderr, and the exit code is not 0: a script that lost its command must not pass.
pvtune 2>overview
code=$?
pvtune --help | cmp - overview
exit $code
