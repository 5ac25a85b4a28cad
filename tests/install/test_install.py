"""Installs into an empty folder and builds programs against what is there, and only that.

SPDX-License-Identifier: BSD-3-Clause

usage: test_install.py BUILD_FOLDER VERSION
"""
import re
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

import tap
from stage import Stage, run

BUILD, VERSION = sys.argv[1:]
HERE = Path(__file__).resolve().parent
SOURCE = HERE / 'program.c'


class Install(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stage = Stage(BUILD)
        cls.folder = cls.stage.folder
        cls.header = cls.stage.header
        cls.prefix = cls.stage.prefix
        cls.library = cls.stage.library
        cls.libdir = cls.stage.libdir

    @classmethod
    def tearDownClass(cls):
        cls.stage.remove()

    def pkg_config(self, *asked):
        return run('pkg-config', *asked, 'scixp', env=self.stage.environment()).split()

    def check_program(self, program):
        output = run(program, env=self.stage.environment())
        self.assertEqual(output, f'{VERSION} 2.000000 0\n')

    def test_pkg_config_and_c11(self):
        program = self.folder / 'program_c'
        flags = self.pkg_config('--cflags', '--libs')
        run('cc', '-std=c11', '-Wall', '-Wextra', '-Werror', '-pedantic-errors', SOURCE, *flags, '-o', program)
        self.check_program(program)

    def test_pkg_config_and_cpp17(self):
        if not shutil.which('c++'):
            self.skipTest('no C++ compiler')
        program = self.folder / 'program_cpp'
        flags = self.pkg_config('--cflags', '--libs')
        run('c++', '-std=c++17', '-Wall', '-Wextra', '-Werror', '-x', 'c++', SOURCE, '-x', 'none', *flags, '-o',
            program)
        self.check_program(program)

    def test_a_driver_from_outside(self):
        program, support = self.folder / 'device', HERE.parent / 'support'
        sources = (HERE / 'device.c', support / 'simple.c')
        run('cc', '-std=c11', '-Wall', '-Wextra', '-Werror', '-pedantic-errors', f'-I{support}', *sources,
            *self.pkg_config('--cflags', '--libs'), '-lm', '-o', program)
        self.assertEqual(run(program, env=self.stage.environment()), 'simple 29\n')

    def test_pkg_config_version(self):
        self.assertEqual(self.pkg_config('--modversion'), [VERSION])

    def test_cmake(self):
        if not shutil.which('cmake'):
            self.skipTest('no cmake')
        build = self.folder / 'cmake'
        run('cmake', '-S', HERE, '-B', build, f'-DCMAKE_PREFIX_PATH={self.prefix}')
        run('cmake', '--build', build)
        self.check_program(build / 'program')

    def test_cmake_refuses_other_series(self):
        if not shutil.which('cmake'):
            self.skipTest('no cmake')
        script = self.folder / 'version.cmake'
        package = next(self.libdir.rglob('scixpConfigVersion.cmake'))
        for wanted, compatible in (('0.1', 'TRUE'), (VERSION, 'TRUE'), ('0.9', 'FALSE'), ('1.0', 'FALSE')):
            script.write_text(f'set(PACKAGE_FIND_VERSION {wanted})\ninclude({package})\n'
                              'message("${PACKAGE_VERSION_COMPATIBLE}")\n')
            done = subprocess.run(['cmake', '-P', script], capture_output=True, text=True, check=True)
            self.assertEqual(done.stderr.strip(), compatible, wanted)

    def test_soname(self):
        self.assertRegex(run('readelf', '-d', self.library), r'SONAME.*\[libscixp\.so\.0\]')
        for name in ('libscixp.so', 'libscixp.so.0'):
            self.assertTrue((self.libdir / name).is_symlink(), name)

    def test_exported_symbols(self):
        symbols = [line.split()[-1] for line in run('nm', '-D', '--defined-only', self.library).splitlines()]
        foreign = [name for name in symbols if not re.match(r'(xp|sx)_', name)]
        self.assertEqual(foreign, [])
        for name in ('xp_array_namespace_of', 'xp_add', 'xp_linalg_svd', 'sx_cluster_kmeans2'):
            self.assertIn(name, symbols)

    def test_what_is_exported_is_declared(self):
        text = '\n'.join(path.read_text() for path in self.header.parent.rglob('*.h'))
        symbols = [line.split()[-1] for line in run('nm', '-D', '--defined-only', self.library).splitlines()]
        self.assertEqual([name for name in symbols if not re.search(rf'\b{name}\b', text)], [])

    def test_no_private_header_is_installed(self):
        for path in self.header.parent.rglob('*.h'):
            for include in re.findall(r'#include "([^"]+)"', path.read_text()):
                found = (path.parent / include).exists() or (self.header.parent / include).exists()
                self.assertTrue(found, f'{path.name} includes {include}')

    def test_the_program(self):
        output = run(self.prefix / 'bin' / 'scixp', '--version', env=self.stage.environment())
        self.assertEqual(output, f'scixp {VERSION}\n')

    def test_api_description(self):
        description = next(self.prefix.rglob('scixp-api.json'))
        self.assertGreater(description.stat().st_size, 1000)


if __name__ == '__main__':
    tap.main()
