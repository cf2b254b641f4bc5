# exit: 1
export PVTUNE_PLOTS=nowhere
pvtune report --results "$ROOT/tests/report/store" --machine m-0123456789
