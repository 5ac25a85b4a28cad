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

static double **kept;
static size_t n_kept, kept_room;

static double *keep(int64_t size)
{
    if (n_kept == kept_room) {
        kept_room = kept_room ? 2 * kept_room : 256;
        kept = realloc(kept, kept_room * sizeof *kept);
        cr_assert(kept);
    }
    double *memory = calloc((size_t)size + 1, sizeof *memory);
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
    x.re = keep(x.size);
    x.im = keep(x.size);
    return x;
}

model model_filled(xp_dtype dtype, xp_shape shape, double re, double im)
{
    model x = model_zeros(dtype, shape);
    for (int64_t i = 0; i < x.size; i++) {
        x.re[i] = re;
        x.im[i] = im;
    }
    return x;
}

model model_random(support_random *random, xp_dtype dtype, xp_shape shape)
{
    model x = model_zeros(dtype, shape);
    const bool quarters = model_is(dtype, XP_TEST_FLOATING);
    const int64_t low = model_is(dtype, XP_TEST_BOOL | XP_TEST_UNSIGNED) ? 0 : -50, high = dtype == XP_BOOL ? 2 : 50;
    for (int64_t i = 0; i < x.size; i++) {
        x.re[i] = (double)support_integer(random, low, high) * (quarters ? 0.25 : 1);
        if (model_is(dtype, XP_TEST_COMPLEX))
            x.im[i] = (double)support_integer(random, low, high) * 0.25;
    }
    return x;
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
    to->re[at] = from->re[source];
    to->im[at] = from->im[source];
}

void model_add_product(model *to, int64_t at, double are, double aim, double bre, double bim)
{
    to->re[at] += are * bre - aim * bim;
    to->im[at] += are * bim + aim * bre;
}

/* ---- to devices and back ----------------------------------------------------------------------------------------- */

#define REAL(EACH)                                                                                                     \
    EACH(XP_INT8, int8_t) EACH(XP_INT16, int16_t) EACH(XP_INT32, int32_t) EACH(XP_INT64, int64_t)                      \
    EACH(XP_UINT8, uint8_t) EACH(XP_UINT16, uint16_t) EACH(XP_UINT32, uint32_t) EACH(XP_UINT64, uint64_t)              \
    EACH(XP_FLOAT32, float) EACH(XP_FLOAT64, double) EACH(XP_BOOL, bool)
#define STORE(name, type)                                                                                              \
    case name:                                                                                                         \
        ((type *)memory)[i] = (type)x->re[i];                                                                          \
        break;
#define LOAD(name, type)                                                                                               \
    case name:                                                                                                         \
        y.re[i] = (double)((const type *)memory)[i];                                                                   \
        break;

xp_array *model_upload(const model *x, const struct xp_device *device)
{
    void *memory = calloc((size_t)x->size + 1, 16);
    cr_assert(memory);
    for (int64_t i = 0; i < x->size; i++)
        switch (x->dtype) {
            REAL(STORE)
        case XP_COMPLEX64:
            ((float *)memory)[2 * i] = (float)x->re[i];
            ((float *)memory)[2 * i + 1] = (float)x->im[i];
            break;
        default:
            ((double *)memory)[2 * i] = x->re[i];
            ((double *)memory)[2 * i + 1] = x->im[i];
        }
    xp_array *y = xp_from_host(memory, x->dtype, model_shape_of(x), device);
    free(memory);
    return y;
}

xp_array *model_array(const model *x, const struct xp_device *device, support_random *random)
{
    return layout_of(model_upload(x, device), (int)support_integer(random, 0, N_LAYOUTS));
}

/* Some strict devices let data out to the host device alone. */
model model_of(xp_array *x)
{
    cr_assert(xp_ok(x), "no array to look at: %s", xp_error_message());
    model y = model_zeros(xp_dtype_of(x), (xp_shape){xp_ndim(x), xp_extents(x)});
    void *memory = malloc(16 * (size_t)y.size + 1);
    cr_assert(memory);
    const size_t bytes = (size_t)y.size * xp_dtype_bytes((int)y.dtype);
    cr_assert(xp_to_host(xp_to_device(x, xp_device("host")), memory, bytes) == XP_OK, "%s", xp_error_message());
    for (int64_t i = 0; i < y.size; i++)
        switch (y.dtype) {
            REAL(LOAD)
        case XP_COMPLEX64:
            y.re[i] = (double)((const float *)memory)[2 * i];
            y.im[i] = (double)((const float *)memory)[2 * i + 1];
            break;
        default:
            y.re[i] = ((const double *)memory)[2 * i];
            y.im[i] = ((const double *)memory)[2 * i + 1];
        }
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

static bool is_near(double x, double y, double tolerance)
{
    return x == y || (isnan(x) && isnan(y)) || fabs(x - y) <= tolerance;
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

const char *model_compare(const model *actual, const model *expected, double tolerance)
{
    char shape[256];
    const char *difference = kinds_differ(actual->dtype, actual->ndim, actual->shape, expected);
    double scale = 1;
    for (int64_t i = 0; i < expected->size && !difference; i++)
        if (isfinite(expected->re[i]) && isfinite(expected->im[i]))
            scale = fmax(scale, fmax(fabs(expected->re[i]), fabs(expected->im[i])));
    for (int64_t i = 0; i < expected->size && !difference; i++)
        if (!is_near(actual->re[i], expected->re[i], tolerance * scale) ||
            !is_near(actual->im[i], expected->im[i], tolerance * scale))
            difference = xp_test_text(
                "elements", "%s of shape %s: element %lld is (%.17g, %.17g) instead of (%.17g, %.17g)",
                xp_test_dtype_name(expected->dtype), model_shape_text(model_shape_of(expected), shape, sizeof shape),
                (long long)i, actual->re[i], actual->im[i], expected->re[i], expected->im[i]);
    return difference;
}

const char *model_differs(xp_array *x, const model *expected, double tolerance)
{
    if (!xp_ok(x))
        return xp_test_text("an array", "%s", xp_error_message());
    const char *difference = kinds_differ(xp_dtype_of(x), xp_ndim(x), xp_extents(x), expected);
    if (difference)
        return difference;
    const model actual = model_of(x);
    return model_compare(&actual, expected, tolerance);
}
