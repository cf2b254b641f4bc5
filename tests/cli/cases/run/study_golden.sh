# The golden studies: every cell as expected, and no file missing.
cd "$ROOT/tests/golden"
for expected in */expected/*/*; do
  base=${expected%%/*} project=$(basename "$(dirname "$expected")") study=${expected##*/}
  pvtune run -q -x serial -b "$base" -p "$project" -s "$study" -o "$HOME/$project" >/dev/null 2>"$HOME/messages" ||
    cat "$HOME/messages"
  printf '%s %s: ' "$project" "$study"
  pvtune validate "$expected" "$HOME/$project/$study" >"$HOME/verdict" && sed -n 's/ (rtol.*//p' "$HOME/verdict" ||
    cat "$HOME/verdict"
done
