"""Writes tests/golden/files: .npz files by NumPy, and zip archives in the forms that NumPy does not write but reads.

SPDX-License-Identifier: BSD-3-Clause

Run by hand with NumPy installed: python3 tests/files/make_golden.py
"""
import io
import pathlib
import zipfile

import numpy as np

GOLDEN = pathlib.Path(__file__).resolve().parent.parent / 'golden'
FOLDER = GOLDEN / 'files'


class Stream(io.RawIOBase):
    """A file that cannot be wound back, so that sizes stand behind the members."""

    def __init__(self):
        self.data = b''

    def writable(self):
        return True

    def write(self, data):
        self.data += bytes(data)
        return len(data)


def member(archive, name, data, **keywords):
    info = zipfile.ZipInfo(name + '.npy')
    info.compress_type = archive.compression
    with archive.open(info, 'w', **keywords) as file:
        file.write(data)


def npy(array):
    file = io.BytesIO()
    np.lib.format.write_array(file, array, version=(1, 0))
    return file.getvalue()


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    arrays = {path.stem: np.load(path) for path in sorted((GOLDEN / 'core' / 'npy').glob('*.npy'))
              if '_big' not in path.stem}
    np.savez(FOLDER / 'stored.npz', **arrays)
    np.savez_compressed(FOLDER / 'deflated.npz', **arrays)
    np.savez(FOLDER / 'positions.npz', np.arange(3), np.arange(4.0))
    np.savez(FOLDER / 'empty.npz')

    data = npy(arrays['int16'])
    zipfile.ZIP64_LIMIT = 10  # whatever is longer, or lies further on, is written with 64 bits
    with zipfile.ZipFile(FOLDER / 'large.npz', 'w', zipfile.ZIP_DEFLATED) as archive:
        member(archive, 'first', data, force_zip64=True)
        member(archive, 'int16', data, force_zip64=True)
    zipfile.ZIP64_LIMIT = (1 << 31) - 1
    stream = Stream()
    with zipfile.ZipFile(stream, 'w', zipfile.ZIP_DEFLATED) as archive:
        member(archive, 'int16', data)
    (FOLDER / 'streamed.npz').write_bytes(stream.data)
    with zipfile.ZipFile(FOLDER / 'trailing.npz', 'w', zipfile.ZIP_DEFLATED) as archive:
        member(archive, 'int16', data + b'more')
    with zipfile.ZipFile(FOLDER / 'others.npz', 'w') as archive:
        archive.comment = b'a comment, and PK\x05\x06 in it'
        archive.writestr(zipfile.ZipInfo('readme.txt'), b'no array')
        archive.writestr(zipfile.ZipInfo('folder/'), b'')
        member(archive, 'folder/int16', data)
        member(archive, 'gr\u00f6\u00dfe', data)
        member(archive, 'twice', npy(np.arange(2)))
        member(archive, 'twice', data)


if __name__ == '__main__':
    main()
