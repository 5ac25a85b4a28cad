"""A binding made at run time from scixp-api.json alone, with ctypes: what a generator of bindings would do.
SPDX-License-Identifier: BSD-3-Clause"""
import ctypes
import json
import re

BASIC = {'void': None, 'int': ctypes.c_int, 'unsigned': ctypes.c_uint, 'bool': ctypes.c_bool, 'float': ctypes.c_float,
         'double': ctypes.c_double, 'size_t': ctypes.c_size_t, 'int8_t': ctypes.c_int8, 'uint8_t': ctypes.c_uint8,
         'uint16_t': ctypes.c_uint16, 'int32_t': ctypes.c_int32, 'uint32_t': ctypes.c_uint32,
         'int64_t': ctypes.c_int64, 'uint64_t': ctypes.c_uint64}


class Binding:
    """Functions, structs, enum values and constants are attributes; `functions` and `structs` list them by name."""

    def __init__(self, library, description):
        with open(description) as file:
            self.api = json.load(file)
        self.library = ctypes.CDLL(library)
        self.types = dict(BASIC)
        self.callbacks, self.structs, self.functions, self.missing = {}, {}, {}, []
        self.add_numbers()
        self.add_structs()
        self.add_callbacks()
        self.add_functions()

    def type(self, text):
        """The ctypes type for a C type. Pointers are addresses, but for text."""
        text = re.sub(r'\b(const|struct)\b ?', '', text).strip()
        if text == 'char *':
            return ctypes.c_char_p
        if text.endswith('*') and text.rstrip('* ') in self.callbacks and text.count('*') == 1:
            return self.callbacks[text.rstrip('* ')]
        return ctypes.c_void_p if '*' in text else self.types[text]

    def add_numbers(self):
        for enum in self.api['enums']:
            self.types[enum['name']] = ctypes.c_int
            for value in enum['values']:
                setattr(self, value['name'], value['value'])
        for constant in self.api['constants']:
            setattr(self, constant['name'], constant['value'])

    def add_structs(self):
        """A struct may hold one that stands further down the list: goes round until all are there."""
        waiting = list(self.api['structs'])
        while waiting:
            left = [struct for struct in waiting if not self.add_struct(struct)]
            if len(left) == len(waiting):
                raise TypeError(f'cannot make {[struct["name"] for struct in left]}')
            waiting = left

    def add_struct(self, struct):
        fields = []
        for field in struct['fields']:
            try:
                kind = self.type(field['type'])
            except KeyError:
                return False
            fields.append((field['name'], kind * field['count'] if field['count'] > 1 else kind))
        made = type(struct['name'], (ctypes.Structure,), {'_fields_': fields})
        self.types[struct['name']] = self.structs[struct['name']] = made
        setattr(self, struct['name'], made)
        return True

    def add_callbacks(self):
        for callback in self.api['callbacks']:
            types = [self.type(parameter['type']) for parameter in callback['parameters']]
            self.callbacks[callback['name']] = ctypes.CFUNCTYPE(self.type(callback['result']), *types)

    def add_functions(self):
        for described in self.api['functions']:
            name = described['name']
            try:
                function = getattr(self.library, name)
            except AttributeError:
                self.missing.append(name)
                continue
            function.restype = self.type(described['result'])
            if not described.get('variadic'):
                function.argtypes = [self.type(parameter['type']) for parameter in described['parameters']]
            self.functions[name] = function
            setattr(self, name, function)
