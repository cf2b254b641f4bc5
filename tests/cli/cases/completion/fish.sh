command -v fish >/dev/null || exit 77
# completes LINE: what its last word can become
completes() {
  echo "$1:" $(fish -c 'pvtune completion fish | source; complete -C "$argv[1]"' "$1" | cut -f 1)
}
mkdir folder && touch file.csv
completes 'pvtune comp'
completes 'pvtune vali'
completes 'pvtune validate --rt'
completes 'pvtune validate --js'
completes 'pvtune validate fi'
completes 'pvtune validate --results fo'
completes 'pvtune completion '
completes 'pvtune help vali'
completes 'pvtune man compl'
