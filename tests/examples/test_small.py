"""The one-page examples run and print what they promise.

SPDX-License-Identifier: BSD-3-Clause

usage: test_small.py WHITEN ARRAYS README
"""
import re
import subprocess
import sys
import unittest
from pathlib import Path

import tap

WHITEN, ARRAYS, README = sys.argv[1:]


def output(program):
    return subprocess.run([program], capture_output=True, text=True, check=True).stdout


def numbers(text):
    return [float(word) for word in re.findall(r'-?\d+\.?\d*(?:e-?\d+)?', text)]


class Examples(unittest.TestCase):
    def test_whiten(self):
        # Heights and weights have the variances 76.6875 and 251.6875 (sums of squares, divided by 4).
        people = [170, 65, 182, 90, 158, 48, 175, 80]
        found = numbers(output(WHITEN))
        self.assertEqual(len(found), 8)
        for i, value in enumerate(found):
            self.assertAlmostEqual(value, people[i] / (76.6875, 251.6875)[i % 2] ** 0.5, places=6)

    def test_arrays(self):
        text = output(ARRAYS)
        for line in ('largest = 48', 'first = -4, last = 48', 'centred[0][0] = -4'):
            self.assertIn(line + '\n', text)
        self.assertRegex(text, r'an error: code 2 of add: add: [^\n]+\n\Z')

    def test_the_readme_shows_this_program(self):
        source = (Path(__file__).resolve().parents[2] / 'examples' / 'whiten.c').read_text()
        program = source.partition('*/\n')[2]
        self.assertIn(program.strip(), Path(README).read_text())


if __name__ == '__main__':
    tap.main()
