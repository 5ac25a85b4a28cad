#!/bin/sh
# Installs the Debian packages that SciXP is built and tested with, as far as they are missing.
# SPDX-License-Identifier: BSD-3-Clause
#
# usage: tools/install_dependencies.sh [bench|checks]
#
# As root or through sudo; where neither is possible it prints the one line to run and stops with status 1. With `bench`
# also what `make bench` needs, with `checks` the second compiler, which also reads kernels as OpenCL C, and what it
# makes fuzzers with. When nothing is missing it only asks dpkg, and nothing else happens.
set -eu

# One a line; of those with `|` between them any will do, and the first is installed.
packages='
gcc
g++
libc6-dev
pkg-config|pkgconf
meson
ninja-build
cmake
python3
libcriterion-dev
libopenblas-openmp-dev|libopenblas-pthread-dev|libopenblas-serial-dev
liblapacke-dev
libsleef-dev
libpng-dev
libjpeg62-turbo-dev|libjpeg-turbo8-dev|libjpeg-dev
zlib1g-dev
libmpfr-dev
libgsl-dev
ocl-icd-opencl-dev
opencl-c-headers|opencl-headers
pocl-opencl-icd
'
if [ "${1:-}" = bench ]; then
    packages="$packages
python3-venv
valgrind
"
fi
if [ "${1:-}" = checks ]; then
    packages="$packages
clang
libclang-rt-14-dev|libclang-rt-dev
libomp-dev
"
fi

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    echo "This is not a Debian system: what is missing cannot be installed here. Needed are the equivalents of:" \
        $packages >&2
    exit 0
fi

installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' 2>/dev/null | sed -n 's/^installed //p')

is_installed() {
    printf '%s\n' "$installed" | grep -Fqx "$1"
}

missing=
for choice in $packages; do
    found=no
    for package in $(echo "$choice" | tr '|' ' '); do
        if is_installed "$package"; then found=yes; fi
    done
    if [ $found = no ]; then missing="$missing ${choice%%|*}"; fi
done
if [ -z "$missing" ]; then exit 0; fi

if [ "$(id -u)" = 0 ]; then
    as_root=
elif command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
    as_root=sudo
else
    echo "Some packages are missing, and they can only be installed as root. Please run:" >&2
    echo "apt-get update && apt-get install -y$missing" >&2
    exit 1
fi

install_missing() {
    # shellcheck disable=SC2086 # the list is to be split
    $as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -q --no-install-recommends -o DPkg::Lock::Timeout=300 $missing
}

echo "installing:$missing" >&2
# The lists of packages on this machine may be absent or too old: fetch them only then, it takes longer than the rest.
install_missing >&2 || { $as_root apt-get update -q >&2 && install_missing >&2; }
