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
    if array_fields(standard, row):
        fields = ', '.join('failed' for _ in standard.structs[row.result])
        return [*body, f'xp_array *failed = {failed};', f'return ({row.result}){{{fields}}};']
    other = 'NULL' if row.result.endswith('*') else f'({row.result}){{0}}'
    value = {'bool': 'false', 'int': '-1'}.get(row.result, other)
    return [*body, f'(void){failed};', f'return {value};']


def array_fields(standard, row):
    """The names of the arrays in the struct that a function returns; none if it returns something else."""
    fields = standard.structs.get(row.result, [])
    return [name for kind, name in fields] if all(kind == 'xp_array *' for kind, _ in fields) else []


NOT_IN_THIS_BUILD = '''/* ---- not in this build ---- */

static xp_array *not_in_this_build(const char *name)
{
    return xp_fail(XP_ERROR_UNSUPPORTED, name, NULL, "%s: not in this build", name);
}

'''


def later(standard):
    """Functions whose time is yet to come: each says so under its own name."""
    if not any(row.state == 'later' for row in standard.functions):
        return ''
    text = NOT_IN_THIS_BUILD
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


# ---- watched functions -----------------------------------------------------------------------------------------------

# Functions that are in no table and have a row all the same, in the order of the enum in watch.h.
APART = ('get', 'set')
EXTENSIONS = {'linalg': 'XP_EXTENSION_LINALG', 'fft': 'XP_EXTENSION_FFT'}
CONDITIONS = ('condition', 'cond')  # arguments whose dtype says nothing about what is computed


def is_watched(row):
    """Whether a function takes arrays, on which it can be watched. Those that make arrays are watched where they are
    made, plain ones only tell that they were called."""
    return not row.device and not row.plain


def needed(row):
    """What it may ask of a driver, as a list that ends with NULL."""
    listed = ''.join(f'"{need}", ' for need in row.needs)
    return 'NULL' if row.state == 'later' else f'NEEDS({listed}NULL)'


def described_rows(standard):
    """What watch.h's standard_row says about each function."""
    lines = [f'{{"{name}", 202112, 0, false, 0, NULL, 0, NEEDS(NULL)}},' for name in APART]
    for row in standard.functions:
        names = [p.name for p in row.arrays()]
        subject = next((i for i, name in enumerate(names) if name not in CONDITIONS), 0)
        extension = EXTENSIONS.get(row.table, '0')
        rule = f'standard_refuse_{row.refuse}' if row.refuse else 'NULL'
        dependent = 'true' if row.data_dependent else 'false'
        lines.append(f'{{"{row.dotted()}", {row.since}, {extension}, {dependent}, {subject}, {rule},')
        lines.append(f' offsetof(standard_tables, {row.table}.{row.name}), {needed(row)}}},')
    names = ['ROW_AFTER_APART = STANDARD_ROW_SET', *(f'ROW_{row.path()}' for row in standard.functions)]
    text = '/* ---- what is known of each function ---- */\n\n'
    text += 'enum {\n' + textwrap.fill(', '.join(names), WIDTH, initial_indent=INDENT, subsequent_indent=INDENT)
    text += '\n};\n'
    count = len(standard.functions) + len(APART)
    text += f'_Static_assert({count} <= STANDARD_MAX_ROWS, "raise STANDARD_MAX_ROWS");\n\n'
    text += '#define NEEDS(...) ((const char *const[]){__VA_ARGS__})\n'
    text += 'const standard_row standard_rows[] = {\n' + ''.join(f'{INDENT}{line}\n' for line in lines) + '};\n'
    return text + f'const int standard_n_rows = {count};\n\n'


def closing(standard, row):
    """The lines that look at `result`, and return it."""
    results = row.results()
    if results and row.result == 'xp_array *':
        return [f'bool fits = standard_watch_close_list(&watch, xp_ok(result), {results.name}, count);',
                'return fits ? result : xp_failed();']
    if results:
        return [f'return standard_watch_close_list(&watch, result, {results.name}, count);']
    arrays = ['result'] if row.result == 'xp_array *' else [f'result.{name}' for name in array_fields(standard, row)]
    pointers = f'(xp_array **const[]){{{", ".join("&" + name for name in arrays)}}}' if arrays else 'NULL'
    return [f'standard_watch_close(&watch, {len(arrays)}, {pointers});', 'return result;']


def statement(head, arguments):
    """Lines of a function's body: head(arguments);"""
    return call(head, arguments, ';', INDENT)[len(INDENT):].split('\n' + INDENT)


def typed(row, name):
    return row.result + ('' if row.result.endswith('*') else ' ') + name


def unless(condition, standard, row):
    """Lines that return what fails, of a function all of whose parameters are used."""
    body = [line for line in failing(standard, row, 'xp_failed()') if not line.startswith('(void)')]
    lines = [INDENT + line for line in body]
    return [f'if (!{condition})', *lines] if len(lines) == 1 else [f'if (!{condition}) {{', *lines, '}']


def watched(standard):
    """What stands in a watched table in front of each function that takes arrays."""
    text = '/* ---- watched: in front of the functions, where somebody looks (watch.h) ---- */\n\n'
    for row in standard.functions:
        if not is_watched(row):
            continue
        names = [p.name for p in row.arrays()]
        given = ['count', row.array_list().name] if row.array_list() else \
            [str(len(names)), f'(xp_array *const[]){{{", ".join(names)}}}']
        body = [*statement('const standard_watch watch = standard_watch_arrays',
                           [f'&standard_rows[ROW_{row.path()}]', *given]),
                *unless('watch.beneath', standard, row),
                *statement(f'{typed(row, "result")} = watch.beneath->{row.table}.{row.name}', row.arguments()),
                *closing(standard, row)]
        text += function(row.result, 'watched_' + row.path(), row.parameters, body)
    return text


def maker(standard, row):
    """The function that makes an array for a namespace, watched or not."""
    arguments = ['xp', *row.arguments()]
    body = ['if (!standard_is_watched(xp))',
            *(INDENT + line for line in statement(f'return {row.implementation()}', arguments))]
    for name, default, version in row.later:
        asked = f'standard_watch_argument(&standard_rows[ROW_{row.path()}], xp, "{name}", {version})'
        body += unless(f'({name} == {default} || {asked})', standard, row)
    body = [*body,
            *statement('const standard_watch watch = standard_watch_namespace',
                       [f'&standard_rows[ROW_{row.path()}]', 'xp']),
            *unless('watch.beneath', standard, row),
            *statement(f'{typed(row, "result")} = {row.implementation()}', arguments), *closing(standard, row)]
    return function(row.result, 'make_' + row.path(), row.prefixed(Parameter('const xp_namespace *', 'xp')), body)


def later_plain(standard):
    """Plain functions that came after the first version of the standard: strict tables ask for the version."""
    return [row for row in standard.functions if row.plain and row.state == 'ready' and row.since > 202112]


def fill_watched(standard):
    text = ''
    for row in later_plain(standard):
        body = [*unless(f'standard_watch_version(&standard_rows[ROW_{row.path()}])', standard, row),
                *statement(f'return xp_{row.path()}', row.arguments())]
        text += function(row.result, 'versioned_' + row.path(), row.parameters, body)
    text += 'void standard_fill_watched(standard_tables *tables, bool strict)\n{\n'
    for row in standard.functions:
        if is_watched(row):
            text += f'{INDENT}tables->{row.table}.{row.name} = watched_{row.path()};\n'
    text += f'{INDENT}if (!strict)\n{INDENT * 2}return;\n'
    for row in later_plain(standard):
        text += f'{INDENT}tables->{row.table}.{row.name} = versioned_{row.path()};\n'
    return text + '}\n\n'


def thunks(standard):
    """A C function pointer cannot carry a device, so each slot has functions of its own for what needs one."""
    text = '/* ---- functions that must know their device: one for each slot, a pointer has no context ---- */\n\n'
    makes = textwrap.fill(' '.join(f'MAKE({slot})' for slot in range(SLOTS)), WIDTH - 12)
    text += macro('#define FOR_EACH_SLOT(MAKE)', textwrap.indent(makes, INDENT))
    text += f'_Static_assert(XP_DEVICE_SLOTS == {SLOTS}, "FOR_EACH_SLOT makes {SLOTS}");\n\n'
    rows = [row for row in standard.functions if row.device and row.state == 'ready']
    for row in rows:
        name = row.path()
        text += maker(standard, row)
        body = [declare(f'static {row.result}', f'{name}_##slot', row.parameters, '', INDENT), f'{INDENT}{{',
                call(f'return make_{row.path()}', ['standard_namespace(slot)', *row.arguments()], ';', INDENT * 2),
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
    return ''.join(f'{INDENT * 2}{line}\n' for line in lines)


def entry(row, which, originals):
    """The function in a place of a table; None if it depends on the device."""
    if row.state == 'alias':
        row = originals[row.name]
    if which == 'inert' and not row.plain:
        return 'inert_' + row.path()
    if row.state == 'later':
        return 'later_' + row.path()
    if row.device:
        return None
    return 'xp_' + row.path() if row.plain else row.implementation()


def tables(standard):
    text = file_head('The tables of the namespace: generic, inert, and what is not in this build.')
    text += '''
#include "core/registry.h"
#include "core/thread.h"
#include "scixp/xp/functions.h"
#include "scixp/xp/strict.h"
#include "standard/standard_private.h"
#include "standard/strict_rules.h"
#include "standard/watch.h"

static bool fail_results(xp_array *failed, xp_array **results, int count)
{
    for (int i = 0; i < count; i++)
        results[i] = failed;
    return false;
}

'''
    text += described_rows(standard) + later(standard) + inert(standard) + thunks(standard)
    text += watched(standard) + fill_watched(standard) + '/* ---- the tables ---- */\n\n'
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


def exported(row, number):
    """A function of the library's interface. `number` is its row's."""
    name = 'xp_' + row.path()
    if row.plain:
        if row.state == 'later':
            return function(row.result, name, row.parameters,
                            [call('return xp_inert_namespace()->' + member(row), row.arguments(), ';')], '')
        return function(row.result, name, row.parameters,
                        [f'standard_log_call(&standard_rows[{number}], NULL, XP_DEFAULT_DTYPE);',
                         call(f'return {row.implementation()}', row.arguments(), ';')], '')
    parameters = list(row.parameters)
    if row.device:
        parameters.append(Parameter('const struct xp_device *', 'device'))
        space = 'namespace_of(device)'
    elif row.arrays():
        arrays = [p.name for p in row.arrays()]
        space = f'xp_array_namespace({", ".join(arrays)})'
    else:
        space = f'xp_array_namespace_of({row.array_list().name}, count)'
    return function(row.result, name, parameters, statement(f'return {space}->{member(row)}', row.arguments()), '')


def member(row):
    return row.name if row.table == 'main' else f'{row.table}->{row.name}'


def functions(standard):
    text = file_head('The functions of the namespace as plain functions.')
    text += '''
#include "core/registry.h"
#include "scixp/xp/device.h"
#include "scixp/xp/functions.h"
#include "standard/standard_private.h"
#include "standard/watch.h"

static const xp_namespace *namespace_of(const struct xp_device *device)
{
    if (!device)
        device = xp_device(NULL);
    return device ? xp_device_namespace(device) : xp_inert_namespace();
}

'''
    rows = enumerate(standard.functions, len(APART))
    return text + ''.join(exported(row, number) for number, row in rows).rstrip('\n') + '\n'


WRITERS = {'tables': tables, 'functions': functions}

if __name__ == '__main__':
    standard_def, elementwise_def, what, output = sys.argv[1:]
    with open(output, 'w') as out:
        out.write(WRITERS[what](read(standard_def, elementwise_def)))
