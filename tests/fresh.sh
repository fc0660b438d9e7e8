#!/bin/bash
# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
#
# ./dev fresh 12|13 [COMMAND…]: the project on a bare Debian. Makes a minimal root with debootstrap (once; it lies in
# build/fresh-12 or -13, or where BAYGATE_FRESH says), clones the last commit into it and runs the command there, in its
# own mount and process namespaces: nothing stays mounted or running afterwards.
#
# To have the root bare again, remove its folder. BAYGATE_MIRROR names another Debian mirror.
set -eu
cd "$(dirname "$(readlink -f "$0")")/.."

release=${1-}
case $release in
12) suite=bookworm ;;
13) suite=trixie ;;
*) echo "fresh: say 12 or 13" >&2; exit 2 ;;
esac
shift
[ $# -gt 0 ] || set -- ./dev test
[ "$(id -u)" = 0 ] || { echo "fresh: needs root, for debootstrap and chroot" >&2; exit 1; }

root=${BAYGATE_FRESH:-$PWD/build/fresh-$release}
mirror=${BAYGATE_MIRROR:-http://deb.debian.org/debian}

if [ ! -f "$root/etc/os-release" ]; then
        mkdir -p "$root"
        debootstrap --variant=minbase --include=git,ca-certificates "$suite" "$root" "$mirror"
fi
cp -L /etc/resolv.conf "$root/etc/resolv.conf"
cp /usr/local/share/ca-certificates/*.crt "$root/usr/local/share/ca-certificates/" 2>/dev/null &&
        chroot "$root" update-ca-certificates >/dev/null || true
apt-config dump | grep -E '^Acquire::https?::Proxy ' >"$root/etc/apt/apt.conf.d/90proxy" || true

# The clone is new each time: nothing of an earlier build can help this one.
rm -rf "$root/src/baygate"
git clone -q --no-hardlinks . "$root/src/baygate"

inside='
mount -t proc proc "$0/proc"
mount --rbind /sys "$0/sys"
mount --rbind /dev "$0/dev"
exec chroot "$0" /usr/bin/env -i HOME=/root TERM="${TERM:-dumb}" LANG=C.UTF-8 \
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
        sh -c "cd /src/baygate && exec \"\$@\"" sh "$@"'
exec unshare --mount --pid --fork --kill-child sh -c "set -eu; $inside" "$root" "$@"
