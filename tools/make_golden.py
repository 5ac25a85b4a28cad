"""Runs SciPy on small fixed inputs and writes what it gives to tests/golden, as text that the tests read.
SPDX-License-Identifier: BSD-3-Clause

usage: python3 tools/make_golden.py [folder of tests/golden ...]

Needs NumPy and SciPy; versions and command stand in the first line of each file. A file is a sequence of cases:

    case NAME                    begins a case
    array NAME DTYPE EXTENT...   an argument or a result, elements in C order on the lines that follow
    number NAME VALUE            a plain argument or result
"""
import inspect
import pathlib
import sys
import warnings

import numpy as np
import scipy
from scipy.cluster import vq

GOLDEN = pathlib.Path(__file__).resolve().parent.parent / 'tests' / 'golden'


class Table:
    """One file of golden values."""

    def __init__(self, folder, name):
        self.folder, self.name = folder, name
        self.lines = [f'# scipy {scipy.__version__}, numpy {np.__version__}: python3 tools/make_golden.py {folder}']

    def case(self, name, **values):
        self.lines += ['', f'case {name}']
        for key, value in values.items():
            if isinstance(value, np.ndarray):
                self.array(key, value)
            else:
                self.lines.append(f'number {key} {value!s}')

    def array(self, name, x):
        self.lines.append(' '.join(['array', name, x.dtype.name, *map(str, x.shape)]))
        elements = [str(element) for element in x.ravel()]  # the shortest text that reads back as the same number
        width = x.shape[-1] if x.ndim > 1 else 8
        self.lines += [' '.join(elements[i:i + width]) for i in range(0, len(elements), width)]

    def write(self):
        path = GOLDEN / self.folder / f'{self.name}.txt'
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text('\n'.join(self.lines) + '\n')


def clouds(seed, n, d, centres=3, dtype='float64', scale=10):
    """n rows around a few centres, in three decimals; whole numbers for integer dtypes. d = 0 makes it 1-d."""
    rng = np.random.default_rng(seed)
    middle = rng.uniform(-scale, scale, (centres, max(d, 1)))
    x = middle[rng.integers(centres, size=n)] + rng.normal(0, scale / 8, (n, max(d, 1)))
    if np.issubdtype(dtype, np.integer):
        x = np.rint(x + (2 * scale if np.issubdtype(dtype, np.unsignedinteger) else 0))
    x = np.round(x, 3).astype(dtype)
    return x[:, 0] if d == 0 else x


def spread(x, k):
    """k rows of x, evenly taken: somewhere to start."""
    return x[np.linspace(0, len(x) - 1, k).astype(int)].copy()


FLOATS = ['float64', 'float32']
INTEGERS = ['int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64']


def as_float(x):
    """What integers become: SciPy itself takes them in some functions only."""
    return x if x.dtype.kind == 'f' else x.astype('float64')


def whiten_table():
    table = Table('cluster_vq', 'whiten')

    def case(name, obs):
        table.case(name, obs=obs, result=vq.whiten(as_float(obs)))

    for dtype in FLOATS + INTEGERS:
        case(f'{dtype}_rows', clouds(1, 12, 3, dtype=dtype))
    for dtype in FLOATS:
        case(f'{dtype}_one_feature', clouds(2, 9, 0, dtype=dtype))
        case(f'{dtype}_rank_3', clouds(3, 8, 6, dtype=dtype).reshape(8, 2, 3))
        flat = clouds(4, 10, 3, dtype=dtype)
        flat[:, 1] = 2.5
        case(f'{dtype}_flat_feature', flat)
        case(f'{dtype}_one_row', clouds(5, 1, 3, dtype=dtype))
    case('float64_far', clouds(6, 12, 2) + 1e6)
    table.write()


def vq_table():
    table = Table('cluster_vq', 'vq')

    def case(name, obs, code_book):
        code, dist = vq.vq(as_float(obs), as_float(code_book))
        table.case(name, obs=obs, code_book=code_book, code=code, dist=dist)

    for dtype in FLOATS:
        for d in (0, 1, 2, 3, 5, 16):
            obs = clouds(10 + d, 20, d, dtype=dtype)
            case(f'{dtype}_{d}_features', obs, spread(obs, 4))
        obs = clouds(30, 16, 3, dtype=dtype)
        case(f'{dtype}_one_centroid', obs, spread(obs, 1))
        case(f'{dtype}_one_row', obs[:1], spread(obs, 3))
        case(f'{dtype}_many_centroids', obs, spread(clouds(31, 40, 3, dtype=dtype), 37))
        grid = np.array([[i, j] for i in range(5) for j in range(5)], dtype)
        case(f'{dtype}_ties', grid, np.array([[0, 0], [4, 4], [0, 4], [4, 0], [0, 0]], dtype))
    for dtype in INTEGERS:
        obs = clouds(32, 12, 2, dtype=dtype)
        case(f'{dtype}_rows', obs, spread(obs, 3))
    obs = clouds(33, 12, 3, dtype='float32')
    case('float32_with_float64', obs, spread(clouds(34, 12, 3), 3))
    case('float64_with_float32', clouds(35, 12, 3), spread(obs, 3))
    case('int16_with_float32', clouds(36, 12, 3, dtype='int16'), spread(obs, 3))
    table.write()


def kmeans_table():
    table = Table('cluster_vq', 'kmeans')

    def case(name, obs, guess, thresh=1e-5):
        code_book, distortion = vq.kmeans(as_float(obs), as_float(guess), thresh=thresh)
        table.case(name, obs=obs, guess=guess, thresh=thresh, code_book=code_book, distortion=distortion)

    for dtype in FLOATS:
        for d in (0, 2, 5):
            obs = clouds(40 + d, 30, d, dtype=dtype)
            case(f'{dtype}_{d}_features', obs, spread(obs, 3))
        obs = clouds(50, 30, 2, dtype=dtype)
        case(f'{dtype}_to_the_end', obs, spread(obs, 4), 0.0)
        case(f'{dtype}_one_round', obs, spread(obs, 4), 1e9)
        far = np.concatenate([spread(obs, 2), np.full((2, 2), 500, dtype)])
        case(f'{dtype}_clusters_dropped', obs, far[[2, 0, 3, 1]])
    obs = clouds(51, 24, 2, dtype='int32')
    case('int32_rows', obs, spread(obs, 3))
    table.write()


def kmeans2_table():
    table = Table('cluster_vq', 'kmeans2')

    def case(name, data, k, rounds=10):
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')
            centroid, label = vq.kmeans2(as_float(data), as_float(k), iter=rounds, minit='matrix')
        table.case(name, data=data, k=k, iter=rounds, centroid=centroid, label=label)

    for dtype in FLOATS:
        for d in (0, 2, 5, 16):
            data = clouds(60 + d, 30, d, dtype=dtype)
            case(f'{dtype}_{d}_features', data, spread(data, 3))
        data = clouds(70, 30, 2, centres=6, dtype=dtype)
        case(f'{dtype}_one_round', data, spread(data, 5), 1)
        case(f'{dtype}_two_rounds', data, spread(data, 5), 2)
        far = np.concatenate([np.full((1, 2), 500, dtype), spread(data, 3), np.full((1, 2), -500, dtype)])
        case(f'{dtype}_empty_clusters', data, far)
        case(f'{dtype}_one_centroid', data, spread(data, 1))
    for dtype in INTEGERS:
        data = clouds(71, 20, 2, dtype=dtype)
        case(f'{dtype}_rows', data, spread(data, 3))
    case('float64_with_float32', clouds(72, 20, 3), spread(clouds(72, 20, 3), 3).astype('float32'))
    table.write()


ENUMS = {'minit': ['random', 'points', '++', 'matrix'], 'missing': ['warn', 'raise']}


def defaults_table():
    """Every keyword's default, choices as numbers; None where SciPy decides by the kind of array, which is true here."""
    table = Table('cluster_vq', 'defaults')
    for function in (vq.whiten, vq.vq, vq.kmeans, vq.kmeans2):
        parameters = inspect.signature(function).parameters
        values = {name: p.default for name, p in parameters.items() if p.default is not p.empty and name not in ('rng', 'seed')}
        for name, value in values.items():
            values[name] = ENUMS[name].index(value) if name in ENUMS else 1 if value is None else value * 1
        table.case(function.__name__, **values)
    table.write()


def cluster_vq():
    defaults_table()
    whiten_table()
    vq_table()
    kmeans_table()
    kmeans2_table()


FOLDERS = {'cluster_vq': cluster_vq}

if __name__ == '__main__':
    for folder in sys.argv[1:] or FOLDERS:
        FOLDERS[folder]()
