#!/bin/sh
# Fails when product code has the same twelve lines in two places.
#   check_duplicates.sh ROOT
# Lines are compared without indentation; blank lines, includes, comments and lone brackets do not
# count.
# shellcheck disable=SC2016 # the dollars are those of awk
find "$1/core/src" "$1/core/include" "$1/harness" -name '*.[ch]' -o -name '*.cc' | LC_ALL=C sort |
  xargs awk -v lines=12 -v root="$1/" '
    function place(name, line) { return substr(name, length(root) + 1) ":" line }
    FNR == 1 { n = 0; told = 0; comment = 0 }
    { sub(/^[ \t]+/, ""); sub(/[ \t]+$/, "") }
    /^\/\*/ { comment = 1 }
    comment { if (/\*\//) comment = 0; next }
    /^$/ || /^#include/ || /^[{}();,]*$/ { next }
    {
      text[n % lines] = $0; at[n % lines] = FNR; n++
      if (n < lines) next
      block = ""
      for (i = n - lines; i < n; i++) block = block "\n" text[i % lines]
      here = place(FILENAME, at[n % lines])
      if (!(block in first)) first[block] = here
      else if (n > told) {
        print first[block] " and " here " have the same " lines " lines, beginning with: " text[n % lines]
        told = n + lines - 1; found = 1
      }
    }
    END { exit found }'
