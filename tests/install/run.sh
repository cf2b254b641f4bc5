#!/usr/bin/env bash
# Installs a build into a scratch folder and uses it as others would: examples/embed through
# pkg-config and find_package, shared and static; the header in C and C++; pvtune with its manual,
# completions and plots; DESTDIR and uninstalling.
#   tests/install/run.sh BUILD
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
build=$(realpath -- "$1")
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"; [ -z "${manifest_kept-}" ] || mv "$manifest.kept" "$manifest"' EXIT
manifest=$build/install_manifest.txt
if [ -e "$manifest" ]; then mv "$manifest" "$manifest.kept" && manifest_kept=yes; fi

failed=no
fail() { echo "FAILED: $*"; failed=yes; }
# must WHAT COMMAND...: shows what the command said when it fails.
must() {
  local what=$1
  shift
  "$@" >"$work/said" 2>&1 || { fail "$what"; tail -20 "$work/said"; return 1; }
}

prefix=$work/prefix
must "install" cmake --install "$build" --prefix "$prefix" || exit 1
mv "$prefix" "$work/moved" && prefix=$work/moved # it does not depend on its place
libdir=$(dirname "$(find "$prefix" -name libpvs.a)")
base=$prefix/share/doc/pvtune/examples/tiny_study
embed=$prefix/share/doc/libpvs-dev/examples/embed
export PKG_CONFIG_PATH=$libdir/pkgconfig CMAKE_PREFIX_PATH=$prefix
cc=${CC:-cc} cxx=${CXX:-c++}
strict=(-Wall -Wextra -Wpedantic -Werror)
read -ra cflags <<<"$(pkg-config --cflags pvs)"
read -ra libs <<<"$(pkg-config --libs pvs)"

# ---- the library ----

# The commands of docs/EMBEDDING.md, word for word: shared, then static.
mapfile -t commands < <(grep '^cc ' "$root/docs/EMBEDDING.md")
[ ${#commands[@]} = 2 ] || fail "docs/EMBEDDING.md has ${#commands[@]} commands of cc instead of 2"
cp -r "$embed" "$work/written"
cc() { command "${CC:-cc}" -std="$std" "${strict[@]}" "$@"; }
written() (cd "$work/written" && eval "$1" && mv embed "$2")
std=c11 must "embed, pkg-config" written "${commands[0]}" "$work/embed_pc"
std=c17 must "embed, pkg-config --static" written "${commands[1]}" "$work/embed_pc_static"
must "embed, find_package: configure" cmake -S "$embed" -B "$work/cmake" &&
  must "embed, find_package" cmake --build "$work/cmake" && cp "$work/cmake/embed" "$work/embed_cmake"
cp -r "$embed" "$work/static" &&
  sed -i 's/pvs 0.1 REQUIRED/& COMPONENTS static/; s/pvs::pvs/pvs::static/' "$work/static/CMakeLists.txt"
must "embed, static component: configure" cmake -S "$work/static" -B "$work/cmake_static" &&
  must "embed, static component" cmake --build "$work/cmake_static" &&
  cp "$work/cmake_static/embed" "$work/embed_cmake_static"

must "pvtune run" "$prefix/bin/pvtune" run -b "$base" -p first -s compare -o "$work/expected" --csv
digest=$(awk -F , 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "digest") d = i } NR == 2 { print $d }' "$work/said")
# What embed should print, from the tables that pvtune wrote.
awk -F , -v digest="$digest" '
  FNR == 1 { for (i = 1; i <= NF; i++) column[FILENAME, $i] = i; next }
  function cell(name) { return $column[FILENAME, name] }
  FILENAME ~ /customer_results/ {
    for (i = 1; i in household; i++)
      customers[$1] = customers[$1] sprintf("  %s pays %.2f $\n", household[i], cell("cust_total$_" household[i] "_mean"))
    next
  }
  { order[++n] = $1
    first[$1] = sprintf("scenario %d (%s): total$_building_costs %.2f $, self-sufficiency %.1f %%\n  cp pays %.2f $\n",
      $1, cell("arrangement"), cell("total$_building_costs"), cell("self-sufficiency"), cell("cust_total$_cp")) }
  BEGIN { household[1] = "flat_1"; household[2] = "flat_2" }
  END { for (i = 1; i <= n; i++) printf "%s%s", first[order[i]], customers[order[i]]
        print "digest " digest ", by libpvs VERSION" }
' "$work/expected/compare/compare_results.csv" "$work/expected/compare/compare_customer_results.csv" >"$work/embed.stdout"
for program in "$work"/embed_*; do
  name=${program##*/} linked=()
  case $name in *_static) ;; *) linked=(LD_LIBRARY_PATH="$libdir") ;; esac
  if ! env "${linked[@]}" "$program" "$base" first compare "$work/$name.out" >"$work/said" 2>"$work/progress"; then
    fail "$name does not run"
    cat "$work/said" "$work/progress"
    continue
  fi
  [ "$(tail -c1 "$work/progress" | od -An -c | tr -d ' ')" = '\n' ] || fail "$name does not end its line of progress"
  sed -E -i 's/libpvs [0-9.]+$/libpvs VERSION/' "$work/said"
  diff -u "$work/embed.stdout" "$work/said" || fail "$name prints something else"
  diff -r -x .pvtune "$work/expected/compare" "$work/$name.out" || fail "$name writes other files than pvtune run"
  env "${linked[@]}" "$program" "$base" first none "$work/$name.none" >"$work/said" 2>&1 &&
    fail "$name succeeds without a study"
  grep -q "study_none.csv: no such file" "$work/said" || { fail "$name does not say what is missing"; cat "$work/said"; }
  [ ! -e "$work/$name.none" ] || fail "$name leaves something behind"
done
[ -x "$work/embed_pc" ] || fail "no embed_pc"

if [ -e "$libdir/libpvs.so" ]; then
  so=$(realpath "$libdir/libpvs.so")
  needed() { readelf -dW "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'; }
  soname=$(readelf -dW "$so" | sed -n 's/.*(SONAME).*\[\(.*\)\]/\1/p')
  [[ $soname =~ ^libpvs\.so\.[0-9]+$ && -e $libdir/$soname ]] || fail "SONAME '$soname'"
  for file in "$so" "$work/embed_pc" "$work/embed_cmake"; do
    needed "$file" | grep -E 'stdc\+\+|Rmath|hwloc|jansson' && fail "${file##*/} needs a library it should not"
  done
  needed "$work/embed_pc" | grep -qx "$soname" || fail "embed does not use $soname"
  nm -D --defined-only "$so" | awk '{ print $3 }' | grep -v '^pvs_' && fail "symbols other than pvs_ are visible"
  # Exactly what the headers declare.
  diff <(nm -D --defined-only "$so" | awk '{ print $3 }' | sort) \
    <(sed -n 's/^PVS_API [^(]*[ *]\(pvs_[a-z_]*\)(.*/\1/p' "$prefix"/include/pvs/*.h | sort) ||
    fail "symbols and headers differ"
fi
nm "$libdir/libpvs.a" 2>/dev/null | grep -E ' U (Rf_|[pqdr](norm|t|beta|binom|gamma|wilcox)(_raw)?)$' &&
  fail "libpvs uses r-mathlib, which is GPL"

# ---- the header ----

cat >"$work/use.cc" <<'END'
#include <pvs/pvs.h>
#if PVS_VERSION_NUMBER < 100 || PVS_VERSION_NUMBER != PVS_VERSION_MAJOR * 10000 + PVS_VERSION_MINOR * 100 + PVS_VERSION_PATCH
#error version
#endif
int main(void) {
  pvs_error error = {};
  pvs_run_options run = {};
  return run.folder != NULL || error.code != PVS_OK || pvs_version_number() != PVS_VERSION_NUMBER;
}
END
sed 's/= {}/= {0}/' "$work/use.cc" >"$work/use.c"
compilers=("$cc" "$cxx")
for compiler in gcc clang g++ clang++; do
  command -v $compiler >/dev/null && compilers+=("$compiler")
done
for compiler in "${compilers[@]}"; do
  case $compiler in
  *++*) for std in c++11 c++17 c++20; do
    must "header as $std by $compiler" "$compiler" -std=$std "${strict[@]}" "${cflags[@]}" -fsyntax-only "$work/use.cc"
  done ;;
  *) for std in c11 c17; do
    must "header as $std by $compiler" "$compiler" -std=$std "${strict[@]}" "${cflags[@]}" -fsyntax-only "$work/use.c"
  done ;;
  esac
done
must "a C++ program" "$cxx" -std=c++17 "${cflags[@]}" -o "$work/use" "$work/use.cc" "${libs[@]}" &&
  must "a C++ program runs" env LD_LIBRARY_PATH="$libdir" "$work/use"

# ---- pvtune ----

for command in $("$prefix/bin/pvtune" --help | sed -n 's/^  \([a-z-]\+\) .*/\1/p'); do
  [ "$command" = help ] || [ -s "$prefix/share/man/man1/pvtune-$command.1" ] || fail "no man page of $command"
done
[ "$(find "$prefix/share/man" -name 'pvtune*.1' | wc -l)" -ge 10 ] || fail "man pages are missing"
for file in man/man1/pvtune.1 bash-completion/completions/pvtune zsh/site-functions/_pvtune \
  fish/vendor_completions.d/pvtune.fish doc/pvtune/LICENSE doc/pvtune/README.md \
  doc/pvtune/examples/ci/github-actions.yml; do
  [ -s "$prefix/share/$file" ] || fail "share/$file is missing or empty"
done
if command -v gnuplot >/dev/null; then
  must "a plot" "$prefix/bin/pvtune" plot scenarios "$work/expected/compare/compare_results.csv" -o "$work/plot.svg"
  [ -s "$work/plot.svg" ] || fail "an empty plot"
fi

# ---- DESTDIR, uninstall ----

export DESTDIR=$work/stage
must "install with DESTDIR" cmake --install "$build" --prefix /opt/x
[ -x "$DESTDIR/opt/x/bin/pvtune" ] || fail "DESTDIR is not respected"
touch "$DESTDIR/opt/x/share/pvtune/of_somebody_else"
must "uninstall" cmake -DBUILD="$build" -P "$root/cmake/uninstall.cmake"
left=$(find "$DESTDIR" ! -type d)
[ "$left" = "$DESTDIR/opt/x/share/pvtune/of_somebody_else" ] || fail "left after uninstalling: $left"
[ ! -e "$DESTDIR/opt/x/share/doc/pvtune" ] || fail "an empty folder is left"
cmake -DBUILD="$build" -P "$root/cmake/uninstall.cmake" >"$work/said" 2>&1 && fail "uninstalled twice"
[ $failed = no ]
