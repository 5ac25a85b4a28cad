/* Compares two arrays as tests want it: what they are first, then their values, with a text that shows the difference.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "core/alloc.h"
#include "core/dtype.h"
#include "core/shape.h"
#include "graph/transfer.h"
#include "scixp/testing.h"
#include "testing/text.h"

/* One of the two sides: elements in C order, in host memory. */
typedef struct side {
    const char *name;
    xp_dtype dtype;
    int ndim;
    int64_t shape[XP_MAX_NDIM];
    int64_t size;
    const char *elements;
    char *owned;     /* == elements where they had to be copied from a device */
    xp_value single; /* the element of a weak scalar */
} side;

/* What is asked of each pair of elements. */
typedef struct relation relation;
struct relation {
    const char *failure; /* "not equal" */
    const char *first, *second;
    bool (*holds)(const relation *asked, const side *a, const side *b, int64_t i);
    enum { BY_NOTHING, BY_TOLERANCE, BY_STEPS } limit; /* what the two may be apart by */
    double rtol, atol;
    int64_t nulp;
};

static int64_t item_bytes(const side *s)
{
    return (int64_t)xp_dtype_bytes(s->dtype);
}

/* Element i as a number; long double holds every int64_t where it has 64 bits of mantissa. */
static long double real_part(const side *s, int64_t i)
{
    xp_value value;
    memcpy(&value, s->elements + i * item_bytes(s), (size_t)item_bytes(s));
    if (s->dtype == XP_INT64)
        return value.as_int64;
    if (s->dtype == XP_UINT64)
        return value.as_uint64;
    return xp_value_real(&value, s->dtype);
}

static long double imaginary_part(const side *s, int64_t i)
{
    xp_value value;
    memcpy(&value, s->elements + i * item_bytes(s), (size_t)item_bytes(s));
    return xp_dtype_is(s->dtype, XP_KIND_COMPLEX) ? xp_value_imag(&value, s->dtype) : 0;
}

static bool same_number(long double a, long double b)
{
    return a == b || (isnan(a) && isnan(b));
}

static bool is_identical(const relation *asked, const side *a, const side *b, int64_t i)
{
    (void)asked;
    return memcmp(a->elements + i * item_bytes(a), b->elements + i * item_bytes(b), (size_t)item_bytes(a)) == 0;
}

static bool is_equal(const relation *asked, const side *a, const side *b, int64_t i)
{
    if (is_identical(asked, a, b, i))
        return true;
    if (!xp_dtype_is(a->dtype, XP_KIND_FLOATING))
        return false;
    return same_number(real_part(a, i), real_part(b, i)) && same_number(imaginary_part(a, i), imaginary_part(b, i));
}

/* |a - b| and |b| of element i; the former is NaN if one of the two is not finite. */
static void measure(const side *a, const side *b, int64_t i, long double *difference, long double *size)
{
    long double re = real_part(a, i) - real_part(b, i);
    long double im = imaginary_part(a, i) - imaginary_part(b, i);
    *difference = hypotl(re, im);
    *size = hypotl(real_part(b, i), imaginary_part(b, i));
    if (!isfinite(re) || !isfinite(im))
        *difference = NAN;
}

static bool is_close(const relation *asked, const side *a, const side *b, int64_t i)
{
    long double difference, size;
    if (is_equal(asked, a, b, i))
        return true;
    measure(a, b, i, &difference, &size);
    return difference <= asked->atol + asked->rtol * size;
}

/* The place of a floating number among all of its dtype, in order: 0 and -0 share theirs. */
static int64_t place_of(const char *element, int64_t bytes)
{
    uint16_t half;
    uint32_t narrow;
    uint64_t bits;
    if (bytes == 2) {
        memcpy(&half, element, sizeof half);
        bits = (uint64_t)half << 48;
    } else if (bytes == 4) {
        memcpy(&narrow, element, sizeof narrow);
        bits = (uint64_t)narrow << 32;
    } else {
        memcpy(&bits, element, sizeof bits);
    }
    const int64_t place = (int64_t)(bits & INT64_MAX) >> (64 - 8 * bytes);
    return bits >> 63 ? -place : place;
}

/* Of a floating number, or of the parts of a complex one. */
static int64_t part_bytes(const side *s)
{
    const int64_t bytes = item_bytes(s);
    return xp_dtype_is(s->dtype, XP_KIND_COMPLEX) ? bytes / 2 : bytes;
}

/* How many steps lie between two parts of elements. */
static uint64_t steps_between(const char *a, const char *b, int64_t bytes)
{
    int64_t x = place_of(a, bytes), y = place_of(b, bytes);
    return x > y ? (uint64_t)x - (uint64_t)y : (uint64_t)y - (uint64_t)x;
}

static bool is_close_nulp(const relation *asked, const side *a, const side *b, int64_t i)
{
    int64_t first = i * item_bytes(a), bytes = part_bytes(a);
    for (int64_t at = first; at < first + item_bytes(a); at += bytes) {
        long double x = at == first ? real_part(a, i) : imaginary_part(a, i);
        long double y = at == first ? real_part(b, i) : imaginary_part(b, i);
        if (same_number(x, y))
            continue;
        if (!isfinite(x) || !isfinite(y))
            return false;
        if (asked->nulp < 0 || steps_between(a->elements + at, b->elements + at, bytes) > (uint64_t)asked->nulp)
            return false;
    }
    return true;
}

static bool is_less_equal(const relation *asked, const side *a, const side *b, int64_t i)
{
    (void)asked;
    return real_part(a, i) <= real_part(b, i);
}

static bool is_less(const relation *asked, const side *a, const side *b, int64_t i)
{
    (void)asked;
    return real_part(a, i) < real_part(b, i);
}

/* ---- the text ---------------------------------------------------------------------------------------------------- */

#define SHOWN_MISMATCHES 5
#define SHOWN_ELEMENTS 8

static void add_beginning(const side *s)
{
    test_text_add("\n  %s: ", s->name);
    for (int64_t i = 0; i < s->size && i < SHOWN_ELEMENTS; i++) {
        test_text_add(i ? ", " : "[");
        test_text_element(s->elements + i * item_bytes(s), s->dtype);
    }
    test_text_add(s->size > SHOWN_ELEMENTS ? ", ...]" : "]");
}

/* Of two finite numbers the one that is most steps off. */
static void add_most_steps(const side *a, const side *b)
{
    int64_t bytes = part_bytes(a), parts = item_bytes(a) / bytes, where = -1;
    uint64_t most = 0;
    for (int64_t part = 0; part < a->size * parts; part++) {
        int64_t i = part / parts;
        bool is_imaginary = part % parts == 1;
        if (!isfinite(is_imaginary ? imaginary_part(a, i) : real_part(a, i)) ||
            !isfinite(is_imaginary ? imaginary_part(b, i) : real_part(b, i)))
            continue;
        uint64_t steps = steps_between(a->elements + part * bytes, b->elements + part * bytes, bytes);
        if (steps > most) {
            most = steps;
            where = i;
        }
    }
    if (where < 0)
        return;
    test_text_add("; at most %" PRIu64 " steps at ", most);
    test_text_position(a->ndim, a->shape, where);
}

static void add_worst(const side *a, const side *b)
{
    long double worst[2] = {-1, -1};
    int64_t where[2] = {0, 0};
    for (int64_t i = 0; i < a->size; i++) {
        long double difference, size;
        measure(a, b, i, &difference, &size);
        const long double errors[2] = {difference, size > 0 ? difference / size : -1};
        for (int k = 0; k < 2; k++) {
            if (!(errors[k] > worst[k]))
                continue;
            worst[k] = errors[k];
            where[k] = i;
        }
    }
    static const char *const kinds[] = {"absolute", "relative"};
    for (int k = 0; k < 2; k++) {
        if (worst[k] < 0)
            continue;
        test_text_add("; worst %s error %.3Lg at ", kinds[k], worst[k]);
        test_text_position(a->ndim, a->shape, where[k]);
    }
}

static void add_mismatch(const side *a, const side *b, int64_t i)
{
    test_text_add("\n  at ");
    test_text_position(a->ndim, a->shape, i);
    test_text_add(": %s ", a->name);
    test_text_element(a->elements + i * item_bytes(a), a->dtype);
    test_text_add(", %s ", b->name);
    test_text_element(b->elements + i * item_bytes(b), b->dtype);
}

static const char *compare_values(const relation *asked, const side *a, const side *b)
{
    int64_t count = 0, first[SHOWN_MISMATCHES];
    for (int64_t i = 0; i < a->size; i++) {
        if (asked->holds(asked, a, b, i))
            continue;
        if (count < SHOWN_MISMATCHES)
            first[count] = i;
        count++;
    }
    if (count == 0)
        return NULL;
    test_text_begin();
    test_text_add("%s", asked->failure);
    if (asked->limit == BY_TOLERANCE)
        test_text_add(" (rtol %g, atol %g)", asked->rtol, asked->atol);
    if (asked->limit == BY_STEPS)
        test_text_add(" (nulp %" PRId64 ")", asked->nulp);
    test_text_add(": %" PRId64 " of %" PRId64 " elements differ", count, a->size);
    if (asked->limit == BY_STEPS)
        add_most_steps(a, b);
    add_worst(a, b);
    for (int64_t i = 0; i < count && i < SHOWN_MISMATCHES; i++)
        add_mismatch(a, b, first[i]);
    add_beginning(a);
    add_beginning(b);
    return test_text();
}

/* ---- the two sides ----------------------------------------------------------------------------------------------- */

static const char *compare_forms(const side *a, const side *b)
{
    char a_shape[XP_SHAPE_TEXT], b_shape[XP_SHAPE_TEXT];
    test_text_begin();
    if (a->dtype != b->dtype) {
        test_text_add("%s has dtype %s, %s has %s", a->name, xp_dtype_name(a->dtype), b->name, xp_dtype_name(b->dtype));
        return test_text();
    }
    if (a->ndim == b->ndim && memcmp(a->shape, b->shape, sizeof(int64_t) * (size_t)a->ndim) == 0)
        return NULL;
    test_text_add("%s has shape %s, %s has %s", a->name, xp_shape_text(a->ndim, a->shape, a_shape), b->name,
                  xp_shape_text(b->ndim, b->shape, b_shape));
    return test_text();
}

static const char *cannot_read(const side *s)
{
    test_text_begin();
    test_text_add("%s cannot be read: %s", s->name, xp_error_message());
    return test_text();
}

static const char *fetch(side *s, xp_array *x)
{
    s->dtype = xp_dtype_of(x);
    s->ndim = xp_ndim(x);
    s->size = xp_size(x);
    memcpy(s->shape, xp_extents(x), sizeof(int64_t) * (size_t)s->ndim);
    size_t bytes = (size_t)(s->size * item_bytes(s));
    s->owned = xp_alloc(bytes + 1, 1);
    s->elements = s->owned;
    if (!s->owned) {
        test_text_begin();
        test_text_add("out of memory for a copy of %s", s->name);
        return test_text();
    }
    return xp_copy_to_host(x, s->owned, bytes, "to_host") ? NULL : cannot_read(s);
}

/* A weak scalar as a 0-d array of the other side's dtype, which must be of its kind or above. */
static const char *fetch_weak(side *s, const xp_array *weak, const side *other)
{
    s->dtype = other->dtype;
    s->ndim = 0;
    s->size = 1;
    s->elements = (const char *)&s->single;
    if (xp_can_cast_same_kind((xp_dtype)weak->dtype, other->dtype) &&
        xp_value_cast(&weak->value, (xp_dtype)weak->dtype, &s->single, other->dtype))
        return NULL;
    test_text_begin();
    test_text_add("%s is a scalar that does not fit into %s's dtype %s", s->name, other->name,
                  xp_dtype_name(other->dtype));
    return test_text();
}

static const char *compare_homes(const side *a, const xp_array *x, const side *b, const xp_array *y)
{
    if (x->xp == y->xp)
        return NULL;
    test_text_begin();
    if (xp_device_of(x) != xp_device_of(y))
        test_text_add("%s is on device %s, %s on %s", a->name, xp_device_name(xp_device_of(x)), b->name,
                      xp_device_name(xp_device_of(y)));
    else
        test_text_add("%s and %s are on device %s, but of different namespaces", a->name, b->name,
                      xp_device_name(xp_device_of(x)));
    return test_text();
}

static const char *check_usable(const side *s, const xp_array *x, bool may_be_weak)
{
    if (x && !xp_is_failed(x) && (may_be_weak || !xp_is_weak(x)))
        return NULL;
    test_text_begin();
    if (!x)
        test_text_add("%s is NULL", s->name);
    else if (xp_is_failed(x))
        test_text_add("%s has failed: %s", s->name, xp_error_message());
    else
        test_text_add("%s is a weak scalar", s->name);
    return test_text();
}

static const char *compare_sides(const relation *asked, side *a, xp_array *x, side *b, xp_array *y)
{
    const char *failure = check_usable(a, x, false);
    if (!failure)
        failure = check_usable(b, y, true);
    if (!failure && !xp_is_weak(y))
        failure = compare_homes(a, x, b, y);
    if (!failure)
        failure = fetch(a, x);
    if (!failure)
        failure = xp_is_weak(y) ? fetch_weak(b, y, a) : fetch(b, y);
    if (!failure)
        failure = compare_forms(a, b);
    return failure ? failure : compare_values(asked, a, b);
}

static const char *compare(const relation *asked, xp_array *x, xp_array *y)
{
    side a = {.name = asked->first}, b = {.name = asked->second};
    const char *failure = compare_sides(asked, &a, x, &b, y);
    xp_dealloc(a.owned);
    xp_dealloc(b.owned);
    return failure;
}

const char *xp_test_close(xp_array *actual, xp_array *expected, double rtol, double atol)
{
    const relation asked = {
        "not close", "actual", "expected", is_close, .limit = BY_TOLERANCE, .rtol = rtol, .atol = atol};
    return compare(&asked, actual, expected);
}

double xp_test_default_rtol(xp_dtype dtype)
{
    switch (dtype) {
    case XP_FLOAT32:
    case XP_COMPLEX64: return 4 * sqrt((double)FLT_EPSILON);
    case XP_FLOAT64:
    case XP_COMPLEX128: return 4 * sqrt(DBL_EPSILON);
    case XP_FLOAT16: return 4 * sqrt(0x1p-10);
    case XP_BFLOAT16: return 4 * sqrt(0x1p-7);
    default: return 0;
    }
}

const char *xp_test_close_default(xp_array *actual, xp_array *expected)
{
    return xp_test_close(actual, expected, actual ? xp_test_default_rtol(xp_dtype_of(actual)) : 0, 0);
}

const char *xp_test_close_nulp(xp_array *actual, xp_array *expected, int64_t nulp)
{
    const relation asked = {"not close", "actual", "expected", is_close_nulp, .limit = BY_STEPS, .nulp = nulp};
    if (!xp_ok(actual) || xp_dtype_is(xp_dtype_of(actual), XP_KIND_FLOATING))
        return compare(&asked, actual, expected);
    test_text_begin();
    test_text_add("actual has dtype %s, which has no steps", xp_dtype_name(xp_dtype_of(actual)));
    return test_text();
}

const char *xp_test_equal(xp_array *actual, xp_array *expected)
{
    const relation asked = {"not equal", "actual", "expected", is_equal};
    return compare(&asked, actual, expected);
}

const char *xp_test_identical(xp_array *actual, xp_array *expected)
{
    const relation asked = {"not the same bits", "actual", "expected", is_identical};
    return compare(&asked, actual, expected);
}

const char *xp_test_less(xp_array *lesser, xp_array *greater)
{
    const relation asked = {"not less", "lesser", "greater", is_less};
    return compare(&asked, lesser, greater);
}

const char *xp_test_less_equal(xp_array *lesser, xp_array *greater)
{
    const relation asked = {"not less or equal", "lesser", "greater", is_less_equal};
    return compare(&asked, lesser, greater);
}

const char *xp_test_close_to(xp_array *actual, const void *data, xp_dtype dtype, xp_shape shape, double rtol,
                             double atol)
{
    const relation asked = {
        "not close", "actual", "expected", is_close, .limit = BY_TOLERANCE, .rtol = rtol, .atol = atol};
    side a = {.name = "actual"}, b = {.name = "expected", .dtype = dtype, .ndim = shape.ndim, .elements = data};
    if (shape.ndim > 0)
        memcpy(b.shape, shape.extents, sizeof(int64_t) * (size_t)shape.ndim);
    const char *failure = check_usable(&a, actual, false);
    if (!failure)
        failure = fetch(&a, actual);
    if (!failure)
        failure = compare_forms(&a, &b);
    b.size = a.size;
    if (!failure)
        failure = compare_values(&asked, &a, &b);
    xp_dealloc(a.owned);
    return failure;
}
