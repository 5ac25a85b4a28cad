"""Checks with clang that the bodies of all elementwise operations, and of casts from and to float16 and bfloat16, are
OpenCL C 1.2, for every dtype they take.

SPDX-License-Identifier: BSD-3-Clause

Usage: dialects.py CLANG SOURCE_ROOT. Exit status 77 (skipped) where clang cannot read OpenCL.
"""
import pathlib
import re
import subprocess
import sys

KINDS = {'NONE': '', 'BOOL': 'B', 'INTEGRAL': 'IU', 'DISCRETE': 'BIU', 'FLOAT': 'F', 'COMPLEX': 'C', 'REAL': 'IUF',
         'FLOATING': 'FC', 'NUMERIC': 'IUFC', 'ANY': 'BIUFC'}
KIND_NAMES = {'B': 'BOOL', 'I': 'SIGNED', 'U': 'UNSIGNED', 'F': 'FLOAT'}

STORAGE = [
    '#include "kernel/half.h"',
    'float do_float_of_half(ushort a);',
    'float do_float_of_half(ushort a) { return kernel_float_of_half(a) + kernel_float_of_bfloat(a); }',
    'ushort do_half_of(float a, double b, long c);',
    'ushort do_half_of(float a, double b, long c)',
    '{ return kernel_half_of_float(a) ^ kernel_half_of_double(b) ^ kernel_bfloat_of_float(a) ^',
    '  kernel_bfloat_of_double(b) ^ kernel_bfloat_of_float(kernel_odd_float_of_long(c)); }',
]


def read_operations(path):
    """The rows of elementwise.def: name, arity, rule, letters of the kinds, expression, complex expression."""
    pattern = r'XP_ELEMENTWISE\((\w+), (\d), XP_RULE_(\w+), XP_KIND_(\w+), XP_KIND_(\w+),\s*(.*?)\)\n'
    for name, arity, rule, accepts, extends, text in re.findall(pattern, path.read_text(), re.S):
        depth = 0
        for at, character in enumerate(text):
            depth += (character == '(') - (character == ')')
            if character == ',' and depth == 0:
                break
        kinds = set(KINDS[accepts] + KINDS[extends])
        yield name, int(arity), rule, kinds & set('FC') if rule == 'FLOAT' else kinds, text[:at], text[at + 1:].strip()


def read_dtypes(path):
    """The rows of dtypes.def: name, bytes, letter of the kind, the type's name on devices."""
    pattern = r'XP_DTYPE\((\w+), \w+, \w+, (\d+), (\w), "(\w+)", "[^"]*"\)'
    return [(name, int(size), kind, text) for name, size, kind, text in re.findall(pattern, path.read_text())]


def functions(operations, dtype, element, real, kind):
    """One function for each operation that takes the dtype."""
    for name, arity, rule, kinds, expression, complex_expression in operations:
        if kind not in kinds:
            continue
        types = ['uchar' if rule == 'SELECT' and i == 0 else element for i in range(arity)]
        result = {'BOOL': 'uchar', 'REAL': real}.get(rule, element)
        arguments = ', '.join(f'{of} {letter}' for of, letter in zip(types, 'abc'))
        body = complex_expression if kind == 'C' else expression
        yield f'{result} do_{name}_{dtype}({arguments});'
        yield f'{result} do_{name}_{dtype}({arguments}) {{ return {body}; }}'


def program(root):
    operations = list(read_operations(root / 'xp/graph/elementwise.def'))
    lines = ['#define XP_MATH(f) f', *STORAGE]
    for name, size, kind, element in read_dtypes(root / 'xp/core/dtypes.def'):
        if kind == 'H':
            continue
        real = element
        header = 'elementwise'
        if kind == 'C':
            real, element, header, size = element[:-1], f'element_{name}', 'complex', size // 2
            lines += [f'typedef struct {{ {real} re, im; }} {element};', f'#define XP_R {real}']
        else:
            lines += [f'#define XP_W {"ulong" if size == 8 else "uint"}', f'#define XP_OF_{KIND_NAMES[kind]} 1']
        lines += [f'#define XP_SUFFIX {name}', f'#define XP_T {element}', f'#define XP_BITS {8 * size}',
                  f'#include "kernel/{header}.h"', *functions(operations, name, element, real, kind),
                  '#include "kernel/elementwise_end.h"']
    return '\n'.join(lines) + '\n'


def main():
    clang, root = sys.argv[1], pathlib.Path(sys.argv[2])
    command = [clang, '-x', 'cl', '-cl-std=CL1.2', '-Xclang', '-finclude-default-header', '-fsyntax-only', '-Wall',
               '-Wno-unused-function', '-Werror', '-I', str(root / 'xp'), '-']
    try:
        probe = subprocess.run(command, input="kernel void nothing(void) {}\n", text=True, capture_output=True)
    except FileNotFoundError:
        print("there is no clang here")
        return 77
    if probe.returncode != 0:
        print('clang cannot read OpenCL here')
        return 77
    text = program(root)
    print(text.count(' do_') // 2, 'functions')
    return subprocess.run(command, input=text, text=True).returncode


sys.exit(main())
