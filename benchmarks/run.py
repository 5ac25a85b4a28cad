"""Measures SciXP and its peers in one run, in turn, and says what the figures mean.

Every contestant is a process that waits for its turn. A row goes through several rounds; in each one every contestant
is timed once, so that all see the same machine. Medians of the rounds are compared.

SPDX-License-Identifier: BSD-3-Clause
"""
import argparse
import fnmatch
import json
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
C_CONTESTANTS = ("scixp", "hand")


class Worker:
    """One contestant's process."""

    def __init__(self, who, build, data):
        command = ([str(build / "benchmarks" / "bench-worker"), str(data)] if who in C_CONTESTANTS
                   else [sys.executable, str(HERE / "peers.py"), str(data)])
        environment = dict(os.environ, OMP_WAIT_POLICY="passive")
        self.who = who
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        env=environment)

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def start(self, row, dtype, threads):
        answer = self.ask(f"start {self.who} {row} {dtype} {threads}")
        if answer != "ready":
            raise RuntimeError(f"{self.who}, {row}: {answer or 'the process ended'}")

    def time(self, seconds):
        return float(self.ask(f"time {seconds}").split()[1])

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def measure(row, build, data, rounds, seconds):
    """Median seconds by contestant, and each one's error against the oracle."""
    jobs = {"scixp": ("scixp", row.name), **{peer: (peer, row.name) for peer in row.peers}}
    if row.read:
        jobs["read"] = ("hand", row.read)
    if row.flops:
        jobs["fma"] = ("hand", "fma_peak")
    workers = {name: Worker(who, build, data) for name, (who, _) in jobs.items()}
    times = {name: [] for name in jobs}
    try:
        for name, (_, job) in jobs.items():
            workers[name].start(job, row.dtype, row.threads)
        slow = {name for name in jobs if workers[name].time(0.0) > 1.0}
        for round_number in range(rounds):
            for name in jobs:
                if name not in slow or round_number < 2:
                    times[name].append(workers[name].time(0.0 if name in slow else seconds))
        errors = {name: error_of(row, workers[name], data) for name in jobs if name not in ("read", "fma")}
    finally:
        for worker in workers.values():
            worker.close()
    return {name: statistics.median(values) for name, values in times.items()}, errors


def error_of(row, worker, data):
    """The largest error relative to the largest true value; for labels, the share of wrong ones."""
    if not row.oracle:
        return None
    expected = row.oracle(lambda name: np.load(data / f"{name}.{row.dtype}.npy"))
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "result.npy"
        if worker.ask(f"save {path}") != "saved":
            return None
        got = np.load(path)
    if np.issubdtype(got.dtype, np.integer):
        return float(np.mean(got != expected))
    return float(np.max(np.abs(got - expected)) / np.max(np.abs(expected)))


def count_instructions(row, build, data):
    """Instructions a call, by callgrind: the difference of two runs, so that start-up does not count."""
    def total(calls):
        with tempfile.TemporaryDirectory() as folder:
            lines = f"start scixp {row.name} {row.dtype} 1\nonce {calls}\nstop\n"
            done = subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/out",
                                   str(build / "benchmarks" / "bench-worker"), str(data)],
                                  input=lines, capture_output=True, text=True)
        return int(re.search(r"Collected : (\d+)", done.stderr).group(1))
    return (total(11000) - total(1000)) / 10000


def bound_met(bound, row_times, instructions):
    """Whether every part of a gate or an aim is met; None if there is none."""
    if not bound:
        return None
    for what, limit in bound.items():
        value = (row_times["scixp"] if what == "seconds" else instructions if what == "instructions"
                 else row_times["scixp"] / row_times[what])
        if value is None or value > limit:
            return False
    return True


def ceiling(row, times):
    if row.flops:
        peak = 2 * 12 * 8 * 1e5 / times["fma"] * (2 if row.dtype == "float32" else 1) * row.threads
        return {"kind": "fma", "percent": 100 * row.flops / peak / times["scixp"]}
    if row.bytes:
        itemsize = bench_rows.FLOAT[row.dtype]
        elements = {"read_a1e6": 10**6, "read_a1e7": 10**7, "read_rows10": 10**6, "read_rows16": 16 * 10**5,
                    "read_thousand": 10**6}[row.read]
        rate = elements * itemsize / times["read"]
        return {"kind": "memory", "percent": 100 * row.bytes / rate / times["scixp"]}
    return None


def result_of(row, build, data, rounds, seconds):
    times, errors = measure(row, build, data, rounds, seconds)
    instructions = count_instructions(row, build, data) if row.instructions else None
    peers = {name: {"time_s": times[name], "ratio": times[name] / times["scixp"], "error": errors.get(name)}
             for name in times if name not in ("scixp", "fma")}
    return {"name": row.name, "title": row.title, "dtype": row.dtype, "threads": row.threads,
            "time_s": times["scixp"], "instructions": instructions, "peers": peers, "ceiling": ceiling(row, times),
            "error": errors["scixp"], "gate": row.gate, "aim": row.aim,
            "met": {"gate": bound_met(row.gate, times, instructions), "aim": bound_met(row.aim, times, instructions)}}


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
    import numexpr
    import scipy
    import sklearn
    model = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    return (f"{model.group(1) if model else platform.processor()}, {os.cpu_count()} cores; "
            f"Python {platform.python_version()}, NumPy {np.__version__}, SciPy {scipy.__version__}, "
            f"scikit-learn {sklearn.__version__}, numexpr {numexpr.__version__}")


def plot(results, path):
    import matplotlib
    matplotlib.use("Agg")
    from matplotlib import pyplot
    bars = [(f"{r['title']} {r['dtype']} {r['threads']}t", name, peer["ratio"])
            for r in results for name, peer in r["peers"].items() if name != "read"]
    figure, axes = pyplot.subplots(figsize=(11, 1 + 0.22 * len(bars)))
    colours = {"hand": "#888888", "numpy": "#4472c4", "scipy": "#2e8b57", "scikit-learn": "#e08a1e",
               "numexpr": "#8e63b0"}
    for i, (_, name, ratio) in enumerate(reversed(bars)):
        axes.barh(i, ratio, color=colours[name])
        axes.text(ratio, i, f" {ratio:.2g}", va="center", fontsize=7)
    axes.set_yticks(range(len(bars)), [label for label, _, _ in reversed(bars)], fontsize=7)
    axes.set_xscale("log")
    axes.axvline(1, color="black", linewidth=1)
    axes.set_xlabel("peer's time over ours (right of the line: SciXP is faster)")
    axes.legend(handles=[matplotlib.patches.Patch(color=c, label=n) for n, c in colours.items()], loc="lower right")
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
    bench_rows.make_data(data)
    pattern = options.rows
    chosen = [row for row in bench_rows.all_rows()
              if fnmatch.fnmatch(row.label, pattern) or fnmatch.fnmatch(row.name, pattern)]
    if not chosen:
        sys.exit(f"no row is called {pattern}")
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
