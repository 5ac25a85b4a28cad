"""Runs NumPy on small fixed inputs and writes what it gives to tests/golden/standard, as text that the tests read.
SPDX-License-Identifier: BSD-3-Clause

usage: python3 tools/make_golden_standard.py

The format is that of tools/make_golden.py. A case is named after the function, then after what is particular to it.
Arguments are the arrays x1, x2, x3 and the numbers a, b, c, d; what they mean is in tests/standard/calls.c. A complex
array X is two of them, X and X_imag.
"""
import pathlib
import warnings

import numpy as np

FOLDER = pathlib.Path(__file__).resolve().parent.parent / 'tests' / 'golden' / 'standard'
DTYPES = ['bool', 'int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64', 'float32', 'float64',
          'complex64', 'complex128']
REAL = DTYPES[1:11]
NUMERIC = DTYPES[1:]
FLOATING = DTYPES[9:]
SIGNED = DTYPES[1:5]
COMPLEX = DTYPES[11:]
FLAT = -2**31  # XP_FLAT


def covariances(t, dtype, loose):
    rows, stack = values((3, 8), dtype), values((2, 3, 8), dtype)
    often, real = np.array([1, 3, 0, 2, 1, 1, 4, 1]), 'float32' if dtype in ('float32', 'complex64') else 'float64'
    weights = np.array([0.5, 1, 0.25, 2, 0, 1, 1.5, 0.125], real)

    def cov(x, ddof=1, **weighted):
        return np.cov(x, ddof=ddof, dtype=dtype, **weighted).astype(dtype)
    t.case('cov_along', [rows.T], [0, 0], cov(rows, 0), loose)
    t.case('cov_along', [stack], [-1, 2], np.stack([cov(x, 2) for x in stack]), loose)
    t.case('cov_along', [np.swapaxes(stack, 1, 2)], [-2, 1], np.stack([cov(x) for x in stack]), loose)
    t.case('cov_frequencies', [rows, often], [-1, 1], cov(rows, fweights=often), loose)
    t.case('cov_weights', [rows, weights], [1, 1], cov(rows, aweights=weights), loose)
    t.case('cov_weights', [rows[0], weights], [0, 0], cov(rows[0], 0, aweights=weights), loose)
    t.case('cov_both', [rows, often, weights], [-1, 2], cov(rows, 2, fweights=often, aweights=weights), loose)


def values(shape, dtype, seed=1):
    """Small numbers that every dtype holds exactly, so that sums and products of integers mean something."""
    rng = np.random.default_rng(seed)
    if dtype == 'bool':
        return rng.random(shape) < 0.6
    low = 0 if dtype.startswith('u') else -9
    x = rng.integers(low, 10, shape).astype('float64')
    if dtype.startswith(('f', 'c')):
        x = x / 4 + rng.integers(0, 2, shape) / 8
    if dtype.startswith('c'):
        x = x + 1j * rng.integers(-9, 10, shape) / 4
    return x.astype(dtype)


def tolerance(x):
    return {'float32': 1e-5, 'complex64': 1e-5, 'float64': 1e-13, 'complex128': 1e-13}.get(x.dtype.name, 0)


class Table:
    """One file of golden values."""

    def __init__(self, name):
        self.name = name
        self.lines = [f'# numpy {np.__version__}: python3 tools/make_golden_standard.py']

    def case(self, name, arrays, numbers, result, rtol=None):
        self.lines += ['', 'case ' + name]
        for i, x in enumerate(arrays):
            self.array(f'x{i + 1}', x)
        for letter, number in zip('abcd', numbers):
            self.lines.append(f'number {letter} {float(number)!r}')
        result = np.asarray(result)
        self.lines.append(f'number rtol {tolerance(result) if rtol is None else rtol}')
        self.array('result', result)

    def array(self, name, x):
        x = np.asarray(x)
        if np.iscomplexobj(x):
            self.array(name + '_imag', x.imag)
            x = x.real
        self.lines.append(' '.join(['array', name, x.dtype.name, *map(str, x.shape)]))
        elements = [str(element + 0 if element.dtype.kind in 'iub' else element) for element in x.ravel()]
        if elements:
            self.lines.append(' '.join(elements))

    def write(self):
        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / f'{self.name}.txt').write_text('\n'.join(self.lines) + '\n')


def number_of(dtype):
    """xp_dtype's number."""
    return 1 + DTYPES.index(dtype) if dtype else 0


def creation():
    t = Table('creation')
    for start, stop, step, dtype in [(0, 10, 3, None), (5, -5, -2, None), (0, 1, 0.125, None), (5, 1, 1, None),
                                     (0, 7, 2, 'uint8'), (-3, 4, 1, 'float32'), (0.5, 3, 0.5, 'float32')]:
        t.case('arange', [], [start, stop, step, number_of(dtype)], np.arange(start, stop, step, dtype=dtype))
    for start, stop, num, endpoint in [(0, 1, 5, 1), (0, 1, 5, 0), (3, -2, 7, 1), (2, 2, 3, 1), (1, 9, 1, 1),
                                       (1, 9, 0, 1), (0.1, 0.7, 4, 1)]:
        t.case('linspace', [], [start, stop, num, endpoint], np.linspace(start, stop, num, endpoint=bool(endpoint)))
    for rows, columns, k in [(3, 3, 0), (3, 4, 1), (4, 3, -2), (0, 3, 0), (2, 2, 5)]:
        for dtype in ['float64', 'bool', 'complex64', 'uint8']:
            t.case('eye', [], [rows, columns, k, number_of(dtype)], np.eye(rows, columns, k, dtype=dtype))
    t.write()


def data_types():
    t = Table('data_types')
    for source in DTYPES:
        for dtype in DTYPES:
            if source.startswith('c') and not dtype.startswith('c'):
                continue
            x = values((2, 3), source)
            if source.startswith(('f', 'int')) and dtype.startswith('u'):
                x = abs(x)  # NumPy leaves negative ones to the machine
            t.case('astype', [x], [number_of(dtype)], x.astype(dtype))
    t.write()


def elementwise():
    t = Table('elementwise')
    for first in DTYPES:
        for second in DTYPES:
            x, y = values((2, 3), first), values((3,), second, 2)
            t.case('add', [x, y], [], x + y)
    for shape1, shape2 in [((2, 1, 3), (4, 1)), ((), (2, 2)), ((0, 3), (1,)), ((1, 1), (1,))]:
        x, y = values(shape1, 'float64'), values(shape2, 'float64', 2)
        t.case('add', [x, y], [], x + y)
        t.case('less', [x, y], [], x < y)
    for dtype in DTYPES:
        condition, x, y = values((2, 3), 'bool'), values((3,), dtype), values((2, 1), dtype, 2)
        t.case('where', [condition, x, y], [], np.where(condition, x, y))
    for dtype in REAL:
        x, low, high = values((3, 4), dtype), values((4,), dtype, 2), values((3, 1), dtype, 3)
        t.case('clip', [x, low, high], [], np.clip(x, low, high))
    t.write()


def statistical():
    t = Table('statistical')
    axes = {(): [None], (2, 3): [None, -1], (2, 3, 2): [1, (0, 2)], (0, 3): [0, 1]}
    for name in ['sum', 'prod', 'mean', 'var', 'std', 'min', 'max', 'any', 'all', 'argmin', 'argmax', 'count_nonzero']:
        is_extremum = name in ('min', 'max', 'argmin', 'argmax')
        for dtype in DTYPES:
            if is_extremum and dtype not in REAL or name in ('var', 'std') and dtype.startswith('c'):
                continue
            for shape, choices in axes.items():
                for axis in choices if shape != (0, 3) or dtype in ('int8', 'float64') else ():
                    if is_extremum and 0 in shape and axis == 0 or name.startswith('arg') and isinstance(axis, tuple):
                        continue
                    x = values(shape, dtype)
                    keepdims = isinstance(axis, tuple) or axis == -1
                    result = getattr(np, name)(x, axis=axis, keepdims=keepdims)
                    bits = sum(1 << i % len(shape) for i in (axis if isinstance(axis, tuple) else [axis])) \
                        if axis is not None else -1
                    t.case(f'{name} {dtype}', [x], [bits, keepdims], result)
    t.write()
    t = Table('cumulative')
    for name in ['cumulative_sum', 'cumulative_prod']:
        for dtype in NUMERIC:
            for shape, axis, initial in [((5,), FLAT, 0), ((2, 3), 0, 1), ((2, 3), -1, 0), ((2, 3, 2), 1, 1),
                                         ((0, 3), 0, 1), ((3, 0), 0, 0)]:
                x = values(shape, dtype)
                result = getattr(np, name)(x, axis=None if axis == FLAT else axis, include_initial=bool(initial))
                t.case(f'{name} {dtype}', [x], [axis, initial], result)
    t.write()


def manipulation():
    t = Table('manipulation')
    for dtype in ['bool', 'int16', 'float32', 'complex128']:
        for shape in [(), (4,), (2, 3), (2, 3, 2), (0, 3), (1, 3, 1)]:
            x, n = values(shape, dtype), len(shape)
            t.case('reshape', [x], [-1 if x.size else 0], x.reshape(-1))
            t.case('squeeze', [x], [], np.squeeze(x))
            t.case('expand_dims', [x], [n], np.expand_dims(x, n))
            t.case('expand_dims', [x], [-n - 1], np.expand_dims(x, -n - 1))
            t.case('flip', [x], [-1], np.flip(x))
            t.case('permute_dims', [x], [], np.transpose(x))
            t.case('roll', [x], [2, FLAT], np.roll(x, 2))
            t.case('repeat', [x], [2, FLAT], np.repeat(x, 2))
            t.case('tile', [x], [2, 3], np.tile(x, (2, 3)))
            t.case('broadcast_to', [x], [2], np.broadcast_to(x, (2, *shape)))
            t.case('concat', [x, values((2,), dtype, 2)], [FLAT], np.concatenate([x.ravel(), values((2,), dtype, 2)]))
            t.case('stack', [x, values(shape, dtype, 2)], [n], np.stack([x, values(shape, dtype, 2)], n))
            if n >= 2:
                t.case('matrix_transpose', [x], [], np.swapaxes(x, -1, -2))
            for axis in {0, n - 1} if n else ():
                t.case('roll', [x], [-1, axis], np.roll(x, -1, axis))
                t.case('repeat', [x], [3, axis], np.repeat(x, 3, axis))
                t.case('flip', [x], [axis], np.flip(x, axis))
                t.case('moveaxis', [x], [axis, -n], np.moveaxis(x, axis, -n))
                y = values(shape, dtype, 2)
                t.case('concat', [x, y], [axis], np.concatenate([x, y], axis))
    for first, second in [('int8', 'uint8'), ('int32', 'float32'), ('float32', 'complex64'), ('bool', 'uint16')]:
        x, y = values((2,), first), values((3,), second, 2)
        t.case('concat', [x, y], [0], np.concatenate([x, y]))
        t.case('stack', [x, y[:2]], [0], np.stack([x, y[:2]]))
    t.write()


def indexing():
    t = Table('indexing')
    for dtype in DTYPES:
        x = values((4, 3), dtype)
        for indices in [np.array([0, 3, 1, -4]), np.array([[1, 0], [2, -1]], 'int8'), np.array(2, 'uint16'),
                        np.empty(0, 'int64')]:
            t.case('take', [x, indices], [0], np.take(x, indices, 0))
        t.case('take', [x, np.array([2, 0], 'uint8')], [1], np.take(x, [2, 0], 1))
        t.case('take', [x, np.array([11, -1])], [FLAT], np.take(x, [11, -1]))
        for mask in [values((4,), 'bool', 3), values((4, 3), 'bool', 3), np.zeros(4, 'bool'), np.ones((4, 3), 'bool')]:
            t.case('get_mask', [x, mask], [], x[mask])
            for value in [np.asarray(values((), dtype, 5)), values(x[mask].shape, dtype, 5)]:
                changed = x.copy()
                changed[mask] = value
                t.case('set_mask', [x, mask, value], [], changed)
        for start, stop, step in [(0, 4, 1), (3, 0, -2), (-3, 100, 2), (2, 1, 1)]:
            t.case('get_slice', [x], [start, stop, step], x[start:stop:step])
            changed, value = x.copy(), values((3,), dtype, 5)
            changed[start:stop:step] = value
            t.case('set_slice', [x, value], [start, stop, step], changed)
        t.case('get_at', [x], [-2], x[..., -2])
        changed = x.copy()
        changed[..., -2] = values((4,), 'int8', 6).astype(dtype)
        t.case('set_at', [x, values((4,), 'int8', 6).astype(dtype)], [-2], changed)
    t.write()


def positions():
    """Arrays of positions beside other indices; what is changed through them; nonzero, put, take_along_axis."""
    t = Table('positions')
    rows, columns = np.array([2, -1, 0, 2]), np.array([[1], [-3], [0]], 'int8')
    for dtype in DTYPES:
        x, mask = values((4, 3, 5), dtype), values((4,), 'bool', 3)
        where = np.flatnonzero(mask)[::-1].copy() - 1
        picks = {'get_first': (rows,), 'get_two': (rows, columns), 'get_around': (rows, slice(None), columns),
                 'get_last': (slice(None), slice(None, None, -2), columns), 'get_inner': (slice(None), columns, rows),
                 'get_integer': (1, slice(None), rows), 'get_new': (None, rows, columns, None)}
        for name, items in picks.items():
            taken = x[items]
            arrays = [item for item in items if isinstance(item, np.ndarray)]
            t.case(name, [x, *arrays], [], taken)
        t.case('get_mask_beside', [x, mask, where], [], x[mask, where])
        x = values((4, 5), dtype)
        value = values((4, 1), dtype, 5)
        changed = x.copy()
        changed[rows] = value
        t.case('set_first', [x, rows, value], [], changed)
        value = values((4,), dtype, 5)
        changed = x.copy()
        changed[rows, [0, 3, 3, 1]] = value
        t.case('set_two', [x, rows, value], [], changed)
        changed = x.copy()
        np.put(changed, rows, value[:3])
        t.case('put', [x, rows, value[:3]], [], changed)
        for axis in range(x.ndim):
            t.case('nonzero', [x], [axis], np.nonzero(x)[axis])
        for axis, indices in [(0, np.array([[1, 0, -1, 2, 3]])), (1, np.array([[4, -5], [0, 0], [1, 2], [3, 3]])),
                              (-1, np.array([[2, 2, 1]], 'uint8'))]:
            t.case('take_along_axis', [x, indices], [axis], np.take_along_axis(x, indices.astype('int64'), axis))
    for dtype in NUMERIC:
        x, value = values((4, 5), dtype), values((5,), dtype, 5) + 1
        mask = values((4,), 'bool', 3)
        for number, name in enumerate(['add', 'subtract', 'multiply', 'power', 'minimum', 'maximum', 'divide']):
            unsuited = {'minimum': COMPLEX, 'maximum': COMPLEX, 'power': FLOATING + SIGNED, 'divide': DTYPES[1:9],
                        'subtract': ['uint64']}  # the last one wraps to what the tests' reader does not hold
            if dtype in unsuited.get(name, ()):
                continue
            changed, masked = x.copy(), x.copy()
            changed[1:4:2] = getattr(np, name)(x[1:4:2], value)
            masked[mask] = getattr(np, name)(x[mask], value)
            t.case(f'at_slice {name}', [x, value], [number], changed)
            t.case(f'at_mask {name}', [x, mask, value], [number], masked)
        changed = x.copy()
        np.add.at(changed, np.array([3, 1, 3]), value)
        t.case('scatter_add', [x, np.array([3, 1, 3]), value], [0], changed)
    t.write()


def searching():
    t = Table('searching')
    for dtype in REAL:
        x, v = np.sort(values((9,), dtype)), values((2, 4), dtype, 2)
        for side in ['left', 'right']:
            t.case('searchsorted', [x, v], [side == 'right'], np.searchsorted(x, v, side))
    x = np.array([-np.inf, -1, 0, 0, 2, np.inf, np.nan, np.nan])
    v = np.array([np.nan, np.inf, -np.inf, 0, -0.0, 1, 3])
    for side in ['left', 'right']:
        t.case('searchsorted', [x, v], [side == 'right'], np.searchsorted(x, v, side))
        order = np.array([3, 1, 0, 2])
        y = np.array([3.5, 2.5, 7.5, 1.5])
        t.case('searchsorted_sorter', [y, v, np.argsort(y)], [side == 'right'],
               np.searchsorted(y, v, side, sorter=np.argsort(y)))
        t.case('searchsorted_sorter', [y[order], v, np.argsort(y[order])], [side == 'right'],
               np.searchsorted(np.sort(y), v, side))
    t.write()


def linear_algebra():
    t = Table('linear_algebra')
    shapes = [((2, 3), (3, 4)), ((3,), (3, 4)), ((2, 3), (3,)), ((3,), (3,)), ((2, 2, 3), (3, 2)), ((2, 3), (2, 3, 2)),
              ((2, 1, 2, 3), (3, 3, 2)), ((2, 0), (0, 3)), ((0, 2), (2, 3)), ((2, 2, 3), (3,)), ((2,), (3, 2, 2))]
    for dtype in NUMERIC:
        for first, second in shapes:
            x, y = values(first, dtype), values(second, dtype, 2)
            t.case('matmul', [x, y], [], np.matmul(x, y))
        for first, second, axis in [((3,), (3,), -1), ((2, 3), (3,), -1), ((2, 3, 2), (3, 1), -2),
                                    ((2, 0), (2, 0), -1)]:
            x, y = values(first, dtype), values(second, dtype, 2)
            t.case('vecdot', [x, y], [axis], (x.conj() * y).sum(axis, dtype=dtype))
    for dtype in FLOATING:
        loose = 2e-3 if dtype in ('float32', 'complex64') else 1e-10
        for shape in [(1, 1), (3, 3), (2, 2, 2), (0, 0)]:
            x = values(shape, dtype)
            x = np.matmul(x, np.swapaxes(x.conj(), -1, -2)) + 4 * np.eye(shape[-1], dtype=dtype)
            lower = np.linalg.cholesky(x)
            t.case('cholesky', [x], [0], lower, loose)
            t.case('cholesky', [x], [1], np.swapaxes(lower, -1, -2).conj(), loose)
        for shape in [(1, 1), (3, 3), (4, 2), (2, 4), (2, 3, 2), (0, 3)]:
            x = values(shape, dtype)
            t.case('svd_values', [x], [], np.linalg.svd(x, compute_uv=False), loose)
        t.case('cov', [values((3, 8), dtype)], [], np.cov(values((3, 8), dtype), dtype=dtype), loose)
        t.case('cov', [values((8,), dtype)], [], np.cov(values((8,), dtype), dtype=dtype), loose)
        covariances(t, dtype, loose)
    t.write()


def fourier_one(t, name, x, n=0, axis=-1, norm=0):
    """n 0: the axis' own length."""
    mode = ['backward', 'ortho', 'forward'][norm]
    t.case(f'{name} {x.dtype}', [x], [n, axis, norm], getattr(np.fft, name)(x, n or None, axis, mode))


def fourier_many(t, name, x, s, axes, norm=0):
    """Axes are a second array and lengths a third one; without them all axes are transformed."""
    given = [np.array(numbers) for numbers in (axes, s) if numbers is not None]
    mode = ['backward', 'ortho', 'forward'][norm]
    t.case(f'{name} {x.dtype}', [x, *given], [norm], getattr(np.fft, name)(x, s, axes, mode))


def fourier():
    t = Table('fourier')
    for name in ['fft', 'ifft', 'rfft', 'irfft', 'hfft', 'ihfft']:
        is_from_real = name in ('rfft', 'ihfft')
        for dtype in DTYPES:
            if is_from_real and dtype.startswith('c'):
                continue
            fourier_one(t, name, values((6,), dtype))
            fourier_one(t, name, values((2, 5), dtype), 0, 1, 1)
        for dtype in ['float32', 'float64'] if is_from_real else ['complex64', 'complex128']:
            for n in [1, 2, 3, 4, 7, 8, 11, 12]:
                fourier_one(t, name, values((5,), dtype), n, -1, n % 3)
            for axis in [0, 1, -1]:
                fourier_one(t, name, values((2, 3, 4), dtype), 0, axis)
                fourier_one(t, name, values((3, 2), dtype), 3, axis % 2, 2)
            fourier_one(t, name, values((0, 3), dtype))
    for name in ['fftn', 'ifftn', 'rfftn', 'irfftn']:
        for dtype in ['float32', 'float64'] if name == 'rfftn' else ['complex64', 'complex128', 'int16']:
            x = values((2, 3, 4), dtype)
            fourier_many(t, name, x, None, None, 0)
            fourier_many(t, name, x, None, (0, -1), 1)
            fourier_many(t, name, x, (2, 6), (2, 1), 2)
            fourier_many(t, name, x, (4, -1, 3), (1, 0, 2), 0)
            fourier_many(t, name, x, None, (1,), 2)
            fourier_many(t, name, values((2, 0, 3), dtype), None, (0, 2))
    for name in ['fftfreq', 'rfftfreq']:
        for n in [1, 2, 5, 8]:
            for d, dtype in [(1, None), (0.25, 'float64'), (-3, 'float32')]:
                t.case(name, [], [n, d, number_of(dtype)], getattr(np.fft, name)(n, d).astype(dtype or 'float64'))
    for name in ['fftshift', 'ifftshift']:
        for dtype in ['bool', 'int16', 'float32', 'complex128']:
            for shape in [(), (1,), (4,), (5,), (3, 4), (2, 3, 5), (0, 3)]:
                x = values(shape, dtype)
                t.case(f'{name} {dtype}', [x], [-1], getattr(np.fft, name)(x) if shape else x)
                if len(shape) > 1:
                    t.case(f'{name} {dtype}', [x], [3], getattr(np.fft, name)(x, (0, 1)))
                    t.case(f'{name} {dtype}', [x], [2], getattr(np.fft, name)(x, 1))
    t.write()


def regular(shape, dtype, seed=1):
    """Square matrices that are far from singular."""
    return values(shape, dtype, seed) + (9 * np.eye(shape[-1])).astype(dtype)


def linear_algebra_extension():
    t = Table('linear_algebra_extension')
    for dtype in NUMERIC:
        vector_products(t, dtype)
    for dtype in FLOATING:
        loose = 2e-4 if dtype in ('float32', 'complex64') else 1e-11
        square_matrices(t, dtype, loose)
        norms(t, dtype, loose)
        for shape in [(3, 3), (4, 2), (2, 4), (2, 3, 2), (0, 3), (3, 0), (2, 0, 0)]:
            x = values(shape, dtype)
            t.case('svdvals', [x], [], np.linalg.svdvals(x), loose)
            t.case('matrix_rank', [x], [], np.linalg.matrix_rank(x) if x.size else np.zeros(shape[:-2], 'int64'))
            t.case('pinv', [x], [], np.linalg.pinv(x), loose)
    low = np.array([[[1, 2], [2, 4.001]], [[3, 0], [0, 1e-9]], [[0, 0], [0, 0]]])
    for rtol in [np.array(1e-2), np.array([1e-6, 1e-12, 1e-3]), np.array([0.5])]:
        expected = np.broadcast_to(rtol, 3)
        t.case('matrix_rank_rtol', [low, rtol], [], np.linalg.matrix_rank(low, rtol=expected))
        t.case('pinv_rtol', [low, rtol], [], np.linalg.pinv(low, rtol=expected), 1e-9)
    t.write()


def vector_products(t, dtype):
    for first, second, axis in [((3,), (3,), -1), ((2, 3), (3,), -1), ((3, 2), (3, 1), -2), ((0, 3), (3,), -1)]:
        if dtype == 'uint64':
            break  # what wraps is too large for the file
        x, y = values(first, dtype), values(second, dtype, 2)
        t.case('cross', [x, y], [axis], np.cross(*np.broadcast_arrays(x, y), axis=axis))
    for m, n in [(3, 2), (0, 2), (1, 4)]:
        x, y = values((m,), dtype), values((n,), dtype, 2)
        t.case('outer', [x, y], [], np.outer(x, y).astype(dtype))
    for shape, offset in [((3, 3), 0), ((2, 4), 1), ((4, 2), -2), ((2, 3, 4), 3), ((2, 2, 3), 5), ((0, 3), 0)]:
        x = values(shape, dtype)
        t.case('diagonal', [x], [offset], np.linalg.diagonal(x, offset=offset))
        t.case('trace', [x], [offset], np.linalg.trace(x, offset=offset))
    for first, second, count in [((2, 3), (3, 4), 1), ((2, 3, 4), (3, 4, 2), 2), ((2,), (3, 2), 0), ((0, 3), (3, 2), 1),
                                 ((2, 0), (0, 3), 1), ((3, 2), (3, 2), 0), ((), (2, 2), 0)]:
        x, y = values(first, dtype), values(second, dtype, 2)
        t.case('tensordot', [x, y], [count], np.tensordot(x, y, count))
    x, y = values((2, 3, 4), dtype), values((4, 5, 2), dtype, 2)
    t.case('tensordot_axes', [x, y], [0, -1, 2, 0], np.tensordot(x, y, ([0, -1], [2, 0])))
    for first, second in [((2, 3), (2, 2)), ((3,), (2,)), ((2,), (2, 1, 3)), ((), (2, 2)), ((0, 2), (3,))]:
        x, y = values(first, dtype), values(second, dtype, 2)
        t.case('kron', [x, y], [], np.kron(x, y))


def square_matrices(t, dtype, loose):
    for shape in [(1, 1), (2, 2), (3, 3), (2, 4, 4), (3, 1, 5, 5), (8, 8), (2, 9, 9), (0, 0), (2, 0, 0), (0, 3, 3)]:
        x = regular(shape, dtype)
        sign, logarithm = np.linalg.slogdet(x)
        t.case('det', [x], [], np.linalg.det(x), loose)
        t.case('slogdet_sign', [x], [], sign, loose)
        t.case('slogdet_logabsdet', [x], [], logarithm, loose)
        t.case('inv', [x], [], np.linalg.inv(x), loose)
        symmetric = x + np.swapaxes(x.conj(), -1, -2)
        t.case('eigvalsh', [symmetric], [], np.linalg.eigvalsh(symmetric), loose)
        for n in [0, 1, 2, 5, -1, -2] if shape in [(3, 3), (2, 0, 0), (2, 4, 4)] else []:
            t.case('matrix_power', [x / 8], [n], np.linalg.matrix_power(x / 8, n), loose)
    for first, second in [((3, 3), (3,)), ((2, 3, 3), (3,)), ((3, 3), (3, 2)), ((2, 3, 3), (3, 1)), ((4, 4), (2, 4, 3)),
                          ((2, 1, 2, 2), (3, 2, 2)), ((5, 5), (5, 20)), ((2, 9, 9), (9, 4)), ((9, 9), (9,)),
                          ((0, 0), (0,)), ((2, 2), (2, 0)), ((0, 3, 3), (3, 2))]:
        x, y = regular(first, dtype), values(second, dtype, 2)
        solution = np.linalg.solve(x, y[:, None])[..., 0] if y.ndim == 1 else np.linalg.solve(x, y)
        t.case('solve', [x, y], [], solution, loose)


def norms(t, dtype, loose):
    orders = ['fro', 'nuc', 1, -1, 2, -2, np.inf, -np.inf]
    for shape in [(3, 3), (2, 3, 4), (0, 3), (3, 0)]:
        x = values(shape, dtype)
        for number, order in enumerate(orders):
            if not x.size and (order == -2 or order == -1 and shape[1] == 0 or order == -np.inf and shape[0] == 0):
                continue  # the least of nothing
            for keepdims in [0, 1]:
                norm = np.linalg.matrix_norm(x, ord=order, keepdims=bool(keepdims))
                t.case('matrix_norm', [x], [keepdims, number], norm.astype(x.real.dtype), loose)
    for shape, axis in [((5,), None), ((2, 3), 1), ((2, 3, 4), (0, 2)), ((2, 3, 4), None), ((0,), None), ((2, 0), 0)]:
        x = values(shape, dtype)
        bits = -1 if axis is None else sum(1 << i for i in (axis if isinstance(axis, tuple) else [axis]))
        for order in [0, 1, 2, 3, 2.5, np.inf, -np.inf, -1, -2]:
            if x.size or order >= 0:
                norm = np.linalg.vector_norm(x, axis=axis, ord=order, keepdims=shape == (2, 3))
                t.case('vector_norm', [x], [bits, shape == (2, 3), order], np.asarray(norm, x.real.dtype), loose)


def extra():
    """Functions that are made of others: grids, triangles, differences, and the helpers of array-api-extra."""
    t = Table('extra')
    for dtype in ['bool', 'int16', 'float32', 'complex128']:
        x, y, z = values((3,), dtype), values((2,), dtype, 2), values((4,), dtype, 3)
        for kind, indexing in enumerate(['xy', 'ij']):
            for which in range(3):
                t.case('meshgrid', [x, y, z], [kind, which], np.meshgrid(x, y, z, indexing=indexing)[which])
        for shape in [(3, 3), (2, 3, 4), (0, 3), (4, 1)]:
            for k in [0, 1, -2, 9, -9]:
                x = values(shape, dtype)
                t.case('tril', [x], [k], np.tril(x, k))
                t.case('triu', [x], [k], np.triu(x, k))
        for offset in [0, 2, -1]:
            for shape in [(3,), (0,), (2, 2)]:
                x = values(shape, dtype)
                rows = [np.diag(row, offset) for row in x] if len(shape) > 1 else np.diag(x, offset)
                t.case('create_diagonal', [x], [offset], np.array(rows).astype(dtype))
        x = values((2, 3, 4), dtype)
        t.case('unstack', [x], [1, 2], x[:, 2])
        t.case('sliding_window', [x], [2, 3], np.lib.stride_tricks.sliding_window_view(x, (2, 3), (1, 2)))
        t.case('moveaxis_two', [x], [0, -1, 2, 0], np.moveaxis(x, (0, -1), (2, 0)))
        t.case('swapaxes', [x], [0, -1], np.swapaxes(x, 0, -1))
        t.case('expand_dims_two', [x], [0, -2], np.expand_dims(x, (0, -2)))
        t.case('atleast_nd', [x], [5], x[None, None])
        t.case('roll_two', [x], [1, 0, -5, 2], np.roll(x, (1, -5), (0, 2)))
        t.case('roll_two', [x], [3, 1, 3, -2], np.roll(x, (3, 3), (1, -2)))
        t.case('repeat_each', [x, np.array([2, 0, 1], 'uint8')], [1], np.repeat(x, [2, 0, 1], 1))
        t.case('repeat_each', [y, np.array([3])], [FLAT], np.repeat(y, 3))
        t.case('repeat_each', [x, np.arange(24, dtype='int16') % 3], [FLAT], np.repeat(x, np.arange(24) % 3))
        for before, after in [(1, 2), (0, 0), (3, 0)]:
            t.case('pad', [x, np.array(1, dtype)], [before, after],
                   np.pad(x, [(before, after), (after, before), (1, before)], constant_values=np.array(1, dtype)))
        for n in range(5):
            t.case('diff', [x], [-1, n], np.diff(x, n))
        t.case('diff', [x, values((2, 1, 4), dtype, 5), values((2, 2, 4), dtype, 6)], [1, 2],
               np.diff(x, 2, 1, values((2, 1, 4), dtype, 5), values((2, 2, 4), dtype, 6)))
    for dtype in DTYPES:
        x, y = values((2, 3, 4), dtype), values((2, 3, 4), dtype)
        y.ravel()[::3] = 0
        for rtol, atol in [(0, 0), (0.5, 0.25), (0, 2)]:
            t.case('isclose', [x, y], [rtol, atol, 0], np.isclose(x, y, rtol, atol))
    special = [np.nan, np.inf, -np.inf, 0.0, -0.0, 1.5, -2.25, 1e-30]
    for dtype in ['float32', 'float64']:
        x, y = np.array(special, dtype), np.array(special[::-1] + [1.5], dtype)[1:]
        for equal_nan in [0, 1]:
            t.case('isclose', [x[:, None], y], [1e-5, 1e-8, equal_nan],
                   np.isclose(x[:, None], y, 1e-5, 1e-8, bool(equal_nan)))
        table = np.array([special, special[::-1], [np.nan] * 8, [3, np.nan, 1, np.nan, 2, 7, 5, np.nan]], dtype)
        for axis, bits in [(None, -1), (0, 1), (1, 2), ((0, 1), 3)]:
            for keepdims in [0, 1]:
                t.case('nanmax', [table], [bits, keepdims], np.nanmax(table, axis=axis, keepdims=bool(keepdims)))
                t.case('nanmin', [table], [bits, keepdims], np.nanmin(table, axis=axis, keepdims=bool(keepdims)))
                finite = np.where(np.isinf(table), 2, table)
                t.case('nansum', [finite], [bits, keepdims], np.nansum(finite, axis=axis, keepdims=bool(keepdims)))
        t.case('nan_to_num', [table, np.array(7, dtype)], [], np.nan_to_num(table, nan=7))
        x = np.array([0, 1e-20, -1e-3, 0.5, 1, -1.5, 2.25, 100, -1e5, 12345.5, np.nan], dtype)
        exact = np.array([1, 1, np.sin(np.pi * 1e-3) / (np.pi * 1e-3), 2 / np.pi, 0, -2 / (3 * np.pi),
                          np.sqrt(0.5) / (2.25 * np.pi), 0, 0, -1 / (12345.5 * np.pi), np.nan])
        t.case('sinc', [x], [], exact.astype(dtype))
        t.case('angle', [x], [0], np.where(np.isnan(x), np.nan, np.angle(x)).astype(dtype))
    for dtype in NUMERIC:
        x = values((2, 3), dtype)
        t.case('nanmax', [x.real], [1, 0], np.nanmax(x.real, axis=0))
        t.case('nanmin', [x.real], [2, 1], np.nanmin(x.real, axis=1, keepdims=True))
        t.case('nansum', [x], [1, 0], np.nansum(x, axis=0))
        t.case('nan_to_num', [x, np.array(3, x.real.dtype)], [], x)
        wide = x if dtype in FLOATING else x.astype('float64')
        t.case('angle', [x], [0], np.angle(wide))
        t.case('angle', [x], [1], np.angle(wide, deg=True))
        t.case('deg2rad', [x], [], wide * wide.real.dtype.type(np.pi / 180))
        t.case('rad2deg', [x], [], wide * wide.real.dtype.type(180 / np.pi))
    for dtype in REAL[:8]:
        x = np.array([[0, 3], [1, 2]], dtype)
        t.case('one_hot', [x], [4, 0, -1], np.eye(4)[x.astype(int)])
        ones = np.eye(4, dtype='int8')[x.astype(int)]
        t.case('one_hot', [x], [3, number_of('int8'), 0], np.moveaxis(ones, -1, 0)[:3])
        for which in range(3):
            flat = np.array([[0, 7], [13, 23]], dtype)
            t.case('unravel_index', [flat], [which], np.unravel_index(flat.astype('int64'), (2, 3, 4))[which])
        x = np.array([[0, 5, 120], [1, 60, 7]], dtype)
        low, high = np.array([-300, 3, 10]), np.array([[50], [500]])
        t.case('clip', [x, low, high], [], np.clip(x.astype('int64'), low, high).astype(dtype))
    for n, offset, m in [(3, 0, 3), (4, -1, 3), (2, 2, 5), (3, -9, 2), (3, 9, 2), (0, 0, 3), (3, 0, 0), (5, 1, 2)]:
        for which in [0, 1]:
            t.case('tril_indices', [], [n, offset, m, which], np.tril_indices(n, offset, m)[which])
            t.case('triu_indices', [], [n, offset, m, which], np.triu_indices(n, offset, m)[which])
    t.case('linspace_complex', [], [1, -2, 5, 1], np.linspace(1 - 2j, 5 + 1j, 7))
    t.case('diag_indices', [], [4], np.arange(4))
    t.write()


def in_order(x, axis, descending, positions):
    """Stable in both directions, NaN first where descending."""
    y = np.flip(x, axis) if descending else x
    order = np.argsort(y, axis=axis, stable=True)
    if descending:
        order = np.flip(x.shape[axis] - 1 - order, axis)
    return order if positions else np.take_along_axis(x, order, axis)


def sorting():
    t = Table('sorting')
    for dtype in DTYPES[:11]:
        for shape, axis in [((7,), 0), ((3, 40), -1), ((5, 3), 0), ((2, 9, 2), 1), ((0, 3), 0), ((3, 0), 0),
                            ((150,), 0)]:
            for descending in [0, 1]:
                x = values(shape, dtype)
                t.case('sort', [x], [axis, descending], in_order(x, axis, descending, False))
                t.case('argsort', [x], [axis, descending], in_order(x, axis, descending, True))
    x = np.array([2, np.nan, 0.0, -0.0, np.inf, -np.inf, np.nan, -0.0, 0.0, 5e-324, -1])
    for dtype in ['float32', 'float64']:
        for descending in [0, 1]:
            y = x.astype(dtype)
            t.case('argsort', [y], [0, descending], in_order(y, 0, descending, True))
            t.case('signs_of_sorted', [y], [0, descending], np.signbit(in_order(y, 0, descending, False)))
    for dtype in DTYPES[:11]:
        x = values((3, 6), dtype)
        t.case('partition_kth', [x], [2, -1], np.sort(x)[..., 2])
        t.case('partition_kth', [x], [-3, 0], np.sort(x, 0)[-3])
        t.case('argpartition_kth', [x], [4, -1], np.sort(x)[..., 4])
    t.write()


def sets():
    t = Table('sets')
    for dtype in DTYPES:
        for shape in [(), (5,), (3, 7), (0, 2), (300,), (20, 30)]:
            x = values(shape, dtype)
            everything = np.unique_all(x)
            t.case('unique_values', [x], [], np.unique(x))
            t.case('unique_all_indices', [x], [], everything.indices)
            t.case('unique_inverse', [x], [], everything.inverse_indices.reshape(shape))
            t.case('unique_counts', [x], [], everything.counts)
            t.case('nunique', [x], [], len(everything.values))
            t.case('isin', [x, values((4,), dtype, 2)], [0], np.isin(x, values((4,), dtype, 2)))
        x, y = values((4, 5), dtype), values((6,), dtype, 2)
        t.case('isin', [x, y], [1], np.isin(x, y, invert=True))
        t.case('isin', [x, y[:0]], [1], np.isin(x, y[:0], invert=True))
        t.case('isin_extra', [x, y], [0], np.isin(x, y))
        t.case('setdiff1d', [x, y], [0], np.setdiff1d(x, y))
        t.case('union1d', [x, y], [], np.union1d(x, y))
        padded = np.concatenate([np.unique(x), np.full(30, 7, dtype)])[:30]
        t.case('unique_values_within', [x], [30, 7], padded)
        t.case('unique_values_within', [x], [2, 7], padded[:2])
        counts = np.concatenate([np.unique_counts(x).counts, np.zeros(30, 'int64')])[:30]
        t.case('unique_counts_within', [x], [30, 7], counts)
        t.case('unique_within_count', [x], [1, 7], len(np.unique(x)))
    x = np.array([1, np.nan, -0.0, 0.0, np.nan, np.inf, 1, -np.inf])
    for y in [x, np.tile(x, 20)]:
        t.case('unique_values', [y], [], np.unique(y, equal_nan=False))
        t.case('unique_counts', [y], [], np.unique_counts(y).counts)
        t.case('unique_all_indices', [y], [], np.unique_all(y).indices)
        t.case('isin_extra', [y, x], [0], np.isin(y, x))
    z = np.array([2 + 1j, complex(1, np.nan), complex(np.nan, 0), 1 + 3j, complex(0, np.nan), 1 + 3j, 1 - 3j, 2 + 0j])
    t.case('unique_counts', [z], [], [1, 2, 1, 1, 1, 1, 1])
    t.case('isin_extra', [z, z[:4]], [0], np.isin(z, z[:4]))
    t.write()


def quantiles():
    t = Table('quantiles')
    methods = ['linear', 'inverted_cdf', 'averaged_inverted_cdf', 'closest_observation', 'interpolated_inverted_cdf',
               'hazen', 'weibull', 'median_unbiased', 'normal_unbiased']
    q = np.array([0, 0.1, 0.25, 0.5, 0.55, 0.9, 1])
    for dtype in DTYPES[1:11]:
        result = 'float32' if dtype == 'float32' else 'float64'
        for number, method in enumerate(methods):
            for shape, axes in [((10,), -1), ((4, 7), 2), ((5, 3), 1), ((3, 4, 2), 5)]:
                x = values(shape, dtype)
                axis = tuple(i for i in range(len(shape)) if axes >> i & 1) if axes >= 0 else None
                for keepdims in [0, 1]:
                    wanted = np.quantile(x.astype('float64'), q, axis, method=method, keepdims=bool(keepdims))
                    t.case('quantile', [x, q], [axes, keepdims, number], wanted.astype(result), 1e-6)
        for shape, axes in [((9,), -1), ((4, 6), 2), ((4, 6), 1), ((3, 2, 5), 5)]:
            x = values(shape, dtype)
            axis = tuple(i for i in range(len(shape)) if axes >> i & 1) if axes >= 0 else None
            t.case('median', [x], [axes, 0], np.median(x.astype('float64'), axis).astype(result))
            t.case('median', [x], [axes, 1], np.median(x.astype('float64'), axis, keepdims=True).astype(result))
    x = np.array([[1, np.nan, 3], [4, 5, np.inf], [-np.inf, 2, 7], [np.inf, np.inf, 1]])
    t.case('median', [x], [2, 0], np.median(x, 1))
    t.case('median', [x], [1, 0], np.median(x, 0))
    t.write()


if __name__ == '__main__':
    warnings.simplefilter('ignore')
    np.seterr(all='ignore')
    for chapter in [creation, data_types, elementwise, statistical, manipulation, indexing, searching, linear_algebra,
                    linear_algebra_extension, fourier, positions, extra, sorting, sets,
                    quantiles]:
        chapter()
