#!/usr/bin/env bash
# The report of the example store in headless Chromium: see browser.mjs.
#   tests/report/browser.sh PVTUNE FOLDER      FOLDER keeps playwright-core and the pictures taken
# Exit code 77: something it needs is not there.
set -eu
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
pvtune=$1 folder=$2
playwright=1.65.1

skip() { echo "skipped: $*" && exit 77; }
command -v gnuplot >/dev/null || skip "gnuplot is not installed (gnuplot-nox)"
if ! command -v node >/dev/null || ! command -v npm >/dev/null; then skip "node and npm are not installed"; fi
chromium=$(command -v chromium || command -v chromium-browser) || skip "chromium is not installed"

mkdir -p "$folder"
if [ ! -d "$folder/node_modules/playwright-core" ]; then
  npm install --prefix "$folder" --no-save --no-audit --no-fund --ignore-scripts \
    "playwright-core@$playwright" >"$folder/npm.log" 2>&1 ||
    skip "playwright-core $playwright could not be had: $(tail -n 1 "$folder/npm.log")"
fi

PVTUNE_PLOTS=$here/../../plots "$pvtune" report --results "$here/store" --machine m-0123456789 \
  -o "$folder/report.html"
node "$here/browser.mjs" "$folder" "$chromium"
