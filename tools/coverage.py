"""Writes docs/coverage.md, function by provider by dtype, from the calls that were logged while tests ran.
SPDX-License-Identifier: BSD-3-Clause

usage: coverage.py standard.def elementwise.def LOG output.md
LOG is what SCIXP_LOG_CALLS named: lines `device function dtype`, of calls that succeeded. `make coverage` does it all.
Nothing else goes into the page, so it cannot claim what no test has run."""
import re
import sys
from collections import defaultdict

from standard_table import TABLES, read

# What has a column of its own where it has been seen; devices of one provider share one.
PROVIDERS = ('host', 'strict', 'trace', 'opencl', 'cuda')
APART = ('get', 'set')  # functions of the public headers that belong to no table
GROUPS = {'bool': ('bool',), 'signed integers': ('int8', 'int16', 'int32', 'int64'),
          'unsigned integers': ('uint8', 'uint16', 'uint32', 'uint64'), 'floating': ('float32', 'float64'),
          'complex': ('complex64', 'complex128')}
STORED = ('float16', 'bfloat16')  # beyond the standard
# Sets of groups that have a name.
SETS = (('all', tuple(GROUPS)), ('numeric', tuple(GROUPS)[1:]), ('real numeric', tuple(GROUPS)[1:4]),
        ('bool or integers', tuple(GROUPS)[:3]), ('integers', tuple(GROUPS)[1:3]),
        ('floating or complex', tuple(GROUPS)[3:]))

INTRODUCTION = '''# Coverage

Which functions have been called successfully, on which provider and for which dtypes, while the tests ran. `make
coverage` runs them with `SCIXP_LOG_CALLS` set and writes this page from the log, and from nothing else: what no test
has run is not in it. Of several arrays it is the first that counts, but for conditions; for functions that make arrays
the result. Calls that one function makes of another are not counted.

*All* are the 13 dtypes of the standard, *numeric* all but bool; float16 and bfloat16 are named beside them. The strict
provider refuses what the standard does not promise, and so has fewer dtypes than the host in places. Functions that
concern dtypes and shapes alone are the same everywhere.
'''

# tests/device/test_functions.c holds devices to this list.
FALLBACKS = '''
## What devices leave to the host

On OpenCL and CUDA every function of the namespace, and all of `cluster.vq`, is done on the device, but for these. Under
`SCIXP_TRANSFER=forbid` they fail.

| function | why |
| --- | --- |
| `linalg.eig`, `linalg.eigvals` | Eigenvalues of matrices without symmetry come from a long chain of small dependent steps (reduction to Hessenberg form, shifted QR), which a device does slower than the host, the transfer included. |

`from_dlpack` of an array on OpenCL fails: OpenCL's memory has no addresses that could be shared.
'''


def provider(device):
    """'strict:no_x64' and 'trace(host)' by their providers' names"""
    return re.match(r'\w+', device)[0]


def read_log(path):
    """function -> provider -> the dtypes that it was called for"""
    calls = defaultdict(lambda: defaultdict(set))
    with open(path) as log:
        for line in log:
            device, function, dtype = line.split()
            calls[function][provider(device)].add(dtype)
    return calls


def describe(dtypes):
    """{'float32', 'float64', 'int8'} as 'floating, int8'"""
    if not dtypes:
        return '–'
    if dtypes == {'any'}:
        return 'called'
    whole = [name for name, members in GROUPS.items() if set(members) <= dtypes]
    for name, groups in SETS:
        if tuple(whole) == groups:
            whole = [name]
            break
    rest = [dtype for name, members in GROUPS.items() if not set(members) <= dtypes
            for dtype in members if dtype in dtypes]
    return ', '.join(whole + rest + [dtype for dtype in STORED if dtype in dtypes])


def section(title, names, later, calls, providers):
    lines = [f'## {title}', '', '| function | ' + ' | '.join(providers) + ' |', '| --- ' * (len(providers) + 1) + '|']
    for name in names:
        if name in later:
            cells = ['not in this build'] + [''] * (len(providers) - 1)
        elif 'any' in calls[name]:
            cells = [describe(calls[name]['any'])] * len(providers)
        else:
            cells = [describe(calls[name][p]) for p in providers]
        lines.append(f'| `{name}` | ' + ' | '.join(cells) + ' |')
    return '\n'.join(lines) + '\n'


def page(standard, calls):
    providers = [p for p in PROVIDERS if any(p in seen for seen in calls.values())] or ['host']
    sections = defaultdict(list)
    for row in standard.functions:
        sections[row.table, row.chapter[1]].append(row.dotted())
    for name in APART:
        sections['main', 'Indexing'].append(name)
    later = {row.dotted() for row in standard.functions if row.state == 'later'}
    titles = {'main': '{}', 'linalg': '`linalg`', 'fft': '`fft`', 'extra': '`extra`: {}', 'random': '`random`',
              'info': '`info`'}
    parts = [section(titles[table].format(title), names, later, calls, providers)
             for table in ('main', *TABLES) for (of, title), names in sections.items() if of == table]
    return INTRODUCTION + '\n' + '\n'.join(parts) + FALLBACKS


if __name__ == '__main__':
    standard_def, elementwise_def, log_path, output = sys.argv[1:]
    with open(output, 'w') as out:
        out.write(page(read(standard_def, elementwise_def), read_log(log_path)))
