# A value stays what it is in $( ) and backquotes too, whatever quotes are open around these, and behind a comment with
# an apostrophe. And exec takes no empty value.
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock
export value="a  b;'\"\$x\\\`*"
echo "$value"
given() { pvtune exec --quiet --param "p=$value" --workload "cmd:$1" 2>/dev/null; }
given 'printf "<%s>\n" {p} "{p}"'
given 'x="$(printf "<%s>" {p} "{p}" end)"; echo "$x"'
given 'x=$(printf "<%s>" "{p}" "$(printf %s {p})"); echo "$x"'
given 'x="$(printf "<%s>" "$((1 + 2)) {p}" (a); echo {p})" 2>&1; echo broken' | tail -1
given 'x="$(echo "$( (echo {p}) )" )"; echo "$x {p}"'
given 'x="`printf "<%s>" {p}`"; echo "$x"'
given 'x=`printf "<%s>" {p}`; echo "$x"'
given 'sh -c "x=\"\$(printf %s {p})\"; echo \"<\$x>\""'
given 'sh -c '\''x="$(printf %s {p})"; echo "<$x>"'\'
given "# it's a comment
printf '<%s>\n' {p}"
given 'echo "$(sh -c "printf %s {p}") {p}"'
try pvtune exec --quiet --param p= -- echo {p}
ls
