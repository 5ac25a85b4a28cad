"""The benchmarks' Python side: NumPy, SciPy, scikit-learn and numexpr behind the worker protocol of worker.c.

SPDX-License-Identifier: BSD-3-Clause
"""
import sys
import time

import numpy as np
import threadpoolctl

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
    function, axis = reduction(row)
    x = load({"1e6": "a1e6", "1e5x10": "rows10", "1e5x16": "rows16", "1000x1000": "thousand"}[row.split("_")[1]])
    return lambda: function(x, axis=axis)


def numexpr_job(row, load):
    import numexpr
    size = row.split("_")[1]
    a, b = load("a" + size), load("b" + size)
    text = "a*b - 4.1*a + 2.5*b" if row.startswith("chain") else "exp(-a*a) * sin(3*a) + log1p(abs(a))"
    return lambda: numexpr.evaluate(text, local_dict={"a": a, "b": b})


def scipy_job(row, load):
    from scipy.cluster import vq
    x = load("rows16")
    if row == "whiten_1e5x16":
        return lambda: vq.whiten(x)
    if row == "vq_1e5x16_k100":
        book = load("book100")
        return lambda: vq.vq(x, book)[0]
    return lambda: vq.kmeans2(x, 100, iter=1, minit="++", rng=1)[0]


def sklearn_job(row, load):
    import warnings
    from sklearn.cluster import KMeans
    warnings.simplefilter("ignore")
    x = load("rows16")
    return lambda: KMeans(100, init="k-means++", n_init=1, max_iter=1, random_state=1).fit(x).cluster_centers_


JOBS = {"numpy": numpy_job, "numexpr": numexpr_job, "scipy": scipy_job, "scikit-learn": sklearn_job}


def time_calls(job, seconds):
    calls = 1
    while True:
        start = time.perf_counter()
        for _ in range(calls):
            job()
        elapsed = time.perf_counter() - start
        if elapsed >= seconds:
            return elapsed / calls
        calls *= 2


def set_threads(threads):
    threadpoolctl.threadpool_limits(threads)
    if "numexpr" in sys.modules:
        sys.modules["numexpr"].set_num_threads(threads)


def main(folder):
    job = None
    for line in sys.stdin:
        words = line.split()
        if words[0] == "start":
            who, row, dtype, threads = words[1:]
            try:
                job = JOBS[who](row, lambda name: np.load(f"{folder}/{name}.{dtype}.npy"))
                set_threads(int(threads))
                job()
                print("ready")
            except Exception as problem:
                print("failed:", problem)
        elif words[0] == "time":
            print(f"time {time_calls(job, float(words[1])):.9e}")
        elif words[0] == "save":
            np.save(words[1], job())
            print("saved")
        else:
            job = None
            print("stopped")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
