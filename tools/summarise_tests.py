#!/usr/bin/env python3
"""Counts the test cases of a Meson test run and prints the closing line `N passed, N failed, N skipped`.

SPDX-License-Identifier: BSD-3-Clause

usage: summarise_tests.py BUILD_FOLDER [LABEL]

Test programs that speak TAP count case by case, others as one case each. A program that crashes, runs out of time, ends
before its last planned case, or exits with an error although all its cases passed (a leak, for example) counts as one
failure more. No case at all is a failure, too. The exit status is 0 only if something passed and nothing failed.
LABEL goes in front of the closing line. Above it stands what tests have reported that they covered (support_report).
"""
import json
import re
import sys
from pathlib import Path

CASE = re.compile(r'^(not )?ok\b(?P<rest>.*)$')
PLAN = re.compile(r'^1\.\.(\d+)')
SKIPPED = re.compile(r'#\s*(SKIP|TODO)\b', re.IGNORECASE)
MOST_LINES = 60  # of one program
GOOD = {'OK', 'SKIP', 'EXPECTEDFAIL'}


def cases_of(output):
    """Passed, failed and skipped cases in TAP output, and how many it planned (None if it is no TAP)."""
    passed = failed = skipped = 0
    planned = None
    for line in output.splitlines():
        plan, case = PLAN.match(line), CASE.match(line)
        if plan:
            planned = int(plan.group(1))
        elif case and case.group(1):
            failed += 1
        elif case and SKIPPED.search(case.group('rest')):
            skipped += 1
        elif case:
            passed += 1
    return passed, failed, skipped, planned


def what_failed(output):
    """The lines of TAP output about its failed cases: each one, and what is said below it."""
    lines, inside = [], False
    for line in output.splitlines():
        inside = line.startswith('not ok') or inside and line.startswith((' ', '#'))
        if inside:
            lines.append('    ' + line)
    return lines[:MOST_LINES]


def count(test):
    """Passed, failed and skipped cases of one test program, and why it counts as failed beyond its cases."""
    good = test['result'] in GOOD
    passed, failed, skipped, planned = cases_of(test.get('stdout', ''))
    if planned is None:
        skip = test['result'] == 'SKIP'
        return (int(good and not skip), int(not good), int(skip), None if good else test['result'].lower())
    missing = planned - passed - failed - skipped
    if missing > 0:
        return passed, failed + missing, skipped, f'{missing} of {planned} cases did not run'
    if not good and failed == 0:
        return passed, 1, skipped, f'{test["result"].lower()} with status {test.get("returncode")} after its last case'
    return passed, failed, skipped, None


def reported(path):
    """The lines of the file of reports, each of them once."""
    return sorted(set(path.read_text().splitlines())) if path.exists() else []


def main(build, label=''):
    log = Path(build) / 'meson-logs' / 'testlog.json'
    tests = [json.loads(line) for line in log.read_text().splitlines() if line.strip()] if log.exists() else []
    total = [0, 0, 0]
    for test in tests:
        *numbers, reason = count(test)
        total = [a + b for a, b in zip(total, numbers)]
        if numbers[1]:
            print(f'failed: {test["name"]}: {numbers[1]} of {sum(numbers)} cases' + (f' ({reason})' if reason else ''))
            for line in what_failed(test.get('stdout', '')):
                print(line)
    for line in reported(log.with_name('report.txt')):
        print(line)
    passed, failed, skipped = total
    print(f'{label}{passed} passed, {failed} failed, {skipped} skipped', flush=True)
    return 0 if passed and not failed else 1


if __name__ == '__main__':
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
