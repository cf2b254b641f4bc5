#!/usr/bin/env bash
# Without BUILD_SHARED_LIBS there is libpvs.a alone, and pkg-config and find_package link it with all
# that it needs.
#   tests/install/static_only_long.sh
set -eu
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cmake -S "$root" -B "$work/build" -DBUILD_TESTING=OFF -DPVTUNE_BENCH=OFF >/dev/null
cmake --build "$work/build" --target pvs --parallel 2 >/dev/null
cmake --install "$work/build" --component libpvs-dev --prefix "$work/prefix" >/dev/null
if find "$work/prefix" -name '*.so*' | grep .; then exit 1; fi

embed=$root/examples/embed
export PKG_CONFIG_PATH=$work/prefix/lib/pkgconfig CMAKE_PREFIX_PATH=$work/prefix
read -ra flags <<<"$(pkg-config --cflags --libs pvs)"
${CC:-cc} "$embed/embed.c" "${flags[@]}" -o "$work/embed_pc"
cmake -S "$embed" -B "$work/cmake" >/dev/null && cmake --build "$work/cmake" >/dev/null
for program in "$work/embed_pc" "$work/cmake/embed"; do
  "$program" "$root/examples/tiny_study" first compare "$work/out" 2>/dev/null | grep '^digest'
  rm -r "$work/out"
done
