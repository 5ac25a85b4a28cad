"""The table of a device's rows beside others', on doubles of the programs and of CuPy.

SPDX-License-Identifier: BSD-3-Clause

usage: test_device_peers.py DEVICE_PEERS
"""
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import tap

SCRIPT = sys.argv[1]

DEVICE = '''#!/bin/sh
echo "$1:0, ${2:-100000000} elements"
echo "copy                      float32    1000      2.0000 ms  4.0 GB/s  100 % of a copy's rate"
echo "vq (10, 2) k=3            float32    10x2, 3x2      0.5000 ms  1.2 GFLOP/s"
echo "    sort: out of memory"
'''
VENDOR = '''#!/bin/sh
[ "$1 $2 $3" = "copy float32 1000" ] || exit 2
echo 1.5
'''
# A turn takes as many milliseconds as it has calls.
CUPY = '''
calls = 0
__version__ = '99'
class Array(list):
    def copy(self):
        global calls
        calls += 1
        return Array(self)
    def astype(self, dtype):
        return self
class random:
    random = staticmethod(lambda shape, dtype: Array([0.0]))
class cuda:
    class Event:
        def record(self):
            self.at = calls
        def synchronize(self):
            pass
    get_elapsed_time = staticmethod(lambda start, stop: float(stop.at - start.at))
class Pool:
    def free_all_blocks(self):
        pass
get_default_memory_pool = Pool
fuse = lambda function: function
sum = cumsum = sort = argsort = matmul = None
class linalg:
    solve = eigh = None
'''


def table(device, device_text=DEVICE, cupy=CUPY):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for program, text in (('device', device_text), ('vendor', VENDOR)):
            (folder / program).write_text(text)
            (folder / program).chmod(0o755)
        if cupy:
            (folder / 'cupy.py').write_text(cupy)
        (folder / 'torch.py').write_text('raise ImportError("no module of that name")\n')
        done = subprocess.run([sys.executable, SCRIPT, folder / 'device', folder / 'vendor', device, '1000'],
                              env={**os.environ, 'PYTHONPATH': name}, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout.splitlines()


class DevicePeers(unittest.TestCase):
    def test_others_are_measured_beside(self):
        status, lines = table('cuda')
        self.assertEqual(status, 0)
        self.assertEqual(lines[0], 'cuda:0, 1000 elements')
        self.assertIn('CuPy 99', lines)
        self.assertIn('PyTorch: not here (no module of that name)', lines)
        self.assertIn("| job | dtype | shapes | SciXP | rates | CUDA's library | CuPy |", lines)
        self.assertIn("| copy | float32 | 1000 | 2.000 | 4.0 GB/s, 100 % of a copy's rate | 1.500 (75 %) | "
                      '1.000 (50 %) |', lines)
        self.assertIn('| vq (10, 2) k=3 | float32 | 10x2, 3x2 | 0.5000 | 1.2 GFLOP/s |  |  |', lines)

    def test_what_failed_is_said(self):
        _, lines = table('cuda')
        self.assertIn('sort: out of memory', lines)
        _, lines = table('cuda', cupy=CUPY.replace('return Array(self)', 'raise MemoryError'))
        self.assertTrue(any(line.startswith('| copy') and line.endswith('| MemoryError |') for line in lines), lines)

    def test_peers_are_for_cuda(self):
        status, lines = table('opencl')
        self.assertEqual(status, 0)
        self.assertIn('CuPy: measured on CUDA only', lines)
        self.assertIn('| job | dtype | shapes | SciXP | rates |', lines)

    def test_a_device_that_is_not_there(self):
        status, lines = table('cuda', device_text='#!/bin/sh\nexit 1\n')
        self.assertEqual((status, lines), (1, []))


if __name__ == '__main__':
    tap.main()
