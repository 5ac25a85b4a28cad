"""Makes C from a kernel's text: its descriptor, its passes for the host, its parameters as a struct.
SPDX-License-Identifier: BSD-3-Clause

usage: embed_kernel.py descriptor NAME.kern.h DTYPES SETS [FILE...] output
                                                                      the xp_kernel, with the text in it, its bodies
                                                                      for each of the instruction sets, and with those
                                                                      for stretches of indices, if any:
                                                                      ..._processor.kern.h, ..._group.kern.h
       embed_kernel.py passes NAME.kern.h DTYPE TUNED output         the passes for one dtype, compiled for each
                                                                      instruction set with -DHOST_SUFFIX=...
       embed_kernel.py args NAME.kern.h output                       `<name>_args`, for tuned bodies
       embed_kernel.py text FILE SYMBOL output                       a file as a string, with what it includes of
                                                                      kernel/ in place

A pass is `XP_PASS void name(xp_index index, parameters...)`. The parameters of a kernel are those of all its passes, in
the order in which they are named first; the same name means the same parameter. Bodies for stretches take the pass's
parameters behind the first and the last index: `XP_PROCESSOR_PASS(64) void name_processor(xp_index first, xp_index
last, parameters...)`, where a stretch is a multiple of 64, and `XP_GROUP_PASS(128) void name_group(xp_index first,
xp_index last, XP_SHARED type *shared, parameters...)`, where it has 128, and a group shares what the type says."""
import re
import sys
from pathlib import Path

# In the order of xp/providers/host/cpu.h, each with the one that stands in for it.
ISAS = {'baseline': None, 'avx2': 'baseline', 'avx512': 'baseline', 'avxvnni': 'avx2'}
C_TYPES = {'REAL': None, 'float': 'XP_FLOAT32', 'double': 'XP_FLOAT64', 'int': 'XP_INT32', 'xp_index': 'XP_INT64',
           'unsigned char': 'XP_UINT8', 'char': 'XP_INT8', 'short': 'XP_INT16', 'unsigned short': 'XP_UINT16',
           'unsigned int': 'XP_UINT32'}
PASS = re.compile(r'^XP_PASS void (\w+)\(xp_index \w+,\s*([^)]*)\)', re.MULTILINE)
STRETCHES = re.compile(r'^XP_(PROCESSOR|GROUP)_PASS\((\d+)\) void (\w+)_(processor|group)'
                       r'\(xp_index \w+, xp_index \w+,\s*(?:XP_SHARED (\w+) \*\w+,\s*)?([^)]*)\)', re.MULTILINE)
ARRAY = re.compile(r'XP_GLOBAL (const )?([\w ]+?) \*(\w+)$')
NUMBER = re.compile(r'(xp_index|REAL) (\w+)$')
DERIVED = re.compile(r'(\w+)_(extent|step)_(\d+)$')


class Parameter:
    def __init__(self, text):
        array, number = ARRAY.match(text), NUMBER.match(text)
        self.of, self.axis, self.place = 0, 0, 0
        if array:
            self.kind, self.type, self.name = 'INPUT' if array[1] else 'OUTPUT', array[2], array[3]
            if self.type not in C_TYPES:
                sys.exit(f'{self.name}: {self.type} is no element type')
        elif number:
            self.kind, self.type, self.name = 'INDEX' if number[1] == 'xp_index' else 'REAL', number[1], number[2]
        else:
            sys.exit(f'"{text}" is no parameter of a kernel')

    def is_array(self):
        return self.kind in ('INPUT', 'OUTPUT')

    def declaration(self):
        if self.is_array():
            return f'{"const " if self.kind == "INPUT" else ""}{self.type} *{self.name}'
        return f'{self.type} {self.name}'

    def value(self):
        if self.is_array():
            return f'({"const " if self.kind == "INPUT" else ""}{self.type} *)arrays[{self.place}]'
        return f'(REAL)numbers[{self.place}].real' if self.kind == 'REAL' else f'numbers[{self.place}].index'


class Kernel:
    def __init__(self, path):
        self.name = path.name.removesuffix('.kern.h')
        self.text = path.read_text()
        self.passes, self.parameters = [], []
        by_name = {}
        for name, listed in PASS.findall(self.text):
            names = []
            for text in listed.split(','):
                parameter = Parameter(' '.join(text.split()))
                known = by_name.setdefault(parameter.name, parameter)
                if known is parameter:
                    self.parameters.append(parameter)
                elif known.declaration() != parameter.declaration():
                    sys.exit(f'{path}: {parameter.name} is declared in two ways')
                names.append(known)
            self.passes.append((name, names))
        if not self.passes:
            sys.exit(f'{path}: there is no pass')
        self.arrays = [p for p in self.parameters if p.is_array()]
        self.numbers = [p for p in self.parameters if not p.is_array()]
        for place, parameter in enumerate(self.arrays):
            parameter.place = place
        for place, parameter in enumerate(self.numbers):
            parameter.place = place
            derived = DERIVED.match(parameter.name)
            if derived and not (derived[1] in by_name and by_name[derived[1]].is_array()):
                sys.exit(f'{path}: {parameter.name}: there is no array {derived[1]}')
            if derived:
                parameter.kind = derived[2].upper()
                parameter.of, parameter.axis = by_name[derived[1]].place, int(derived[3])


class Stretches:
    """What a kernel has for stretches of indices: its texts by kind, and what is to know of each pass's bodies."""
    def __init__(self, kernel, paths):
        self.texts, self.indices, self.shared = {}, {}, {}
        listed = {name: [p.declaration() for p in parameters] for name, parameters in kernel.passes}
        for path in paths:
            kind = re.search(r'_(processor|group)\.kern\.h$', path.name)
            if not kind:
                sys.exit(f'{path}: the name ends neither in _processor.kern.h nor in _group.kern.h')
            text = path.read_text()
            self.texts[kind[1]] = self.texts.get(kind[1], '') + text
            found = STRETCHES.findall(text)
            for macro, count, name, suffix, shared, taken in found:
                parameters = [Parameter(' '.join(text.split())).declaration() for text in taken.split(',')]
                if macro.lower() != kind[1] or suffix != kind[1] or parameters != listed.get(name):
                    sys.exit(f'{path}: {name}_{suffix} is not what a pass of {kernel.name} needs')
                self.indices[name, kind[1]] = int(count)
                self.shared[name] = shared or self.shared.get(name)
        for kind in self.texts:
            if not any(of == kind for _, of in self.indices):
                sys.exit(f'{kernel.name}: there is no body in the files for {kind}s')


def quoted(text):
    lines = (line.replace('\\', '\\\\').replace('"', '\\"') for line in text.splitlines())
    return '\n'.join(f'    "{line}\\n"' for line in lines)


INCLUDE = re.compile(r'^#include "(kernel/[\w/.]+)"$', re.MULTILINE)


def whole(path):
    """The text of a file; what it includes of kernel/ stands in its place. Devices have no files to include."""
    root = next((folder for folder in path.resolve().parents if folder.name == 'xp'), None)
    return INCLUDE.sub(lambda match: whole(root / match[1]), path.read_text())


def head(what):
    return f'/* {what} Generated by tools/embed_kernel.py. */\n'


def descriptor(kernel, dtypes, sets, stretches):
    out = head(f'The kernel {kernel.name}.') + '#include "kernel/kernel.h"\n#include "scixp/xp/types.h"\n\n'
    out += f'static const char text[] =\n{quoted(kernel.text)};\n\n'
    for kind, text in stretches.texts.items():
        out += f'static const char {kind}_text[] =\n{quoted(text)};\n\n'
    places = {p.name: place for place, p in enumerate(kernel.parameters)}
    for name, taken in kernel.passes:
        out += f'static const uint8_t of_{name}[] = {{{", ".join(str(places[p.name]) for p in taken)}}};\n'
    out += 'static const xp_pass passes[] = {\n'
    for name, taken in kernel.passes:
        shared = f'"{stretches.shared[name]}"' if stretches.shared.get(name) else 'NULL'
        out += f'    {{"{name}", {len(taken)}, of_{name}, {stretches.indices.get((name, "processor"), 0)}, ' + \
            f'{stretches.indices.get((name, "group"), 0)}, {shared}}},\n'
    out += '};\n\n'
    out += 'static const xp_parameter parameters[] = {\n'
    for p in kernel.parameters:
        dtype = (C_TYPES[p.type] or 'XP_PARAMETER_OF_CALL') if p.is_array() else 'XP_PARAMETER_OF_CALL'
        out += f'    {{"{p.name}", XP_PARAMETER_{p.kind}, {dtype}, {p.of}, {p.axis}, {p.place}, "{p.type}"}},\n'
    out += '};\n\nstatic const uint8_t dtypes[] = {' + ', '.join('XP_' + d.upper() for d in dtypes) + '};\n\n'
    for isa, other in ISAS.items():
        if isa in sets:
            names = [f'{kernel.name}_{dtype}_{isa}' for dtype in dtypes]
            out += f'extern const xp_kernel_bodies {", ".join(names)};\n'
            out += f'static const xp_kernel_bodies *const {isa}[] = {{{", ".join("&" + n for n in names)}}};\n'
        else:
            out += f'#define {isa} {other}\n'
    out += '\n'
    bounds = (('PASSES', len(kernel.passes)), ('ARRAYS', len(kernel.arrays)), ('NUMBERS', len(kernel.numbers)))
    for what, count in bounds:
        out += f'_Static_assert({count} <= XP_KERNEL_{what}, "{kernel.name}: more than XP_KERNEL_{what}");\n'
    out += f'\nextern const xp_kernel {kernel.name}_kernel;\nconst xp_kernel {kernel.name}_kernel = {{\n'
    for field, value in (('name', f'"{kernel.name}"'), ('text', 'text'),
                         *((kind + '_text', kind + '_text') for kind in stretches.texts),
                         ('n_passes', len(kernel.passes)),
                         ('n_parameters', len(kernel.parameters)), ('n_arrays', len(kernel.arrays)),
                         ('n_numbers', len(kernel.numbers)), ('n_dtypes', len(dtypes)), ('passes', 'passes'),
                         ('parameters', 'parameters'), ('dtypes', 'dtypes'), ('host', '{' + ', '.join(ISAS) + '}')):
        out += f'    .{field} = {value},\n'
    return out + '};\n'


def passes(kernel, dtype, tuned):
    out = head(f'The passes of {kernel.name} for {dtype} on the host.')
    out += '#include "kernel/kernel.h"\n#include "kernel/prelude.h"\n'
    out += f'#include "{kernel.name}.kern.h"\n\n'
    for name, parameters in kernel.passes:
        out += f'static void run_{name}(void *const *arrays, const xp_number *numbers, int64_t first, int64_t last)\n'
        out += '{\n'
        used = {'arrays': any(p.is_array() for p in parameters), 'numbers': any(not p.is_array() for p in parameters)}
        out += ''.join(f'    (void){array};\n' for array, is_used in used.items() if not is_used)
        out += ''.join(f'    {p.declaration()} = {p.value()};\n' for p in parameters)
        names = ', '.join(p.name for p in parameters)
        out += f'    for (xp_index index = first; index < last; index++)\n        {name}(index, {names});\n}}\n\n'
    out += '#define JOIN_(a, b) a##b\n#define JOIN(a, b) JOIN_(a, b)\n'
    if tuned:
        out += f'extern xp_kernel_tuned JOIN({kernel.name}_tuned_{dtype}_, HOST_SUFFIX);\n'
    out += f'extern const xp_kernel_bodies JOIN({kernel.name}_{dtype}_, HOST_SUFFIX);\n'
    out += f'const xp_kernel_bodies JOIN({kernel.name}_{dtype}_, HOST_SUFFIX) = {{\n    {{'
    out += ', '.join('run_' + name for name, _ in kernel.passes) + '},\n    '
    return out + (f'JOIN({kernel.name}_tuned_{dtype}_, HOST_SUFFIX)' if tuned else 'NULL') + ',\n};\n'


def args(kernel):
    """The struct, and the name of the tuned body for the dtype and instruction set that are compiled for."""
    name = kernel.name
    out = head(f'The parameters of {name}, for its tuned body.')
    out += '#include "kernel/kernel.h"\n#include "kernel/prelude.h"\n\n'
    out += f'typedef struct {name}_args {{\n' + ''.join(f'    {p.declaration()};\n' for p in kernel.parameters)
    out += f'}} {name}_args;\n\n'
    out += f'static inline {name}_args {name}_args_of(void *const *arrays, const xp_number *numbers)\n{{\n'
    out += f'    {name}_args args;\n'
    out += ''.join(f'    args.{p.name} = {p.value()};\n' for p in kernel.parameters) + '    return args;\n}\n\n'
    out += '#define XP_TUNED_(name, suffix) name##suffix\n#define XP_TUNED_JOIN(name, suffix) XP_TUNED_(name, suffix)\n'
    out += '#if XP_REAL_BITS == 32\n'
    out += f'#define {name}_tuned XP_TUNED_JOIN({name}_tuned_float32_, HOST_SUFFIX)\n#else\n'
    return out + f'#define {name}_tuned XP_TUNED_JOIN({name}_tuned_float64_, HOST_SUFFIX)\n#endif\n' + \
        f'xp_kernel_tuned {name}_tuned;\n'


def main(what, path, *rest):
    path = Path(path)
    if what == 'text':
        out = head(f'{path.name} as a string.') + f'extern const char {rest[0]}[];\n'
        out += f'const char {rest[0]}[] =\n{quoted(whole(path))};\n'
    elif what == 'args':
        out = args(Kernel(path))
    elif what == 'passes':
        out = passes(Kernel(path), rest[0], rest[1] == 'tuned')
    else:
        kernel = Kernel(path)
        out = descriptor(kernel, rest[0].split(','), rest[1].split(','),
                         Stretches(kernel, [Path(file) for file in rest[2:-1]]))
    Path(rest[-1]).write_text(out)


if __name__ == '__main__':
    main(*sys.argv[1:])
