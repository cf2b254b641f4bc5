command -v zsh >/dev/null || exit 77
pvtune completion zsh >_pvtune
zsh -n _pvtune && echo "syntax is fine"
head -n 2 _pvtune
