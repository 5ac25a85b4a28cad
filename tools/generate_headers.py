"""Writes scixp/xp/namespace.h and functions.h, and the library's own standard_private.h, from standard.def.
SPDX-License-Identifier: BSD-3-Clause

usage: generate_headers.py standard.def elementwise.def namespace|functions|private output"""
import sys

from standard_table import TABLES, Parameter, comment, declare, file_head, read

DEVICE = Parameter('const struct xp_device *', 'device')
NAMESPACE = Parameter('const xp_namespace *', 'xp')

# What stands in each table before its functions.
FIELDS = {
    'main': '''    size_t size;                    /* of the table of whoever filled it */
    const struct xp_device *device; /* where what it makes lives: the standard's default_device */
    const char *api_version;        /* "2025.12": of the table; info->capabilities() tells what may be used of it */
    const xp_linalg *linalg;
    const xp_fft *fft;
    const xp_extra *extra;
    const xp_random *random;
    const xp_info *info;
'''}

SENTENCES = {
    'linalg': 'xp->linalg: the standard\'s linear algebra extension.',
    'fft': 'xp->fft: the standard\'s Fourier extension.',
    'extra': 'xp->extra: helpers that algorithms keep needing.',
    'random': 'xp->random: random numbers.',
    'info': 'xp->info: what the device offers, as the standard\'s __array_namespace_info__ tells it.',
    'main': 'xp: the functions of the Array API standard on one device.'}

RULES = '''/* How to read this table:
 *  - Every function takes NULL for what is not given where its text says so, passes a failed array through, and returns
 *    a new array in the innermost scope. What fails records an error and returns the failed array; where several
 *    results come back, all of them are failed.
 *  - Dtypes: numeric is integers, floating (float32, float64) and complex (complex64, complex128); real numeric is
 *    numeric without complex. Promotion is the standard's and, beyond it, NumPy's. "Beyond the standard" is refused by
 *    devices that are strict.
 *  - Where positions, counts and sums of integers are said to be int64, and integers to become float64, devices with
 *    other defaults give theirs (info->default_dtypes).
 *  - Axes count from the end if negative. XP_FLAT in place of one axis is the standard's None.
 *  - What "forces nothing" only records work, unless its operands are small: then it is done at once. The rest computes
 *    its operands first. Errors of shape and dtype are found at the call either way; any call can also fail for want of
 *    memory (XP_ERROR_MEMORY).
 *  - Functions that are "not in this build" have their place and their final form already. */
'''


def heading(title, indent=''):
    return f'{indent}/* ---- {title} {"-" * max(4, 107 - len(indent) - len(title))} */\n'


def struct(standard, table):
    """The C struct of one table: a documented function pointer for every row."""
    name = 'xp_namespace' if table == 'main' else f'xp_{table}'
    text = f'/* {SENTENCES[table]} */\nstruct {name} {{\n'
    text += FIELDS.get(table, '    size_t size;\n')
    chapter = None
    for function in standard.table(table):
        if function.chapter != chapter:
            chapter = function.chapter
            text += '\n' + heading(chapter[1], '    ') if table == 'main' else ''
        text += '\n' + comment(function.doc, '    ')
        text += declare(function.result, f'(*{function.name})', function.parameters, ';', '    ') + '\n'
    return text + '};\n'


def namespace_header(standard):
    text = file_head('The table of functions of the Array API standard that every device has.')
    text += '#ifndef SCIXP_XP_NAMESPACE_H\n#define SCIXP_XP_NAMESPACE_H\n\n#include <math.h>\n\n'
    text += ''.join(f'#include "scixp/xp/{name}.h"\n' for name in ('types', 'values', 'random'))
    text += '\n#ifdef __cplusplus\nextern "C" {\n#endif\n\n' + RULES + '\n'
    text += '\n'.join(standard.declarations) + '\n\n'
    text += ''.join(f'typedef struct xp_{table} xp_{table};\n' for table in TABLES) + '\n'
    text += '\n'.join(struct(standard, table) for table in (*TABLES, 'main'))
    return text + '\n#ifdef __cplusplus\n}\n#endif\n#endif\n'


def functions_header(standard):
    text = file_head('The functions of the namespace as plain functions: xp_add(a, b) is xp->add(a, b).')
    text += '#ifndef SCIXP_XP_FUNCTIONS_H\n#define SCIXP_XP_FUNCTIONS_H\n\n#include "scixp/xp/namespace.h"\n\n'
    text += '''\
/* Each takes the namespace that its arrays share (see xp_array_namespace) and calls the function of the same name in
 * it. The ones that make an array from nothing take the device last; NULL is the one that SCIXP_DEVICE names, or host.
 * namespace.h has the rules that all of them follow. */

#ifdef __cplusplus
extern "C" {
#endif
'''
    place = None
    for function in standard.functions:
        if place != (function.table, function.chapter):
            place = (function.table, function.chapter)
            text += '\n' + heading(function.chapter[1])
        parameters = [*function.parameters, *([DEVICE] if function.device else [])]
        text += '\n' + comment(function.doc)
        text += declare('XP_API ' + function.result, 'xp_' + function.path(), parameters, ';') + '\n'
    return text + '\n#ifdef __cplusplus\n}\n#endif\n#endif\n'


def private_header(standard):
    text = file_head('What implements the namespace: one prototype for every function that is in this build.')
    text += '#ifndef XP_STANDARD_PRIVATE_H\n#define XP_STANDARD_PRIVATE_H\n\n#include "scixp/xp/namespace.h"\n\n'
    text += '''/* All tables of one namespace, in one piece. */
typedef struct standard_tables {
    xp_namespace main;
'''
    text += ''.join(f'    xp_{table} {table};\n' for table in TABLES)
    text += '''    const struct standard_tables *beneath; /* the functions of a watched device (watch.h); else NULL */
} standard_tables;

'''
    text += '''\
/* The generic tables, without device, links to each other, and the functions that must know their device; and the
 * inert ones, which are complete. */
extern const standard_tables standard_generic;
extern const standard_tables standard_inert;
extern const struct xp_device standard_inert_device;

/* Fills in the functions that must know their device, for the namespace in this slot of the registry. */
void standard_fill_device(standard_tables *tables, int slot);

/* Puts the functions that watch in place of those that take arrays. `strict`: and of plain ones that came later than
 * the first version of the standard. */
void standard_fill_watched(standard_tables *tables, bool strict);

/* The namespace in a slot, filled or not. */
const xp_namespace *standard_namespace(int slot);

/* ---- the functions ---------------------------------------------------------------------------------------------- */

'''
    for function in standard.functions:
        if function.state == 'ready':
            parameters = function.prefixed(NAMESPACE) if function.device else function.parameters
            text += declare(function.result, function.implementation(), parameters, ';') + '\n'
    return text + '\n#endif\n'


WRITERS = {'namespace': namespace_header, 'functions': functions_header, 'private': private_header}

if __name__ == '__main__':
    standard_def, elementwise_def, what, output = sys.argv[1:]
    with open(output, 'w') as out:
        out.write(WRITERS[what](read(standard_def, elementwise_def)))
