#!/usr/bin/env python3
"""Checks that includes go downward only, and that devices and vendor libraries are named where they belong alone.

SPDX-License-Identifier: BSD-3-Clause

usage: check_layers.py [ROOT]

Prints each breach as `file:line: what is wrong` and ends with status 1 if there is one. The rules (docs/design.md):
  1. A layer includes itself, the layers below it, and public headers: core < graph < standard < modules. driver.h is
     the seam that all of xp/ calls devices through (headers of core do without it). Providers see core, graph and
     driver.h. kernel/kernel.h is a part of the seam; launching, and xp/files, stand above the graph. kernel/half.h is
     text that needs nothing: core reads it too.
     xp/testing stands above all of them, and asks the strict provider what an address belongs to.
  2. Modules include public headers (scixp/..., but not the seam), standard/check.h, what kernel/ has for kernels, what
     the build makes of their kernels, and files of their own folder.
  3. Outside xp/providers/ no file includes a header of a device, a vendor's library or an instruction set, or calls
     into one; kernels/*_host_tmpl.c and the headers they are made of, kernels/*_host_*.h, may use vector extensions.
  4. Modules name no device and no provider.
"""
import re
import sys
from pathlib import Path

MODULES = ('cluster', 'fft', 'ndimage', 'special', 'stats', 'linalg')

# What a layer may include besides the system's headers and its own folder, by folder or by file. `scixp` stands for the
# public headers.
ALLOWED = {
    'include': {'scixp'},
    'xp/core': {'scixp', 'core', 'driver.h', 'kernel/half.h'},
    'xp/graph': {'scixp', 'core', 'graph', 'driver.h', 'kernel'},
    'xp/files': {'scixp', 'core', 'graph', 'driver.h', 'files'},
    'xp/kernel': {'scixp', 'core', 'graph', 'driver.h', 'kernel'},
    'xp/standard': {'scixp', 'core', 'graph', 'standard', 'driver.h'},
    'xp/testing': {'scixp', 'core', 'graph', 'driver.h', 'testing', 'providers/strict/strict.h'},
    'xp/providers': {'scixp', 'core', 'graph', 'driver.h', 'kernel', 'providers'},
    **{module: {'scixp', 'standard/check.h', 'kernel/launch.h', 'kernel/prelude.h', 'kernel/vector_bytes.h'}
       for module in MODULES},
    'program': {'scixp'},
    'examples': {'scixp', 'minilearn.h'}, # the template's own, in its include folder
}

# Headers that the build makes and that belong to one layer.
GENERATED = {('xp/standard', 'standard_private.h')}



def is_made(header):
    """Whether the build makes the header of a kernel's text."""
    return header.endswith('.args.h')


FOREIGN_HEADERS = re.compile(
    r'^(cuda|cu(blas|fft|solver|sparse|rand|dnn)|nvrtc|cub/|thrust/|hip/|CL/|OpenCL/|level_zero|vulkan/|cblas|'
    r'lapacke?\b|openblas|blis|flexiblas|mkl|fftw|mpi|omp\.h|sleef|arm_neon|arm_sve|[a-z]*mmintrin|'
    r'immintrin|x86intrin)')
FOREIGN_CALLS = re.compile(
    r'\b(cuda[A-Z]\w*|cublas\w+|cufft\w+|cusolver\w+|nvrtc\w+|clCreate\w+|clEnqueue\w+|cblas_\w+|LAPACKE_\w+|'
    r'openblas_\w+|fftwf?_\w+|MPI_\w+|omp_[a-z]\w*|Sleef_\w+|_mm\d*_\w+|__m(128|256|512)[di]?|vld1q?_\w+)\b|'
    r'#\s*pragma\s+omp\b|_Pragma\("omp')
DEVICE_NAMES = re.compile(r'"(host|strict|trace|cuda|opencl)[":(]|\b(cuda|opencl|pocl|nvidia)\b', re.IGNORECASE)
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
COMMENT = re.compile(r'/\*.*?\*/|//[^\n]*', re.DOTALL)


def without_comments(text):
    """The text with comments blanked out, lines kept."""
    return COMMENT.sub(lambda match: re.sub(r'[^\n]', ' ', match.group()), text)


def layer_of(path):
    parts = path.parts
    layer = '/'.join(parts[:2]) if parts[0] == 'xp' else parts[0]
    return layer if layer in ALLOWED else None


def include_breach(root, path, layer, system, header):
    """What is wrong with one include, or None."""
    if layer != 'xp/providers' and FOREIGN_HEADERS.match(header):
        return f'{header} belongs to a device or a vendor library, which only xp/providers/ may name'
    if system and not header.startswith('scixp'):
        return None
    if layer == 'xp/core' and header == 'driver.h' and path.suffix == '.h':
        return 'headers of core do without driver.h'
    if layer in MODULES and header.startswith('scixp/driver'):
        return f'modules do without {header}'
    first = header.split('/')[0]
    beside = (root / path.parent / header).resolve()
    if beside.exists() and beside.is_relative_to(root / layer) or (layer, header) in GENERATED or is_made(header):
        return None
    if first == 'scixp.h':
        first = 'scixp'
    return None if {first, header} & ALLOWED[layer] else f'{layer} may not include {header}'


def breaches_of(root, path):
    layer = layer_of(path)
    if layer is None:
        return
    text = (root / path).read_text()
    code = without_comments(text)
    vectors_allowed = '_host_' in path.name and path.parent.name == 'kernels'
    for number, line in enumerate(code.splitlines(), 1):
        include = INCLUDE.match(line)
        if include:
            what = include_breach(root, path, layer, include.group(1) == '<', include.group(2))
            if what and not (vectors_allowed and 'vendor library' in what):
                yield number, what
        elif layer != 'xp/providers' and not vectors_allowed and FOREIGN_CALLS.search(line):
            yield number, f'{FOREIGN_CALLS.search(line).group()} belongs into xp/providers/'
        if layer in MODULES and DEVICE_NAMES.search(line):
            yield number, f'a module names a device: {DEVICE_NAMES.search(line).group()}'


def main(root):
    root = Path(root).resolve()
    top = {layer.split('/')[0] for layer in ALLOWED}
    files = sorted(path.relative_to(root) for folder in top if (root / folder).is_dir()
                   for path in (root / folder).rglob('*') if path.suffix in ('.c', '.h', '.def', '.cl', '.cu'))
    count = 0
    for path in files:
        for number, what in breaches_of(root, path):
            print(f'{path}:{number}: {what}')
            count += 1
    print(f'layers: {len(files)} files, {count} breach{"es" if count != 1 else ""}')
    return 1 if count or not files else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent.parent))
