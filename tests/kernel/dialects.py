"""Compiles every kernel as each of its readers does: C with gcc and clang, OpenCL C 1.2 with clang, CUDA with NVRTC.

SPDX-License-Identifier: BSD-3-Clause

Usage: dialects.py [--cuda=sm_80,sm_120] SOURCES_PROGRAM [FLAG...]. The flags are for clang's OpenCL. Lists registers
and spilled bytes of each entry on sm_90. With --cuda only CUDA's texts are compiled, for the architectures named. A
compiler that is not there is named and left out; exit status 77 (skipped) without any reader of OpenCL or CUDA."""
import ctypes
import glob
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

STRICT = ['-Wall', '-Wextra', '-Werror', '-Wno-unused-function']
NVRTC = ['libnvrtc.so', 'libnvrtc.so.13', 'libnvrtc.so.12', *sorted(glob.glob('/usr/local/cuda*/lib64/libnvrtc.so*')),
         *sorted(glob.glob('/usr/local/cuda*/targets/*/lib/libnvrtc.so*'))]


def run(command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        print(' '.join(command), done.stderr, sep='\n')
    return done.returncode == 0


def reads_opencl(clang):
    probe = subprocess.run([*clang, '-'], input='kernel void nothing(void) {}\n', text=True, capture_output=True)
    return probe.returncode == 0


class Nvrtc:
    def __init__(self):
        self.library = None
        for name in NVRTC:
            try:
                self.library = ctypes.CDLL(name)
                return
            except OSError:
                pass

    def log(self, program):
        size = ctypes.c_size_t()
        self.library.nvrtcGetProgramLogSize(program, ctypes.byref(size))
        text = ctypes.create_string_buffer(size.value)
        self.library.nvrtcGetProgramLog(program, text)
        return text.value.decode()

    def compile(self, path, architecture):
        program = ctypes.c_void_p()
        self.library.nvrtcCreateProgram(ctypes.byref(program), path.read_bytes(), path.name.encode(), 0, None, None)
        options = [b'--gpu-architecture=' + architecture.encode(), b'--fmad=false', b'--ptxas-options=-v',
                   b'--std=c++17', b'--diag-suppress=177']
        status = self.library.nvrtcCompileProgram(program, len(options), (ctypes.c_char_p * len(options))(*options))
        log = self.log(program)
        self.library.nvrtcDestroyProgram(ctypes.byref(program))
        if status:
            print(path.name, architecture, log, sep='\n')
            return False
        for entry, rest in re.findall(r"entry function '(\w+)'(.*?)(?=entry function|\Z)", log, re.S):
            registers = re.search(r'Used (\d+) registers', rest)
            spills = re.search(r'(\d+) bytes spill stores', rest)
            print(f'{path.stem} {entry} on {architecture}: {registers[1] if registers else "?"} registers, '
                  f'{spills[1] if spills else "?"} bytes spilled')
        return 'entry function' in log


def texts(program, folder):
    listed = subprocess.run([program, folder], check=True, capture_output=True, text=True).stdout
    return map(pathlib.Path, listed.split())


def compile_cuda(program, architectures):
    """CUDA's texts alone."""
    nvrtc, good, count = Nvrtc(), True, 0
    print(f'NVRTC: {"there" if nvrtc.library else "not there"}')
    if not nvrtc.library:
        return 77
    with tempfile.TemporaryDirectory() as folder:
        for path in texts(program, folder):
            for architecture in architectures if path.suffix == '.cu' else ():
                good &= nvrtc.compile(path, architecture)
                count += 1
    print(count, 'texts')
    return 0 if good and count else 1


def main(program, *flags):
    if program.startswith('--cuda='):
        return compile_cuda(flags[0], program.removeprefix('--cuda=').split(','))
    clang, gcc, nvrtc = shutil.which('clang'), shutil.which('gcc'), Nvrtc()
    opencl = [clang, '-x', 'cl', '-cl-std=CL1.2', '-Xclang', '-finclude-default-header', '-fsyntax-only', *STRICT,
              *flags]
    has_opencl = bool(clang) and reads_opencl(opencl)
    for name, there in (('gcc', gcc), ('clang', clang), ("clang's OpenCL", has_opencl), ('NVRTC', nvrtc.library)):
        print(f'{name}: {"there" if there else "not there"}')
    if not has_opencl and not nvrtc.library:
        return 77
    good, count = True, 0
    with tempfile.TemporaryDirectory() as folder:
        for path in texts(program, folder):
            count += 1
            if path.suffix == '.c':
                for compiler in filter(None, (gcc, clang)):
                    good &= run([compiler, '-std=gnu11', '-fsyntax-only', *STRICT, str(path)])
            elif path.suffix == '.cl' and has_opencl:
                good &= run([*opencl, str(path)])
            elif path.suffix == '.cu' and nvrtc.library:
                good &= nvrtc.compile(path, 'sm_90')
    print(count, 'texts')
    return 0 if good and count else 1


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
