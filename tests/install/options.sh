#!/usr/bin/env bash
# BUILD_TESTING=OFF needs neither cmocka nor Google Benchmark and makes no targets for tests and
# benchmarks; PVTUNE_BENCH=ON says so where Google Benchmark is missing; BUILD_SHARED_LIBS=OFF makes
# no libpvs.so.
#   tests/install/options.sh
set -u
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
failed=no
fail() { echo "FAILED: $*"; failed=yes; }

# Every pkg-config but for cmocka.
cat >"$work/pkg-config" <<END
#!/bin/sh
case "\$*" in *cmocka*) exit 1 ;; esac
exec $(command -v pkg-config) "\$@"
END
chmod +x "$work/pkg-config"
configure() {
  cmake -S "$root" -B "$work/build" -DPKG_CONFIG_EXECUTABLE="$work/pkg-config" \
    -DCMAKE_DISABLE_FIND_PACKAGE_benchmark=ON "$@" >"$work/said" 2>&1
}

configure -DBUILD_TESTING=OFF || { fail "configure"; cat "$work/said"; }
grep 'Google Benchmark' "$work/said" && fail "benchmarks were not asked for"
cmake --build "$work/build" --target help >"$work/targets"
grep -E '(^|[ /])(test_|fuzz_|pvtune_bench|pvs_shared|Nightly)' "$work/targets" && fail "targets that were not asked for"
grep -q 'pvtune' "$work/targets" || fail "no target pvtune"
configure -DPVTUNE_BENCH=ON || { fail "configure with PVTUNE_BENCH=ON"; cat "$work/said"; }
grep -q 'Google Benchmark not found' "$work/said" || fail "nothing is said about bench"
configure -DBUILD_TESTING=ON && fail "cmocka is missing, and nothing is said"
grep -q cmocka "$work/said" || { fail "cmocka is not named"; cat "$work/said"; }
[ $failed = no ]
