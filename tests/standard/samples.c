/* Arrays as a test sees them: elements in host memory in C order, and plain loops over them.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "samples.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/dtype.h"

/* ---- memory ------------------------------------------------------------------------------------------------------ */

#define MOST_NUMBERS (1 << 20) /* of all samples since the last sample_forget() */

static sample_number numbers[MOST_NUMBERS];
static int64_t n_numbers;

void sample_forget(void)
{
    n_numbers = 0;
}

static sample_number *room_for(int64_t n)
{
    sample_number *room = numbers + n_numbers;
    n_numbers += n;
    cr_assert(n_numbers <= MOST_NUMBERS, "samples are too large: %lld", (long long)n);
    return room;
}

sample sample_of_shape(xp_dtype dtype, int ndim, const int64_t *shape)
{
    sample x = {.dtype = dtype, .ndim = ndim, .size = 1};
    cr_assert(ndim <= SAMPLE_AXES);
    for (int i = 0; i < ndim; i++) {
        x.shape[i] = shape[i];
        x.size *= shape[i];
    }
    x.at = room_for(x.size);
    return x;
}

sample sample_number_0d(xp_dtype dtype, long double number)
{
    sample one = sample_of_shape(dtype, 0, NULL);
    one.at[0] = (sample_number){.re = number};
    return one;
}

/* ---- dtypes ------------------------------------------------------------------------------------------------------ */

bool sample_is(xp_dtype dtype, unsigned set)
{
    return (set & XP_TEST_DTYPE(dtype)) != 0;
}

bool sample_is_nan(sample_number x)
{
    return isnan(x.re) || isnan(x.im);
}

long double sample_eps(xp_dtype dtype)
{
    if (!sample_is(dtype, XP_TEST_FLOATING))
        return 0;
    return dtype == XP_FLOAT32 || dtype == XP_COMPLEX64 ? FLT_EPSILON : DBL_EPSILON;
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

sample_number sample_cast(sample_number x, xp_dtype dtype)
{
    if (dtype == XP_BOOL)
        return (sample_number){.re = x.re != 0 || x.im != 0};
    if (sample_is(dtype, XP_TEST_INTEGRAL))
        return (sample_number){.re = wrapped(x.re, bits_of(dtype), sample_is(dtype, XP_TEST_SIGNED))};
    const bool is_single = sample_eps(dtype) == FLT_EPSILON;
    x.re = is_single ? (float)x.re : (double)x.re;
    x.im = !sample_is(dtype, XP_TEST_COMPLEX) ? 0 : is_single ? (float)x.im : (double)x.im;
    return x;
}

/* ---- drawing ----------------------------------------------------------------------------------------------------- */

static long double draw_wide(support_random *random, xp_dtype dtype)
{
    if (sample_is(dtype, XP_TEST_FLOATING))
        return ldexpl(support_uniform(random, -1, 1), (int)support_integer(random, -12, 12));
    const int64_t high = support_integer(random, 0, INT64_C(1) << 32), low = support_integer(random, 0, 1L << 32);
    return wrapped((long double)high * 0x1p32L + (long double)low, bits_of(dtype), sample_is(dtype, XP_TEST_SIGNED));
}

static long double draw_part(support_random *random, sample_range range, xp_dtype dtype)
{
    static const long double odd[] = {NAN, INFINITY, -INFINITY, 0.0L, -0.0L, NAN};
    const bool is_signed = sample_is(dtype, XP_TEST_SIGNED | XP_TEST_FLOATING);
    const bool is_odd = range == SAMPLE_SPECIAL && sample_is(dtype, XP_TEST_FLOATING);
    if (is_odd && support_integer(random, 0, 6) == 0)
        return odd[support_integer(random, 0, 6)];
    if (range == SAMPLE_WIDE)
        return draw_wide(random, dtype);
    if (range == SAMPLE_SIGNS)
        return (long double)support_integer(random, 1, 3) * (is_signed && support_integer(random, 0, 2) ? -1 : 1);
    const int64_t most = range == SAMPLE_WHOLE ? 100 : 4;
    return (long double)support_integer(random, is_signed ? -most : 0, most + 1);
}

static sample_number draw_number(support_random *random, sample_range range, xp_dtype dtype)
{
    if (dtype == XP_BOOL)
        return (sample_number){.re = support_integer(random, 0, 2)};
    sample_number x = {.re = draw_part(random, range, dtype)};
    if (!sample_is(dtype, XP_TEST_COMPLEX))
        return sample_cast(x, dtype);
    x.im = draw_part(random, range, dtype);
    if (range == SAMPLE_SIGNS && support_integer(random, 0, 40) != 0) {
        const bool is_real = support_integer(random, 0, 2);
        x = (sample_number){.re = is_real ? (x.re > 0) - (x.re < 0) : 0, .im = is_real ? 0 : (x.im > 0) - (x.im < 0)};
    }
    return sample_cast(x, dtype);
}

/* Elements of constant axes repeat the first one there. */
static void repeat_along(sample *x)
{
    int64_t index[SAMPLE_AXES];
    for (int64_t i = 0; i < x->size; i++) {
        sample_split(i, x->ndim, x->shape, index);
        for (int axis = 0; axis < x->ndim; axis++)
            if (x->constant >> axis & 1)
                index[axis] = 0;
        x->at[i] = x->at[sample_place(x->ndim, x->shape, index)];
    }
}

sample sample_draw(support_random *random, sample_range range, xp_dtype dtype, int ndim, const int64_t *shape)
{
    sample x = sample_of_shape(dtype, ndim, shape);
    for (int64_t i = 0; i < x.size; i++)
        x.at[i] = draw_number(random, range, dtype);
    const bool may_repeat = range != SAMPLE_SIGNS || !sample_is(dtype, XP_TEST_COMPLEX); /* powers would overflow */
    if (ndim > 0 && may_repeat && support_integer(random, 0, 6) == 0) {
        x.constant = 1u << support_integer(random, 0, ndim);
        repeat_along(&x);
    }
    return x;
}

xp_over sample_draw_axes(support_random *random, int ndim, uint32_t *axes)
{
    int list[SAMPLE_AXES], n = 0;
    *axes = (uint32_t)support_integer(random, 0, INT64_C(1) << ndim);
    if (support_integer(random, 0, 6) == 0) {
        *axes = (1u << ndim) - 1;
        return XP_ALL;
    }
    for (int axis = 0; axis < ndim; axis++)
        if (*axes >> axis & 1)
            list[n++] = support_integer(random, 0, 2) ? axis : axis - ndim;
    for (int i = n - 1; i > 0; i--) {
        const int j = (int)support_integer(random, 0, i + 1), swapped = list[i];
        list[i] = list[j];
        list[j] = swapped;
    }
    return xp_over_axes(list, n);
}

int sample_draw_axis(support_random *random, int ndim, int *written)
{
    const int axis = (int)support_integer(random, 0, ndim);
    *written = support_integer(random, 0, 2) ? axis : axis - ndim;
    return axis;
}

/* ---- up and down ------------------------------------------------------------------------------------------------- */

#define REAL(EACH)                                                                                                     \
    EACH(XP_BOOL, uint8_t)                                                                                             \
    EACH(XP_INT8, int8_t) EACH(XP_INT16, int16_t) EACH(XP_INT32, int32_t) EACH(XP_INT64, int64_t)                      \
        EACH(XP_UINT8, uint8_t) EACH(XP_UINT16, uint16_t) EACH(XP_UINT32, uint32_t) EACH(XP_UINT64, uint64_t)          \
            EACH(XP_FLOAT32, float) EACH(XP_FLOAT64, double)
#define PAIRS(EACH) EACH(XP_COMPLEX64, float) EACH(XP_COMPLEX128, double)

static void store(void *memory, int64_t i, xp_dtype dtype, sample_number x)
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

static sample_number load(const void *memory, int64_t i, xp_dtype dtype)
{
    switch (dtype) {
#define LOAD(name, type)                                                                                               \
    case name:                                                                                                         \
        return (sample_number){.re = ((const type *)memory)[i]};
#define LOAD_PAIR(name, type)                                                                                          \
    case name:                                                                                                         \
        return (sample_number){.re = ((const type *)memory)[2 * i], .im = ((const type *)memory)[2 * i + 1]};
        REAL(LOAD)
        PAIRS(LOAD_PAIR)
    default:
        return (sample_number){.re = NAN};
    }
}

xp_array *sample_upload(const sample *x, const struct xp_device *device)
{
    void *memory = malloc((size_t)x->size * xp_dtype_bytes((int)x->dtype) + 1);
    cr_assert(memory);
    for (int64_t i = 0; i < x->size; i++)
        store(memory, i, x->dtype, x->at[i]);
    xp_array *array = xp_from_host(memory, x->dtype, (xp_shape){x->ndim, x->shape}, device);
    free(memory);
    return array;
}

sample sample_download(xp_array *x)
{
    sample out = sample_of_shape(xp_dtype_of(x), xp_ndim(x), xp_extents(x));
    const size_t bytes = (size_t)out.size * xp_dtype_bytes((int)out.dtype);
    void *memory = malloc(bytes + 1);
    cr_assert(memory);
    if (xp_test_is(xp_device_of(x), "strict")) /* some of these export nothing themselves */
        x = xp_to_device(x, xp_device("host"));
    xp_assert_that(xp_to_host(x, memory, bytes) == XP_OK, "%s", xp_error_message());
    for (int64_t i = 0; i < out.size; i++)
        out.at[i] = load(memory, i, out.dtype);
    free(memory);
    return out;
}

/* ---- comparing --------------------------------------------------------------------------------------------------- */

static bool is_near(long double got, long double wanted, long double slack, bool signs)
{
    if (isnan(wanted) || isnan(got))
        return isnan(wanted) && isnan(got);
    if (signs && got == 0 && wanted == 0)
        return signbit(got) == signbit(wanted);
    return got == wanted || fabsl(got - wanted) <= slack;
}

static const char *forms_differ(xp_array *x, const sample *expected)
{
    bool same = xp_dtype_of(x) == expected->dtype && xp_ndim(x) == expected->ndim;
    for (int axis = 0; same && axis < expected->ndim; axis++)
        same = xp_extent(x, axis) == expected->shape[axis];
    return same ? NULL : xp_test_text("dtype and shape", "another one");
}

const char *sample_differs(xp_array *x, const sample *expected, bool signs)
{
    if (!xp_ok(x))
        return xp_test_text("an array", "%s", xp_error_message());
    const char *difference = forms_differ(x, expected);
    if (difference)
        return difference;
    const sample got = sample_download(x);
    for (int64_t i = 0; i < got.size && !difference; i++) {
        const sample_number y = got.at[i], wanted = expected->at[i];
        if (!is_near(y.re, wanted.re, wanted.slack, signs) || !is_near(y.im, wanted.im, wanted.slack, signs))
            difference =
                xp_test_text("elements", "element %lld is (%.20Lg, %.20Lg) instead of (%.20Lg, %.20Lg) +- %.3Lg",
                             (long long)i, y.re, y.im, wanted.re, wanted.im, wanted.slack);
    }
    return difference;
}

/* ---- layouts ----------------------------------------------------------------------------------------------------- */

static xp_array *own_copy(xp_array *x)
{
    return xp_asarray(x, XP_DEFAULT_DTYPE, true, xp_device_of(x));
}

/* The axes lie in memory in an order that is drawn. */
static xp_array *shuffled(support_random *random, xp_array *x)
{
    int order[SAMPLE_AXES], back[SAMPLE_AXES];
    const int ndim = xp_ndim(x);
    for (int i = 0; i < ndim; i++)
        order[i] = i;
    for (int i = ndim - 1; i > 0; i--) {
        const int j = (int)support_integer(random, 0, i + 1), swapped = order[i];
        order[i] = order[j];
        order[j] = swapped;
    }
    for (int i = 0; i < ndim; i++)
        back[order[i]] = i;
    return xp_permute_dims(own_copy(xp_permute_dims(x, order, ndim)), back, ndim);
}

/* Every other element along an axis of something larger. */
static xp_array *with_gaps(xp_array *x, int axis)
{
    const int ndim = xp_ndim(x);
    xp_index_item items[SAMPLE_AXES];
    for (int i = 0; i < ndim; i++)
        items[i] = xp_slice(XP_END, XP_END, i == axis ? 2 : 1);
    return xp_get(xp_repeat(x, 2, axis), (xp_indices){ndim, items});
}

static xp_array *broadcast_along(xp_array *x, const sample *s)
{
    xp_index_item items[SAMPLE_AXES];
    for (int i = 0; i < s->ndim; i++)
        items[i] = s->constant >> i & 1 && s->shape[i] > 0 ? xp_slice(0, 1, 1) : xp_slice(XP_END, XP_END, 1);
    return xp_broadcast_to(xp_get(x, (xp_indices){s->ndim, items}), (xp_shape){s->ndim, s->shape});
}

xp_array *sample_array(support_random *random, const sample *s, const struct xp_device *device)
{
    xp_array *x = sample_upload(s, device);
    if (s->constant)
        return broadcast_along(x, s);
    if (support_integer(random, 0, 3) == 0)
        x = shuffled(random, x);
    for (int axis = 0; axis < s->ndim; axis++) {
        if (support_integer(random, 0, 4) == 0)
            x = xp_flip(own_copy(xp_flip(x, XP_OVER(axis))), XP_OVER(axis));
        if (support_integer(random, 0, 2 + 2 * s->ndim) == 0)
            x = with_gaps(x, axis);
    }
    return support_integer(random, 0, 4) == 0 ? xp_where(xp_equal(x, x), x, x) : x; /* perhaps not computed yet */
}

/* ---- loops ------------------------------------------------------------------------------------------------------- */

void sample_split(int64_t flat, int ndim, const int64_t *shape, int64_t *index)
{
    for (int axis = ndim - 1; axis >= 0; axis--) {
        index[axis] = flat % shape[axis];
        flat /= shape[axis];
    }
}

int64_t sample_place(int ndim, const int64_t *shape, const int64_t *index)
{
    int64_t flat = 0;
    for (int axis = 0; axis < ndim; axis++)
        flat = flat * shape[axis] + index[axis];
    return flat;
}

sample sample_reduce(const sample *x, uint32_t axes, bool keepdims, xp_dtype dtype, sample_fold *fold,
                     const void *context)
{
    int64_t kept[SAMPLE_AXES], index[SAMPLE_AXES];
    int ndim = 0;
    for (int axis = 0; axis < x->ndim; axis++)
        kept[axis] = axes >> axis & 1 ? 1 : x->shape[axis];
    sample out = sample_of_shape(dtype, x->ndim, kept);
    const int64_t each = out.size > 0 ? x->size / out.size : 0;
    sample_number *elements = room_for(x->size + 1);
    int64_t *filled = calloc((size_t)out.size + 1, sizeof *filled);
    cr_assert(filled);
    for (int64_t i = 0; i < x->size; i++) {
        sample_split(i, x->ndim, x->shape, index);
        for (int axis = 0; axis < x->ndim; axis++)
            index[axis] = axes >> axis & 1 ? 0 : index[axis];
        const int64_t place = sample_place(x->ndim, kept, index);
        elements[place * each + filled[place]++] = x->at[i];
    }
    for (int64_t i = 0; i < out.size; i++)
        out.at[i] = fold(elements + i * each, each, context);
    free(filled);
    for (int axis = 0; axis < x->ndim; axis++)
        if (keepdims || !(axes >> axis & 1))
            out.shape[ndim++] = kept[axis];
    out.ndim = ndim;
    return out;
}

sample sample_lines(const sample *x, int axis, int64_t extent, xp_dtype dtype, sample_line *line, const void *context)
{
    int64_t shape[SAMPLE_AXES] = {0}, inner = 1, outer = 1;
    for (int i = 0; i < x->ndim; i++) {
        shape[i] = i == axis ? extent : x->shape[i];
        inner *= i > axis ? x->shape[i] : 1;
        outer *= i < axis ? x->shape[i] : 1;
    }
    const int64_t n = x->shape[axis];
    sample out = sample_of_shape(dtype, x->ndim, shape);
    sample_number *from = room_for(n + 1), *to = room_for(extent + 1);
    for (int64_t i = 0; i < outer * inner; i++) {
        const int64_t before = i / inner, behind = i % inner;
        for (int64_t k = 0; k < n; k++)
            from[k] = x->at[(before * n + k) * inner + behind];
        line(from, n, to, extent, context);
        for (int64_t k = 0; k < extent; k++)
            out.at[(before * extent + k) * inner + behind] = to[k];
    }
    return out;
}
