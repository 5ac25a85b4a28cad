/* Reading and writing the dictionary at the head of a .npy file.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "files/npy_header.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/dtype.h"

/* NumPy leaves room for the longest extent, so that files can grow in place. */
#define LONGEST_EXTENT 21

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define OWN_ORDER '>'
#define OTHER_ORDER '<'
#else
#define OWN_ORDER '<'
#define OTHER_ORDER '>'
#endif

/* ---- reading ----------------------------------------------------------------------------------------------------- */

typedef struct cursor {
    const char *at, *end;
    const char *problem; /* the first thing that was wrong */
} cursor;

static bool fail(cursor *c, const char *problem)
{
    if (!c->problem)
        c->problem = problem;
    return false;
}

static char next_sign(cursor *c)
{
    while (c->at < c->end && (*c->at == ' ' || *c->at == '\n' || *c->at == '\t' || *c->at == '\r'))
        c->at++;
    return c->at < c->end ? *c->at : '\0';
}

static bool take(cursor *c, char sign)
{
    if (next_sign(c) != sign || c->at == c->end)
        return false;
    c->at++;
    return true;
}

static bool take_word(cursor *c, const char *word)
{
    size_t length = strlen(word);
    next_sign(c);
    if ((size_t)(c->end - c->at) < length || memcmp(c->at, word, length) != 0)
        return false;
    c->at += length;
    return true;
}

/* A string in either kind of quotes, without escapes. */
static bool take_string(cursor *c, const char **text, size_t *length)
{
    char quote = next_sign(c);
    if (quote != '\'' && quote != '"')
        return fail(c, "its header has no string where one should be");
    const char *start = c->at + 1, *stop = memchr(start, quote, (size_t)(c->end - start));
    if (!stop)
        return fail(c, "its header has a string without an end");
    *text = start;
    *length = (size_t)(stop - start);
    c->at = stop + 1;
    return true;
}

static bool take_extent(cursor *c, int64_t *extent)
{
    char sign = next_sign(c);
    if (sign < '0' || sign > '9')
        return fail(c, "its header has no shape of whole numbers");
    *extent = 0;
    for (; c->at < c->end && *c->at >= '0' && *c->at <= '9'; c->at++) {
        if (__builtin_mul_overflow(*extent, 10, extent) || __builtin_add_overflow(*extent, *c->at - '0', extent))
            return fail(c, "its shape is too large");
    }
    take(c, 'L'); /* of Python 2 */
    return true;
}

static bool take_shape(cursor *c, npy_header *header)
{
    bool comma = true;
    if (!take(c, '('))
        return fail(c, "its header has no shape");
    for (header->ndim = 0; !take(c, ')'); header->ndim++) {
        if (!comma)
            return fail(c, "its shape has no comma where one should be");
        if (header->ndim == XP_MAX_NDIM)
            return fail(c, "it has more than 32 dimensions");
        if (!take_extent(c, &header->shape[header->ndim]))
            return false;
        comma = take(c, ',');
    }
    return header->ndim != 1 || comma || fail(c, "its shape has no comma where one should be");
}

static bool take_order(cursor *c, npy_header *header)
{
    header->fortran = take_word(c, "True");
    return header->fortran || take_word(c, "False") || fail(c, "its header does not say True or False for the order");
}

/* "<f8", ">i4", "|b1", "=u2", or without the first sign; 0 if there is none such. */
static xp_dtype dtype_of_code(const char *code, size_t length, bool *swapped)
{
    char order = '=';
    if (length > 0 && strchr("<>|=", code[0]) && code[0]) {
        order = code[0];
        code++;
        length--;
    }
    if (length == 1 && code[0] == '?')
        return XP_BOOL;
    for (int dtype = 1; dtype < XP_N_DTYPES; dtype++) {
        if (!xp_dtypes[dtype].npy[0])
            continue;
        const char *own = xp_dtypes[dtype].npy + 1;
        if (strlen(own) != length || memcmp(own, code, length) != 0)
            continue;
        *swapped = order == OTHER_ORDER && xp_dtype_bytes(dtype) > 1;
        return (xp_dtype)dtype;
    }
    return XP_DEFAULT_DTYPE;
}

static bool take_dtype(cursor *c, npy_header *header, bool *is_dtype)
{
    const char *code;
    size_t length;
    if (next_sign(c) == '[') {
        *is_dtype = true;
        return fail(c, "it holds records");
    }
    if (!take_string(c, &code, &length))
        return false;
    header->dtype = dtype_of_code(code, length, &header->swapped);
    *is_dtype = header->dtype == XP_DEFAULT_DTYPE;
    return !*is_dtype || fail(c, "its dtype is none of the 14 that files have");
}

static bool take_entry(cursor *c, npy_header *header, bool *is_dtype, unsigned *seen)
{
    static const char *const keys[] = {"descr", "fortran_order", "shape"};
    const char *key;
    size_t length;
    if (!take_string(c, &key, &length))
        return false;
    unsigned which = 0;
    while (which < 3 && (strlen(keys[which]) != length || memcmp(keys[which], key, length) != 0))
        which++;
    if (which == 3 || (*seen >> which & 1))
        return fail(c, "its header has an entry that should not be there");
    *seen |= 1u << which;
    if (!take(c, ':'))
        return fail(c, "its header has no colon where one should be");
    if (which == 0)
        return take_dtype(c, header, is_dtype);
    return which == 1 ? take_order(c, header) : take_shape(c, header);
}

const char *npy_parse_header(const char *text, size_t length, npy_header *header, bool *is_dtype)
{
    cursor c = {text, text + length, NULL};
    unsigned seen = 0;
    bool comma = true;
    *header = (npy_header){.ndim = 0};
    *is_dtype = false;
    if (!take(&c, '{'))
        return "its header is no dictionary";
    while (!take(&c, '}')) {
        if (!comma)
            return "its header has no comma where one should be";
        if (!take_entry(&c, header, is_dtype, &seen))
            return c.problem;
        comma = take(&c, ',');
    }
    if (seen != 7)
        return "its header lacks dtype, order or shape";
    next_sign(&c);
    return c.at == c.end ? NULL : "its header goes on after its end";
}

/* ---- writing ----------------------------------------------------------------------------------------------------- */

size_t npy_format_header(const npy_header *header, char text[NPY_HEADER_MOST])
{
    const size_t start = NPY_MAGIC_BYTES + 4;
    char *dictionary = text + start;
    size_t room = NPY_HEADER_MOST - start, at;
    const char *code = xp_dtypes[header->dtype].npy;
    at = (size_t)snprintf(dictionary, room, "{'descr': '%c%s', 'fortran_order': %s, 'shape': (",
                          code[0] == '|' ? '|' : OWN_ORDER, code + 1, header->fortran ? "True" : "False");
    for (int i = 0; i < header->ndim; i++)
        at += (size_t)snprintf(dictionary + at, room - at, i ? ", %" PRId64 : "%" PRId64, header->shape[i]);
    at += (size_t)snprintf(dictionary + at, room - at, header->ndim == 1 ? ",), }" : "), }");

    size_t spare = 0;
    if (header->ndim > 0) {
        char extent[24];
        int64_t growing = header->shape[header->fortran ? header->ndim - 1 : 0];
        spare = LONGEST_EXTENT - (size_t)snprintf(extent, sizeof extent, "%" PRId64, growing);
    }
    size_t used = start + at + spare + 1;
    spare += NPY_ALIGNMENT - used % NPY_ALIGNMENT;
    memset(dictionary + at, ' ', spare);
    at += spare;
    dictionary[at++] = '\n';

    memcpy(text, NPY_MAGIC "\x01\x00", NPY_MAGIC_BYTES + 2);
    text[NPY_MAGIC_BYTES + 2] = (char)(at & 0xff);
    text[NPY_MAGIC_BYTES + 3] = (char)(at >> 8);
    return start + at;
}
