#!/usr/bin/env bash
# Makes the package. Usage: systemd/debian/make.sh OUT_FOLDER [BUILD_FOLDER]
# The tree is copied to OUT_FOLDER, as git knows it, so that what lies about does not get into the package and its path
# does not either. With BUILD_FOLDER the program is taken from there instead of being built: for trying the package.
set -euo pipefail
here=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "$1"
out=$(cd "$1" && pwd)
version=$(sed -n 's/^project(ketensync VERSION \([0-9.]*\).*/\1/p' "$here/CMakeLists.txt")
grep -q "^ketensync ($version)" "$here/systemd/debian/changelog" || { echo "systemd/debian/changelog does not begin with $version"; exit 1; }
tree=$out/ketensync-$version
rm -rf "$tree"
mkdir "$tree"
if git -C "$here" rev-parse --git-dir > /dev/null 2>&1; then
    git -C "$here" ls-files -z --cached --others --exclude-standard
else
    (cd "$here" && find . -type f -not -path './build/*' -print0)
fi | (cd "$here" && tar -c --null --files-from=- --ignore-failed-read) | tar -x -C "$tree"
cp -r "$tree/systemd/debian" "$tree/debian"
if [ $# -gt 1 ]; then
    KETENSYNC_BUILD=$(cd "$2" && pwd)
    export KETENSYNC_BUILD
fi
cd "$tree"
umask 022
dpkg-buildpackage --build=binary --no-sign ${KETENSYNC_BUILD:+--no-check-builddeps}
sha256sum "$out"/ketensync_"$version"_*.deb
