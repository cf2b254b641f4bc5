# bash completion for pvtune, made by `pvtune completion bash`
_pvtune() {
  local current=${COMP_WORDS[COMP_CWORD]} words=() glue='' kind='' i line lead
  # bash takes words apart at = and :, as in --results=DIR and cmd:COMMAND.
  for ((i = 1; i <= COMP_CWORD; i++)); do
    line=${COMP_WORDS[i]//[\\\"\']/}
    if [[ (-n $glue || $line == [=:]*) && ${#words[@]} -gt 0 ]]; then
      words[-1]+=$line
    else
      words+=("$line")
    fi
    glue=
    [[ $line != *[=:] ]] || glue=yes
  done
  [[ $current != [=:] ]] || current=
  lead=${words[-1]%"${current//[\\\"\']/}"}
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      $'\t'*) kind=${line:1} ;;
      *)
        line=${line%%$'\t'*}
        line=${line#"$lead"}
        [[ $line != *' '* ]] || printf -v line %q "$line"
        COMPREPLY+=("$line")
        ;;
    esac
  done < <(command pvtune completion values -- "${words[@]}" 2>/dev/null)
  case $kind in
    list) compopt -o nospace 2>/dev/null ;;
    files) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
    folders) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
  esac
}
complete -F _pvtune pvtune
