# Nothing is overwritten and nothing half-written is left.
# normalise: s/n{300}/NAME/
mkdir -p full/studies && echo mine >file
try pvtune new-study full
try pvtune new-study full/studies/../../file
try pvtune new-study
try pvtune new-study a b
try pvtune new-study a --csv >list && head -2 list
try pvtune new-study ""
long=$(printf 'n%.0s' {1..300})
for name in "$long" "above/$long" "above/$long/mine"; do
  for command in new-study "generate --days 1"; do
    pvtune $command "$name" || echo "$command: exit $?"
  done
done
ls -A . full
