source <(pvtune completion bash)
compopt() { :; } # there is no completion going on to change

# completes WORD...: what the last word can become
completes() {
  COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
  _pvtune
  echo "$*: ${COMPREPLY[*]}"
}
mkdir folder && touch file.csv
completes pvtune comp
completes pvtune vali
completes pvtune validate --rt
completes pvtune validate --js
completes pvtune validate --results ''
completes pvtune validate --results = fo
completes pvtune validate fi
completes pvtune completion ''
completes pvtune help vali
completes pvtune man compl
completes pvtune validate --rtol ''
complete -p pvtune
