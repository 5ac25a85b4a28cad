#!/usr/bin/env python3
"""Counts the special cases that the stubs of the Array API standard list for each function.

SPDX-License-Identifier: BSD-3-Clause

usage: count_special_cases.py STUBS [TABLE]

STUBS is a chapter of the standard as it is published: src/array_api_stubs/_2025_12/elementwise_functions.py of the
repository data-apis/array-api. Prints a line `function count` for each function that has a section on special cases.
With TABLE, which is tests/standard/special_cases.txt, prints only where that differs, and fails if it does.
"""
import ast
import re
import sys
from pathlib import Path

HEADING = re.compile(r'\*\*Special cases\*\*', re.IGNORECASE)
END = re.compile(r'^(Parameters|Returns|Notes|Raises|\.\. version(added|changed))', re.MULTILINE)
RULE = re.compile(r'^\s*-\s', re.MULTILINE)
STATED = re.compile(r'^(\w+) (\d+)$', re.MULTILINE)


def count_rules(stubs):
    """The number of rules listed under `Special cases`, by function."""
    counts = {}
    for function in ast.parse(stubs).body:
        if not isinstance(function, ast.FunctionDef):
            continue
        parts = HEADING.split(ast.get_docstring(function) or '')
        if len(parts) > 1:
            counts[function.name] = len(RULE.findall(END.split(parts[1])[0]))
    return counts


def main(stubs, table=None):
    counts = count_rules(Path(stubs).read_text(encoding='utf-8'))
    if table is None:
        for name, count in counts.items():
            print(name, count)
        return 0
    stated = {name: int(count) for name, count in STATED.findall(Path(table).read_text(encoding='utf-8'))}
    wrong = [name for name in {**counts, **stated} if counts.get(name, 0) != stated.get(name)]
    for name in wrong:
        print(f'{name}: {counts.get(name, 0)} in the standard, {stated.get(name)} in the table')
    return 1 if wrong else 0


if __name__ == '__main__':
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
