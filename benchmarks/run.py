"""Measures SciXP and its peers in one run, in turn, and says what the figures mean.

Every contestant is a process that waits for its turn. A row goes through several rounds; in each one every contestant
is timed once, so that all see the same machine. Medians of the rounds are compared.

SPDX-License-Identifier: BSD-3-Clause
"""
import argparse
import contextlib
import fnmatch
import functools
import json
import math
import os
import pathlib
import platform
import re
import statistics
import subprocess
import sys
import tempfile

import numpy as np

import rows as bench_rows

HERE = pathlib.Path(__file__).resolve().parent
C_CONTESTANTS = ("scixp", "hand", "blas")
BARE_CALLS = ("gemm", "blas")   # they keep no result
ABSOLUTE = ("seconds", "instructions", "error")   # of a row; every other bound compares with a contestant
CEILINGS = ("read", "fma")
SLOW, VERY_SLOW = 0.5, 3.0   # seconds a call, above which two or no measurements follow the first call
# Threads of OpenMP, ours and peers', wait for the next call a millisecond or less before they sleep. By themselves they
# would wait through some of the next contestant's turn; asleep at once, they would have to be woken up by each call.
WAITING = {"GOMP_SPINCOUNT": "20000", "KMP_BLOCKTIME": "1"}
CORE_TYPES = ("Haswell", "Zen", "SkylakeX")   # of OpenBLAS
COLOURS = {"hand": "#888888", "numpy": "#4472c4", "scipy": "#2e8b57", "scikit-learn": "#e08a1e",
           "numexpr": "#8e63b0", "faiss": "#b03a5b", "gemm": "#5bb0c4", "blas": "#c4a25b"}


class Worker:
    """One contestant's process."""

    def __init__(self, who, build, data, **variables):
        command = ([str(build / "benchmarks" / "bench-worker"), str(data)] if who in C_CONTESTANTS
                   else [sys.executable, str(HERE / "peers.py"), str(data)])
        environment = {**os.environ, **WAITING, **variables}
        environment.pop("OMP_WAIT_POLICY", None)
        self.who = who
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        env=environment)

    def ask(self, line):
        """The answer; empty when the process has ended."""
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def start(self, row, dtype, threads):
        """Seconds of the first call."""
        answer = self.ask(f"start {self.who} {row} {dtype} {threads}")
        if not answer.startswith("ready "):
            raise RuntimeError(f"{self.who}, {row}: {answer or 'the process ended'}")
        return float(answer.split()[1])

    def time(self, seconds):
        return float(self.ask(f"time {seconds}").split()[1])

    def close(self):
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.wait()


@functools.lru_cache
def best_core_type(build, data, dtype):
    """The environment with which NumPy's BLAS multiplies fastest: it does not always choose well."""
    def seconds(variables):
        worker = Worker("gemm", build, data, **variables)
        try:
            worker.start("probe", dtype, 1)
            return min(worker.time(0.03) for _ in range(3))
        except RuntimeError:  # kernels that this processor cannot run
            return math.inf
        finally:
            worker.close()
    return min(({}, *({"OPENBLAS_CORETYPE": name} for name in CORE_TYPES)), key=seconds)


def contestants(row, build, data):
    """By name: who does it, the job, the number of threads, environment variables."""
    def cpu(name):
        return {"SCIXP_CPU": name} if name else {}
    every = {}
    if row.read:
        every["read"] = ("hand", row.read, row.threads, {})
    if row.flops:
        every["fma"] = ("hand", "fma_peak", row.threads, {})
    every["scixp"] = ("scixp", row.job, row.threads, cpu(row.cpu))
    every |= {peer: (peer, row.job, row.peer_threads or row.threads,
                     best_core_type(build, data, row.dtype) if peer == "gemm" else {}) for peer in row.peers}
    every |= {name: ("scixp", own.job or row.job, own.threads or row.threads, cpu(own.cpu))
              for name, own in row.own.items()}
    return every


def measure(row, build, data, rounds, seconds):
    """Median seconds by contestant, and each one's error against the oracle."""
    jobs = contestants(row, build, data)
    workers = {name: Worker(who, build, data, **variables) for name, (who, _, _, variables) in jobs.items()}
    times = {name: [] for name in jobs}
    first = {}

    def add(name, value):
        """What took long saw more of the machine than the others' turns: the ceilings are measured after it, too."""
        times[name].append(value)
        if first[name] > SLOW:
            for ceiling in [other for other in jobs if other in CEILINGS]:
                times[ceiling].append(workers[ceiling].time(seconds))

    try:
        for name, (_, job, threads, _) in jobs.items():
            first[name] = workers[name].start(job, row.dtype, threads)
            if first[name] > SLOW:
                add(name, first[name])
        for round_number in range(rounds):
            for name, value in first.items():
                if value <= SLOW:
                    add(name, workers[name].time(seconds))
                elif value <= VERY_SLOW and round_number < 2:
                    add(name, workers[name].time(0.0))
        expected = row.oracle and row.oracle(lambda name: np.load(data / f"{name}.{row.dtype}.npy"))
        errors = {name: error_of(row, workers[name], expected) for name in ("scixp", *row.peers)
                  if name not in BARE_CALLS}
    finally:
        for worker in workers.values():
            worker.close()
    return {name: statistics.median(values) * row.scale.get(name, 1) for name, values in times.items()}, errors


def error_of(row, worker, expected):
    """The largest error relative to the largest true value; for labels, the share of wrong ones."""
    if expected is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "result.npy"
        if worker.ask(f"save {path}") != "saved":
            return None
        got = np.load(path)
    if np.issubdtype(got.dtype, np.integer):
        return float(np.mean(got[::row.step] != expected))
    return float(np.max(np.abs(got - expected)) / np.max(np.abs(expected)))


def count_instructions(row, build, data):
    """Instructions a call, by callgrind: the difference of two runs, so that start-up does not count."""
    def total(calls):
        with tempfile.TemporaryDirectory() as folder:
            lines = f"start scixp {row.job} {row.dtype} 1\nonce {calls}\nstop\n"
            done = subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/out",
                                   str(build / "benchmarks" / "bench-worker"), str(data)],
                                  input=lines, capture_output=True, text=True)
        return int(re.search(r"Collected : (\d+)", done.stderr).group(1))
    return (total(11000) - total(1000)) / 10000


def bound_met(bound, times, measured):
    """Whether every part of a gate or an aim is met; None if there is none."""
    if not bound:
        return None
    for what, limit in bound.items():
        if what == "ceiling":
            met = measured["ceiling"]["percent"] >= 100 * limit
        else:
            value = measured[what] if what in ABSOLUTE else times["scixp"] / times[what]
            met = value is not None and value <= limit
        if not met:
            return False
    return True


def ceiling(row, times, data):
    if row.flops:
        peak = 2 * 12 * 8e5 / times["fma"] * (2 if row.dtype == "float32" else 1) * row.threads
        return {"kind": "fma", "percent": 100 * row.flops / peak / times["scixp"]}
    if row.bytes:
        array = np.load(data / f"{row.read.removeprefix('read_')}.{row.dtype}.npy", mmap_mode="r")
        rate = array.nbytes / times["read"]
        return {"kind": "memory", "percent": 100 * row.bytes / rate / times["scixp"]}
    return None


def result_of(row, build, data, rounds, seconds):
    times, errors = measure(row, build, data, rounds, seconds)
    measured = {"seconds": times["scixp"], "error": errors["scixp"], "ceiling": ceiling(row, times, data),
                "instructions": count_instructions(row, build, data) if row.instructions else None}
    others = [*row.peers, *row.own, *(["read"] if row.read else [])]
    peers = {name: {"time_s": times[name], "ratio": times[name] / times["scixp"], "error": errors.get(name)}
             for name in others}
    return {"name": row.name, "title": row.title, "dtype": row.dtype, "threads": row.threads,
            "time_s": times["scixp"], "instructions": measured["instructions"], "peers": peers,
            "ceiling": measured["ceiling"], "error": errors["scixp"], "gate": row.gate, "aim": row.aim,
            "met": {"gate": bound_met(row.gate, times, measured), "aim": bound_met(row.aim, times, measured)}}


# ---- showing ---------------------------------------------------------------------------------------------------------

def seconds_text(seconds):
    for unit, scale in (("s", 1), ("ms", 1e3), ("us", 1e6)):
        if seconds * scale >= 1:
            return f"{seconds * scale:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def bound_text(bound):
    def part(what, limit):
        if what == "seconds":
            return seconds_text(limit)
        if what == "instructions":
            return f"{limit} instr."
        if what == "ceiling":
            return f"{100 * limit:.0f} % of the ceiling"
        if what == "error":
            return f"error {limit:g}"
        return f"{1 / limit:.3g} x faster than {what}" if limit < 1 else f"{limit:.3g} x {what}"
    return ", ".join(part(what, limit) for what, limit in bound.items())


def table_row(result):
    peers = ", ".join(f"{name} {peer['ratio']:.2f}" for name, peer in result["peers"].items())
    top = result["ceiling"]
    error = "" if result["error"] is None else f"{result['error']:.1e}"
    peer_errors = ", ".join(f"{name} {peer['error']:.1e}" for name, peer in result["peers"].items()
                            if peer["error"] is not None)
    met = {True: "yes", False: "**no**", None: ""}
    ours = seconds_text(result["time_s"])
    if result["instructions"]:
        ours += f", {result['instructions']:.0f} instr."
    return [result["title"], result["dtype"], str(result["threads"]), ours, peers,
            f"{top['percent']:.0f} % {top['kind']}" if top else "", error, peer_errors,
            bound_text(result["gate"]), met[result["met"]["gate"]],
            bound_text(result["aim"]), met[result["met"]["aim"]]]


HEAD = ["job", "dtype", "threads", "ours", "peer's time over ours", "of the ceiling", "error", "peers' error", "gate",
        "met", "aim", "met"]


def markdown(results):
    lines = ["| " + " | ".join(HEAD) + " |", "|" + "---|" * len(HEAD)]
    return "\n".join(lines + ["| " + " | ".join(table_row(r)) + " |" for r in results]) + "\n"


def versions():
    import faiss
    import numexpr
    import scipy
    import sklearn
    model = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    return (f"{model.group(1) if model else platform.processor()}, {os.cpu_count()} cores; "
            f"Python {platform.python_version()}, NumPy {np.__version__}, SciPy {scipy.__version__}, "
            f"scikit-learn {sklearn.__version__}, numexpr {numexpr.__version__}, "
            f"faiss {faiss.__version__}")


def plot(results, path):
    import matplotlib
    matplotlib.use("Agg")
    from matplotlib import pyplot
    bars = [(f"{r['title']} {r['dtype']} {r['threads']}t", name, peer["ratio"])
            for r in results for name, peer in r["peers"].items() if name in COLOURS]
    figure, axes = pyplot.subplots(figsize=(11, max(2, 1 + 0.22 * len(bars))))
    for i, (_, name, ratio) in enumerate(reversed(bars)):
        axes.barh(i, ratio, color=COLOURS[name])
        axes.text(ratio, i, f" {ratio:.2g}", va="center", fontsize=7)
    axes.set_yticks(range(len(bars)), [label for label, _, _ in reversed(bars)], fontsize=7)
    axes.set_xscale("log")
    axes.axvline(1, color="black", linewidth=1)
    axes.set_xlabel("peer's time over ours (right of the line: SciXP is faster)")
    axes.legend(handles=[matplotlib.patches.Patch(color=c, label=n) for n, c in COLOURS.items()], loc="lower right")
    axes.set_ylim(-0.6, len(bars) - 0.4)
    figure.tight_layout()
    figure.savefig(path, dpi=110)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, default=HERE.parent / "build")
    parser.add_argument("--rows", default="*", help="glob: 'chain_*', or 'var_* float32 1t' over name, dtype and threads")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--seconds", type=float, default=0.03, help="least time of one measurement")
    parser.add_argument("--docs", type=pathlib.Path, help="also write the table into this page")
    return parser.parse_args()


def main():
    options = parse_arguments()
    data = options.build / "bench-data"
    data.mkdir(parents=True, exist_ok=True)
    pattern = options.rows
    chosen = [row for row in bench_rows.all_rows()
              if fnmatch.fnmatch(row.label, pattern) or fnmatch.fnmatch(row.name, pattern)]
    if not chosen:
        sys.exit(f"no row is called {pattern}")
    bench_rows.make_data(data, chosen)
    print(versions())
    results = []
    for row in chosen:
        results.append(result_of(row, options.build, data, options.rounds, options.seconds))
        print(" | ".join(table_row(results[-1])), flush=True)
    (options.build / "bench.json").write_text(json.dumps(results, indent=1) + "\n")
    plot(results, options.build / "bench.png")
    if options.docs:
        write_docs(options.docs, results)
    gates = [r["met"]["gate"] for r in results if r["met"]["gate"] is not None]
    print(f"{sum(gates)} of {len(gates)} gates met, {sum(r['met']['aim'] is True for r in results)} aims")


def write_docs(path, results):
    """Replaces what stands between the two marks of the page."""
    text = path.read_text()
    start, end = "<!-- table: begin -->\n", "<!-- table: end -->"
    before, rest = text.split(start)
    path.write_text(before + start + f"{versions()}\n\n" + markdown(results) + end + rest.split(end)[1])


if __name__ == "__main__":
    main()
