"""Reads the public headers: a parser for the regular C that they are written in, not for C at large.
SPDX-License-Identifier: BSD-3-Clause

Taken in: functions marked XP_API, enums, structs, callback types, constants. A declaration's documentation is the
comment behind it on its last line, else the one above it or above the run of declarations that it stands in."""
import re
from dataclasses import dataclass, field

DEFINED = {'__GNUC__'}  # of the names that conditions ask for, the ones that count as defined
NUMBER = re.compile(r'\(?\(?-?(?:0x[0-9a-fA-F]+|\d+(?:\.\d+)?|INT32_MIN|INT64_MIN)u?\)?')


@dataclass
class Member:
    """A parameter, or a field of a struct."""
    name: str
    type: str           # as a bare type: 'const int64_t *', 'xp_array *(*)(xp_array *x)'
    is_list: bool = False
    doc: str = ''


@dataclass
class Declaration:
    kind: str           # function, struct, enum, callback, opaque, constant
    name: str
    header: str
    doc: str
    result: str = ''
    members: list = field(default_factory=list)  # parameters, fields; of an enum the names of its values
    variadic: bool = False
    nodiscard: bool = False
    later: bool = False  # its place is taken, but it is not in this build
    value: str = ''     # of a constant


def holds(condition):
    """Whether a preprocessor condition of ours is true for a C compiler."""
    condition = re.sub(r'/\*.*?\*/', '', condition)
    condition = re.sub(r'defined\s*\(?\s*(\w+)\s*\)?', lambda m: str(m[1] in DEFINED), condition)
    condition = condition.replace('!', ' not ').replace('&&', ' and ').replace('||', ' or ')
    condition = re.sub(r'\b(?!not\b|and\b|or\b|True\b|False\b)[A-Za-z_]\w*', '0', condition)
    return bool(eval(condition, {'__builtins__': {}}))


def select(text):
    """The lines that a C compiler sees; what belongs to a directive is left out, but for #define."""
    text = re.sub(r'\\\n', ' ', text)
    stack, lines = [], []  # a pair for each open condition: this branch is taken, one was taken already
    for line in text.split('\n'):
        match = re.match(r'\s*#\s*(\w+)\s*(.*)', line)
        word, rest = (match[1], match[2]) if match else ('', '')
        if word in ('if', 'ifdef', 'ifndef'):
            name = rest.split()[0]
            guard = word == 'ifndef' and name.endswith('_H')
            true = holds(rest) if word == 'if' else guard or (name in DEFINED) == (word == 'ifdef')
            stack.append([true, true])
        elif word in ('else', 'elif'):
            true = not stack[-1][1] and (word == 'else' or holds(rest))
            stack[-1] = [true, true or stack[-1][1]]
        elif word == 'endif':
            stack.pop()
        elif all(taken for taken, _ in stack) and word in ('', 'define'):
            lines.append(line)
    return '\n'.join(lines)


def clean(comment):
    """The text of a comment's first paragraph."""
    lines = [re.sub(r'^\s*\*? ?', '', line).strip() for line in comment.strip('/*').split('\n')]
    return ' '.join(' '.join(line or '\0' for line in lines).split('\0')[0].split())


def first_sentence(text):
    match = re.match(r'(.*?[a-z0-9)\]"\'`*]\.)(?= [A-Z`(]|$)', text)
    return match[1] if match else text


def end_of_statement(text, at):
    """Behind the ';' that ends the statement at `at`, or behind the body of a function."""
    depth = 0
    while at < len(text):
        if text.startswith('/*', at):
            at = text.index('*/', at) + 1
        elif text[at] == '{':
            depth += 1
        elif text[at] == '}':
            depth -= 1
            if depth == 0 and not re.match(r'\s*(\w|;)', text[at + 1:]):
                return at + 1
        elif text[at] == ';' and depth == 0:
            return at + 1
        at += 1
    return at


def statements(text):
    """(statement, its documentation) for each statement of a header or of the body of a struct."""
    at, above = 0, ''
    while True:
        blank = re.compile(r'\s*').match(text, at)
        if blank[0].count('\n') > 1:
            above = ''
        at = blank.end()
        if at >= len(text):
            return
        if text.startswith('/*', at):
            end = text.index('*/', at) + 2
            above = '' if re.match(r'/\* (----|====)', text[at:]) else clean(text[at:end])
            at = end
        elif text[at] == '#':
            end = text.find('\n', at)
            end = len(text) if end < 0 else end
            yield text[at:end], above
            at = end
        else:
            end = end_of_statement(text, at)
            statement = text[at:end]
            behind = re.compile(r'[ \t]*(/\*.*?\*/)', re.S).match(text, end)
            yield statement, clean(behind[1]) if behind else above
            at = behind.end() if behind else end


def bare(text):
    return ' '.join(re.sub(r'/\*.*?\*/', '', text, flags=re.S).split())


def parse_member(text):
    """'const int *axes' -> Member; also pointers to functions and arrays."""
    pointer = re.fullmatch(r'(.*?)\(\*(\w+)\)(\(.*\))', text)
    if pointer:
        return Member(pointer[2], f'{pointer[1]}(*){pointer[3]}')
    match = re.fullmatch(r'(.*?)(\w+)((?:\[[^\]]*\])*)', text)
    if match[3] and not match[1].strip():
        raise ValueError(f'cannot read "{text}"')
    return Member(match[2], match[1].strip(), bool(match[3]))


def split_list(text):
    """At commas that stand in no brackets."""
    parts, depth = [''], 0
    for character in text:
        depth += (character in '([') - (character in ')]')
        if character == ',' and depth == 0:
            parts.append('')
        else:
            parts[-1] += character
    return [part.strip() for part in parts if part.strip()]


def parse_fields(body):
    fields = []
    for statement, doc in statements(body):
        first, *others = split_list(bare(statement).rstrip(';'))
        member = parse_member(first)
        members = [member]
        base = member.type.rstrip('* ')
        for other in others:
            stars = '*' * other.count('*')
            members.append(Member(other.strip('* '), f'{base} {stars}' if stars else base))
        for each in members:
            each.doc = doc
        fields += members
    return fields


def parse_function(statement, doc, header):
    text = re.sub(r'__attribute__ ?\(\((?:[^()]|\([^()]*\))*\)\)', '', bare(statement))
    nodiscard = 'XP_NODISCARD' in text
    text = text.replace('XP_NODISCARD', '').replace('XP_API', '').strip(' ;')
    match = re.fullmatch(r'(.*?)(\w+)\s?\((.*)\)', text)
    parameters = [] if match[3] in ('', 'void') else split_list(match[3])
    variadic = parameters[-1:] == ['...']
    members = [parse_member(p) for p in parameters if p != '...']
    for member in members:
        if member.is_list:  # a parameter declared as an array is a pointer
            member.type, member.is_list = f'{member.type} *', False
    return Declaration('function', match[2], header, doc, match[1].strip(), members, variadic, nodiscard)


def parse_enum_values(body):
    """Members, with the value's own comment as documentation."""
    values = []
    for match in re.finditer(r'(\w+)\s*=\s*[^,/}]+,?[ \t]*(/\*.*?\*/)?', body, re.S):
        values.append(Member(match[1], '', doc=clean(match[2]) if match[2] else ''))
    return values


def parse(path, header):
    found = []
    for statement, comment in statements(select(open(path).read())):
        doc = first_sentence(comment)
        text = bare(statement)
        body = statement[statement.find('{') + 1:statement.rfind('}')] if '{' in statement else None
        constant = re.fullmatch(r'#define (XP_\w+) (.*)', text)
        named = re.match(r'(?:typedef )?(struct|enum) (\w+) \{', text)
        callback = re.fullmatch(r'typedef (.*?)(\w+)\(([^*].*)\);', text)
        opaque = re.fullmatch(r'(?:typedef struct (\w+) \1|struct (\w+));', text)
        if constant and NUMBER.fullmatch(constant[2]):
            found.append(Declaration('constant', constant[1], header, doc, value=constant[2]))
        elif 'XP_API' in text and body is None and not text.startswith('#'):
            found.append(parse_function(statement, doc, header))
            found[-1].later = 'Not in this build:' in comment
        elif named and named[1] == 'enum':
            found.append(Declaration('enum', named[2], header, doc, members=parse_enum_values(body)))
        elif named:
            found.append(Declaration('struct', named[2], header, doc, members=parse_fields(body)))
        elif callback:
            declaration = parse_function(text.replace('typedef ', ''), doc, header)
            declaration.kind = 'callback'
            found.append(declaration)
        elif opaque:
            found.append(Declaration('opaque', opaque[1] or opaque[2], header, doc))
    return found


def parse_all(paths):
    """All declarations of several (path, name of the header); a struct that is defined somewhere is not opaque."""
    found = [declaration for path, header in paths for declaration in parse(path, header)]
    defined = {d.name for d in found if d.kind == 'struct'}
    kept, seen = [], set()
    for declaration in found:
        if declaration.kind == 'opaque' and declaration.name in defined | seen:
            continue
        if declaration.kind == 'opaque':
            seen.add(declaration.name)
        kept.append(declaration)
    return kept
