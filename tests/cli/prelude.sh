# shellcheck shell=bash
# What every case can use: sourced before its script (see README.md).
unset BASH_ENV

try() {
  echo "\$ $*"
  "$@"
  local code=$?
  [ $code = 0 ] || echo "exit $code"
}

# script(1) gives a terminal of 80 columns whatever the caller's is.
on_terminal() {
  command -v script >/dev/null || exit 77
  script -qec "stty cols 80 rows 24; $1" /dev/null </dev/null | tr -d '\r' | cat -v
}

# A tuning that has to find something: up to five times while it says that nothing was shown, which a
# busy machine may make of any difference. Prints what the last one printed.
until_found() {
  local code
  for _ in 1 2 3 4 5; do
    code=0
    "$@" >last_tuning || code=$?
    [ $code = 5 ] || break
  done
  cat last_tuning
  rm last_tuning
  return $code
}

# What a command or function prints, with a second try where that is not as expected: chance makes a
# tuning wrong once in a hundred times, but hardly twice in a row.
mostly() {
  local expected=$1 said
  shift
  said=$("$@")
  [ "$said" = "$expected" ] || { rm -rf results; said=$("$@"); }
  echo "$said"
}
