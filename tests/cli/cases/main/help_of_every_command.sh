# Whatever the command: help is there, in three ways the same, on stdout, within 80 columns, and without arguments.
commands=$(pvtune --help | sed -n '/^Commands:/,/^$/s/^  \([a-z-]\+\) .*/\1/p')
[ "$(wc -w <<<"$commands")" -ge 3 ] || echo "found too few commands: $commands"
for command in $commands; do
  pvtune "$command" --help >help || echo "$command --help: exit $?"
  pvtune help "$command" | cmp - help
  pvtune "$command" -h | cmp - help
  head -n 1 help | grep -q "^pvtune $command: " || echo "$command: the first line does not name it"
  for part in 'Usage: pvtune ' 'Common options:' 'Exit codes:' 'Examples:'; do
    grep -q "^$part" help || echo "$command: no '$part'"
  done
  awk -v c="$command" 'length($0) > 80 { print c ": line " NR " is " length($0) " wide: " $0 }' help
done
