"""The rows: what is measured, against whom, what a good result is, and what the right answer would be.

A bound {"numpy": 0.5} asks for at most half of NumPy's time, {"ceiling": 0.7} for at least 70 % of the row's ceiling;
{"seconds": 8e-8}, {"instructions": 800} and {"error": 0} are absolute.

SPDX-License-Identifier: BSD-3-Clause
"""
import zlib
from dataclasses import dataclass, field

import numpy as np

FLOAT = {"float64": 8, "float32": 4}


@dataclass
class Own:
    """Another run of ours that a row is held against."""
    job: str = ""               # the row's own where empty
    threads: int = 0            # the row's own where 0
    cpu: str = ""               # the instruction set that it is confined to


@dataclass
class Row:
    name: str
    title: str
    job: str = ""               # the worker's name for it, where that is not the row's
    dtype: str = "float64"
    threads: int = 1
    cpu: str = ""               # the instruction set that ours is confined to
    peers: tuple = ("numpy",)
    peer_threads: int = 0       # the row's own where 0
    own: dict = field(default_factory=dict)     # name: Own
    scale: dict = field(default_factory=dict)   # by contestant: the part of this job in the job that it does
    data: tuple = ()            # arrays that are made for the rows that need them
    read: str = ""              # the plain read that a bound on "read" means
    gate: dict = field(default_factory=dict)
    aim: dict = field(default_factory=dict)
    bytes: int = 0              # moved to and from memory at least, for the ceiling
    flops: float = 0
    instructions: bool = False
    oracle: object = None       # function of the data loader: the exact result, in extended precision
    step: int = 1               # the oracle knows every step-th label

    def __post_init__(self):
        self.job = self.job or self.name

    @property
    def label(self):
        return f"{self.name} {self.dtype} {self.threads}t"


def make_data(folder, rows):
    """Writes the arrays that the rows read, once: small ones for both dtypes, the others as they are needed."""
    for row in rows:
        for name in row.data:
            path = folder / f"{name}.{row.dtype}.npy"
            if not path.exists():
                np.save(path, cluster_data(name, row.dtype))
    rng = np.random.default_rng(20240229)
    arrays = {
        "a1e6": rng.normal(size=10**6), "b1e6": rng.normal(size=10**6),
        "a1e7": rng.normal(size=10**7), "b1e7": rng.normal(size=10**7),
        "rows10": rng.normal(3, 2, size=(10**5, 10)), "rows16": rng.normal(3, 2, size=(10**5, 16)),
        "thousand": rng.normal(3, 2, size=(1000, 1000)),
        "square_a": rng.normal(size=(4096, 4096)), "square_b": rng.normal(size=(4096, 4096)),
        "ten_a": rng.normal(size=10), "ten_b": rng.uniform(0.5, 1.5, size=10),
        "stack_3x3": rng.normal(size=(10**5, 3, 3)), "stack_4x4": rng.normal(size=(10**5, 4, 4)),
        "sides_3": rng.normal(size=(10**5, 3, 1)), "sides_4": rng.normal(size=(10**5, 4, 1)),
        "matrix_a": rng.normal(size=(1024, 1024)), "matrix_b": rng.normal(size=(1024, 1024)),
    }
    for name, value in arrays.items():
        for dtype in FLOAT:
            path = folder / f"{name}.{dtype}.npy"
            if not path.exists():
                np.save(path, value.astype(dtype))


def cluster_data(name, dtype):
    """points_SHAPE, or the first k of them: book_SHAPE_kK. Spreads fall as those of principal components do.

    points_offset and points_clouds are far from the origin: all at one side, or half of them at either.
    """
    kind, shape, *count = name.split("_")
    far = 1e4 if dtype == "float32" else 1e8
    n, d = (20000, 16) if shape in ("offset", "clouds") else (int(float(size)) for size in shape.split("x"))
    if kind == "book":
        n = int(count[0][1:])
    points = np.random.default_rng(zlib.crc32(shape.encode())).normal(size=(n, d))
    if shape == "offset":
        points += far
    elif shape == "clouds":
        points += np.where(np.arange(n) % 2, far, -far)[:, None]
    else:
        points *= 2 / np.sqrt(1 + np.arange(d))
        points += 3
    return points.astype(dtype)


# ---- right answers ---------------------------------------------------------------------------------------------------

def wide(x):
    return x.astype(np.longdouble)


def chain_oracle(size):
    def oracle(load):
        a, b = wide(load("a" + size)), wide(load("b" + size))
        return a * b - np.longdouble(4.1) * a + np.longdouble(2.5) * b
    return oracle


def transcendental_oracle(load):
    x = wide(load("a1e6"))
    return np.exp(-x * x) * np.sin(3 * x) + np.log1p(np.abs(x))


def reduction_oracle(name, data, axis):
    return lambda load: getattr(np, name)(wide(load(data)), axis=axis)


def five_oracle(load):
    x = wide(load("a1e7"))
    return np.stack([x.mean(), x.var(), x.min(), x.max(), x.sum()])


def whiten_oracle(load):
    x = wide(load("rows16"))
    return x / x.std(axis=0)


def centre_oracle(load):
    x = wide(load("rows16"))
    return x - x.mean(axis=0)


def labels_oracle(points, book, step):
    """Nearest rows of the book by differences in the next wider type; the lowest index on ties."""
    def oracle(load):
        x, centroids = load(points)[::step], load(book)
        kind = np.longdouble if x.dtype == np.float64 else np.float64
        size = 1 + 2**18 // centroids.size
        blocks = (x[i:i + size, None].astype(kind) for i in range(0, len(x), size))
        return np.concatenate([((block - centroids) ** 2).sum(-1).argmin(1) for block in blocks])
    return oracle


# ---- the rows --------------------------------------------------------------------------------------------------------

def elementwise_rows():
    for threads in (1, 2):
        for size, gate in (("1e6", 1.5), ("1e7", 1.2)):
            yield Row(f"chain_{size}", f"a*b - 4.1*a + 2.5*b, {size}", threads=threads,
                      peers=("hand", "numpy", "numexpr"), read="read_a" + size, bytes=24 * int(float(size)),
                      gate={"hand": gate, "numpy": 1 / 1.5, "numexpr": 1.0}, aim={"hand": 1.1},
                      oracle=chain_oracle(size))
        yield Row("transcendental_1e6", "exp(-x*x) * sin(3*x) + log1p(abs(x)), 1e6", threads=threads,
                  peers=("hand", "numpy", "numexpr"), read="read_a1e6", bytes=16 * 10**6,
                  gate={"hand": 1.3}, aim={"hand": 1.1}, oracle=transcendental_oracle)
        yield Row("centre_1e5x16", "x - mean(x, axis 0), (1e5, 16)", threads=threads, read="read_rows16",
                  bytes=3 * 8 * 16 * 10**5, gate={"numpy": 1 / 2}, aim={"numpy": 1 / 4}, oracle=centre_oracle)
        yield Row("add_transposed_4096", "a + transpose(b), 4096 x 4096", threads=threads, read="read_a1e7",
                  bytes=3 * 8 * 4096**2, gate={"numpy": 1 / 4}, aim={"numpy": 1 / 7})


def reduction_rows():
    shapes = [("1e6", "a1e6", None), ("1e5x10_axis0", "rows10", 0), ("1e5x10_axis1", "rows10", 1),
              ("1e5x16_axis0", "rows16", 0), ("1e5x16_axis1", "rows16", 1),
              ("1000x1000_axis0", "thousand", 0), ("1000x1000_axis1", "thousand", 1)]
    elements = {"a1e6": 10**6, "rows10": 10**6, "rows16": 16 * 10**5, "thousand": 10**6}
    for dtype, itemsize in FLOAT.items():
        for name in ("sum", "mean", "var", "std"):
            for shape, data, axis in shapes:
                numpy_bound = 1 / 5 if name in ("var", "std") else 1.0
                yield Row(f"{name}_{shape}", f"{name}, {shape.replace('_', ', ')}", dtype=dtype, peers=("numpy",),
                          read="read_" + data, bytes=itemsize * elements[data],
                          gate={"read": 1.7 if shape == "1e5x10_axis1" else 1.4, "numpy": numpy_bound},
                          aim={"read": 1.1}, oracle=reduction_oracle(name, data, axis))
    yield Row("five_1e7", "mean, var, min, max, sum together, 1e7", read="read_a1e7", bytes=8 * 10**7,
              gate={"read": 2.5}, aim={"read": 1.2}, oracle=five_oracle)


def fourier_data(name, load):
    """The complex numbers of a row."""
    if name == "fft_65536":
        return load("a1e6")[:2**16] + 1j * load("b1e6")[:2**16]
    return load("thousand") + 1j * load("thousand").T


def fourier_rows():
    for name, title in (("fft_65536", "fft, 2^16 complex"), ("fft_1000x1000", "fft, (1000, 1000) complex, axis -1")):
        yield Row(name, title, peers=("numpy", "scipy"),
                  oracle=lambda load, name=name: np.fft.fft(fourier_data(name, load).astype(np.clongdouble)))


def sorting_rows():
    for threads in (1, 2):
        for dtype in FLOAT:
            more = {"dtype": dtype, "threads": threads}
            yield Row("sort_1e6", "sort, 1e6", gate={"numpy": 1 / 0.8}, aim={"numpy": 1 / 1.2}, **more)
            yield Row("argsort_1e6", "argsort, 1e6, stable", gate={"numpy": 1 / 1.5}, aim={"numpy": 1 / 3}, **more)
            yield Row("median_1e6", "median, 1e6, beside np.median", gate={"numpy": 1 / 20}, aim={"numpy": 1 / 30},
                      **more)
            yield Row("median_partition_1e6", "median, 1e6, beside np.partition", gate={"numpy": 1.0}, **more)
        yield Row("unique_1e6", "unique_values, 1e6 int64, 1e3 distinct", threads=threads, gate={"numpy": 1 / 5},
                  aim={"numpy": 1 / 15})


def move_rows():
    for threads in (1, 2):
        yield Row("mask_1e7", "x[mask], 1e7, half of it", threads=threads, read="read_a1e7", bytes=13 * 10**7,
                  gate={"numpy": 1 / 1.5}, aim={"ceiling": 0.7})
        yield Row("copy_4096", "copy, 4096 x 4096", threads=threads, read="read_a1e7", bytes=2 * 8 * 4096**2)
        yield Row("transposed_copy_4096", "copy of a transpose, 4096 x 4096", threads=threads,
                  own={"copy": Own("copy_4096")}, read="read_a1e7", bytes=2 * 8 * 4096**2,
                  gate={"copy": 2.0}, aim={"copy": 1.3})


def call_rows():
    yield Row("call_10", "one call on 10 elements, value taken, released", instructions=True,
              gate={"seconds": 80e-9, "instructions": 800}, aim={"seconds": 40e-9, "instructions": 350})
    yield Row("chain_of_10_calls", "10 chained calls on 10 elements", instructions=True,
              gate={"seconds": 600e-9}, aim={"seconds": 340e-9})


def cluster_rows():
    for threads in (1, 2):
        yield Row("whiten_1e5x16", "whiten, (1e5, 16)", threads=threads, peers=("scipy",), read="read_rows16",
                  bytes=3 * 8 * 16 * 10**5, gate={"scipy": 1 / 4}, aim={"scipy": 1 / 6}, oracle=whiten_oracle)
    for dtype in FLOAT:
        yield from vq_rows(dtype)
        yield from kmeans2_rows(dtype)
        yield from seeding_rows(dtype)
        yield from accuracy_rows(dtype)


@dataclass
class Shape:
    """(n, d) points and k centroids; the operations are those of the product of matrices, the bytes those of a read."""
    n: str
    d: int
    k: int

    @property
    def name(self):
        return f"{self.n}x{self.d}_k{self.k}"

    @property
    def title(self):
        return f"({self.n}, {self.d}), k={self.k}"

    @property
    def points(self):
        return f"points_{self.n}x{self.d}"

    def row(self, function, what, dtype, rounds=1, **more):
        elements = int(float(self.n)) * self.d
        if self in PLAIN:
            more |= {"read": "read_" + self.points, "bytes": rounds * elements * FLOAT[dtype]}
        else:
            more |= {"flops": rounds * 2.0 * elements * self.k}
        return Row(f"{function}_{self.name}", f"{what}, {self.title}", dtype=dtype,
                   data=(self.points, "book_" + self.name), **more)

    def vq(self, dtype, **more):
        step = 1 + int(float(self.n) * self.d * self.k / 5e7)
        more = {"oracle": labels_oracle(self.points, "book_" + self.name, step), "step": step, **more}
        return self.row("vq", "vq", dtype, **more)


PLAIN = [Shape("1e5", 2, 16), Shape("1e5", 3, 8), Shape("1e6", 5, 8)]  # as fast as the points are read
LOW = Shape("1e5", 16, 100)
HIGH = [Shape("1e5", 128, 256), Shape("2e4", 784, 256), Shape("1e6", 128, 1000)]
WIDE = Shape("4096", 4096, 1000)


def faster(factor, *peers):
    return {peer: 1 / factor for peer in peers}


def vq_rows(dtype):
    faiss = ("faiss",) if dtype == "float32" else ()  # it has no other
    for shape in PLAIN:
        yield shape.vq(dtype, peers=("scipy", "scikit-learn", *faiss),
                       gate=faster(25, "scipy") | faster(10, "scikit-learn"), aim={"read": 1.1})
    peers = ("scipy", "scikit-learn", *faiss, "gemm")
    yield LOW.vq(dtype, peers=peers, gate=faster(8, "scipy") | faster(5, "scikit-learn"), aim={"ceiling": 0.7})
    for shape in HIGH:
        yield shape.vq(dtype, peers=peers, gate={"ceiling": 0.7} | faster(1, *peers), aim={"ceiling": 0.9})
    wide = [WIDE] if dtype == "float32" else []
    for shape in wide:
        yield shape.vq(dtype, peers=peers, gate={"ceiling": 0.6}, aim={"ceiling": 0.8})
    for shape in PLAIN:
        yield shape.vq(dtype, threads=2, peers=("scikit-learn", *faiss), own={"one thread": Own(threads=1)})
    for shape in [LOW, *HIGH, *wide]:
        some = () if shape == HIGH[2] else ("scikit-learn", *faiss)  # or it takes too long
        yield shape.vq(dtype, threads=2, peers=some, own={"one thread": Own(threads=1)},
                       gate=faster(1.8, "one thread"), aim=faster(1.95, "one thread"))
    avx2 = HIGH[0].vq(dtype, cpu="avx2", peers=(), own={"avx512": Own(cpu="avx512")}, gate={"avx512": 1 / 0.4},
                      aim={"avx512": 1 / 0.48})
    avx2.name, avx2.title = avx2.name + "_avx2", avx2.title + ", avx2"
    yield avx2


def kmeans2_rows(dtype):
    for shape in [*PLAIN, LOW, *HIGH, *([WIDE] if dtype == "float32" else [])]:
        # Ten rounds of the largest take minutes, and clusters of four points settle before the tenth.
        rounds = 2 if shape in (HIGH[2], WIDE) else 10
        assignments = "two vq" if rounds == 2 else "ten vq"
        # scikit-learn assigns once more at the end: this counts as it does with ten rounds.
        scale = {assignments: rounds, "scikit-learn": rounds * 1.1 / (rounds + 1)}
        yield shape.row("kmeans2", f"kmeans2, {rounds} rounds", dtype, rounds=rounds, scale=scale,
                        peers=("scikit-learn",) if rounds == 2 else ("scipy", "scikit-learn"),
                        own={assignments: Own("vq_" + shape.name)},
                        gate={assignments: 1.2} | faster(2, "scikit-learn"), aim={assignments: 1.1})


def seeding_rows(dtype):
    for threads in (1, 2):
        # scikit-learn's alone, of six candidates each time as it is set up; ours and SciPy's with one round after it.
        # SciPy takes seconds with any number of threads, and scikit-learn longer with two than with one.
        scipy = ("scipy",) if threads == 1 else ()
        yield Row("seeding_1e5x16_k100", "k-means++ seeding and one round, (1e5, 16), k=100", dtype=dtype,
                  threads=threads, peers=(*scipy, "scikit-learn", "scikit-learn-one-candidate"), peer_threads=1,
                  flops=2 * 2 * 10**5 * 16 * 100, gate=faster(100, *scipy) | faster(8, "scikit-learn"),
                  aim=faster(200, *scipy))


def accuracy_rows(dtype):
    far = "1e4" if dtype == "float32" else "1e8"
    titles = {"offset": f"mean {far} and spread 1", "clouds": f"two clouds at {far} and -{far}"}
    for name, title in titles.items():
        points, book = f"points_{name}", f"book_{name}_k100"
        yield Row(f"vq_{name}_k100", f"vq, labels: (2e4, 16), k=100, {title}", dtype=dtype, data=(points, book),
                  peers=("scipy", "scikit-learn", "faiss") if dtype == "float32" else ("scipy", "scikit-learn"),
                  flops=2.0 * 20000 * 16 * 100, gate={"error": 0}, oracle=labels_oracle(points, book, 1))


def linalg_rows():
    for dtype in FLOAT:
        for function in ("inv", "solve", "det"):
            for size in ("3x3", "4x4"):
                for threads in (1, 2):
                    yield Row(f"{function}_{size}", f"{function}, 1e5 matrices {size}", dtype=dtype, threads=threads,
                              gate=faster(8, "numpy"), aim=faster(25, "numpy"))
        for threads in (1, 2):
            # "blas" is the same library's bare call; "gemm" is NumPy's at the core type that suits it best.
            yield Row("matmul_1024", "matmul, 1024 x 1024", dtype=dtype, threads=threads,
                      peers=("blas", "gemm", "numpy"), flops=2.0 * 1024**3, gate={"blas": 1.05}, aim={"gemm": 1.0})


def all_rows():
    return [*elementwise_rows(), *reduction_rows(), *fourier_rows(), *move_rows(), *sorting_rows(), *call_rows(),
            *cluster_rows(), *linalg_rows()]
