"""Arrays to NumPy and back: through DLPack without a copy, and through .npy and .npz files.
SPDX-License-Identifier: BSD-3-Clause

usage: test_numpy.py LIBRARY scixp-api.json
Ends with status 77 where there is no NumPy 2.1 or later (the first with DLPack 1.0), with 1 if something does not
hold."""
import contextlib
import ctypes
import pathlib
import sys
import tempfile

from binding import Binding

try:
    import numpy as np
except ImportError:
    np = None

CPU = (1, 0)
DTYPES = ['bool', 'int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64', 'float32', 'float64',
          'complex64', 'complex128', 'float16']
capsule_new = ctypes.pythonapi.PyCapsule_New
capsule_new.restype, capsule_new.argtypes = ctypes.py_object, [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
capsule_pointer = ctypes.pythonapi.PyCapsule_GetPointer
capsule_pointer.restype, capsule_pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
capsule_rename = ctypes.pythonapi.PyCapsule_SetName
capsule_rename.argtypes = [ctypes.py_object, ctypes.c_char_p]
NAME, USED = b'dltensor_versioned', b'used_dltensor_versioned'  # names must outlive the capsules


class Exported:
    """What np.from_dlpack takes: an array of ours under Python's protocol."""

    def __init__(self, lib, x):
        self.lib, self.x = lib, x

    def __dlpack_device__(self):
        return CPU

    def __dlpack__(self, **options):
        tensor = self.lib.xp_export_dlpack(self.x, None)
        assert tensor, self.lib.xp_error_message()
        return capsule_new(tensor, NAME, None)


def imported(lib, array, copy=0):
    """An array of ours on NumPy's memory. NumPy's capsule gives the tensor up once it has its other name."""
    capsule = array.__dlpack__(max_version=(1, 0))
    x = lib.xp_from_dlpack(capsule_pointer(capsule, NAME), copy, None)
    if lib.xp_ok(x):
        capsule_rename(capsule, USED)
    return x


def samples():
    """Arrays of all dtypes in several layouts."""
    for dtype in DTYPES:
        array = (np.arange(24).reshape(2, 3, 4) % 7).astype(dtype)
        if dtype.startswith('complex'):
            array = array * (1 - 2j)
            array = array.astype(dtype)
        yield from (array, array.T, array[::-1, :, ::2], array[0, 0, :1], array[0, 0, 0:0], np.array(array[1, 2, 3]))
    yield np.broadcast_to(np.float64(2.5), (3, 2))


def contents(lib, x, like):
    memory = np.empty(like.shape, like.dtype)
    assert lib.xp_to_host(x, memory.ctypes.data, memory.nbytes) == lib.XP_OK, lib.xp_error_message()
    return memory


@contextlib.contextmanager
def scope(lib):
    """What is made inside is released at the end, where nothing may have failed."""
    opened = lib.xp_scope_open()
    yield
    assert lib.xp_scope_close(opened) == lib.XP_OK, lib.xp_error_message()


def test_import(lib):
    for array in samples():
        for copy in lib.XP_COPY_IF_NEEDED, lib.XP_COPY_ALWAYS, lib.XP_COPY_NEVER:
            with scope(lib):
                x = imported(lib, array, copy)
                np.testing.assert_array_equal(contents(lib, x, array), array, strict=True)


def test_there_and_back(lib):
    for array in samples():
        with scope(lib):
            back = np.from_dlpack(Exported(lib, imported(lib, array)))
        np.testing.assert_array_equal(back, array, strict=True)
        assert array.size == 0 or back.ctypes.data == array.ctypes.data, 'it has been copied'
        assert back.strides == array.strides or array.size < 2
        assert array.size == 0 or not back.flags.writeable, 'an array that does not change has come out writable'


def test_lifetimes(lib):
    """NumPy's array lives as long as ours, and our memory as long as NumPy's array."""
    array = np.arange(100.0)
    before = sys.getrefcount(array)
    with scope(lib):
        x = imported(lib, array)
        assert sys.getrefcount(array) == before + 1
        out = np.from_dlpack(Exported(lib, lib.xp_add(x, lib.xp_scalar_float(1.0))))
    assert sys.getrefcount(array) == before
    assert lib.xp_test_live_now().buffers == 1
    np.testing.assert_array_equal(out, array + 1)
    del out
    assert lib.xp_test_live_now().buffers == 0


def test_read_only(lib):
    """What NumPy must not write is not written here either, and what is given away it may write."""
    array = np.arange(1000.0)
    array.flags.writeable = False
    items = (lib.xp_index_item * 1)(lib.xp_ellipsis())
    with scope(lib):
        x = imported(lib, array)
        y = lib.xp_set(lib.xp_give(x), lib.xp_indices(1, ctypes.addressof(items)), lib.xp_scalar_float(-1.0))
        assert (contents(lib, y, array) == -1).all() and array[7] == 7
        out = np.from_dlpack(Exported(lib, lib.xp_give(y)))
        assert out.flags.writeable and not lib.xp_ok(y)
    out[:] = 5


def test_refused(lib):
    attempt = lib.xp_try_open()
    capsule = np.zeros(3, 'float16').__dlpack__(max_version=(1, 0))
    tensor = capsule_pointer(capsule, NAME)
    ctypes.c_uint8.from_address(tensor + 53).value = 8  # DLDataType.bits
    assert not lib.xp_ok(lib.xp_from_dlpack(tensor, 0, None))
    assert lib.xp_error_message() == b"from_dlpack: tensor's dtype (code 2, 8 bits, 1 lanes) is none of the 15"
    assert lib.xp_try_close(attempt, None) == lib.XP_ERROR_TYPE


def test_files(lib):
    """NumPy reads what is written here, and the other way round."""
    arrays = {f'x{i}': array for i, array in enumerate(samples())}
    with scope(lib), tempfile.TemporaryDirectory() as folder:
        check_files(lib, arrays, str(pathlib.Path(folder) / 'file'))


def check_files(lib, arrays, path):
    ours = [imported(lib, array) for array in arrays.values()]
    handles, names = (ctypes.c_void_p * len(ours))(*ours), (ctypes.c_char_p * len(ours))(*map(str.encode, arrays))
    for compressed in False, True:
        status = lib.xp_write_npz(path.encode(), names, handles, len(ours), compressed)
        assert status == lib.XP_OK, lib.xp_error_message()
        with np.load(path) as archive:
            assert archive.files == list(arrays)
            for name, array in arrays.items():
                np.testing.assert_array_equal(archive[name], array, strict=True)
    for save in np.savez, np.savez_compressed:
        save(path + '.npz', **arrays)
        for name, array in arrays.items():
            x = lib.xp_read_npz((path + '.npz').encode(), name.encode(), None)
            np.testing.assert_array_equal(contents(lib, x, array), array, strict=True)
    for x, array in zip(ours, arrays.values()):
        assert lib.xp_write_npy(path.encode(), x) == lib.XP_OK
        np.testing.assert_array_equal(np.load(path), array, strict=True)


def main():
    if np is None or tuple(map(int, np.__version__.split('.')[:2])) < (2, 1):
        print('skipped: there is no NumPy 2.1 or later')
        return 77
    lib = Binding(*sys.argv[1:])
    tests = [test for name, test in globals().items() if name.startswith('test_')]
    for test in tests:
        test(lib)
    assert lib.xp_test_live_now().buffers == 0, 'something is still alive'
    print(f'{len(tests)} tests hold with NumPy {np.__version__}')
    return 0


if __name__ == '__main__':
    sys.exit(main())
