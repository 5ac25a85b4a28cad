"""Special cases are counted as the standard's stubs list them, and compared with the table.

SPDX-License-Identifier: BSD-3-Clause
"""
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import tap

SCRIPT = sys.argv[1]
STUBS = '''
def tilt(x):
    """
    Tilts.

    **Special cases**

    For floating-point operands,

    - If ``x_i`` is ``NaN``, the result is ``NaN``.
    - If ``x_i`` is ``+0``,
      the result is ``+0``.

    Parameters
    ----------
    - no rule
    """


def plain(x):
    """- no rule either"""
'''


def count(*tables):
    """Status and output for the stubs above, alone or beside a table."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f'{i}.txt' for i in range(1 + len(tables))]
        for path, text in zip(paths, (STUBS, *tables)):
            path.write_text(text)
        done = subprocess.run([sys.executable, SCRIPT, *paths], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout


class Count(unittest.TestCase):
    def test_rules_of_a_section(self):
        self.assertEqual(count(), (0, 'tilt 2\n'))

    def test_tables(self):
        self.assertEqual(count('# tilt\ntilt 2\n  floating\n    nan -> nan\n'), (0, ''))
        self.assertEqual(count('tilt 3\n'), (1, 'tilt: 2 in the standard, 3 in the table\n'))
        self.assertEqual(count(''), (1, 'tilt: 2 in the standard, None in the table\n'))
        self.assertEqual(count('tilt 2\nturn 1\n'), (1, 'turn: 0 in the standard, 1 in the table\n'))


if __name__ == '__main__':
    tap.main()
