"""The program scixp: what it prints, and how it ends.

SPDX-License-Identifier: BSD-3-Clause

usage: test_program.py SCIXP VERSION
"""
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import tap

PROGRAM, VERSION = sys.argv[1:]


def run(*arguments, stdout=subprocess.PIPE, **environment):
    """exit code, output, errors"""
    done = subprocess.run([PROGRAM, *arguments], stdout=stdout, stderr=subprocess.PIPE, text=True,
                          env={**{k: v for k, v in os.environ.items() if not k.startswith('SCIXP_')}, **environment})
    return done.returncode, done.stdout, done.stderr


class Program(unittest.TestCase):
    def check_misuse(self, message, *arguments):
        code, output, errors = run(*arguments)
        self.assertEqual((code, output), (2, ''))
        self.assertTrue(errors.startswith(f'scixp: {message}\nusage: scixp info\n'), errors)

    def test_misuse(self):
        self.check_misuse('a command is missing')
        self.check_misuse('unknown command paint', 'paint')
        self.check_misuse('info takes no arguments, got host', 'info', 'host')
        self.check_misuse('coverage takes one device, got also strict', 'coverage', 'host', 'strict')

    def test_help_and_version(self):
        code, output, errors = run('--help')
        self.assertEqual((code, errors), (0, ''))
        self.assertIn('usage: scixp info\n', output)
        self.assertEqual(run('--version'), (0, f'scixp {VERSION}\n', ''))

    def test_info(self):
        code, output, errors = run('info')
        self.assertEqual((code, errors), (0, ''))
        self.assertTrue(output.startswith(f'SciXP {VERSION}\n'), output)
        headings = [line for line in output.splitlines() if line and not line.startswith(' ')][1:]
        self.assertEqual(headings, ['devices', 'plug-ins', 'libraries', 'caches'])
        self.assertRegex(output, r'\ndevices\n  host +\w+, \d+ of \d+ processors, \d+\.\d GiB\n')
        self.assertRegex(output, r'\n  OpenBLAS +OpenBLAS \d+\.\d+\.\d+ .*\n')
        self.assertRegex(output, r'\n  LAPACK +\d+\.\d+\.\d+\n')
        self.assertRegex(output, r'\ncaches\n(  .*\n)*  host memory +\d')

    def test_info_says_why_plug_ins_are_not_there(self):
        with tempfile.TemporaryDirectory() as folder:
            for name in ('cuda', 'opencl'):
                (Path(folder) / f'scixp-{name}.so').write_text('no library')
            output = run('info', SCIXP_PLUGIN_PATH=folder)[1]
        for name in ('cuda', 'opencl'):
            self.assertRegex(output, rf'\n  {name} +not there: {folder}/scixp-{name}\.so: .+\n')
        devices = output.partition('devices\n')[2].partition('plug-ins\n')[0]
        self.assertEqual(devices.count('\n'), 1, devices)

    def test_info_measures_the_kernels_on_disk(self):
        with tempfile.TemporaryDirectory() as folder:
            for i in range(3):
                (Path(folder) / f'{i}.kernel').write_bytes(b'x' * 524288)
            output = run('info', SCIXP_CACHE=folder)[1]
        self.assertRegex(output, rf'\n  kernels +3 compiled, 1\.5 MiB, in {folder}\n')
        self.assertRegex(run('info', SCIXP_CACHE='off')[1], r'\n  kernels +not kept on disk\n')

    def test_coverage(self):
        code, output, errors = run('coverage', 'host')
        self.assertEqual((code, errors), (0, ''))
        head, _, table = output.partition('\n\n')
        rows = dict(re.fullmatch(r'(\S+) +(.+)', line).groups() for line in table.splitlines())
        self.assertIn(f'host: {len(rows)} functions', head)
        self.assertEqual(rows['add'], 'generic')
        self.assertEqual(rows['matmul'], 'delegated to OpenBLAS')
        self.assertEqual(rows['linalg.svd'], 'delegated to LAPACK')
        self.assertEqual(rows['fft.rfft'], 'generic')
        self.assertFalse([name for name, way in rows.items() if 'fallback' in way])

    def test_the_device_comes_from_the_environment(self):
        self.assertEqual(run('coverage', SCIXP_DEVICE='strict')[1], run('coverage', 'strict')[1])
        self.assertTrue(run('coverage', SCIXP_DEVICE='strict')[1].startswith('strict: '))

    def test_a_device_that_is_not_there(self):
        code, output, errors = run('coverage', 'abacus:7')
        self.assertEqual((code, output), (1, ''))
        self.assertEqual(errors, 'scixp: device: there is no device "abacus:7"\n')

    def test_output_that_cannot_be_written(self):
        for arguments in (['info'], ['coverage'], ['--help'], ['--version']):
            with open('/dev/full', 'w') as full:
                code, _, errors = run(*arguments, stdout=full)
            self.assertEqual((code, errors), (1, 'scixp: cannot write the output\n'), arguments)


if __name__ == '__main__':
    tap.main()
