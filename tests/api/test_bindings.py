"""Calls the library through a binding made from scixp-api.json alone.
SPDX-License-Identifier: BSD-3-Clause

usage: test_bindings.py LIBRARY scixp-api.json
Ends with status 1 if something does not hold, and says what."""
import ctypes
import math
import re
import shutil
import struct
import subprocess
import sys
import traceback
from pathlib import Path

from binding import Binding


def check(holds, *what):
    if not holds:
        raise AssertionError(' '.join(str(w) for w in what))


def equal(actual, expected, what=''):
    check(actual == expected, what, 'is', actual, 'and not', expected)


def close(actual, expected, tolerance=1e-12):
    check(len(actual) == len(expected), actual, 'has not the length of', expected)
    for a, e in zip(actual, expected):
        check(math.isclose(a, e, rel_tol=tolerance, abs_tol=tolerance), actual, 'is not', expected)


# ---- help that a binding would write by hand -------------------------------------------------------------------------

def shape(lib, *extents):
    values = (ctypes.c_int64 * max(1, len(extents)))(*extents)
    made = lib.xp_shape(len(extents), ctypes.addressof(values))
    made.values = values  # keeps the memory for as long as the struct
    return made


def over(lib, *axes):
    return lib.xp_over_axes((ctypes.c_int * max(1, len(axes)))(*axes), len(axes))


def array(lib, values, *extents):
    data = (ctypes.c_double * len(values))(*values)
    return lib.xp_from_host(data, lib.XP_FLOAT64, shape(lib, *(extents or (len(values),))), None)


def values(lib, x, code='d'):
    """The elements of an array as a list of Python numbers."""
    memory = ctypes.create_string_buffer(max(1, lib.xp_size(x) * struct.calcsize(code)))
    size = lib.xp_size(x) * struct.calcsize(code)
    equal(lib.xp_to_host(x, memory, size), lib.XP_OK, lib.xp_error_message())
    return list(struct.unpack(f'<{lib.xp_size(x)}{code}', memory.raw[:size]))


# ---- tests -----------------------------------------------------------------------------------------------------------

def test_description(lib):
    equal(lib.missing, [], 'the list of functions that are not in the library')
    equal(lib.xp_version_string().decode(), lib.api['version'])
    equal([d['name'] for d in lib.api['functions'] if d.get('variadic') and not d['twin']], ['xp_test_text'])
    names = [d['name'] for d in lib.api['functions']]
    for described in lib.api['functions']:
        check(described.get('twin') in (None, *names), described['name'], 'has an unknown twin')
    dtypes = {d['name']: d for d in lib.api['dtypes']}
    equal(len(dtypes), lib.XP_N_DTYPES - 1, 'the number of dtypes')
    equal((dtypes['complex64']['value'], dtypes['complex64']['bytes']), (lib.XP_COMPLEX64, 8))
    stored = dtypes['bfloat16']
    equal((stored['value'], stored['bytes'], stored['npy'], stored['for_storage']), (lib.XP_BFLOAT16, 2, None, True))
    equal([name for name in dtypes if dtypes[name]['for_storage']], ['float16', 'bfloat16'])
    equal(lib.XP_FLAT, -2**31)
    equal(lib.XP_END, -2**63)


def test_layout(lib):
    """ctypes, too, knows how this machine's C lays out structs."""
    check(len(lib.api['structs']) > 20, 'the structs are missing')
    for described in lib.api['structs']:
        made = lib.structs[described['name']]
        equal(ctypes.sizeof(made), described['size'], described['name'])
        for field in described['fields']:
            at = getattr(made, field['name'])
            equal((at.offset, at.size), (field['offset'], field['size']), f'{described["name"]}.{field["name"]}')


def test_exported(lib):
    """Nothing is exported that is not described, but for what drivers call."""
    if not shutil.which('nm'):
        return
    listing = subprocess.run(['nm', '-D', '--defined-only', lib.library._name], check=True, capture_output=True,
                             text=True).stdout
    exported = {line.split()[-1].split('@')[0] for line in listing.splitlines() if line.split()[-2] in 'TDBR'}
    include = Path(__file__).resolve().parents[2] / 'include' / 'scixp'
    seam = '\n'.join(path.read_text() for path in [include / 'driver.h', *(include / 'driver').glob('*.h')])
    for_drivers = set(re.findall(r'^XP_API [^;]*?(\w+)\(', seam, re.MULTILINE))
    equal(sorted(exported - {d['name'] for d in lib.api['functions']} - for_drivers), [],
          'the list of undescribed symbols')


def test_documented(lib):
    undocumented = [d['name'] for d in lib.api['functions'] if not d['doc']]
    equal(undocumented, [], 'the list of functions without documentation')


def test_round_trip(lib):
    x = array(lib, [1, 2, 3, 4, 5, 6], 2, 3)
    equal((lib.xp_ndim(x), lib.xp_extent(x, 1), lib.xp_size(x), lib.xp_dtype_of(x)), (2, 3, 6, lib.XP_FLOAT64))
    equal(values(lib, x), [1, 2, 3, 4, 5, 6])
    address = lib.xp_data(x)
    equal(list((ctypes.c_double * 6).from_address(address)), [1, 2, 3, 4, 5, 6])
    text = ctypes.create_string_buffer(100)
    length = lib.xp_to_string(x, text, 100)
    equal((text.value.decode(), length), ('[[1. 2. 3.]\n [4. 5. 6.]]', 24))


def test_arithmetic(lib):
    x = array(lib, [1, 2, 3, 4, 5, 6], 2, 3)
    equal(values(lib, lib.xp_multiply(x, lib.xp_scalar_float(0.5))), [0.5, 1, 1.5, 2, 2.5, 3])
    equal(values(lib, lib.xp_less(x, lib.xp_scalar_int(3)), '?'), [True, True, False, False, False, False])
    equal(values(lib, lib.xp_sum(x, over(lib, 0))), [5, 7, 9])
    equal(values(lib, lib.xp_std(x, lib.xp_correction(over(lib, -2), 1.0))), [4.5**0.5] * 3)
    equal(lib.xp_to_double(lib.xp_mean(x, lib.xp_over_all())), 3.5)
    kept = lib.xp_max(x, lib.xp_keepdims(lib.xp_over_all()))
    equal((lib.xp_ndim(kept), lib.xp_to_double(kept)), (2, 6.0))
    both = (ctypes.c_void_p * 2)(x, x)
    equal(values(lib, lib.xp_concat(both, 2, lib.XP_FLAT)), [1, 2, 3, 4, 5, 6] * 2)
    equal(values(lib, lib.xp_arange(0, 10, 4, lib.XP_DEFAULT_DTYPE, None), 'q'), [0, 4, 8])


def test_views(lib):
    x = array(lib, [1, 2, 3, 4, 5, 6], 2, 3)
    items = (lib.xp_index_item * 2)(lib.xp_at(-1), lib.xp_slice(lib.XP_END, lib.XP_END, -2))
    equal(values(lib, lib.xp_get(x, lib.xp_indices(2, ctypes.addressof(items)))), [6, 4])
    axes = (ctypes.c_int * 2)(1, 0)
    equal(values(lib, lib.xp_permute_dims(x, axes, 2)), [1, 4, 2, 5, 3, 6])


def test_results_by_value(lib):
    result = lib.xp_linalg_svd(array(lib, [3, 0, 0, 4], 2, 2), False)
    close(values(lib, result.s), [4, 3])
    facts = lib.xp_finfo(lib.XP_FLOAT32)
    equal((facts.bits, facts.eps), (32, 2.0**-23))
    equal(lib.xp_iinfo(lib.XP_UINT64).max, 2**64 - 1)


def test_random(lib):
    """A struct that is handed over by address and changed; a copy of it gives the same numbers again."""
    rng = lib.xp_rng_seed(7)
    fork = lib.xp_rng(rng.key, rng.stream, rng.counter)
    first = values(lib, lib.xp_random_uniform(ctypes.byref(rng), shape(lib, 100), lib.XP_DEFAULT_DTYPE, None))
    check(rng.counter > 0, 'the counter has not advanced')
    again = values(lib, lib.xp_random_uniform(ctypes.byref(fork), shape(lib, 100), lib.XP_DEFAULT_DTYPE, None))
    equal(first, again)
    check(all(0 <= u < 1 for u in first) and len(set(first)) == 100, first)


def test_errors(lib):
    attempt = lib.xp_try_open()
    failed = lib.xp_add(array(lib, [1, 2]), array(lib, [1, 2, 3]))
    check(not lib.xp_ok(failed), 'shapes (2,) and (3,) were added')
    equal(failed, lib.xp_failed())
    equal(lib.xp_error_code(), lib.XP_ERROR_VALUE)
    equal(lib.xp_error_function(), b'add')
    check(lib.xp_error_message().startswith(b'add: '), lib.xp_error_message())
    equal(lib.xp_try_close(attempt, None), lib.XP_ERROR_VALUE)

    attempt = lib.xp_try_open()
    parts = lib.xp_linalg_qr(lib.xp_failed(), False)
    equal((parts.q, parts.r), (lib.xp_failed(), lib.xp_failed()))
    x, results = array(lib, [2, 1]), (ctypes.c_void_p * 2)()
    check(not lib.xp_unstack(x, 1, results, 2), 'a vector was taken apart along a second axis')
    equal(list(results), [lib.xp_failed()] * 2)
    check(lib.xp_try_close(attempt, None) != lib.XP_OK, 'nothing has failed')


def argument(lib, kind, arrays):
    """Something of this type, to call a function with of which no more is known; `arrays` for where it takes some."""
    kind = kind.replace('const ', '')
    if kind == 'xp_array *':
        return arrays[0]
    if kind in ('xp_array ** ', 'xp_array **', 'xp_array *const *'):
        return arrays
    if kind == 'int':
        return len(arrays)
    if kind.endswith('_callback *'):
        return lib.callbacks[kind[:-2]]()
    return None if '*' in kind else lib.type(kind)()


def call_all(lib, wanted, arrays):
    """Calls all functions of the namespace that are wanted, each in a try of its own: (name, what came back, code,
    message), what came back as a list of the arrays in it."""
    for described in lib.api['functions']:
        takes_arrays = any(p['type'] in ('xp_array *', 'xp_array *const *') for p in described['parameters'])
        if described['header'] != 'scixp/xp/functions.h' or not wanted(described, takes_arrays):
            continue
        attempt = lib.xp_try_open()
        results = (ctypes.c_void_p * len(arrays))()
        given = [argument(lib, p['type'], results if p['name'] == 'results' else arrays)
                 for p in described['parameters']]
        result = lib.functions[described['name']](*given)
        if isinstance(result, ctypes.Structure):
            result = [getattr(result, name) for name, kind in result._fields_ if kind is ctypes.c_void_p]
        elif described['result'] == 'xp_array *':
            result = [result]
        else:
            check(not result or result == -1, described['name'], 'returned', result)
            result = list(results) if 'results' in [p['name'] for p in described['parameters']] else []
        yield described['name'], result, lib.xp_error_code(), lib.xp_error_message().decode()
        lib.xp_try_close(attempt, None)


def test_failed_arguments(lib):
    """Every function passes the failed array through."""
    failed = (ctypes.c_void_p * 1)(lib.xp_failed())
    called = 0
    for name, result, *_ in call_all(lib, lambda described, takes_arrays: takes_arrays, failed):
        called += 1
        check(all(r == lib.xp_failed() for r in result), name, 'returned', result)
    check(called > 150, 'only', called, 'functions were called')


def test_later(lib):
    """Functions that are not in this build say so under their own names."""
    arrays = (ctypes.c_void_p * 1)(array(lib, [1]))
    for name, result, code, message in call_all(lib, lambda d, takes_arrays: not d.get('in_this_build', True), arrays):
        check(all(r == lib.xp_failed() for r in result), name, 'returned', result)
        equal(code, lib.XP_ERROR_UNSUPPORTED, name)
        check(message.endswith(': not in this build'), message)
        equal(message.split(':')[0].replace('.', '_'), name[3:])


def test_callbacks(lib):
    heard = []
    callback = lib.callbacks['xp_warning_callback'](lambda context, category, text: heard.append((category, text)))
    lib.xp_set_warning_callback(callback, None)
    lib.xp_warn_as(lib.XP_WARNING_NUMERIC, b'a warning')
    lib.xp_set_warning_callback(lib.callbacks['xp_warning_callback'](), None)
    equal(heard, [(lib.XP_WARNING_NUMERIC, b'a warning')])

    released = []
    data = (ctypes.c_double * 4)(1, 2, 3, 4)
    release = lib.callbacks['xp_release_callback'](lambda context: released.append(context))
    scope = lib.xp_scope_open()
    strides = (ctypes.c_int64 * 1)(-16)
    address = ctypes.addressof(data) + 24
    x = lib.xp_borrow(address, lib.XP_FLOAT64, shape(lib, 2), strides, lib.XP_MUTABLE, release, 77)
    equal(values(lib, x), [4, 2])
    equal(lib.xp_scope_close(scope), lib.XP_OK)
    equal(released, [77])


def test_defaults(lib):
    """The defaults in the file are those that the functions return, and SciPy's."""
    described = {s['name']: s['defaults'] for s in lib.api['structs'] if 'defaults' in s}
    for name, defaults in described.items():
        options = lib.functions[defaults['function']]()
        equal(options.size, ctypes.sizeof(lib.structs[name]), f'{name}.size')
        for field, value in defaults['values'].items():
            equal(getattr(options, field), value, f'{name}.{field}')
    kmeans2 = described['sx_kmeans2_options']['values']
    equal((kmeans2['iter'], kmeans2['thresh'], kmeans2['minit'], kmeans2['missing'], kmeans2['check_finite']),
          (10, 1e-5, lib.SX_MINIT_RANDOM, lib.SX_MISSING_WARN, True))
    check(kmeans2['rng'] is None, 'the default rng is given')


def test_clustering(lib):
    obs = array(lib, [0, 10, 2, 30, 4, 50], 3, 2)
    close(values(lib, lib.sx_cluster_whiten(obs, None)), [v / s for v, s in zip(
        [0, 10, 2, 30, 4, 50], [(8 / 3)**0.5, (800 / 3)**0.5] * 3)])

    data = array(lib, [0, 0.1, 0.2, 9, 9.1, 9.2], 6, 1)
    options = lib.sx_cluster_kmeans2_defaults()
    options.minit = lib.SX_MINIT_MATRIX
    result = lib.sx_cluster_kmeans2(data, array(lib, [1, 8], 2, 1), ctypes.byref(options))
    equal(values(lib, result.label, 'i'), [0, 0, 0, 1, 1, 1])
    close(values(lib, result.centroid), [0.1, 9.1])

    attempt = lib.xp_try_open()
    options.size = 0
    result = lib.sx_cluster_kmeans2(data, lib.xp_scalar_int(2), ctypes.byref(options))
    check(not lib.xp_ok(result.label), 'options of size 0 were taken')
    equal(lib.xp_try_close(attempt, None), lib.XP_ERROR_VALUE)


def main():
    lib = Binding(*sys.argv[1:])
    tests = [(name, test) for name, test in globals().items() if name.startswith('test_')]
    failures = 0
    for name, test in tests:
        scope = lib.xp_scope_open()
        try:
            test(lib)
            equal(lib.xp_scope_close(scope), lib.XP_OK, 'the status of the scope')
        except Exception:
            failures += 1
            message = lib.xp_error_message().decode()
            print(f'{name} failed; last error "{message}"\n{traceback.format_exc()}')
    print(f'{len(tests) - failures} of {len(tests)} hold')
    return failures != 0


if __name__ == '__main__':
    sys.exit(main())
