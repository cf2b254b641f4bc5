#!/usr/bin/env bash
# Whether programs and shared libraries were built hardened, read from the files themselves.
#   tests/install/hardening.sh FILE...
set -u
failed=no
fail() { echo "$1: $2"; failed=yes; }

for file; do
  dynamic=$(readelf -dW "$file") headers=$(readelf -hlW "$file") symbols=$(readelf --dyn-syms -W "$file")
  [ -n "$dynamic" ] || fail "$file" "readelf finds no dynamic section"
  grep -q 'Type: *DYN' <<<"$headers" || fail "$file" "not position-independent"
  case $file in *.so*) ;; *) grep -q 'FLAGS_1.*PIE' <<<"$dynamic" || fail "$file" "not a PIE" ;; esac
  grep -q GNU_RELRO <<<"$headers" || fail "$file" "no RELRO segment"
  grep -q 'FLAGS_1.*NOW' <<<"$dynamic" || fail "$file" "RELRO is not full: no BIND_NOW"
  grep -q 'GNU_STACK.* RW ' <<<"$headers" || fail "$file" "its stack is executable"
  grep -q __stack_chk_fail <<<"$symbols" || fail "$file" "no stack protector"
  grep -qE '__(v?snprintf|memcpy|read|fprintf|printf|v?fprintf)_chk' <<<"$symbols" || fail "$file" "not fortified"
  grep -qE '\((RPATH|RUNPATH|TEXTREL)\)' <<<"$dynamic" && fail "$file" "has RPATH, RUNPATH or TEXTREL"
done
[ $# -gt 0 ] && [ $failed = no ]
