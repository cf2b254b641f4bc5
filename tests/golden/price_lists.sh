#!/usr/bin/env bash
# Bills by published network price lists over a year of real loads, with monthly and seasonal demand charges and
# public holidays, to the cent as worked out straight from the lists' wording (price_lists/by_hand.awk, which
# names the sources).
#   tests/golden/price_lists.sh PVTUNE [FOLDER]
# FOLDER has load_A.csv; without it: the folder `hugh` of the loads of reference.sh. Prints a line per bill. Exit code 1
# when a bill differs, 77 when the loads are not there.
set -u
[ $# = 1 ] || [ $# = 2 ] || { echo "usage: $0 PVTUNE [FOLDER]" >&2; exit 2; }
pvtune=$(realpath -- "$1")
[ -x "$pvtune" ] || { echo "$0: $1: no program" >&2; exit 2; }
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
loads=${2:-${PVTUNE_REFERENCE:-$here/../../../shared/reference}/real/load_profiles/hugh}
if [ ! -f "$loads/load_A.csv" ]; then
  echo "skipped: there is no load_A.csv in $loads"
  exit 77
fi
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cp -r "$here/price_lists" "$work/base"
mkdir -p "$work/base/load_profiles/loads" "$work/base/pv_profiles"
cp "$loads/load_A.csv" "$work/base/load_profiles/loads/"

failures=0
# bills STUDY SCENARIO LIST: all customers' bills of a scenario against those by hand.
bills() {
  local file="$work/out/$1/scenarios/$1_$2.csv" customer found expected
  for customer in A01 A02 A03 A04 A05 A06; do
    expected=$(LC_ALL=C awk -v list="$3" -v customer=$customer -f "$here/price_lists/by_hand.awk" "$loads/load_A.csv")
    found=$(LC_ALL=C awk -F, -v name="cust_bill_$customer" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) at = i }
      NR == 2 { printf "%.2f\n", $at }' "$file")
    if [ "$found" = "$expected" ]; then
      printf '%s %s: $%s\n' "$3" $customer "$found"
    else
      printf '%s %s: $%s, by hand $%s\n' "$3" $customer "$found" "$expected"
      failures=$((failures + 1))
    fi
  done
}

for study in queensland victoria; do
  "$pvtune" run -q -x serial -b "$work/base" -p lists -s $study -o "$work/out" >"$work/said" 2>&1 ||
    { cat "$work/said"; exit 1; }
done
bills queensland 001 NTC7000
bills queensland 002 NTC8900
bills queensland 003 NTC7100
bills queensland 004 'kinds of day'
bills victoria 001 Powercor
[ $failures = 0 ]
