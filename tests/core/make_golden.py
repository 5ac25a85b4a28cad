"""Writes tests/golden/core: small .npy files by NumPy, and what NumPy's str() makes of arrays.

SPDX-License-Identifier: BSD-3-Clause

Run by hand with NumPy installed: python3 tests/core/make_golden.py
"""
import pathlib

import numpy as np

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "golden" / "core"
DTYPES = ("bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float32 float64 complex64 complex128 float16").split()


def values(dtype):
    """Six elements that use the whole range, in two rows."""
    kind = np.dtype(dtype).kind
    if kind == "b":
        flat = [True, False, True, True, False, False]
    elif kind in "iu":
        info = np.iinfo(dtype)
        flat = [info.min, info.max, 0, 1, info.max - 1, info.max // 3]
    elif kind == "f":
        info = np.finfo(dtype)
        flat = [info.max, -info.tiny, 0.1, -0.0, np.nan, -np.inf]
    else:
        flat = [1 + 2j, -0.5j, complex(np.nan, 1), complex(-np.inf, 0.1), 1e30, 0]
    return np.array(flat, dtype=dtype).reshape(2, 3)


def write(name, array, version):
    with open(FOLDER / "npy" / f"{name}.npy", "wb") as file:
        np.lib.format.write_array(file, array, version=version)


def write_files():
    """<dtype>.npy is what reading and writing again must give for <dtype>_big.npy as well."""
    (FOLDER / "npy").mkdir(parents=True, exist_ok=True)
    for dtype in DTYPES:
        array = values(dtype)
        write(dtype, array, (1, 0))
        write(f"{dtype}_big", array.astype(array.dtype.newbyteorder(">")), (2, 0))
        write(f"{dtype}_fortran", np.asfortranarray(array), (3, 0))
    write("no_dimensions", np.array(2.5), (1, 0))
    write("one_dimension", np.arange(5, dtype="int16"), (1, 0))
    write("no_elements", np.zeros((3, 0, 2), dtype="float32"), (1, 0))
    write("five_dimensions", np.arange(32, dtype="uint8").reshape(2, 2, 2, 2, 2), (1, 0))
    write("column_major", np.asfortranarray(np.arange(6, dtype="int32").reshape(3, 2)), (1, 0))


def texts():
    """Arrays whose str() shows each rule of NumPy's layout once or more."""
    random = np.random.default_rng(1)
    nan, inf = np.nan, np.inf
    for dtype in DTYPES:
        yield f"each_{dtype}", values(dtype)
        yield f"single_{dtype}", values(dtype)[0, 1]
    yield "short_fractions", np.array([1.0, 2.25, -0.5])
    yield "long_fractions", np.array([1 / 3, 2 / 3, -1e-4])
    yield "large", np.array([99999999.0, 1.0e5])
    yield "too_large", np.array([1e8, 1.5e5])
    yield "small", np.array([9.9e-5, 1e-3])
    yield "wide_range", np.array([1.0, 1001.0])
    yield "not_so_wide_range", np.array([1.0, 1000.0])
    yield "exponents_of_three_digits", np.array([1e-300, 1e-5, 0.0])
    yield "float32_large", np.array([1e6, 12345.678], dtype="float32")
    yield "float32_exact_digits", np.array([0.1, 1e-7], dtype="float32")
    yield "not_finite", np.array([nan, inf, -inf, 1.5])
    yield "only_nan", np.array([nan, nan])
    yield "only_inf", np.array([inf])
    yield "only_negative_inf", np.array([-inf, 1])
    yield "zeros", np.array([0.0, -0.0])
    yield "complex_mixed", np.array([1 + 2j, -0.25 - 100j, complex(nan, -inf), complex(inf, nan)])
    yield "complex_exponents", np.array([1e-9 + 2j, 3e5 - 1e9j])
    yield "ints_aligned", np.array([[1, -20], [300, 4]])
    yield "three_dimensions", np.arange(24).reshape(2, 3, 4) / 8
    yield "four_dimensions", np.arange(16).reshape(2, 2, 2, 2)
    yield "lines_broken", np.arange(60) * 1.5
    yield "lines_broken_deep", (np.arange(80) * 37 % 101).reshape(2, 1, 40)
    yield "one_wide_word", np.array([[[1e-300 + 1e-300j]]])
    yield "exactly_1000", np.arange(1000, dtype="uint16")
    yield "shortened", np.arange(1001, dtype="int16")
    yield "shortened_rows", np.arange(1200, dtype="int16").reshape(300, 4)
    yield "shortened_columns", np.arange(1200, dtype="int16").reshape(4, 300)
    yield "shortened_both", np.arange(1600, dtype="int16").reshape(40, 40)
    yield "shortened_three", np.arange(1331, dtype="int16").reshape(11, 11, 11)
    yield "shortened_not_by_the_middle", np.where(np.arange(1100) == 500, 1e9, np.arange(1100)).astype("float32")
    yield "no_elements", np.zeros((0,))
    yield "no_elements_deep", np.zeros((2, 0, 3))
    yield "random", random.standard_normal((5, 4))
    yield "random_float32", random.standard_normal((4, 5)).astype("float32")
    for value in (0.1, 1.0, 1e16, 123456789.0, 1e-5, 5e-324, 2.0**-44, 1e22, 9.5367431640625e-07):
        yield f"scalar_{value!r}", np.float64(value)
    for value in (0.1, 1e6, 999999.0, 1e-4, 16777216.0, 3.4028235e38):
        yield f"scalar_single_{value!r}", np.float32(value)
    for value in (1 + 2j, -0.5j, complex(-0.0, 1), complex(nan, inf), 1e16 + 1e-7j):
        yield f"scalar_complex_{value!r}".replace(" ", ""), np.complex128(value)
    half = "float16"
    yield "half_fractions", np.array([0.1, 1 / 3, -2.5, 100.0], half)
    yield "half_large", np.array([1000.0, 2.0], half)
    yield "half_not_so_large", np.array([999.5, 2.0], half)
    yield "half_small", np.array([9.9e-5, 0.5], half)
    yield "half_not_so_small", np.array([1e-4, 1e-4], half)
    yield "half_subnormal", np.array([6e-8, -5.9e-5], half)
    yield "half_wide_range", np.array([0.5, 505.0], half)
    yield "half_not_finite", np.array([nan, inf, -inf, 1.5], half)
    yield "half_random", random.standard_normal((5, 4)).astype(half)
    yield "half_whole", np.arange(24, dtype=half).reshape(4, 6)
    for value in (0.1, 1.0, 1000.0, 999.5, 65504.0, 6e-08, 1e-4, 0.333, -2048.0, 0.000244140625):
        yield f"scalar_half_{value!r}", np.float16(value)


def write_texts():
    """All arrays as .npy files one after the other in one file; where each is, and its text, in another."""
    with open(FOLDER / "texts.txt", "w") as table, open(FOLDER / "texts.npys", "wb") as data:
        table.write(f"# numpy {np.__version__}: python3 tests/core/make_golden.py\n")
        for name, array in texts():
            start = data.tell()
            np.save(data, np.asarray(array))
            table.write(f"case {name} {start} {data.tell() - start}\n{array!s}\nend\n")


write_files()
write_texts()
