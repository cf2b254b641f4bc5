#!/usr/bin/env bash
# The Debian packages, live: lintian finds no error, and in a clean system they install, tune, build
# the embedding example, and leave nothing behind when purged. Needs root, lintian, debootstrap and
# a Debian mirror; takes some minutes.
#   tests/live/packages.sh [FOLDER]   where the packages are: build/package/packages
# MIRROR=URL and SUITE=NAME choose another Debian than this one.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
packages=$(cd "${1:-$root/build/package/packages}" && pwd)
debs=("$packages"/*.deb)
[ -e "${debs[0]}" ] || { echo "$packages: no packages; ./dev package makes them" >&2; exit 2; }
for tool in lintian debootstrap; do
  command -v $tool >/dev/null || { echo "$tool is missing: apt-get install $tool" >&2; exit 2; }
done
[ "$(id -u)" = 0 ] || { echo "debootstrap needs root" >&2; exit 2; }
suite=${SUITE:-$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)} mirror=${MIRROR:-http://deb.debian.org/debian}

say() { echo "== $*"; }
say "lintian"
lintian --allow-root --fail-on error "${debs[@]}"

work=$(mktemp -d)
system=$work/system
clean_up() {
  umount "$system/proc" "$system/sys" 2>/dev/null || true
  rm -rf --one-file-system "$work"
}
trap clean_up EXIT
inside() { env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive chroot "$system" "$@"; }
quietly() { "$@" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }; }

say "a clean $suite"
quietly debootstrap --variant=minbase "$suite" "$system" "$mirror"
mount -t proc proc "$system/proc"
mount -t sysfs -o ro sysfs "$system/sys"
cp /etc/resolv.conf "$system/etc/resolv.conf"
mkdir "$system/packages" && cp "${debs[@]}" "$system/packages"
find "$system" -xdev ! -type d -printf '/%P\n' | sort >"$work/before"

say "pvtune"
quietly inside sh -c 'apt-get install -y --no-install-recommends /packages/pvtune_*.deb'
inside pvtune --version
inside pvtune tune --budget 5s --results /tmp/results
inside pvtune best --results /tmp/results
inside test -s /usr/share/man/man1/pvtune-run.1.gz

say "libpvs-dev"
quietly inside sh -c 'apt-get install -y --no-install-recommends gcc libc6-dev pkg-config \
  /packages/libpvs0_*.deb /packages/libpvs-dev_*.deb'
cat >"$system/tmp/embed.sh" <<'END'
set -e
gcc /usr/share/doc/libpvs-dev/examples/embed/embed.c $(pkg-config --cflags --libs pvs) -o /tmp/embed
/tmp/embed /usr/share/doc/pvtune/examples/tiny_study first compare /tmp/out 2>/dev/null | tail -n 1
if ldd /tmp/embed | grep 'libstdc++'; then exit 1; fi
END
inside sh /tmp/embed.sh

say "purged"
quietly inside sh -c 'apt-get purge -y pvtune libpvs0 libpvs-dev && rm -rf /packages /tmp/results /tmp/out /tmp/embed*'
find "$system" -xdev ! -type d -printf '/%P\n' | sort >"$work/after"
left=$(comm -13 "$work/before" "$work/after" | grep -E '/(lib)?pvs|pvtune' | grep -v '^/run/' || true)
[ -z "$left" ] || { echo "left behind: $left"; exit 1; }
echo "lintian, install, tune, embed and purge are fine"
