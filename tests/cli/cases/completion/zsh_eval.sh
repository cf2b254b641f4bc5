# eval "$(pvtune completion zsh)" registers the completion, with and without compinit before it; so
# does the script as a file in fpath. Then a person types a tab.
command -v zsh >/dev/null || exit 77
zsh -f -c 'eval "$(pvtune completion zsh)" && echo "without compinit: $_comps[pvtune]"'
zsh -f -c 'autoload -Uz compinit && compinit -i && eval "$(pvtune completion zsh)" &&
  echo "with compinit: $_comps[pvtune]"'
mkdir functions && pvtune completion zsh >functions/_pvtune
zsh -f -c 'fpath=(./functions $fpath) && autoload -Uz compinit && compinit -i &&
  echo "in fpath: $_comps[pvtune]"'

# completes START LINE: what LINE with a tab behind it becomes in an interactive zsh
completes() {
  START=$1 LINE=$2 zsh -f -c '
    zmodload zsh/zpty && zpty -b z env PS1= zsh -f -i
    zpty -w z "$START; pvtune() { print -r \"RAN\"-\"\$*\" }; unsetopt zle_bracketed_paste; print READY-"
    zpty -r z output "*READY-*READY-*"
    zpty -w -n z "$LINE"$'"'\\t\\n'"'
    zpty -r z output "*RAN-*"$'"'\\n'"'
    print -r -- "$LINE<tab>: ${${output##*RAN-}%%[[:cntrl:]]*}"
    zpty -d z'
}
completes 'eval "$(pvtune completion zsh)"' 'pvtune vali'
completes 'eval "$(pvtune completion zsh)"' 'pvtune validate --rt'
completes 'fpath=(./functions $fpath); autoload -Uz compinit; compinit -i' 'pvtune vali'
pvtune generate base --scenarios 2 --customers 2 --days 2 -q >/dev/null
completes 'eval "$(pvtune completion zsh)"' 'pvtune tune --pins none,comp'
completes 'eval "$(pvtune completion zsh)"' 'pvtune plot distr'
completes 'eval "$(pvtune completion zsh)"' 'pvtune run -b base -p syn'
completes 'eval "$(pvtune completion zsh)"' 'pvtune run -b base -p synthetic -s bat'
