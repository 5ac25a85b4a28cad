"""A device's rows beside those of others: bare calls of CUDA's libraries, CuPy and PyTorch, as far as they are there.

SPDX-License-Identifier: BSD-3-Clause

usage: device_peers.py BENCH_DEVICE BENCH_VENDOR [DEVICE [ELEMENTS [ROWS]]]

Runs BENCH_DEVICE, then measures each of its rows elsewhere, on arrays of the same dtypes and shapes, on the same GPU.
Prints one table: our time, and for each of the others its time and our speed in per cent of its. Peers are timed by
events of CUDA, in turns of several calls that are waited for once; the figure is the median of the turns. They are at
their best setting: fused where they can fuse, float32 without TF32. CuPy and PyTorch are those of the Python that runs
this script.

vq beside PyTorch: exact distances (torch.cdist without products) of blocks of points, and the least of each."""
import importlib
import re
import statistics
import subprocess
import sys

TURNS = 7
TURN_MILLISECONDS = 20
MOST_CALLS = 1000
BLOCK_ELEMENTS = 1 << 26  # distances at a time, in vq


class Row:
    """A line of bench-device: name, dtype, shapes, time, rates."""

    def __init__(self, line):
        self.name, self.dtype, shapes, time, *self.rates = re.split(r'\s{2,}', line.strip())
        self.shapes = [tuple(map(int, shape.split('x'))) for shape in shapes.split(', ')]
        self.shape_text = shapes
        self.milliseconds = float(time.removesuffix(' ms'))


def rows_of(lines):
    return [Row(line) for line in lines if re.search(r'  +[\d.]+ ms(  |$)', line)]


def median_milliseconds(call, start, stop):
    """Of a call, by turns of several; `start` begins one, `stop` gives its milliseconds."""
    def turn(calls):
        start()
        for _ in range(calls):
            call()
        return stop() / calls

    turn(2)  # compiles, plans, fills pools
    calls = max(1, min(MOST_CALLS, int(TURN_MILLISECONDS / max(turn(1), 1e-3))))
    return statistics.median(turn(calls) for _ in range(TURNS))


# ---- the peers: a module, and jobs by the name of a row; each takes the row's arrays and returns a call -------------

def chain_3(xp, x, y):
    return x * y + xp.abs(x)


def chain_12(xp, x, y):
    t = x * 1.5 - y
    for _ in range(3):
        t = xp.maximum(t * x + y, -t)
    return xp.where(t > 0, t, y)


class CuPy:
    name = 'CuPy'

    def __init__(self):
        self.xp = xp = importlib.import_module('cupy')
        self.version = xp.__version__
        self.events = xp.cuda.Event(), xp.cuda.Event()
        fused_3 = xp.fuse(lambda x, y: chain_3(xp, x, y))
        fused_12 = xp.fuse(lambda x, y: chain_12(xp, x, y))
        self.jobs = {
            'copy': [lambda x: x.copy()],
            'chain of 3': [fused_3], 'chain of 12': [fused_12], 'a small fused call': [fused_3],
            'sum': [xp.sum], 'cumulative_sum': [xp.cumsum], 'cumulative_sum, axis 1': [lambda x: xp.cumsum(x, axis=1)],
            'sort': [xp.sort], 'sort, axis 1': [xp.sort], 'argsort': [xp.argsort],
            'matmul': [xp.matmul], 'solve': [xp.linalg.solve], 'eigh': [xp.linalg.eigh],
            'svd': [lambda x: xp.linalg.svd(x, full_matrices=False)],
            'fft': [lambda x: xp.fft.fft(x)],
        }
        for axis in (0, 1):
            for name in ('sum', 'mean', 'var'):
                self.jobs[f'{name}, axis {axis}'] = [lambda x, name=name, axis=axis: getattr(xp, name)(x, axis=axis)]

    def random(self, shape, dtype):
        real = 'float32' if dtype == 'complex64' else dtype
        return self.xp.random.random(shape, dtype=real).astype(dtype)

    def start(self):
        self.events[0].record()

    def stop(self):
        self.events[1].record()
        self.events[1].synchronize()
        return self.xp.cuda.get_elapsed_time(*self.events)

    def free(self):
        self.xp.get_default_memory_pool().free_all_blocks()


class PyTorch:
    name = 'PyTorch'

    def __init__(self):
        self.xp = xp = importlib.import_module('torch')
        if not xp.cuda.is_available():
            raise ImportError('it has no CUDA device')
        self.version = xp.__version__
        xp.backends.cuda.matmul.allow_tf32 = False
        self.events = xp.cuda.Event(enable_timing=True), xp.cuda.Event(enable_timing=True)

        def fused(chain):
            """Compiled, or where there is nothing to compile with as it stands."""
            plain = lambda x, y: chain(xp, x, y)
            return [xp.compile(plain), plain]

        self.jobs = {
            'copy': [lambda x: x.clone()],
            'chain of 3': fused(chain_3), 'chain of 12': fused(chain_12), 'a small fused call': fused(chain_3),
            'sum': [xp.sum], 'cumulative_sum': [lambda x: xp.cumsum(x, 0)],
            'cumulative_sum, axis 1': [lambda x: xp.cumsum(x, 1)],
            'sort': [lambda x: xp.sort(x, stable=True)], 'sort, axis 1': [lambda x: xp.sort(x, stable=True)],
            'argsort': [lambda x: xp.argsort(x, stable=True)],
            'matmul': [xp.matmul], 'solve': [xp.linalg.solve], 'eigh': [xp.linalg.eigh],
            'svd': [lambda x: xp.linalg.svd(x, full_matrices=False)],
            'fft': [xp.fft.fft],
            'vq': [self.nearest],
        }
        for axis in (0, 1):
            self.jobs[f'sum, axis {axis}'] = [lambda x, axis=axis: xp.sum(x, axis)]
            self.jobs[f'mean, axis {axis}'] = [lambda x, axis=axis: xp.mean(x, axis)]
            self.jobs[f'var, axis {axis}'] = [lambda x, axis=axis: xp.var(x, axis, correction=0)]

    def nearest(self, points, book):
        size = max(1, BLOCK_ELEMENTS // book.shape[0])
        exact = {'compute_mode': 'donot_use_mm_for_euclid_dist'}
        nearest = [self.xp.cdist(block, book, **exact).min(dim=1) for block in points.split(size)]
        return self.xp.cat([n.indices for n in nearest]), self.xp.cat([n.values for n in nearest])

    def random(self, shape, dtype):
        return self.xp.rand(shape, dtype=getattr(self.xp, dtype), device='cuda')

    def start(self):
        self.events[0].record()

    def stop(self):
        self.events[1].record()
        self.events[1].synchronize()
        return self.events[0].elapsed_time(self.events[1])

    def free(self):
        self.xp.cuda.empty_cache()


def job_key(name):
    """Rows whose names hold sizes go by their first word."""
    word = name.split()[0]
    return word if word in ('fft', 'vq') else name


def peer_milliseconds(peer, row):
    """None where the peer has no such function; else its time, or what was wrong, in words."""
    jobs = peer.jobs.get(job_key(row.name), [])
    problem = None
    for job in jobs:
        try:
            arrays = [peer.random(shape, row.dtype) for shape in row.shapes]
            return median_milliseconds(lambda: job(*arrays), peer.start, peer.stop)
        except Exception as error:  # whatever a peer raises is its row's result
            problem = type(error).__name__
        finally:
            arrays = None
            peer.free()
    return problem


def vendor_milliseconds(program, row):
    try:
        done = subprocess.run([program, row.name, row.dtype, row.shape_text.split(', ')[0]], capture_output=True,
                              text=True, check=False)
    except OSError:
        return None
    if done.returncode == 2:
        return None
    return float(done.stdout) if done.returncode == 0 else 'failed'


# ---- the table -------------------------------------------------------------------------------------------------------

def duration(milliseconds):
    return f'{milliseconds:.4f}' if milliseconds < 1 else f'{milliseconds:.3f}'


def cell(theirs, ours):
    if theirs is None:
        return ''
    if isinstance(theirs, str):
        return theirs
    return f'{duration(theirs)} ({100 * theirs / ours:.0f} %)'


def table_line(cells):
    return '| ' + ' | '.join(cells) + ' |'


def peers_here(device):
    """The peers that can be measured, and a line for each that cannot."""
    there, missing = [], []
    for kind in (CuPy, PyTorch):
        if not device.startswith('cuda'):
            missing.append(f'{kind.name}: measured on CUDA only')
            continue
        try:
            there.append(kind())
        except Exception as error:  # a library without its driver raises what it likes
            missing.append(f'{kind.name}: not here ({error})')
    return there, missing


def main(bench_device, bench_vendor, device='cuda', *rest):
    done = subprocess.run([bench_device, device, *rest], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        return done.returncode
    head, *lines = done.stdout.splitlines()
    rows = rows_of(lines)
    peers, missing = peers_here(device)
    print(head)
    for line in lines:
        if line.startswith('    '):  # a row that failed
            print(line.strip())
    for line in [f'{peer.name} {peer.version}' for peer in peers] + missing:
        print(line)
    is_cuda = device.startswith('cuda')
    if not is_cuda:
        print("CUDA's libraries: measured on CUDA only")
    print("Milliseconds; in brackets our speed, of the other's.\n")
    heads = ['job', 'dtype', 'shapes', 'SciXP', 'rates'] + ["CUDA's library"] * is_cuda + [p.name for p in peers]
    print(table_line(heads))
    print(table_line(['---'] * len(heads)))
    for row in rows:
        others = [vendor_milliseconds(bench_vendor, row)] * is_cuda + [peer_milliseconds(p, row) for p in peers]
        print(table_line([row.name, row.dtype, row.shape_text, duration(row.milliseconds), ', '.join(row.rates)] +
                         [cell(other, row.milliseconds) for other in others]), flush=True)
    return 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
