"""Reads xp/standard/standard.def and xp/graph/elementwise.def: the list that everything generated comes from.
SPDX-License-Identifier: BSD-3-Clause"""
import re
import sys
import textwrap
from dataclasses import dataclass, field

WIDTH = 120
TABLES = ('linalg', 'fft', 'extra', 'random', 'info')  # what hangs below the main one, in the order of the struct
STATES = ('ready', 'later', 'alias')

# The standard's spelling, where C's <math.h> makes a macro of it or a word of the name is run together.
STANDARD_NAMES = {'is_nan': 'isnan', 'is_inf': 'isinf', 'is_finite': 'isfinite', 'sign_bit': 'signbit',
                  'is_dtype': 'isdtype'}

KIND_WORDS = {'ANY': 'any dtype', 'NUMERIC': 'numeric', 'REAL': 'real numeric', 'FLOATING': 'floating or complex',
              'FLOAT': 'floating', 'INTEGRAL': 'integers', 'DISCRETE': 'bool or integers', 'BOOL': 'bool',
              'COMPLEX': 'complex'}
BEYOND_WORDS = dict(KIND_WORDS, NUMERIC='numbers', REAL='real numbers', DISCRETE='bool and integers')


@dataclass
class Parameter:
    type: str  # 'xp_array *const *', 'int'
    name: str

    def text(self):
        return self.type + ('' if self.type.endswith('*') else ' ') + self.name

    def is_array(self):
        return self.type == 'xp_array *'


@dataclass
class Function:
    table: str
    chapter: tuple  # the standard's name of the chapter ('-': none), our title
    name: str
    state: str
    device: bool
    plain: bool
    result: str
    parameters: list
    doc: list = field(default_factory=list)  # a line of text each, not wrapped yet
    since: int = 0               # the version of the standard that brought it, 202212; 0: not in the standard
    later: list = field(default_factory=list)  # arguments that came after the function: (name, default, version)
    data_dependent: bool = False
    refuse: str = ''             # the rule that strict devices ask of its arguments
    needs: list = field(default_factory=list)  # what it may ask of a driver: 'gather', 'factor svd'

    def path(self):
        """xp->linalg->svd without the xp->: linalg_svd; of the main table the bare name."""
        return self.name if self.table == 'main' else f'{self.table}_{self.name}'

    def implementation(self):
        return 'standard_' + (self.name if self.state == 'alias' else self.path())

    def dotted(self):
        """As messages and logs name it: linalg.svd"""
        return self.name if self.table == 'main' else f'{self.table}.{self.name}'

    def arrays(self):
        return [p for p in self.parameters if p.is_array()]

    def array_list(self):
        """The parameter that is a list of arrays, if there is one; its length is `count`."""
        return next((p for p in self.parameters if p.type == 'xp_array *const *'), None)

    def results(self):
        """The parameter that receives a list of arrays, if there is one; its length is `count`."""
        return next((p for p in self.parameters if p.type == 'xp_array **'), None)

    def prefixed(self, *parameters):
        return [*parameters, *self.parameters]

    def arguments(self):
        return [p.name for p in self.parameters]


@dataclass
class Standard:
    functions: list
    declarations: list  # lines of C that stand before the tables
    structs: dict       # name -> [(type, field)]

    def table(self, name):
        return [f for f in self.functions if f.table == name]


def fail(number, message):
    sys.exit(f'standard.def:{number}: {message}')


def parse_parameter(text):
    match = re.fullmatch(r'(.*?[\s*])(\w+)', text.strip())
    return Parameter(match[1].strip(), match[2])


def parse_declaration(text):
    """'xp_array *take(xp_array *x, int axis)' -> result type, name, parameters"""
    match = re.fullmatch(r'(.*?[\s*])(\w+)\((.*)\)', text)
    parameters = [] if match[3] in ('', 'void') else [parse_parameter(p) for p in match[3].split(',')]
    return match[1].strip(), match[2], parameters


def expand(line, texts, number):
    """Puts the named texts in place of {name first; second}."""
    def replace(match):
        name, _, arguments = match[1].partition(' ')
        if name not in texts:
            fail(number, f'there is no text {name}')
        wording = texts[name]
        for index, argument in enumerate(arguments.split(';'), 1):
            wording = wording.replace(f'${index}', argument.strip())
        return wording
    return re.sub(r'\{(\w+[^}]*)\}', replace, line)


def join_continued(lines):
    """Lines of text, to each of which the more deeply indented ones behind it are joined."""
    joined = []
    for line in lines:
        if line.startswith(' ') and joined:
            joined[-1] += ' ' + line.strip()
        else:
            joined.append(line.strip())
    return joined


def parse_structs(lines):
    structs = {}
    for match in re.finditer(r'typedef struct (\w+) \{(.*?)\} \1;', '\n'.join(lines), re.S):
        body = re.sub(r'/\*.*?\*/', '', match[2], flags=re.S)
        fields = []
        for statement in body.split(';'):
            if not statement.strip():
                continue
            first, *others = statement.strip().split(',')
            parameter = parse_parameter(first)
            fields.append((parameter.type, parameter.name))
            fields += [(parameter.type, name.strip()) for name in others]
        structs[match[1]] = fields
    return structs


def read_elementwise(path):
    """name -> (number of operands, rule, kinds the standard takes, kinds taken beyond it)"""
    rows = {}
    text = re.sub(r'/\*.*?\*/', '', open(path).read(), flags=re.S)
    for match in re.finditer(r'XP_ELEMENTWISE\((\w+), (\d), XP_RULE_(\w+), XP_KIND_(\w+), XP_KIND_(\w+),', text):
        rows[match[1]] = (int(match[2]), match[3], match[4], match[5])
    return rows


def elementwise_doc(row):
    """What a row of elementwise.def says about operands, result and errors, as lines of documentation."""
    arity, rule, accepts, beyond = row
    taken = KIND_WORDS[accepts]
    if beyond != 'NONE':
        taken += f' (beyond the standard: {BEYOND_WORDS[beyond]})'
    if arity == 1:
        operands, shape, promoted = f'x: {taken}, any shape.', 'shape of x', 'dtype of x'
    else:
        operands = f'x1, x2: {taken}; their shapes broadcast; one of them may be a weak scalar.'
        shape, promoted = 'the broadcast shape', 'the promoted dtype'
    dtype = {'SAME': promoted, 'BOOL': 'bool', 'REAL': promoted + ', but float32 and float64 for complex numbers',
             'FLOAT': promoted + ('; of 8- and 16-bit integers and bool float32, of larger ones float64'
                                  if beyond != 'NONE' else '')}[rule]
    errors = [] if accepts == 'ANY' else ['other dtypes (XP_ERROR_TYPE)']
    if arity > 1:
        errors += ['shapes that do not broadcast (XP_ERROR_VALUE)', 'operands of several devices (XP_ERROR_DEVICE)']
    fails = f'Fails on {", ".join(errors)}.' if errors else 'Fails with x alone.'
    return [operands, f'Result: {shape}, {dtype}. Forces nothing.', fails]


def place_in_standard(function):
    chapter, title = function.chapter
    if chapter == '-':
        return []
    name = STANDARD_NAMES.get(function.name, function.name)
    section = f'extension {chapter}' if chapter in TABLES else chapter.replace('_', ' ')
    return [f'Array API 2025.12, {section}: {name}.']


class Reader:
    """Goes through standard.def line by line; `add_...` take a head line with the indented lines below it."""

    def __init__(self, elementwise):
        self.elementwise = elementwise
        self.table, self.chapter = None, None
        self.texts, self.declarations, self.functions = {}, [], []
        self.since, self.data_dependent, self.refuse = {}, set(), {}  # by dotted name
        self.later = {}
        self.needs = {}  # by dotted name, a list

    def add(self, number, head, body):
        word, _, rest = head.partition(' ')
        if word == 'table':
            self.table = rest.strip()
        elif word == 'chapter':
            name, _, title = rest.partition(':')
            self.chapter = (name.strip(), title.strip())
        elif word == 'text':
            self.texts[rest.strip()] = expand(' '.join(line.strip() for line in body), self.texts, number)
        elif word == 'declare':
            self.declarations += body
        elif word == 'since':
            self.since.update((name, int(rest.replace('.', ''))) for name in ' '.join(body).split())
        elif word == 'since_argument':
            for item in ' '.join(body).split():
                dotted, argument, default = re.fullmatch(r'([\w.]+)\.(\w+)=(\w+)', item).groups()
                self.later.setdefault(dotted, []).append((argument, default, int(rest.replace('.', ''))))
        elif word == 'data_dependent':
            self.data_dependent.update(' '.join(body).split())
        elif word == 'refuse':
            self.refuse.update((name, rest.strip()) for name in ' '.join(body).split())
        elif word == 'needs':
            for name in ' '.join(body).split():
                self.needs.setdefault(name, []).append(rest.strip())
        elif word in STATES:
            self.add_function(number, word, rest, body)
        else:
            fail(number, f'cannot read "{head}"')

    def add_function(self, number, state, rest, body):
        device = plain = False
        word, _, after = rest.partition(' ')
        if word in ('device', 'plain'):
            device, plain, rest = word == 'device', word == 'plain', after
        result, name, parameters = parse_declaration(rest)
        function = Function(self.table, self.chapter, name, state, device, plain, result, parameters)
        if self.chapter[0] != '-':
            function.since = self.since.get(function.dotted(), 202112)
        function.later = self.later.get(function.dotted(), [])
        if function.later and (not device or not {name for name, _, _ in function.later} <= set(function.arguments())):
            fail(number, f'{name}: arguments with a version of their own are looked at in functions that make arrays')
        function.data_dependent = function.dotted() in self.data_dependent
        function.refuse = self.refuse.get(function.dotted(), '')
        function.needs = self.needs_of(number, function)
        if state == 'alias':
            original = next(f for f in self.functions if f.table == 'main' and f.name == name)
            function.needs = original.needs
            function.doc = [original.doc[0], f'The same function as {name} of the main table.']
        else:
            function.doc = [expand(line, self.texts, number) for line in join_continued(body)]
        if self.table == 'main' and name in self.elementwise and self.chapter[0] == 'elementwise_functions':
            function.doc += elementwise_doc(self.elementwise[name])
        if state == 'later':
            function.doc.append('Not in this build: fails with XP_ERROR_UNSUPPORTED.')
        function.doc += place_in_standard(function)
        if not device and not plain and not function.arrays() and not function.array_list():
            fail(number, f'{name} takes no array: say device or plain')
        self.functions.append(function)


    def needs_of(self, number, function):
        """What a function asks of a driver; every one that has to do with arrays must say."""
        if function.table == 'main' and function.name in self.elementwise:
            return ['elementwise ' + function.name]
        needs = self.needs.get(function.dotted(), [])
        if not needs and function.state == 'ready' and not function.plain:
            fail(number, f'{function.dotted()} stands under no `needs`')
        return [need for need in needs if need != 'programs']

    def check_names(self):
        known = {function.dotted() for function in self.functions}
        for name in sorted({*self.since, *self.later, *self.data_dependent, *self.refuse, *self.needs} - known):
            sys.exit(f'standard.def: there is no function {name}')


def read(path, elementwise_path):
    reader = Reader(read_elementwise(elementwise_path))
    head, body, at = None, [], 0
    lines = [line.rstrip() for line in open(path)] + ['end']
    for number, line in enumerate(lines, 1):
        if line.startswith('#'):
            continue
        if line.startswith('    ') or not line:
            body.append(line[4:])
            continue
        if head:
            while body and not body[-1]:
                body.pop()
            while head.count('(') > head.count(')'):
                head += ' ' + body.pop(0).strip()
            reader.add(at, head, body if head == 'declare' else [b for b in body if b])
        head, body, at = line, [], number
    reader.check_names()
    return Standard(reader.functions, reader.declarations, parse_structs(reader.declarations))


# ---- writing C -------------------------------------------------------------------------------------------------------

def comment(lines, indent=''):
    """A comment in the form of the hand-written headers."""
    wrapped = []
    for line in lines:
        wrapped += textwrap.wrap(line, WIDTH - len(indent) - 6, subsequent_indent='  ', break_long_words=False,
                                 break_on_hyphens=False)
    return '\n'.join(f'{indent}{"/* " if i == 0 else " * "}{line}' for i, line in enumerate(wrapped)) + ' */\n'


def call(head, arguments, tail='', indent=''):
    """head(arguments)tail, broken after commas so that it keeps within the width."""
    lines, line = [], indent + head + '('
    start = ' ' * len(line)
    if len(start) > WIDTH // 2:
        start = indent + '    '
    for i, argument in enumerate(arguments):
        piece = argument + (',' if i + 1 < len(arguments) else ')' + tail)
        space = '' if line.endswith('(') or line == start else ' '
        if len(line) + len(space) + len(piece) > WIDTH:
            lines.append(line)
            line, space = start, ''
        line += space + piece
    if not arguments:
        line += ')' + tail
    return '\n'.join([*lines, line])


def declare(result, name, parameters, tail='', indent=''):
    space = '' if result.endswith('*') else ' '
    return call(f'{result}{space}{name}', [p.text() for p in parameters] or ['void'], tail, indent)


def file_head(sentence):
    return f'/* {sentence}\n * SPDX-License-Identifier: BSD-3-Clause\n * Generated from xp/standard/standard.def. */\n'
