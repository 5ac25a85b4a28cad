#!/bin/sh
# Packs what a machine with a GPU needs to run tests and benchmarks into one folder that can lie anywhere.
# SPDX-License-Identifier: BSD-3-Clause
#
# usage: tools/bundle.sh BUILD FOLDER
#
# The other machine needs a 64-bit x86 Linux with a C library not older than this one, a driver, CUDA 13 and tar with
# gzip. On it, FOLDER/run-tests runs the tests on cuda, FOLDER/run-bench the benchmarks; both unpack the rest first.
set -eu

build=$1
folder=$2
source=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

tests='standard/test_standard_golden standard/test_standard_sorting standard/test_standard_linalg
standard/test_standard_fourier standard/test_standard_random standard/test_standard_scatter
standard/test_standard_special_cases standard/test_standard_extra
cluster/test_cluster_vq_golden cluster/test_cluster_vq_labels cluster/test_cluster_vq_kmeans'

mkdir -p "$work/bin" "$work/lib" "$work/golden" "$work/plugins" "$work/peers"
for test in $tests; do
    cp "$build/tests/$test" "$work/bin/"
done
cp "$build/benchmarks/bench-device" "$work/bin/"
# Bare calls of CUDA's libraries are built for bundles alone, where there is an nvcc.
if ninja -C "$build" -t query benchmarks/bench-vendor > "$work/query" 2>&1; then
    ninja -C "$build" benchmarks/bench-vendor
    cp "$build/benchmarks/bench-vendor" "$work/bin/"
fi
cp "$build/libscixp.so.0" "$work/lib/"
cp -r "$source/tests/golden/standard" "$source/tests/golden/cluster_vq" "$work/golden/"
cp "$source/tests/standard/special_cases.txt" "$work/golden/"
cp "$source/benchmarks/device_peers.py" "$work/peers/"
for plugin in "$build"/xp/providers/cuda/*.so "$build"/xp/providers/cuda/*/*.so "$build"/xp/providers/opencl/*.so; do
    if [ -f "$plugin" ]; then cp "$plugin" "$work/plugins/"; fi
done

# Shared libraries that they need, but for the C library's and CUDA's, which belong to the machine.
for file in "$work"/bin/* "$work"/lib/* "$work"/plugins/*; do
    ldd "$file" | sed -n 's/.*=> \(\/[^ ]*\).*/\1/p'
done | sort -u | while read -r library; do
    case $(basename "$library") in
    libc.so* | libm.so* | libdl.so* | libpthread.so* | librt.so* | libresolv.so* | ld-linux* | libcu* | libnv* | \
        libscixp* | libOpenCL*) ;;
    *) cp -L "$library" "$work/lib/" ;;
    esac
done
for file in "$work"/bin/* "$work"/lib/* "$work"/plugins/*; do
    strip --strip-unneeded "$file" 2>/dev/null || true
done

rm -rf "$folder"
mkdir -p "$folder"
tar -C "$work" -cf - bin lib golden plugins peers | gzip -9 > "$folder/parts.tar.gz"

cat > "$folder/environment" <<'END'
# Read by run-tests and run-bench: unpacks the parts, and says where they are.
here=$(cd "$(dirname "$0")" && pwd)
parts=${SCIXP_PARTS:-$here/parts}
if [ ! -d "$parts/bin" ]; then
    mkdir -p "$parts"
    tar -C "$parts" -xzf "$here/parts.tar.gz"
fi
for cuda in /usr/local/cuda/lib64 /usr/local/cuda-13*/lib64; do
    if [ -d "$cuda" ]; then LD_LIBRARY_PATH=${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$cuda; fi
done
export LD_LIBRARY_PATH="$parts/lib:${LD_LIBRARY_PATH:-}"
export SCIXP_PLUGIN_PATH="$parts/plugins" SCIXP_GOLDEN_FOLDER="$parts/golden" OMP_WAIT_POLICY=passive
export SCIXP_CACHE="${SCIXP_CACHE:-$parts/kernels}"
END

cat > "$folder/run-tests" <<'END'
#!/bin/sh
# Runs the tests on a device, cuda unless another is named: run-tests [DEVICE [PATTERN]]. Ends with `N passed, N failed`.
. "$(dirname "$0")/environment"
export XP_PROVIDERS="${1:-cuda}"
passed=0
failed=0
for test in "$parts"/bin/test_*${2:-}*; do
    "$test" --jobs=1 --tap > "$parts/output" 2> "$parts/errors"
    status=$?
    good=$(grep -c '^ok' "$parts/output")
    bad=$(grep -c '^not ok' "$parts/output")
    if [ $status -ne 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
    passed=$((passed + good))
    failed=$((failed + bad))
    echo "$(basename "$test"): $good passed, $bad failed"
    if [ "$bad" -ne 0 ]; then
        grep -A 12 '^not ok' "$parts/output"
        tail -n 20 "$parts/errors"
    fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
END

cat > "$folder/run-bench" <<'END'
#!/bin/sh
# Measures a device, cuda unless another is named: run-bench [DEVICE [ELEMENTS [ROWS]]]. With a Python also CUDA's
# libraries beside it, and what that Python has of CuPy and PyTorch; PYTHON names one, python3 without it.
. "$(dirname "$0")/environment"
bin=$parts/bin
if [ $# -eq 0 ]; then set -- cuda; fi
if "${PYTHON:-python3}" -c '' 2>/dev/null; then
    exec "${PYTHON:-python3}" "$parts/peers/device_peers.py" "$bin/bench-device" "$bin/bench-vendor" "$@"
fi
echo "There is no Python: nothing is measured beside it."
exec "$bin/bench-device" "$@"
END
chmod +x "$folder/run-tests" "$folder/run-bench"
du -sh "$folder"
