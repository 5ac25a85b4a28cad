"""The benchmarks' Python side: the peers behind the worker protocol of worker.c, each at its best setting.

SPDX-License-Identifier: BSD-3-Clause
"""
import importlib
import sys
import time
import warnings

import numpy as np
import threadpoolctl

import rows as bench_rows

OVER = {"1e6": None, "axis0": 0, "axis1": 1}


def reduction(row):
    """("sum", axis) of a row such as sum_1e5x10_axis0."""
    name, *_, last = row.split("_")
    return getattr(np, name), OVER[last]


def numpy_job(row, load):
    if row in ("chain_1e6", "chain_1e7"):
        size = row.split("_")[1]
        a, b = load("a" + size), load("b" + size)
        return lambda: a * b - 4.1 * a + 2.5 * b
    if row == "transcendental_1e6":
        x = load("a1e6")
        return lambda: np.exp(-x * x) * np.sin(3 * x) + np.log1p(np.abs(x))
    if row == "centre_1e5x16":
        x = load("rows16")
        return lambda: x - x.mean(axis=0)
    if row == "add_transposed_4096":
        a, b = load("square_a"), load("square_b")
        return lambda: a + b.T
    if row == "sort_1e6":
        x = load("a1e6")
        return lambda: np.sort(x)
    if row == "argsort_1e6":
        x = load("a1e6")
        return lambda: np.argsort(x)  # not stable: faster than the stable one, which ours is
    if row == "median_1e6":
        x = load("a1e6")
        return lambda: np.median(x)
    if row == "median_partition_1e6":
        x = load("a1e6")
        return lambda: np.partition(x, x.size // 2)
    if row == "unique_1e6":
        x = (load("a1e6") * 1e6).astype(np.int64) % 1000
        return lambda: np.unique(x)
    if row == "mask_1e7":
        x, mask = load("a1e7"), load("b1e7") > 0
        return lambda: x[mask]
    if row == "copy_4096":
        x = load("square_a")
        return lambda: x.copy()
    if row == "transposed_copy_4096":
        x = load("square_a")
        return lambda: x.T.copy("C")
    if row == "five_1e7":
        x = load("a1e7")
        return lambda: np.stack([x.mean(), x.var(), x.min(), x.max(), x.sum()])
    if row == "call_10":
        a, b = load("ten_a"), load("ten_b")
        return lambda: np.add(a, b)
    if row == "chain_of_10_calls":
        a, b = load("ten_a"), load("ten_b")

        def chain():
            x = a
            for _ in range(5):
                x = np.subtract(np.multiply(x, b), a)
            return x
        return chain
    if row.startswith("fft"):
        x = bench_rows.fourier_data(row, load)
        return lambda: np.fft.fft(x)
    if row.endswith(("_3x3", "_4x4")):
        return small_matrices(row, load)
    if row == "matmul_1024":
        a, b = load("matrix_a"), load("matrix_b")
        return lambda: a @ b
    function, axis = reduction(row)
    x = load({"1e6": "a1e6", "1e5x10": "rows10", "1e5x16": "rows16", "1000x1000": "thousand"}[row.split("_")[1]])
    return lambda: function(x, axis=axis)


def small_matrices(row, load):
    function, size = row.split("_")
    x, sides = load("stack_" + size), load("sides_" + size[0])
    if function == "solve":
        return lambda: np.linalg.solve(x, sides)
    return lambda: getattr(np.linalg, function)(x)


def numexpr_job(row, load):
    import numexpr
    size = row.split("_")[1]
    a, b = load("a" + size), load("b" + size)
    text = "a*b - 4.1*a + 2.5*b" if row.startswith("chain") else "exp(-a*a) * sin(3*a) + log1p(abs(a))"
    return lambda: numexpr.evaluate(text, local_dict={"a": a, "b": b})


def points_and_book(row, load):
    """The arrays of a row JOB_SHAPE_kK."""
    _, shape, count = row.split("_")
    return load("points_" + shape), load(f"book_{shape}_{count}")


def rounds_of(row):
    return 2 if row.endswith("_k1000") else 10


def scipy_job(row, load):
    from scipy import fft
    from scipy.cluster import vq
    if row.startswith("fft"):
        x = bench_rows.fourier_data(row, load)
        return lambda: fft.fft(x)
    if row == "whiten_1e5x16":
        x = load("rows16")
        return lambda: vq.whiten(x)
    if row == "seeding_1e5x16_k100":
        x = load("rows16")
        return lambda: vq.kmeans2(x, 100, iter=1, minit="++", rng=1, check_finite=False)[0]
    x, book = points_and_book(row, load)
    if row.startswith("vq"):
        return lambda: vq.vq(x, book, check_finite=False)[0]
    return lambda: vq.kmeans2(x, book, iter=rounds_of(row), minit="matrix", check_finite=False)[0]


def sklearn_job(row, load, trials=None):
    import sklearn
    from sklearn.cluster import KMeans, kmeans_plusplus
    warnings.simplefilter("ignore")
    sklearn.set_config(assume_finite=True)
    if row == "seeding_1e5x16_k100":
        x = load("rows16")
        return lambda: kmeans_plusplus(x, 100, random_state=1, n_local_trials=trials)[0]
    x, book = points_and_book(row, load)
    if row.startswith("vq"):
        fitted = KMeans(len(book), init=book, n_init=1, max_iter=1).fit(book)
        fitted.cluster_centers_ = book
        return lambda: fitted.predict(x)

    def lloyd():
        fitted = KMeans(len(book), init=book, n_init=1, max_iter=rounds_of(row), tol=0, algorithm="lloyd").fit(x)
        if fitted.n_iter_ != rounds_of(row):
            raise RuntimeError(f"settled after {fitted.n_iter_} rounds")
        return fitted.cluster_centers_
    return lloyd


def faiss_job(row, load):
    import faiss
    x, book = points_and_book(row, load)
    index = faiss.IndexFlatL2(x.shape[1])
    index.add(book)
    return lambda: index.search(x, 1)[1][:, 0]


def gemm_job(row, load):
    """The bare product that an assignment by expanded squares contains, in blocks of the size that is fastest here."""
    if row == "probe":
        x = load("square_a")[:, :128].copy()
        return product(x, x[:256], 512)
    if row == "matmul_1024":
        a, b = load("matrix_a"), load("matrix_b")
        out = np.empty_like(a)
        return lambda: np.dot(a, b, out=out)
    x, book = points_and_book(row, load)

    def trial(rows):
        call = product(x[:16384], book, rows)
        return min(time_calls(call, 0.01)[0] for _ in range(4))
    return product(x, book, min((512, 2048, 8192), key=trial))


def product(x, book, rows):
    """x times the transposed book, as many rows at a time, each block over the last one."""
    out = np.empty((rows, len(book)), x.dtype)
    blocks = [x[i:i + rows] for i in range(0, len(x), rows)]

    def call():
        for block in blocks:
            np.dot(block, book.T, out=out[:len(block)])
    return call


JOBS = {"numpy": numpy_job, "numexpr": numexpr_job, "scipy": scipy_job, "scikit-learn": sklearn_job,
        "scikit-learn-one-candidate": lambda row, load: sklearn_job(row, load, trials=1), "faiss": faiss_job,
        "gemm": gemm_job}
MODULES = {"numexpr": "numexpr", "scipy": "scipy.cluster.vq", "scikit-learn": "sklearn.cluster",
           "scikit-learn-one-candidate": "sklearn.cluster", "faiss": "faiss"}


def time_calls(job, seconds):
    """Seconds a call, and the last result."""
    calls = 1
    while True:
        start = time.perf_counter()
        for _ in range(calls):
            result = job()
        elapsed = time.perf_counter() - start
        if elapsed >= seconds:
            return elapsed / calls, result
        calls *= 2


def set_threads(threads):
    threadpoolctl.threadpool_limits(threads)
    if "numexpr" in sys.modules:
        sys.modules["numexpr"].set_num_threads(threads)
    if "faiss" in sys.modules:
        sys.modules["faiss"].omp_set_num_threads(threads)


def start(folder, who, row, dtype, threads):
    if who in MODULES:
        importlib.import_module(MODULES[who])
    set_threads(int(threads))  # some ask when they are set up
    return JOBS[who](row, lambda name: np.load(f"{folder}/{name}.{dtype}.npy"))


def main(folder):
    job = result = None
    for line in sys.stdin:
        words = line.split()
        if words[0] == "start":
            try:
                job = start(folder, *words[1:])
                seconds, result = time_calls(job, 0.0)
                print(f"ready {seconds:.9e}")
            except Exception as problem:
                print("failed:", problem)
        elif words[0] == "time":
            seconds, result = time_calls(job, float(words[1]))
            print(f"time {seconds:.9e}")
        elif words[0] == "save":
            np.save(words[1], result)
            print("saved")
        else:
            job = None
            print("stopped")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
