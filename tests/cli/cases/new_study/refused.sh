# Nothing is overwritten and nothing half-written is left.
mkdir -p full/studies && echo mine >file
try pvtune new-study full
try pvtune new-study full/studies/../../file
try pvtune new-study
try pvtune new-study a b
try pvtune new-study a --csv >list && head -2 list
try pvtune new-study ""
ls -A . full
