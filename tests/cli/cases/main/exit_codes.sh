# Every command lists each exit code once, in ascending order.
for command in $(pvtune --help | sed -n '/^Commands:/,/^$/s/^  \([a-z-]\+\) .*/\1/p'); do
  pvtune "$command" --help | sed -n '/^Exit codes:/,$s/^  \([0-9]\+\) .*/\1/p' >codes
  sort -nu codes | cmp -s - codes || echo "$command: $(tr '\n' ' ' <codes)"
done
