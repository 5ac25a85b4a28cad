"""The library installed into an empty folder, and what a program needs to find it there.

SPDX-License-Identifier: BSD-3-Clause
"""
import os
import re
import subprocess
import tempfile
from pathlib import Path


def run(*command, **options):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, **options)
    assert done.returncode == 0, f'{command}: status {done.returncode}\n{done.stdout}{done.stderr}'
    return done.stdout


class Stage:
    """A scratch prefix; `folder` has room for what is built against it."""

    def __init__(self, build):
        self.scratch = tempfile.TemporaryDirectory()
        self.folder = Path(self.scratch.name)
        stage = self.folder / 'stage'
        run('meson', 'install', '-C', build, '--no-rebuild', '--quiet', '--destdir', stage)
        self.header = next(stage.rglob('scixp.h'))
        self.prefix = self.header.parent.parent
        self.library = next(path for path in stage.rglob('libscixp.so.*') if not path.is_symlink())
        self.libdir = self.library.parent
        self.move()

    def move(self):
        """The package's file names the final prefix: here it names this one."""
        package = next(self.libdir.rglob('scixp.pc'))
        package.write_text(re.sub('^prefix=.*', f'prefix={self.prefix}', package.read_text(), flags=re.MULTILINE))

    def environment(self, **more):
        paths = os.environ.get('PKG_CONFIG_PATH', '')
        return dict(os.environ, PKG_CONFIG_PATH=f'{self.libdir}/pkgconfig:{paths}', LD_LIBRARY_PATH=str(self.libdir),
                    **more)

    def remove(self):
        self.scratch.cleanup()
