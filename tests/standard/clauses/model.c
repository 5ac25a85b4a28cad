/* Arrays in plain host memory: what tests work out element by element to compare a device's results with.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "model.h"

#include <criterion/criterion.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/dtype.h"
#include "layouts.h"

/* ---- memory ------------------------------------------------------------------------------------------------------ */

static void **kept;
static size_t n_kept, kept_room;

static model_number *keep(int64_t size)
{
    if (n_kept == kept_room) {
        kept_room = kept_room ? 2 * kept_room : 256;
        kept = realloc(kept, kept_room * sizeof *kept);
        cr_assert(kept);
    }
    model_number *memory = calloc((size_t)size + 1, sizeof *memory);
    cr_assert(memory);
    return kept[n_kept++] = memory;
}

void model_release(void)
{
    for (size_t i = 0; i < n_kept; i++)
        free(kept[i]);
    free(kept);
    kept = NULL;
    n_kept = kept_room = 0;
}

/* ---- dtypes, shapes ---------------------------------------------------------------------------------------------- */

bool model_is(xp_dtype dtype, unsigned set)
{
    return (XP_TEST_DTYPE(dtype) & set) != 0;
}

double model_epsilon(xp_dtype dtype)
{
    if (!model_is(dtype, XP_TEST_FLOATING))
        return 0;
    return dtype == XP_FLOAT32 || dtype == XP_COMPLEX64 ? (double)FLT_EPSILON : DBL_EPSILON;
}

xp_dtype model_real(xp_dtype dtype)
{
    return dtype == XP_COMPLEX64 ? XP_FLOAT32 : dtype == XP_COMPLEX128 ? XP_FLOAT64 : dtype;
}

xp_dtype model_complex(xp_dtype dtype)
{
    return dtype == XP_FLOAT32 ? XP_COMPLEX64 : dtype == XP_FLOAT64 ? XP_COMPLEX128 : dtype;
}

bool model_is_nan(model_number x)
{
    return isnan(x.re) || isnan(x.im);
}

static int bits_of(xp_dtype dtype)
{
    return 8 * (int)xp_dtype_bytes((int)dtype);
}

/* A whole number modulo 2^bits. */
static long double wrapped(long double v, int bits, bool is_signed)
{
    const long double span = ldexpl(1, bits), least = is_signed ? -span / 2 : 0;
    if (v >= least && v < least + span)
        return v;
    v = fmodl(v, span);
    if (v < 0)
        v += span;
    return is_signed && v >= span / 2 ? v - span : v;
}

model_number model_cast(model_number x, xp_dtype dtype)
{
    if (dtype == XP_BOOL)
        return (model_number){.re = x.re != 0 || x.im != 0};
    if (model_is(dtype, XP_TEST_INTEGRAL))
        return (model_number){.re = wrapped(x.re, bits_of(dtype), model_is(dtype, XP_TEST_SIGNED))};
    const bool is_single = model_epsilon(dtype) == FLT_EPSILON;
    x.re = is_single ? (float)x.re : (double)x.re;
    x.im = !model_is(dtype, XP_TEST_COMPLEX) ? 0 : is_single ? (float)x.im : (double)x.im;
    return x;
}

static const struct {
    int ndim;
    int64_t extents[6];
} shapes[] = {{0, {0}},          {1, {1}},          {1, {5}},          {1, {0}},          {2, {3, 4}},
              {2, {0, 3}},       {2, {3, 0}},       {2, {1, 6}},       {3, {2, 3, 4}},    {3, {0, 2, 3}},
              {3, {2, 0, 3}},    {3, {2, 3, 0}},    {3, {1, 3, 1}},    {4, {2, 1, 3, 2}}, {5, {2, 3, 1, 2, 2}},
              {6, {2, 1, 2, 3, 1, 2}}, {6, {1, 2, 0, 2, 1, 3}}, {2, {67, 130}}};

const int model_n_shapes = (int)(sizeof shapes / sizeof shapes[0]);

xp_shape model_shape(int i)
{
    return (xp_shape){shapes[i].ndim, shapes[i].extents};
}

/* ---- making them ------------------------------------------------------------------------------------------------- */

model model_zeros(xp_dtype dtype, xp_shape shape)
{
    cr_assert(shape.ndim <= MODEL_NDIM);
    model x = {.dtype = dtype, .ndim = shape.ndim, .size = 1};
    for (int i = 0; i < shape.ndim; i++) {
        x.shape[i] = shape.extents[i];
        x.size *= x.shape[i];
    }
    x.at = keep(x.size);
    return x;
}

model model_filled(xp_dtype dtype, xp_shape shape, long double re, long double im)
{
    model x = model_zeros(dtype, shape);
    for (int64_t i = 0; i < x.size; i++)
        x.at[i] = (model_number){.re = re, .im = im};
    return x;
}

model model_0d(xp_dtype dtype, long double number)
{
    return model_filled(dtype, XP_SHAPE_0D, number, 0);
}

xp_shape model_shape_of(const model *x)
{
    return (xp_shape){x->ndim, x->shape};
}

model model_astype(const model *x, xp_dtype dtype)
{
    model y = model_zeros(dtype, model_shape_of(x));
    for (int64_t i = 0; i < x->size; i++)
        model_put(&y, i, x, i);
    return y;
}

model model_reshaped(const model *x, xp_shape shape)
{
    model y = model_zeros(x->dtype, shape);
    cr_assert_eq(y.size, x->size);
    for (int64_t i = 0; i < x->size; i++)
        model_put(&y, i, x, i);
    return y;
}

/* ---- elements ---------------------------------------------------------------------------------------------------- */

bool model_index(const model *x, int64_t flat, int64_t *index)
{
    for (int axis = x->ndim - 1; axis >= 0; axis--) {
        index[axis] = flat % x->shape[axis];
        flat /= x->shape[axis];
    }
    return true;
}

int64_t model_at(const model *x, const int64_t *index)
{
    int64_t flat = 0;
    for (int axis = 0; axis < x->ndim; axis++)
        flat = flat * x->shape[axis] + index[axis];
    return flat;
}

void model_put(model *to, int64_t at, const model *from, int64_t source)
{
    to->at[at] = from->at[source];
}

void model_add_product(model *to, int64_t at, model_number a, model_number b)
{
    to->at[at].re += a.re * b.re - a.im * b.im;
    to->at[at].im += a.re * b.im + a.im * b.re;
}

/* ---- to devices and back ----------------------------------------------------------------------------------------- */

#define REAL(EACH)                                                                                                     \
    EACH(XP_BOOL, uint8_t)                                                                                             \
    EACH(XP_INT8, int8_t) EACH(XP_INT16, int16_t) EACH(XP_INT32, int32_t) EACH(XP_INT64, int64_t)                      \
        EACH(XP_UINT8, uint8_t) EACH(XP_UINT16, uint16_t) EACH(XP_UINT32, uint32_t) EACH(XP_UINT64, uint64_t)          \
            EACH(XP_FLOAT32, float) EACH(XP_FLOAT64, double)
#define PAIRS(EACH) EACH(XP_COMPLEX64, float) EACH(XP_COMPLEX128, double)

static void store(void *memory, int64_t i, xp_dtype dtype, model_number x)
{
    switch (dtype) {
#define STORE(name, type)                                                                                              \
    case name:                                                                                                         \
        ((type *)memory)[i] = (type)x.re;                                                                              \
        break;
#define STORE_PAIR(name, type)                                                                                         \
    case name:                                                                                                         \
        ((type *)memory)[2 * i] = (type)x.re;                                                                          \
        ((type *)memory)[2 * i + 1] = (type)x.im;                                                                      \
        break;
        REAL(STORE)
        PAIRS(STORE_PAIR)
    default:
        break;
    }
}

static model_number load(const void *memory, int64_t i, xp_dtype dtype)
{
    switch (dtype) {
#define LOAD(name, type)                                                                                               \
    case name:                                                                                                         \
        return (model_number){.re = ((const type *)memory)[i]};
#define LOAD_PAIR(name, type)                                                                                          \
    case name:                                                                                                         \
        return (model_number){.re = ((const type *)memory)[2 * i], .im = ((const type *)memory)[2 * i + 1]};
        REAL(LOAD)
        PAIRS(LOAD_PAIR)
    default:
        return (model_number){.re = NAN};
    }
}

xp_array *model_upload(const model *x, const struct xp_device *device)
{
    void *memory = malloc((size_t)x->size * xp_dtype_bytes((int)x->dtype) + 1);
    cr_assert(memory);
    for (int64_t i = 0; i < x->size; i++)
        store(memory, i, x->dtype, x->at[i]);
    xp_array *y = xp_from_host(memory, x->dtype, model_shape_of(x), device);
    free(memory);
    return y;
}

/* One position along the constant axes stands for all. */
static xp_array *broadcast(xp_array *array, const model *x)
{
    xp_index_item items[MODEL_NDIM];
    for (int i = 0; i < x->ndim; i++)
        items[i] = x->constant >> i & 1 && x->shape[i] > 0 ? xp_slice(0, 1, 1) : xp_slice(XP_END, XP_END, 1);
    return xp_broadcast_to(xp_get(array, (xp_indices){x->ndim, items}), model_shape_of(x));
}

xp_array *model_array(const model *x, const struct xp_device *device, support_random *random)
{
    xp_scope scope = xp_scope_open();
    xp_array *array = model_upload(x, device);
    return xp_scope_return(scope, x->constant ? broadcast(array, x) : layout_drawn(array, random));
}

/* Some strict devices let data out to the host device alone. */
model model_of(xp_array *x)
{
    cr_assert(xp_ok(x), "no array to look at: %s", xp_error_message());
    model y = model_zeros(xp_dtype_of(x), (xp_shape){xp_ndim(x), xp_extents(x)});
    const size_t bytes = (size_t)y.size * xp_dtype_bytes((int)y.dtype);
    void *memory = malloc(bytes + 1);
    cr_assert(memory);
    if (xp_test_is(xp_device_of(x), "strict"))
        x = xp_to_device(x, xp_device("host"));
    cr_assert(xp_to_host(x, memory, bytes) == XP_OK, "%s", xp_error_message());
    for (int64_t i = 0; i < y.size; i++)
        y.at[i] = load(memory, i, y.dtype);
    free(memory);
    return y;
}

/* ---- comparing --------------------------------------------------------------------------------------------------- */

const char *model_shape_text(xp_shape shape, char *text, size_t room)
{
    size_t used = (size_t)snprintf(text, room, "(");
    for (int i = 0; i < shape.ndim && used < room; i++)
        used += (size_t)snprintf(text + used, room - used, i ? ", %lld" : "%lld", (long long)shape.extents[i]);
    if (used < room)
        snprintf(text + used, room - used, ")");
    return text;
}

/* NULL if both have the dtype and the shape. */
static const char *kinds_differ(xp_dtype dtype, int ndim, const int64_t *shape, const model *expected)
{
    char found[256], wanted[256];
    if (dtype != expected->dtype)
        return xp_test_text("dtype", "%s instead of %s", xp_test_dtype_name(dtype),
                            xp_test_dtype_name(expected->dtype));
    bool same = ndim == expected->ndim;
    for (int i = 0; same && i < ndim; i++)
        same = shape[i] == expected->shape[i];
    if (same)
        return NULL;
    return xp_test_text("shape", "%s instead of %s", model_shape_text((xp_shape){ndim, shape}, found, sizeof found),
                        model_shape_text(model_shape_of(expected), wanted, sizeof wanted));
}

static bool is_near(long double x, long double y, long double slack, bool signs)
{
    if (isnan(x) || isnan(y))
        return isnan(x) && isnan(y);
    if (signs && x == 0 && y == 0)
        return signbit(x) == signbit(y);
    return x == y || fabsl(x - y) <= slack;
}

/* What a tolerance is measured by. */
static long double largest(const model *x)
{
    long double most = 1;
    for (int64_t i = 0; i < x->size; i++)
        if (isfinite(x->at[i].re) && isfinite(x->at[i].im))
            most = fmaxl(most, fmaxl(fabsl(x->at[i].re), fabsl(x->at[i].im)));
    return most;
}

static const char *elements_differ(const model *actual, const model *expected, double tolerance, bool signs)
{
    char shape[256];
    const long double more = tolerance == 0 ? 0 : tolerance * largest(expected);
    for (int64_t i = 0; i < expected->size; i++) {
        const model_number x = actual->at[i], y = expected->at[i];
        if (!is_near(x.re, y.re, y.slack + more, signs) || !is_near(x.im, y.im, y.slack + more, signs))
            return xp_test_text(
                "elements", "%s of shape %s: element %lld is (%.20Lg, %.20Lg) instead of (%.20Lg, %.20Lg) +- %.3Lg",
                xp_test_dtype_name(expected->dtype), model_shape_text(model_shape_of(expected), shape, sizeof shape),
                (long long)i, x.re, x.im, y.re, y.im, y.slack + more);
    }
    return NULL;
}

const char *model_compare(const model *actual, const model *expected, double tolerance)
{
    const char *difference = kinds_differ(actual->dtype, actual->ndim, actual->shape, expected);
    return difference ? difference : elements_differ(actual, expected, tolerance, false);
}

const char *model_differs(xp_array *x, const model *expected, double tolerance, bool signs)
{
    if (!xp_ok(x))
        return xp_test_text("an array", "%s", xp_error_message());
    const char *difference = kinds_differ(xp_dtype_of(x), xp_ndim(x), xp_extents(x), expected);
    if (difference)
        return difference;
    const model actual = model_of(x);
    return elements_differ(&actual, expected, tolerance, signs);
}
