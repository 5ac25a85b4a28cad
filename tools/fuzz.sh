#!/usr/bin/env bash
# Builds the fuzzers with clang and runs each for a while, two at a time. A crash leaves its input in the build folder
# and fails.
# SPDX-License-Identifier: BSD-3-Clause
#
# usage: tools/fuzz.sh BUILD SECONDS [NAME...]
#
# What is found on the way stays in BUILD/corpus/NAME and is taken up again next time. To keep some of it, merge:
# BUILD/tests/fuzz/fuzz_NAME -merge=1 tests/fuzz/corpus/NAME BUILD/corpus/NAME
set -u
cd "$(dirname "$0")/.."
build=$1 seconds=$2
shift 2
[ $# -gt 0 ] || set -- npy npz dlpack index

# Inputs are small and computed at the call: more threads would only be in each other's way.
export OMP_NUM_THREADS=1

# A part of clang may be installed, without its libraries.
has_fuzzer() {
    echo 'int LLVMFuzzerTestOneInput(const void *data, long size) { return data && size < 0; }' |
        clang -x c -fsanitize=fuzzer,address,undefined -o /dev/null - 2>/dev/null
}

# Without warnings, which are the other compiler's task, and for this machine alone: what is chosen at run time is
# the same.
configure() {
    ignored=$PWD/tests/fuzz/unchecked.txt
    arguments='-w -march=native -fsanitize=fuzzer-no-link -fno-sanitize-recover=all'
    arguments="$arguments -fsanitize-ignorelist=$ignored -fsanitize-coverage-ignorelist=$ignored"
    CC=clang meson setup "$build" -Dfuzzers=true -Dtests=false -Dexamples=false -Dbenchmarks=false \
        -Disa_dispatch=false -Db_sanitize=address,undefined -Db_lundef=false -Doptimization=1 "-Dc_args=$arguments"
}

fuzz() {
    mkdir -p "$build/corpus/$1"
    golden=
    case $1 in
    npy) golden=tests/golden/core/npy ;;
    npz) golden=tests/golden/files ;;
    esac
    # shellcheck disable=SC2086 # $golden is empty or one folder
    if "$build/tests/fuzz/fuzz_$1" -max_total_time="$seconds" -max_len=4096 -timeout=10 -rss_limit_mb=2048 \
        -artifact_prefix="$build/$1-" "$build/corpus/$1" "tests/fuzz/corpus/$1" $golden >"$build/fuzz-$1.log" 2>&1; then
        echo "fuzz $1: $(grep -o '^Done [0-9]* runs.*' "$build/fuzz-$1.log"), no crash"
    else
        tail -40 "$build/fuzz-$1.log"
        echo "fuzz $1: failed; the whole log is $build/fuzz-$1.log"
        return 1
    fi
}

if ! has_fuzzer; then
    echo 'fuzz: skipped, there is no clang with libFuzzer'
    exit 0
fi
[ -f "$build/build.ninja" ] || configure || exit 1
# shellcheck disable=SC2046 # one word for each name
meson compile -C "$build" $(printf 'fuzz_%s ' "$@") || exit 1

status=0
while [ $# -gt 0 ]; do
    fuzz "$1" &
    first=$!
    if [ $# -gt 1 ]; then fuzz "$2" || status=1; fi
    wait $first || status=1
    shift $(($# > 1 ? 2 : 1))
done
exit $status
