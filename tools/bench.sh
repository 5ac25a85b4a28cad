#!/bin/sh
# Runs the benchmarks: makes a Python environment with the peers in .venv/ where there is none, then the runner.
# SPDX-License-Identifier: BSD-3-Clause
#
# usage: tools/bench.sh BUILD_FOLDER [ROWS]      ROWS: a glob over the rows' names, all if empty
set -eu
build=$1
rows=${2:-*}
requirements=benchmarks/requirements.txt

if [ ! -x .venv/bin/python ]; then
    python3 -m venv .venv
fi
# The stamp is a copy of what was installed: a changed list is installed anew.
if ! cmp -s "$requirements" .venv/installed.txt; then
    .venv/bin/pip install --quiet --upgrade --requirement "$requirements"
    cp "$requirements" .venv/installed.txt
fi
exec .venv/bin/python benchmarks/run.py --build "$build" --rows "$rows"
