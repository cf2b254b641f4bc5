#!/usr/bin/env bash
# Runs the parity studies: small and random studies on which the reference model was once found to
# differ. As reference.sh does, which see.
#   tests/golden/parity.sh PVTUNE
# They lie beside the project (../shared/parity) or in $PVTUNE_PARITY; exit 77 where they are not.
set -u
[ $# = 1 ] || { echo "usage: $0 PVTUNE" >&2; exit 2; }
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
exec bash "$here/reference.sh" "$1" "${PVTUNE_PARITY:-$here/../../../shared/parity}"
