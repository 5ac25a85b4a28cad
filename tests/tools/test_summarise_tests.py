"""The closing line of `make check` counts what really happened.

SPDX-License-Identifier: BSD-3-Clause
"""
import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import tap

SCRIPT = sys.argv[1]


def summarise(*tests):
    """Status and closing line for test programs, each given as (result, status, standard output)."""
    with tempfile.TemporaryDirectory() as build:
        log = Path(build) / 'meson-logs'
        log.mkdir()
        lines = [json.dumps({'name': f'test {i}', 'result': result, 'returncode': status, 'stdout': output})
                 for i, (result, status, output) in enumerate(tests)]
        (log / 'testlog.json').write_text('\n'.join(lines))
        done = subprocess.run([sys.executable, SCRIPT, build], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout.splitlines()[-1]


class Summary(unittest.TestCase):
    def test_cases_are_counted_one_by_one(self):
        tap_output = 'TAP version 13\n1..3\nok - a\nok - b  (0.1s)\nok - c # SKIP no device\n'
        self.assertEqual(summarise(('OK', 0, tap_output), ('OK', 0, 'hello')), (0, '3 passed, 0 failed, 1 skipped'))

    def test_failures(self):
        self.assertEqual(summarise(('ERROR', 1, '1..2\nok - a\nnot ok - b\n')), (1, '1 passed, 1 failed, 0 skipped'))
        self.assertEqual(summarise(('FAIL', 1, '')), (1, '0 passed, 1 failed, 0 skipped'))

    def test_a_crash_is_a_failure(self):
        self.assertEqual(summarise(('ERROR', -11, '1..3\nok - a\n')), (1, '1 passed, 2 failed, 0 skipped'))
        self.assertEqual(summarise(('ERROR', -11, '')), (1, '0 passed, 1 failed, 0 skipped'))
        self.assertEqual(summarise(('ERROR', 1, '1..1\nok - a\n')), (1, '1 passed, 1 failed, 0 skipped'))

    def test_running_out_of_time_is_a_failure(self):
        self.assertEqual(summarise(('TIMEOUT', -15, '')), (1, '0 passed, 1 failed, 0 skipped'))
        self.assertEqual(summarise(('TIMEOUT', -15, '1..1\nok - a\n')), (1, '1 passed, 1 failed, 0 skipped'))

    def test_reports_stand_above_the_closing_line(self):
        with tempfile.TemporaryDirectory() as build:
            log = Path(build) / 'meson-logs'
            log.mkdir()
            (log / 'testlog.json').write_text(json.dumps({'name': 'a', 'result': 'OK', 'stdout': '1..1\nok - a\n'}))
            (log / 'report.txt').write_text('seen: 2\nheard: 1\nseen: 2\n')
            done = subprocess.run([sys.executable, SCRIPT, build], capture_output=True, text=True, check=False)
            self.assertEqual(done.stdout, 'heard: 1\nseen: 2\n1 passed, 0 failed, 0 skipped\n')

    def test_nothing_run_is_a_failure(self):
        self.assertEqual(summarise(), (1, '0 passed, 0 failed, 0 skipped'))
        self.assertEqual(summarise(('SKIP', 77, '')), (1, '0 passed, 0 failed, 1 skipped'))
        with tempfile.TemporaryDirectory() as build:
            done = subprocess.run([sys.executable, SCRIPT, build], capture_output=True, text=True, check=False)
            self.assertEqual((done.returncode, done.stdout), (1, '0 passed, 0 failed, 0 skipped\n'))


if __name__ == '__main__':
    tap.main()
