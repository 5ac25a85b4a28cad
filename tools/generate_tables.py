"""Writes tables.c (the generic and the inert tables) and functions.c (the exported functions) from standard.def.
SPDX-License-Identifier: BSD-3-Clause

usage: generate_tables.py standard.def elementwise.def tables|functions output"""
import sys
import textwrap

from standard_table import TABLES, WIDTH, Parameter, call, declare, file_head, read

INDENT = ' ' * 4
SLOTS = 32  # XP_DEVICE_SLOTS of core/registry.h; the generated file checks that they agree


def function(result, name, parameters, body, head='static '):
    return declare(head + result, name, parameters) + '\n{\n' + ''.join(f'{INDENT}{line}\n' for line in body) + '}\n\n'


def macro(head, body):
    *lines, last = [head, *body.split('\n')]
    return ''.join(f'{line:<{WIDTH - 1}}\\\n' for line in lines) + last + '\n'


def listing(names):
    """{a, b, c}, as an element of an array's initialiser, in lines of a macro."""
    lines = textwrap.wrap(', '.join(names), WIDTH - 6, initial_indent=INDENT + '{', subsequent_indent=INDENT + ' ')
    return '\n'.join(lines) + '},'


def unused(row, used=()):
    names = [name for name in row.arguments() if name not in used]
    return [f'(void){name};' for name in names]


def failing(standard, row, failed):
    """The body of a function that does nothing but fail: every array that comes back is `failed`."""
    results = row.results()
    body = unused(row, (results.name, 'count') if results else ())
    if results and row.result == 'xp_array *':
        return [*body, f'xp_array *failed = {failed};', f'fail_results(failed, {results.name}, count);',
                'return failed;']
    if results:
        return [*body, f'return fail_results({failed}, {results.name}, count);']
    if row.result == 'xp_array *':
        return [*body, f'return {failed};']
    if row.result in standard.structs:
        fields = ', '.join('failed' for _ in standard.structs[row.result])
        return [*body, f'xp_array *failed = {failed};', f'return ({row.result}){{{fields}}};']
    value = {'bool': 'false', 'int': '-1'}[row.result]
    return [*body, f'(void){failed};', f'return {value};']


def later(standard):
    """Functions whose time is yet to come: each says so under its own name."""
    text = '/* ---- not in this build ---- */\n\n'
    for row in standard.functions:
        if row.state == 'later':
            name = row.path().replace('_', '.', 1) if row.table != 'main' else row.name
            text += function(row.result, 'later_' + row.path(), row.parameters,
                             failing(standard, row, f'not_in_this_build("{name}")'))
    return text


def inert(standard):
    """What the namespace of failed arguments does: every function hands on the failure."""
    text = '/* ---- inert: the arguments have failed, or are of several devices ---- */\n\n'
    for row in standard.functions:
        if row.state != 'alias' and not row.plain:
            text += function(row.result, 'inert_' + row.path(), row.parameters,
                             failing(standard, row, 'xp_fail_again()'))
    return text


def thunks(standard):
    """A C function pointer cannot carry a device, so each slot has functions of its own for what needs one."""
    text = '/* ---- functions that must know their device: one for each slot, a pointer has no context ---- */\n\n'
    makes = textwrap.fill(' '.join(f'MAKE({slot})' for slot in range(SLOTS)), WIDTH - 12)
    text += macro('#define FOR_EACH_SLOT(MAKE)', textwrap.indent(makes, INDENT))
    text += f'_Static_assert(XP_DEVICE_SLOTS == {SLOTS}, "FOR_EACH_SLOT makes {SLOTS}");\n\n'
    rows = [row for row in standard.functions if row.device and row.state == 'ready']
    for row in rows:
        name = row.path()
        body = [declare(f'static {row.result}', f'{name}_##slot', row.parameters, '', INDENT), f'{INDENT}{{',
                call(f'return {row.implementation()}', ['standard_namespace(slot)', *row.arguments()], ';', INDENT * 2),
                f'{INDENT}}}']
        text += macro('#define MAKE(slot)', '\n'.join(body)) + 'FOR_EACH_SLOT(MAKE)\n#undef MAKE\n\n'
    text += '/* By slot. */\nstatic const struct device_functions {\n'
    for row in rows:
        text += declare(row.result, f'(*{row.path()})', row.parameters, ';', INDENT) + '\n'
    text += '} device_functions[XP_DEVICE_SLOTS] = {\n'
    text += macro('#define MAKE(slot)', listing([f'{row.path()}_##slot' for row in rows]))
    text += f'{INDENT}FOR_EACH_SLOT(MAKE)\n#undef MAKE\n}};\n\n'
    text += 'void standard_fill_device(standard_tables *tables, int slot)\n{\n'
    text += f'{INDENT}const struct device_functions *functions = &device_functions[slot];\n'
    for row in rows:
        text += f'{INDENT}tables->{row.table}.{row.name} = functions->{row.path()};\n'
    return text + '}\n\n'


def header(table, which):
    """The initialisers of what stands before a table's functions."""
    c_type = 'xp_namespace' if table == 'main' else f'xp_{table}'
    lines = [f'.size = sizeof({c_type}),']
    if table == 'main':
        lines.append('.api_version = "2025.12",')
        if which == 'inert':
            lines.append('.device = &standard_inert_device,')
            lines += [f'.{name} = &standard_inert.{name},' for name in TABLES]
    if table == 'info' and which == 'generic':
        lines += ['.boolean_indexing = true,', '.data_dependent_shapes = true,', '.max_dimensions = XP_MAX_NDIM,',
                  '.real_floating = XP_FLOAT64,', '.complex_floating = XP_COMPLEX128,', '.integral = XP_INT64,',
                  '.indexing = XP_INT64,', '.dtypes = ((1u << XP_N_DTYPES) - 1) & ~(1u << XP_DEFAULT_DTYPE),']
    return ''.join(f'{INDENT * 2}{line}\n' for line in lines)


def entry(row, which, originals):
    """The function in a place of a table; None if it depends on the device."""
    if row.state == 'alias':
        row = originals[row.name]
    if which == 'inert' and not row.plain:
        return 'inert_' + row.path()
    if row.state == 'later':
        return 'later_' + row.path()
    return None if row.device else row.implementation()


def tables(standard):
    text = file_head('The tables of the namespace: generic, inert, and what is not in this build.')
    text += '''
#include "core/registry.h"
#include "core/thread.h"
#include "standard/standard_private.h"

static xp_array *not_in_this_build(const char *name)
{
    return xp_fail(XP_ERROR_UNSUPPORTED, name, NULL, "%s: not in this build", name);
}

static bool fail_results(xp_array *failed, xp_array **results, int count)
{
    for (int i = 0; i < count; i++)
        results[i] = failed;
    return false;
}

'''
    text += later(standard) + inert(standard) + thunks(standard) + '/* ---- the tables ---- */\n\n'
    originals = {row.name: row for row in standard.table('main')}
    for which in ('generic', 'inert'):
        text += f'const standard_tables standard_{which} = {{\n'
        for table in ('main', *TABLES):
            text += f'{INDENT}.{table} = {{\n' + header(table, which)
            for row in standard.table(table):
                value = entry(row, which, originals)
                if value:
                    text += f'{INDENT * 2}.{row.name} = {value},\n'
            text += f'{INDENT}}},\n'
        text += '};\n\n'
    return text.rstrip('\n') + '\n'


def exported(standard, row):
    name = 'xp_' + row.path()
    if row.plain:
        if row.state == 'later':
            return function(row.result, name, row.parameters,
                            [call('return xp_inert_namespace()->' + member(row), row.arguments(), ';')], '')
        return function(row.result, name, row.parameters,
                        [call(f'return {row.implementation()}', row.arguments(), ';')], '')
    parameters = list(row.parameters)
    if row.device:
        parameters.append(Parameter('const struct xp_device *', 'device'))
        space = 'namespace_of(device)'
    elif row.arrays():
        arrays = [p.name for p in row.arrays()]
        space = f'xp_array_namespace({", ".join(arrays)})'
    else:
        space = f'xp_array_namespace_of({row.array_list().name}, count)'
    body = call(f'return {space}->{member(row)}', row.arguments(), ';', INDENT)[len(INDENT):].split('\n' + INDENT)
    return function(row.result, name, parameters, body, '')


def member(row):
    return row.name if row.table == 'main' else f'{row.table}->{row.name}'


def functions(standard):
    text = file_head('The functions of the namespace as plain functions.')
    text += '''
#include "core/registry.h"
#include "scixp/xp/device.h"
#include "scixp/xp/functions.h"
#include "standard/standard_private.h"

static const xp_namespace *namespace_of(const struct xp_device *device)
{
    if (!device)
        device = xp_device(NULL);
    return device ? xp_device_namespace(device) : xp_inert_namespace();
}

'''
    return text + ''.join(exported(standard, row) for row in standard.functions).rstrip('\n') + '\n'


WRITERS = {'tables': tables, 'functions': functions}

if __name__ == '__main__':
    standard_def, elementwise_def, what, output = sys.argv[1:]
    with open(output, 'w') as out:
        out.write(WRITERS[what](read(standard_def, elementwise_def)))
