#!/bin/sh
# Gives a copy of this template a name of its own: sh rename.sh mylibrary
# SPDX-License-Identifier: BSD-3-Clause
set -eu
cd "$(dirname "$0")"
name=${1:-}
case $name in
'' | *[!a-z0-9_]* | [!a-z]*)
    echo "usage: sh rename.sh NAME, of small letters, digits and _" >&2
    exit 2
    ;;
esac
upper=$(echo "$name" | tr a-z A-Z)
find . -type f ! -path './build/*' ! -path './.git/*' ! -name rename.sh -exec grep -liZ minilearn {} + |
    xargs -0 sed -i "s/minilearn/$name/g; s/MINILEARN/$upper/g"
mv include/minilearn.h "include/$name.h"
