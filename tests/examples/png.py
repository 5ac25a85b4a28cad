"""Small PNG pictures, written and read with the standard library alone.

SPDX-License-Identifier: BSD-3-Clause
"""
import struct
import zlib

GREY, COLOUR, PALETTE, GREY_ALPHA, COLOUR_ALPHA = 0, 2, 3, 4, 6
CHANNELS = {GREY: 1, COLOUR: 3, PALETTE: 1, GREY_ALPHA: 2, COLOUR_ALPHA: 4}
SIGNATURE = b'\x89PNG\r\n\x1a\n'


def chunk(name, data):
    return struct.pack('>I', len(data)) + name + data + struct.pack('>I', zlib.crc32(name + data))


def encode(width, height, kind, rows, depth=8, palette=None, transparent=None):
    """A PNG file's bytes. `rows` are its rows' bytes as they stand in the file, unfiltered."""
    body = chunk(b'IHDR', struct.pack('>IIBBBBB', width, height, depth, kind, 0, 0, 0))
    if palette:
        body += chunk(b'PLTE', b''.join(bytes(colour) for colour in palette))
    if transparent:
        body += chunk(b'tRNS', bytes(transparent))
    body += chunk(b'IDAT', zlib.compress(b''.join(b'\0' + bytes(row) for row in rows)))
    return SIGNATURE + body + chunk(b'IEND', b'')


def unfilter(kind, row, above, step):
    """Undoes one row's filter, in place (PNG specification, section 9)."""
    for i, byte in enumerate(row):
        left = row[i - step] if i >= step else 0
        up = above[i]
        corner = above[i - step] if i >= step else 0
        near = left + up - corner
        paeth = min((abs(near - left), 0, left), (abs(near - up), 1, up), (abs(near - corner), 2, corner))[2]
        row[i] = (byte + (0, left, up, (left + up) // 2, paeth)[kind]) & 255


def decode(data):
    """Width, height, and rows of pixels (tuples of channels) of an 8-bit PNG without interlacing."""
    assert data[:8] == SIGNATURE
    packed, place = b'', 8
    while place < len(data):
        length, name = struct.unpack('>I4s', data[place:place + 8])
        content = data[place + 8:place + 8 + length]
        if name == b'IHDR':
            width, height, depth, kind, *_ = struct.unpack('>IIBBBBB', content)
        elif name == b'IDAT':
            packed += content
        place += 12 + length
    assert depth == 8
    step = CHANNELS[kind]
    raw, above, rows = zlib.decompress(packed), bytes(width * step), []
    for y in range(height):
        start = y * (width * step + 1)
        row = bytearray(raw[start + 1:start + 1 + width * step])
        unfilter(raw[start], row, above, step)
        rows.append([tuple(row[x * step:(x + 1) * step]) for x in range(width)])
        above = row
    return width, height, rows
