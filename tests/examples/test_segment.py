"""The demo on small pictures of every kind, and on everything that can be wrong with its input.

SPDX-License-Identifier: BSD-3-Clause

usage: test_segment.py SEGMENT JPEG_WRITER PHOTOGRAPH
"""
import os
import pty
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

import png
import tap

SEGMENT, JPEG_WRITER, PHOTOGRAPH = (str(Path(path).resolve()) for path in sys.argv[1:])
RED, BLUE, WHITE = (200, 30, 30), (20, 40, 220), (255, 255, 255)
WIDTH, HEIGHT = 40, 24


def halves(left, right):
    """Rows of a picture whose halves have these bytes for each pixel."""
    return [bytes(left) * (WIDTH // 2) + bytes(right) * (WIDTH // 2)] * HEIGHT


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.output = self.folder / 'out.png'

    def write(self, name, data):
        path = self.folder / name
        path.write_bytes(data)
        return path

    def segment(self, *arguments):
        return subprocess.run([SEGMENT, *map(str, arguments)], capture_output=True, text=True, check=False,
                              cwd=self.folder, timeout=120)

    def passes(self, *arguments):
        done = self.segment('--output', self.output, *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stderr, '')
        return done.stdout

    def fails(self, status, pattern, *arguments):
        """The status, one line on stderr that fits the pattern, and no picture."""
        done = self.segment('--output', self.output, *arguments)
        self.assertRegex(done.stderr, rf'\Asegment: [^\n]*{pattern}[^\n]*\n\Z')
        self.assertEqual(done.returncode, status, done.stderr)
        self.assertFalse(self.output.is_file())

    def clusters(self, stdout):
        """Share in per cent, and colour, of each cluster in the printed table."""
        return [(float(share), colour) for share, colour in
                re.findall(r'^ +\d+ +([\d.]+) % +(#[0-9a-f]{6}) +[\d.]+$', stdout, re.MULTILINE)]


class Pictures(Case):
    def check_halves(self, data, left, right):
        """Two clusters with the two halves' colours; both are found in the picture that is written."""
        stdout = self.passes('--k', 2, '--position-weight', 0, self.write('in.png', data))
        self.check_clusters(stdout, left, right)
        width, height, rows = png.decode(self.output.read_bytes())
        self.assertEqual(height, HEIGHT)
        self.assertGreater(width, 2 * WIDTH)
        second = width - 2 * WIDTH
        for row in rows:
            self.assertEqual(row[0], left)
            self.assertEqual(row[WIDTH - 1], right)
        gap = next(x for x in range(WIDTH, width) if rows[0][x] != WHITE) if WHITE not in (left, right) else None
        if gap is not None:
            self.assertLess(gap - WIDTH, second)
            self.assertEqual(rows[0][gap], left)
            self.assertEqual(rows[HEIGHT - 1][gap + WIDTH - 1], right)

    def check_clusters(self, stdout, left, right):
        found = self.clusters(stdout)
        self.assertEqual([share for share, _ in found], [50.0, 50.0])
        self.assertEqual({colour for _, colour in found}, {'#%02x%02x%02x' % left, '#%02x%02x%02x' % right})

    def test_colour(self):
        self.check_halves(png.encode(WIDTH, HEIGHT, png.COLOUR, halves(RED, BLUE)), RED, BLUE)

    def test_grey(self):
        data = png.encode(WIDTH, HEIGHT, png.GREY, halves([60], [200]))
        self.check_halves(data, (60,) * 3, (200,) * 3)

    def test_palette(self):
        data = png.encode(WIDTH, HEIGHT, png.PALETTE, halves([1], [0]), palette=[BLUE, RED])
        self.check_halves(data, RED, BLUE)

    def test_palette_of_one_bit(self):
        rows = [bytes([0xff, 0xff, 0xf0, 0, 0])] * HEIGHT
        self.check_halves(png.encode(WIDTH, HEIGHT, png.PALETTE, rows, depth=1, palette=[BLUE, RED]), RED, BLUE)

    def test_transparent_pixels_lie_on_white(self):
        data = png.encode(WIDTH, HEIGHT, png.COLOUR_ALPHA, halves([*RED, 255], [*BLUE, 0]))
        self.check_halves(data, RED, WHITE)
        data = png.encode(WIDTH, HEIGHT, png.GREY_ALPHA, halves([60, 255], [10, 0]))
        self.check_halves(data, (60,) * 3, WHITE)

    def test_transparent_palette(self):
        data = png.encode(WIDTH, HEIGHT, png.PALETTE, halves([1], [0]), palette=[BLUE, RED], transparent=[0])
        self.check_halves(data, RED, WHITE)

    def test_16_bit(self):
        def wide(colour):
            return [byte for value in colour for byte in (value, value)]
        self.check_halves(png.encode(WIDTH, HEIGHT, png.COLOUR, halves(wide(RED), wide(BLUE)), depth=16), RED, BLUE)
        data = png.encode(WIDTH, HEIGHT, png.GREY, halves(wide([60]), wide([200])), depth=16)
        self.check_halves(data, (60,) * 3, (200,) * 3)

    def test_jpeg(self):
        for kind, left, right in (('colour', (220, 20, 20), (40, 80, 240)), ('grey', (60,) * 3, (200,) * 3)):
            path = self.folder / f'{kind}.jpg'
            subprocess.run([JPEG_WRITER, path, kind], check=True)
            found = self.clusters(self.passes('--k', 2, '--position-weight', 0, path))
            self.assertEqual([share for share, _ in found], [50.0, 50.0])
            for wanted in (left, right):
                nearest = min(max(abs(int(colour[i:i + 2], 16) - value) for i, value in zip((1, 3, 5), wanted))
                              for _, colour in found)
                self.assertLess(nearest, 6, f'{wanted} in {found}')

    def test_one_pixel_is_one_cluster(self):
        path = self.write('in.png', png.encode(1, 1, png.COLOUR, [RED]))
        done = self.segment('--k', 1, '--output', self.output, path)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.clusters(done.stdout), [(100.0, '#c81e1e')])
        self.assertEqual(png.decode(self.output.read_bytes())[2][0][0], RED)

    def test_one_row_and_one_column(self):
        for width, height in ((30, 1), (1, 30)):
            rows = [bytes(range(0, 240, 240 // width))[:width]] if height == 1 else [[8 * y] for y in range(height)]
            path = self.write('in.png', png.encode(width, height, png.GREY, rows))
            done = self.segment('--k', 3, '--output', self.output, path)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(len(self.clusters(done.stdout)), 3)


class Photograph(Case):
    def test_report(self):
        stdout = self.passes('--k', 5, '--iterations', 4, PHOTOGRAPH)
        shares = [share for share, _ in self.clusters(stdout)]
        self.assertEqual(len(shares), 5)
        self.assertAlmostEqual(sum(shares), 100.0, delta=0.5)
        self.assertEqual(shares, sorted(shares, reverse=True))
        for words in ('512 x 512 pixels', 'step', 'total', 'device trace(host)', 'passes over memory',
                      'transfers to the device', f'written to {self.output}'):
            self.assertIn(words, stdout)
        width, height, rows = png.decode(self.output.read_bytes())
        self.assertEqual(height, 512)
        colours = {pixel for row in rows for pixel in row[width - 20:width]}
        self.assertLessEqual(len(colours), 5)

    def test_same_seed_same_picture(self):
        pictures = []
        for seed in (3, 3, 4):
            self.passes('--seed', seed, '--k', 4, '--iterations', 2, PHOTOGRAPH)
            pictures.append(self.output.read_bytes())
        self.assertEqual(pictures[0], pictures[1])
        self.assertNotEqual(pictures[0], pictures[2])

    def test_strict_device_gives_the_same_picture(self):
        path = self.write('in.png', png.encode(WIDTH, HEIGHT, png.COLOUR,
                                               [bytes((x * y + c * x) % 251 for x in range(WIDTH) for c in range(3))
                                                for y in range(HEIGHT)]))
        pictures = []
        for device in ('host', 'strict', 'trace(host)'):
            self.passes('--device', device, '--k', 4, path)
            pictures.append(self.output.read_bytes())
        self.assertEqual(pictures[0], pictures[1])
        self.assertEqual(pictures[0], pictures[2])

    def test_progress_on_a_terminal_only(self):
        try:
            leader, follower = pty.openpty()
        except OSError:
            self.skipTest('no pseudo-terminal to be had')
        done = subprocess.run([SEGMENT, '--output', self.output, '--k', '3', '--iterations', '2', PHOTOGRAPH],
                              stdout=subprocess.DEVNULL, stderr=follower, check=False)
        os.close(follower)
        shown = os.read(leader, 65536).decode()
        os.close(leader)
        self.assertEqual(done.returncode, 0)
        self.assertIn('kmeans2: 2 of 2', shown)


class BadInput(Case):
    def setUp(self):
        super().setUp()
        self.good = self.write('good.png', png.encode(WIDTH, HEIGHT, png.COLOUR, halves(RED, BLUE)))

    def test_help(self):
        done = self.segment('--help')
        self.assertEqual((done.returncode, done.stderr), (0, ''))
        for option in ('--k', '--seed', '--iterations', '--position-weight', '--device', '--output', '--help'):
            self.assertIn(option, done.stdout)

    def test_usage(self):
        self.fails(2, 'no picture given')
        self.fails(2, "one picture at a time, but 'a.png' and 'b.png'", 'a.png', 'b.png')
        self.fails(2, "unrecognized option '--colour'", '--colour', self.good)
        self.fails(2, "option '--k' requires an argument", self.good, '--k')

    def test_option_values(self):
        for value in ('0', '-1', '257', 'many', '3.5', '', '99999999999999999999'):
            self.fails(2, f"--k must be a whole number from 1 to 256, not '{value}'", '--k', value, self.good)
        for value in ('0', 'x'):
            self.fails(2, '--iterations must be', '--iterations', value, self.good)
        for value in ('-1', 'x', '1e30'):
            self.fails(2, '--seed must be', '--seed', value, self.good)
        for value in ('-0.5', 'nan', 'inf', 'x', ''):
            self.fails(2, '--position-weight must be', '--position-weight', value, self.good)
        self.fails(2, '--device must not be empty', '--device', '', self.good)
        self.fails(2, '--output must not be empty', '--output', '', self.good)

    def test_files_that_cannot_be_read(self):
        self.fails(1, r'nothing\.png: No such file', self.folder / 'nothing.png')
        self.fails(1, 'Is a directory', self.folder)
        self.fails(1, 'the file is empty', self.write('empty.png', b''))
        self.fails(1, 'neither a PNG nor a JPEG', self.write('text.png', b'hello, this is text\n'))
        self.fails(1, 'neither a PNG nor a JPEG', self.write('short.png', b'\x89P'))

    def test_damaged_pictures(self):
        data = self.good.read_bytes()
        self.fails(1, r'cut\.png: ', self.write('cut.png', data[:-40]))
        self.fails(1, r'head\.png: ', self.write('head.png', data[:20]))
        flipped = bytearray(data)
        flipped[20] ^= 0xff
        self.fails(1, r'crc\.png: ', self.write('crc.png', bytes(flipped)))
        subprocess.run([JPEG_WRITER, self.folder / 'whole.jpg', 'colour'], check=True)
        jpeg = (self.folder / 'whole.jpg').read_bytes()
        for name, part in (('cut.jpg', jpeg[:len(jpeg) - 60]), ('head.jpg', jpeg[:30]), ('start.jpg', jpeg[:3])):
            self.fails(1, re.escape(name) + ': ', self.write(name, part))

    def test_jpeg_of_four_channels(self):
        subprocess.run([JPEG_WRITER, self.folder / 'in.jpg', 'cmyk'], check=True)
        self.fails(1, 'CMYK', self.folder / 'in.jpg')

    def test_huge_picture_in_a_small_file(self):
        data = png.encode(100000, 100000, png.GREY, [])
        self.fails(1, '100000 x 100000 pixels are too many', self.write('huge.png', data))

    def test_fewer_pixels_than_clusters(self):
        self.fails(1, '1 x 1 pixels are fewer than the 8 clusters', self.write('in.png', png.encode(
            1, 1, png.COLOUR, [RED])))

    def test_device(self):
        self.fails(1, 'nosuch', '--device', 'nosuch', self.good)
        self.fails(1, 'x', '--device', 'x' * 200, self.good)

    def test_output_that_cannot_be_written(self):
        for path in (self.folder / 'no' / 'out.png', self.folder):
            done = self.segment('--output', path, self.good)
            self.assertRegex(done.stderr, rf'\Asegment: {re.escape(str(path))}: [^\n]+\n\Z')
            self.assertEqual(done.returncode, 1)

    def test_output_replaces_a_file_only_when_it_is_complete(self):
        self.output.write_bytes(b'older')
        done = self.segment('--output', self.output, '--device', 'nosuch', self.good)
        self.assertEqual((done.returncode, self.output.read_bytes()), (1, b'older'))
        self.passes('--k', 2, self.good)
        self.assertTrue(self.output.read_bytes().startswith(b'\x89PNG'))
        self.assertEqual(self.names(), ['good.png', 'out.png'])

    def names(self):
        return sorted(path.name for path in self.folder.iterdir())

    def test_interrupt_leaves_no_file(self):
        for delay in (0.05, 0.3, 1):
            work = subprocess.Popen([SEGMENT, '--output', self.output, '--k', '60', '--iterations', '100000',
                                     '--device', 'host', PHOTOGRAPH], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                    text=True, cwd=self.folder)
            time.sleep(delay)
            work.send_signal(signal.SIGINT)
            _, complaint = work.communicate(timeout=60)
            self.assertIn(work.returncode, (130, -signal.SIGINT), complaint)
            self.assertEqual(self.names(), ['good.png'])
        self.assertRegex(complaint, r'\Asegment: kmeans2: cancelled at step \d+ of 100000\n\Z')

    def test_full_disk(self):
        full = Path('/dev/full')
        if not full.is_char_device():
            self.skipTest('no /dev/full')
        done = self.segment('--output', full, self.good)
        self.assertRegex(done.stderr, r'\Asegment: /dev/full: No space left[^\n]*\n\Z')
        self.assertEqual(done.returncode, 1)
        self.assertTrue(full.is_char_device())


if __name__ == '__main__':
    tap.main()
