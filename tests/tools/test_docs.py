"""The pages name files that exist, link to pages that exist, and show code that is in the tree.

SPDX-License-Identifier: BSD-3-Clause

usage: test_docs.py MAP_PAGE
"""
import re
import sys
import unittest
from pathlib import Path

import tap

ROOT = Path(sys.argv[1]).resolve().parent.parent
PAGES = [*ROOT.glob('*.md'), *ROOT.glob('docs/*.md'), *ROOT.glob('examples/**/*.md')]
FOLDERS = {path.name for path in ROOT.iterdir()
           if path.is_dir() and not path.name.startswith(('.', '_')) and not (path / 'meson-private').exists()}
# Where a page says xp/array.h it means the public header.
PLACES = (ROOT, ROOT / 'include' / 'scixp', ROOT / 'include')
GENERATED = {'namespace.h', 'functions.h', 'scixp-api.json'}


def unindented(text):
    return '\n'.join(line.strip() for line in text.split('\n'))


class Docs(unittest.TestCase):
    def test_links(self):
        for page in PAGES:
            for target in re.findall(r'\]\(([^)#:]+)\)', page.read_text()):
                self.assertTrue((page.parent / target).exists(), f'{page.name} links to {target}')

    def test_paths(self):
        for page in PAGES:
            for path in re.findall(r'`([\w.-]+/[\w./-]*)`', page.read_text()):
                known = path.split('/')[0] in FOLDERS and not path.startswith('build/') and '<' not in path
                if known and Path(path).name not in GENERATED:
                    self.assertTrue(any((place / path).exists() for place in (*PLACES, page.parent)),
                                    f'{page.name} names {path}')

    def test_the_map_has_every_folder(self):
        text = (ROOT / 'docs' / 'map.md').read_text()
        for folder in sorted(FOLDERS | {f'xp/{path.name}' for path in (ROOT / 'xp').iterdir() if path.is_dir()}):
            self.assertRegex(text, rf'`{folder}/', folder)

    def test_the_functions_that_are_shown(self):
        foreign = 'examples/foreign_provider'
        for page, source, mark in (('docs/adding-a-function.md', 'cluster/vq/whiten.c', 'xp_scope_return'),
                                   ('examples/consumer/README.md', 'examples/consumer/src/pca.c', 'xp_scope_return'),
                                   ('docs/adding-a-provider.md', f'{foreign}/device.c', 'xp_driver_like'),
                                   ('docs/adding-a-provider.md', f'{foreign}/native.c', 'native_linalg')):
            blocks = re.findall(r'```c\n(.*?)```', (ROOT / page).read_text(), re.DOTALL)
            shown = next(code for code in blocks if mark in code)
            self.assertIn(unindented(shown), unindented((ROOT / source).read_text() + '\n'), page)

    def test_names_that_are_shown(self):
        folders = (ROOT / 'include', ROOT / 'xp' / 'kernel')
        headers = '\n'.join(path.read_text() for folder in folders for path in folder.rglob('*.h'))
        functions = set(re.findall(r'(\w+)\(', (ROOT / 'xp' / 'standard' / 'standard.def').read_text()))
        for page in PAGES:
            for name in re.findall(r'\b((?:xp|sx|XP|SX)_\w+)\(', page.read_text()):
                short = re.sub(r'^xp_(linalg_|fft_|random_|extra_)?', '', name)
                known = name in headers or short in functions or page.name == 'adding-an-operation.md'
                self.assertTrue(known or name.startswith('xp_namespace_from'), f'{page.name} shows {name}()')


if __name__ == '__main__':
    tap.main()
