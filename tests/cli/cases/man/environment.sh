# The manual names every variable that the sources read, and no other. Left out: variables of launchers and tests,
# and names that are not written where they are read.
grep -rhoE '(getenv|secure_getenv)\("[A-Z_]+"\)|option = getenv\("[A-Z_]+"\)' "$ROOT/harness" "$ROOT/core/src" --include='*.c' |
  grep -oE '"[A-Z_]+"' | tr -d '"' | grep -vE '^(OMPI_|PVTUNE_TEST_)' | sort -u >read
pvtune man | sed -n '/^.SH ENVIRONMENT/,$p' | sed -n 's/^\.B //p' | sort >named
diff read named && wc -l <named
