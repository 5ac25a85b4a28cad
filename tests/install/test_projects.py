"""Builds and tests the projects among the examples against the installed library, copied elsewhere.

SPDX-License-Identifier: BSD-3-Clause

usage: test_projects.py BUILD_FOLDER EXAMPLES_FOLDER
"""
import re
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

import tap
from stage import Stage, run

BUILD, EXAMPLES = sys.argv[1:]


class Projects(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stage = Stage(BUILD)

    @classmethod
    def tearDownClass(cls):
        cls.stage.remove()

    def copy(self, project, name):
        """A copy of the project's sources, without what somebody may have built there."""
        return Path(shutil.copytree(Path(EXAMPLES) / project, self.stage.folder / name,
                                    ignore=shutil.ignore_patterns('build*')))

    def check_consumer(self, folder):
        output = run('make', 'check', cwd=folder, env=self.stage.environment())
        self.assertRegex(output, r'\nOk: +3 *\n')
        self.assertRegex(output, r'\nFail: +0 *\n')

    def test_consumer(self):
        folder = self.copy('consumer', 'consumer')
        self.check_consumer(folder)
        output = run('make', 'demo', cwd=folder, env=self.stage.environment())
        for title in ('components (height, weight, shoe size)', 'share of the variance', 'minutes, as predicted'):
            self.assertIn(title + '\n[', output)
        self.check_that_its_tests_go_over_providers(folder)

    def check_that_its_tests_go_over_providers(self, folder):
        program = folder / 'build' / 'tests' / 'test_pca'
        for provider, status in (('strict', 0), ('trace', 0), ('abacus', 1)):
            environment = self.stage.environment(XP_PROVIDERS=provider)
            done = subprocess.run([program, '--jobs=1'], env=environment, capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, status, f'{provider}: {done.stdout}{done.stderr}')
        self.assertIn('XP_PROVIDERS names abacus, which is not present', done.stdout + done.stderr)

    def test_consumer_under_another_name(self):
        folder = self.copy('consumer', 'renamed')
        run('sh', 'rename.sh', 'my_library2', cwd=folder)
        for path in folder.rglob('*'):
            self.assertNotIn('minilearn', path.name)
            if path.is_file() and path.name != 'rename.sh':
                self.assertNotRegex(path.read_text(), '(?i)minilearn')
        self.check_consumer(folder)
        library = next((folder / 'build').glob('libmy_library2.so*'))
        self.assertIn('my_library2_ridge_fit', run('nm', '-D', '--defined-only', library))

    def test_names_that_no_function_can_have(self):
        folder = self.copy('consumer', 'misnamed')
        for name in ('', '2d', 'my-library', 'My', 'a/b', 'a b'):
            done = subprocess.run(['sh', 'rename.sh', name], cwd=folder, capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 2, name)
        self.assertTrue((folder / 'include' / 'minilearn.h').exists())

    def test_foreign_provider(self):
        if subprocess.run(['pkg-config', '--exists', 'gsl'], check=False).returncode != 0:
            self.skipTest('no GSL')
        folder = self.copy('foreign_provider', 'foreign_provider')
        environment = self.stage.environment()
        run('meson', 'setup', 'build', cwd=folder, env=environment)
        run('meson', 'compile', '-C', 'build', cwd=folder, env=environment)
        run('meson', 'test', '-C', 'build', cwd=folder, env=environment)
        rows = re.findall(r'([\d.]+) +([\d.]+) +cluster (\d)', run(folder / 'build' / 'demo', env=environment))
        # The heights vary by 10809.5 / 6 about their mean, the weights by 17872 / 18.
        self.assertEqual([row[2] for row in rows], list('010101'))
        self.assertAlmostEqual(float(rows[0][0]), 92 / (10809.5 / 6) ** 0.5, places=3)
        self.assertAlmostEqual(float(rows[0][1]), 13 / (17872 / 18) ** 0.5, places=3)


if __name__ == '__main__':
    tap.main()
