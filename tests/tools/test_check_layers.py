"""The layer check finds each kind of breach, and nothing in a tree that keeps the rules.

SPDX-License-Identifier: BSD-3-Clause
"""
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import tap

SCRIPT = sys.argv[1]


def check(files):
    """Status and output of the check on a tree of these files (path: text)."""
    with tempfile.TemporaryDirectory() as root:
        for path, text in files.items():
            file = Path(root) / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        done = subprocess.run([sys.executable, SCRIPT, root], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout


class Layers(unittest.TestCase):
    def breaks(self, path, text, *words):
        status, output = check({path: '/* A file. */\n' + text + '\n'})
        self.assertEqual(status, 1, output)
        self.assertIn(f'{path}:2: ', output)
        for word in words:
            self.assertIn(word, output)
        self.assertIn('1 breach\n', output)

    def keeps(self, path, text):
        status, output = check({path: text + '\n'})
        self.assertEqual((status, output), (0, 'layers: 1 files, 0 breaches\n'))

    def test_this_tree(self):
        root = Path(SCRIPT).parent.parent
        done = subprocess.run([sys.executable, SCRIPT, root], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_an_empty_tree_is_a_failure(self):
        self.assertEqual(check({})[0], 1)

    def test_upward_includes(self):
        self.breaks('xp/core/a.c', '#include "graph/node.h"', 'graph/node.h')
        self.breaks('xp/graph/a.c', '#include "standard/check.h"')
        self.breaks('xp/providers/host/a.c', '#include "standard/check.h"')
        self.breaks('xp/core/a.h', '#include "driver.h"')

    def test_downward_includes(self):
        self.keeps('xp/core/a.c', '#include "driver.h"\n#include "core/alloc.h"\n#include "scixp/xp/array.h"')
        self.keeps('xp/standard/a.c', '#include "graph/node.h"\n#include <math.h>')

    def test_modules_see_the_public_interface(self):
        self.keeps('cluster/vq/a.c', '#include "scixp/xp.h"\n#include "standard/check.h"')
        self.breaks('cluster/vq/a.c', '#include "core/array_private.h"')
        self.breaks('cluster/vq/a.c', '#include "graph/node.h"')
        self.breaks('cluster/vq/a.c', '#include "scixp/driver.h"', 'modules do without')
        self.breaks('cluster/vq/a.c', '#include "driver.h"')
        self.keeps('xp/standard/a.c', '#include "scixp/driver/operation.h"')

    def test_modules_name_no_device(self):
        self.breaks('cluster/vq/a.c', 'x = xp_device("host");', 'names a device')
        self.breaks('stats/a.c', 'int cuda = 0;', 'names a device')
        self.keeps('cluster/vq/a.c', '/* as on cuda, "host" */\nint x;')

    def test_vendor_headers_and_calls(self):
        self.breaks('xp/standard/a.c', '#include <cblas.h>', 'cblas.h')
        self.breaks('xp/graph/a.c', '#include <immintrin.h>')
        self.breaks('xp/core/a.c', '#include <CL/cl.h>')
        self.breaks('fft/a.c', '#include <fftw3.h>')
        self.breaks('xp/standard/a.c', 'cblas_dgemm(1);', 'cblas_dgemm')
        self.breaks('xp/core/a.c', '#pragma omp parallel for')
        self.breaks('linalg/a.c', '__m256d x;')
        self.keeps('xp/providers/host/a.c', '#include <cblas.h>\n#include <immintrin.h>\n#pragma omp simd')

    def test_vector_bodies_of_kernels(self):
        self.keeps('ndimage/kernels/median_host_tmpl.c', '#include <immintrin.h>\n__m256d x;')
        self.breaks('ndimage/kernels/median.c', '#include <immintrin.h>')


if __name__ == '__main__':
    tap.main()
