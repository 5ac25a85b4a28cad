"""The rows: what is measured, against whom, what a good result is, and what the right answer would be.

A bound {"numpy": 0.5} asks for at most half of NumPy's time; {"seconds": 8e-8} and {"instructions": 800} are absolute.

SPDX-License-Identifier: BSD-3-Clause
"""
from dataclasses import dataclass, field

import numpy as np

FLOAT = {"float64": 8, "float32": 4}


@dataclass
class Row:
    name: str
    title: str
    dtype: str = "float64"
    threads: int = 1
    peers: tuple = ("numpy",)
    read: str = ""              # the plain read that a bound on "read" means
    gate: dict = field(default_factory=dict)
    aim: dict = field(default_factory=dict)
    bytes: int = 0              # moved to and from memory at least, for the ceiling
    flops: int = 0
    instructions: bool = False
    oracle: object = None       # function of the data loader: the exact result, in extended precision

    @property
    def label(self):
        return f"{self.name} {self.dtype} {self.threads}t"


def make_data(folder):
    """Writes the arrays that the rows read, once, for both dtypes."""
    rng = np.random.default_rng(20240229)
    arrays = {
        "a1e6": rng.normal(size=10**6), "b1e6": rng.normal(size=10**6),
        "a1e7": rng.normal(size=10**7), "b1e7": rng.normal(size=10**7),
        "rows10": rng.normal(3, 2, size=(10**5, 10)), "rows16": rng.normal(3, 2, size=(10**5, 16)),
        "thousand": rng.normal(3, 2, size=(1000, 1000)),
        "square_a": rng.normal(size=(4096, 4096)), "square_b": rng.normal(size=(4096, 4096)),
        "ten_a": rng.normal(size=10), "ten_b": rng.uniform(0.5, 1.5, size=10),
    }
    arrays["book100"] = arrays["rows16"][:100]
    for name, value in arrays.items():
        for dtype in FLOAT:
            path = folder / f"{name}.{dtype}.npy"
            if not path.exists():
                np.save(path, value.astype(dtype))


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


def labels_oracle(load):
    """Nearest rows of the book by differences, in blocks; the lowest index on ties."""
    x, book = load("rows16").astype(float), load("book100").astype(float)
    return np.concatenate([((block[:, None] - book) ** 2).sum(-1).argmin(1) for block in np.array_split(x, 200)])


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


def call_rows():
    yield Row("call_10", "one call on 10 elements, value taken, released", instructions=True,
              gate={"seconds": 80e-9, "instructions": 800}, aim={"seconds": 40e-9, "instructions": 350})
    yield Row("chain_of_10_calls", "10 chained calls on 10 elements", instructions=True,
              gate={"seconds": 600e-9}, aim={"seconds": 340e-9})


def cluster_rows():
    for threads in (1, 2):
        yield Row("whiten_1e5x16", "whiten, (1e5, 16)", threads=threads, peers=("scipy",), read="read_rows16",
                  bytes=3 * 8 * 16 * 10**5, gate={"scipy": 1 / 4}, aim={"scipy": 1 / 6}, oracle=whiten_oracle)
        yield Row("seeding_1e5x16_k100", "k-means++ seeding and one round, (1e5, 16), k=100", threads=threads,
                  peers=("scipy", "scikit-learn"), flops=2 * 3 * 10**5 * 16 * 100,
                  gate={"scipy": 1 / 20, "scikit-learn": 1.0}, aim={"scipy": 1 / 50})
        yield Row("vq_1e5x16_k100", "vq, (1e5, 16), k=100", threads=threads, peers=("scipy",),
                  flops=3 * 10**5 * 16 * 100, gate={"scipy": 1.0}, oracle=labels_oracle)


def all_rows():
    return [*elementwise_rows(), *reduction_rows(), *call_rows(), *cluster_rows()]
