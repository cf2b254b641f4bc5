# The page of a stored machine; everything on it is looked at by tests/unit/test_report.c and, with --all, a browser.
# (With sanitizers report/half_results draws whole pages.)
command -v gnuplot >/dev/null || exit 77
grep -q '__asan_init\|__tsan_init' "$(command -v pvtune)" && exit 77
export PVTUNE_PLOTS=$ROOT/plots
store=(--results "$ROOT/tests/report/store" --machine m-0123456789)
pvtune report "${store[@]}"
grep -c '<svg class="plot"' report.html
grep -o '<h1>[^<]*\|<h2>[^<]*' report.html
ls
mkdir deeper
try pvtune report "${store[@]}" -o deeper/page.html
pvtune report "${store[@]}" -o - | cmp -n 200 - deeper/page.html
try pvtune report "${store[@]}" -o missing/page.html
try pvtune report "${store[@]}" extra
