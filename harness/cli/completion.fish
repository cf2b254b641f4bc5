# fish completion for pvtune, made by `pvtune completion fish`
function __pvtune_complete
  set -l current (commandline -ct)
  set -l words (commandline -opc) "$current"
  set -l lead ''
  set -l path "$current"
  if string match -q -- '--*=*' "$current"
    set lead (string split -m 1 = -- "$current")[1]=
    set path (string split -m 1 = -- "$current")[2]
  end
  for line in (command pvtune completion values -- $words[2..-1] 2>/dev/null)
    switch $line
      case \tfiles
        printf '%s\n' $lead(__fish_complete_path "$path")
      case \tfolders
        printf '%s\n' $lead(__fish_complete_directories "$path")
      case \tlist
      case '*'
        echo $line
    end
  end
end
complete -c pvtune -f -a '(__pvtune_complete)'
