"""Runs the unittest cases of a test script and tells by TAP what each did, so that they are counted one by one.

SPDX-License-Identifier: BSD-3-Clause
"""
import sys
import unittest


class TapResult(unittest.TestResult):
    """Writes one line for each case; what went wrong follows as comments."""

    def __init__(self):
        super().__init__()
        self.number = 0

    def tell(self, word, test, suffix='', details=''):
        self.number += 1
        print(f'{word} {self.number} - {test.id().partition(".")[2]}{suffix}')
        for line in details.splitlines():
            print('# ' + line)
        sys.stdout.flush()

    def addSuccess(self, test):
        super().addSuccess(test)
        self.tell('ok', test)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.tell('ok', test, f' # SKIP {reason}')

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.tell('not ok', test, details=self.failures[-1][1])

    def addError(self, test, err):
        super().addError(test, err)
        self.tell('not ok', test, details=self.errors[-1][1])


def main(module='__main__'):
    """Runs every case of the module; the script's exit status is 0 only if none failed."""
    suite = unittest.defaultTestLoader.loadTestsFromName(module)
    print(f'1..{suite.countTestCases()}')
    result = TapResult()
    suite.run(result)
    sys.exit(0 if result.wasSuccessful() else 1)
