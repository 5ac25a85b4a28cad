/* Arrays as text, laid out as NumPy's str() does: rows in brackets, long arrays shortened, lines of 75 characters.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "core/alloc.h"
#include "core/shape.h"
#include "core/thread.h"
#include "graph/node.h"
#include "graph/text_number.h"
#include "graph/transfer.h"

/* NumPy's print options. */
#define LINE_WIDTH 75
#define THRESHOLD 1000
#define EDGE_ITEMS 3

/* ---- the elements that are shown --------------------------------------------------------------------------------- */

/* An array or its corners, packed: along axis i `shown[i]` elements, which are all, or the first and last three. */
typedef struct excerpt {
    int ndim;
    int64_t shape[XP_MAX_NDIM], shown[XP_MAX_NDIM];
    int64_t count;
    size_t itemsize;
    char *elements;
} excerpt;

static bool is_shortened(const excerpt *e, int axis)
{
    return e->shown[axis] < e->shape[axis];
}

static void plan_excerpt(excerpt *e, const xp_array *x)
{
    e->ndim = x->ndim;
    e->itemsize = xp_dtype_bytes(x->dtype);
    for (int i = 0; i < x->ndim; i++) {
        bool cut = x->size > THRESHOLD && x->shape[i] > 2 * EDGE_ITEMS;
        e->shape[i] = x->shape[i];
        e->shown[i] = cut ? 2 * EDGE_ITEMS : x->shape[i];
    }
    if (!xp_shape_size(e->ndim, e->shown, e->itemsize, &e->count))
        e->count = -1;
}

/* Where the n-th shown element lies, from element [0, ...]: bytes, or values of a COORDINATE array. */
static int64_t place_of(const excerpt *e, const xp_array *x, int64_t n)
{
    int64_t place = 0;
    for (int i = e->ndim - 1; i >= 0; i--) {
        int64_t index = n % e->shown[i];
        n /= e->shown[i];
        if (is_shortened(e, i) && index >= EDGE_ITEMS)
            index += e->shape[i] - e->shown[i];
        place += index * x->strides[i];
    }
    return place;
}

static bool copy_elements(const excerpt *e, const xp_array *x)
{
    bool is_coordinate = xp_state(x) == XP_STATE_COORDINATE;
    const char *data = is_coordinate ? NULL : xp_host_pointer(x);
    for (int64_t n = 0; n < e->count; n++) {
        int64_t place = place_of(e, x, n), value = x->offset + place;
        char *to = e->elements + (size_t)n * e->itemsize;
        if (is_coordinate)
            memcpy(to, &value, sizeof value);
        else if (data)
            memcpy(to, data + place, e->itemsize);
        else if (!xp_download(x, place, to, e->itemsize, "to_string"))
            return false;
    }
    return true;
}

/* A short array on a device without addresses comes over in one piece. */
static bool fill_excerpt(const excerpt *e, xp_array *x)
{
    if (e->count != x->size || xp_state(x) != XP_STATE_READY || xp_host_pointer(x))
        return copy_elements(e, x);
    xp_array *whole = xp_contiguous_for(x, "to_string");
    bool success = whole && xp_download(whole, 0, e->elements, (size_t)e->count * e->itemsize, "to_string");
    xp_array_unref(whole);
    return success;
}

/* ---- layout ------------------------------------------------------------------------------------------------------ */

/* Text as snprintf writes it: what does not fit is counted only. Blanks wait until something follows them, because a
 * line never ends in one. */
typedef struct sink {
    char *text;
    size_t bytes;
    int64_t length;
    int64_t blanks;
} sink;

static void put_sign(sink *s, char sign)
{
    if ((uint64_t)s->length + 1 < s->bytes)
        s->text[s->length] = sign;
    s->length++;
}

static void put(sink *s, const char *word)
{
    for (; *word; word++) {
        if (*word == ' ') {
            s->blanks++;
            continue;
        }
        for (; s->blanks > 0; s->blanks--)
            put_sign(s, ' ');
        put_sign(s, *word);
    }
}

static void new_lines(sink *s, int count, int indent)
{
    s->blanks = 0;
    for (int i = 0; i < count; i++)
        put_sign(s, '\n');
    s->blanks = indent;
}

/* Adds a word to the line, or to the next one if it would pass the width there is. */
static void put_word(sink *s, const char *word, int axis, int *column)
{
    int indent = axis + 1, width = LINE_WIDTH - axis - 1, length = (int)strlen(word);
    if (*column + length > width && *column > indent) {
        new_lines(s, 1, indent);
        *column = indent;
    }
    put(s, word);
    *column += length;
}

static void put_row(sink *s, const excerpt *e, const text_style *style, const char *elements)
{
    int axis = e->ndim - 1, column = axis + 1;
    char word[TEXT_WORD];
    for (int64_t i = 0; i < e->shown[axis]; i++) {
        if (i == EDGE_ITEMS && is_shortened(e, axis)) {
            put_word(s, "...", axis, &column);
            put(s, " ");
            column++;
        }
        text_element(style, elements + (size_t)i * e->itemsize, word);
        put_word(s, word, axis, &column);
        if (i + 1 < e->shown[axis]) {
            put(s, " ");
            column++;
        }
    }
}

/* `bytes`: of everything below one index of the axis. Recurses over axes, of which there are few. */
static void put_axis(sink *s, const excerpt *e, const text_style *style, const char *elements, int axis, size_t bytes)
{
    put(s, "[");
    if (axis == e->ndim - 1) {
        put_row(s, e, style, elements);
    } else {
        int lines = e->ndim - axis - 1;
        for (int64_t i = 0; i < e->shown[axis]; i++) {
            if (i > 0)
                new_lines(s, lines, axis + 1);
            if (i == EDGE_ITEMS && is_shortened(e, axis)) {
                put(s, "...");
                new_lines(s, lines, axis + 1);
            }
            put_axis(s, e, style, elements + (size_t)i * bytes, axis + 1, bytes / (size_t)e->shown[axis + 1]);
        }
    }
    put(s, "]");
}

static bool put_array(sink *s, xp_array *x)
{
    excerpt e;
    text_style style;
    char word[TEXT_WORD];
    plan_excerpt(&e, x);
    e.elements = e.count < 0 ? NULL : xp_alloc((size_t)e.count, e.itemsize);
    if (!e.elements) {
        xp_fail_message(XP_ERROR_MEMORY, "to_string", NULL, "to_string: out of memory");
        return false;
    }
    bool success = fill_excerpt(&e, x);
    if (success && e.ndim == 0) {
        text_scalar((xp_dtype)x->dtype, e.elements, word);
        put(s, word);
    } else if (success) {
        text_choose_style(&style, (xp_dtype)x->dtype, e.elements, e.count);
        put_axis(s, &e, &style, e.elements, 0, (size_t)(e.count / e.shown[0]) * e.itemsize);
    }
    xp_dealloc(e.elements);
    return success;
}

int64_t xp_to_string(xp_array *x, char *text, size_t bytes)
{
    sink s = {.text = text, .bytes = text ? bytes : 0};
    char word[TEXT_WORD];
    if (s.bytes > 0)
        text[0] = '\0';
    if (!x) {
        xp_fail_message(XP_ERROR_VALUE, "to_string", "x", "to_string: x is not given");
        return -1;
    }
    if (!xp_force(&x, 1))
        return -1;
    if (xp_state(x) == XP_STATE_WEAK) {
        text_scalar((xp_dtype)x->dtype, (const char *)&x->value, word);
        put(&s, word);
    } else if (x->size == 0) {
        put(&s, "[]");
    } else if (!put_array(&s, x)) {
        return -1;
    }
    if (s.bytes > 0)
        text[(size_t)s.length < s.bytes ? (size_t)s.length : s.bytes - 1] = '\0';
    return s.length;
}
