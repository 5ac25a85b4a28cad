"""docs/coverage.md lists every function there is, and tools/coverage.py writes what a log says.

SPDX-License-Identifier: BSD-3-Clause

usage: test_coverage.py MAP_PAGE
"""
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import tap

ROOT = Path(sys.argv[1]).resolve().parent.parent
sys.path.insert(0, str(ROOT / 'tools'))
DEFINITIONS = [str(ROOT / 'xp' / 'standard' / 'standard.def'), str(ROOT / 'xp' / 'graph' / 'elementwise.def')]


def rows(text):
    """function -> its cells"""
    return {match[1]: [cell.strip() for cell in match[2].split('|')]
            for match in re.finditer(r'^\| `([\w.]+)` \| (.*) \|$', text, re.MULTILINE)}


def written(*log):
    with tempfile.TemporaryDirectory() as folder:
        path, output = Path(folder) / 'calls.log', Path(folder) / 'coverage.md'
        path.write_text(''.join(line + '\n' for line in log))
        subprocess.run([sys.executable, ROOT / 'tools' / 'coverage.py', *DEFINITIONS, path, output], check=True)
        return output.read_text()


class Coverage(unittest.TestCase):
    def test_the_page_lists_every_function(self):
        from standard_table import read
        functions = read(*DEFINITIONS).functions
        listed = rows((ROOT / 'docs' / 'coverage.md').read_text())
        expected = {'get', 'set', *(row.dotted() for row in functions)}
        self.assertEqual(set(listed) ^ expected, set(), 'run `make coverage`')
        for row in functions:
            is_later = listed[row.dotted()][0] == 'not in this build'
            self.assertEqual(is_later, row.state == 'later', f'{row.dotted()}: run `make coverage`')

    def test_dtypes_have_short_names(self):
        integers = [f'{sign}int{bits}' for sign in ('', 'u') for bits in (8, 16, 32, 64)]
        log = [f'host add {dtype}' for dtype in integers + ['float32', 'bfloat16']]
        log += [f'trace(strict) sin {dtype}' for dtype in ('float32', 'float64', 'complex64', 'complex128')]
        log += ['strict:no_x64 take int8', 'strict take bool', 'strict take int8', 'any finfo any', 'simple cos bool']
        found = rows(written(*log))
        self.assertEqual(found['add'], ['integers, float32, bfloat16', '–', '–'])
        self.assertEqual(found['sin'], ['–', '–', 'floating or complex'])
        self.assertEqual(found['take'], ['–', 'bool, int8', '–'])
        self.assertEqual(found['finfo'], ['called'] * 3)
        self.assertEqual(found['cos'], ['–', '–', '–'])

    def test_a_log_of_everything(self):
        dtypes = ['bool', 'float32', 'float64', 'complex64', 'complex128']
        dtypes += [f'{sign}int{bits}' for sign in ('', 'u') for bits in (8, 16, 32, 64)]
        found = rows(written(*(f'host get {dtype}' for dtype in dtypes), *(f'host abs {d}' for d in dtypes[1:])))
        self.assertEqual(found['get'], ['all'])
        self.assertEqual(found['abs'], ['numeric'])


if __name__ == '__main__':
    tap.main()
