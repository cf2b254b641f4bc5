#compdef pvtune
# zsh completion for pvtune, made by `pvtune completion zsh`
_pvtune() {
  local line kind=
  local -a values shown
  for line in ${(f)"$(command pvtune completion values -- "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)"}; do
    case $line in
      $'\t'*) kind=${line#$'\t'} ;;
      *)
        values+=(${line%%$'\t'*})
        shown+=(${line/$'\t'/ -- })
        ;;
    esac
  done
  case $kind in
    files) compset -P '--*='; _files ;;
    folders) compset -P '--*='; _files -/ ;;
    list) compadd -S '' -l -d shown -a values ;;
    *) compadd -l -d shown -a values ;;
  esac
}
# As a file in fpath this is the body of the function _pvtune and completes right away; evaluated, it
# only registers that function.
if [[ $funcstack[1] == _pvtune ]]; then
  _pvtune "$@"
else
  if (( ! $+functions[compdef] )); then
    autoload -Uz compinit && compinit -i
  fi
  compdef _pvtune pvtune
fi
