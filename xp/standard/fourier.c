/* Fourier transforms: what is transformed, how long, and by what it is divided; the device does the rest.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>
#include <string.h>

#include "core/shape.h"
#include "core/thread.h"
#include "standard/support.h"

/* What a function asks for. The transforms of Hermitian signals are those of real ones with the signs changed: they
 * take or give conjugates, and are divided as transforms of the other direction are. */
typedef struct fourier {
    const char *function;
    xp_fourier_kind kind;
    bool conjugates;
} fourier;

/* A call, once its arguments are understood. */
typedef struct transform {
    int n_axes, axes[XP_MAX_NDIM];
    int64_t lengths[XP_MAX_NDIM]; /* of the transform, along each of the axes */
    double factor;
} transform;

/* ---- arguments --------------------------------------------------------------------------------------------------- */

static bool check_operand(const fourier *what, const xp_array *x)
{
    return what->kind == XP_FOURIER_TO_HALF
               ? standard_check_kinds(what->function, "x", x, XP_KIND_FLOAT, XP_KIND_DISCRETE)
               : standard_check_kinds(what->function, "x", x, XP_KIND_COMPLEX, XP_KIND_FLOAT | XP_KIND_DISCRETE);
}

/* Reads the axes: NULL means the last `count`, or all. */
static bool read_axes(const fourier *what, const xp_array *x, const int *axes, int count, transform *t)
{
    uint32_t seen = 0;
    t->n_axes = !axes && count == 0 ? x->ndim : count;
    if (t->n_axes < 0 || t->n_axes > x->ndim) {
        xp_fail(XP_ERROR_VALUE, what->function, "count", "%s: %d axes for an array of %d dimensions", what->function,
                count, x->ndim);
        return false;
    }
    for (int i = 0; i < t->n_axes; i++) {
        int axis = xp_check_axis(what->function, "axis", axes ? axes[i] : i - t->n_axes, x->ndim);
        if (axis < 0)
            return false;
        if (seen >> axis & 1) {
            xp_fail(XP_ERROR_VALUE, what->function, "axes", "%s: axis %d is named twice", what->function, axes[i]);
            return false;
        }
        seen |= UINT32_C(1) << axis;
        t->axes[i] = axis;
    }
    return true;
}

/* The lengths that are asked for (NULL, 0 or -1: those that x has). Of a half that is known, twice its gaps. */
static bool read_lengths(const fourier *what, const xp_array *x, const int64_t *lengths, transform *t)
{
    for (int i = 0; i < t->n_axes; i++) {
        const int64_t extent = x->shape[t->axes[i]], given = lengths ? lengths[i] : 0;
        const bool is_half = what->kind == XP_FOURIER_FROM_HALF && i == t->n_axes - 1;
        t->lengths[i] = given != 0 && given != -1 ? given : is_half ? 2 * (extent - 1) : extent;
        if (t->lengths[i] >= 1)
            continue;
        xp_fail(XP_ERROR_VALUE, what->function, "n", "%s: a length of %lld along axis %d, expected at least 1",
                what->function, (long long)t->lengths[i], t->axes[i]);
        return false;
    }
    return true;
}

static bool read_norm(const fourier *what, xp_fft_norm norm, transform *t)
{
    const bool is_forward = (what->kind == XP_FOURIER_FORWARD || what->kind == XP_FOURIER_TO_HALF) != what->conjugates;
    double n = 1.0;
    for (int i = 0; i < t->n_axes; i++)
        n *= (double)t->lengths[i];
    switch (norm) {
    case XP_FFT_BACKWARD:
        t->factor = is_forward ? 1.0 : 1.0 / n;
        return true;
    case XP_FFT_ORTHO:
        t->factor = 1.0 / sqrt(n);
        return true;
    case XP_FFT_FORWARD:
        t->factor = is_forward ? 1.0 / n : 1.0;
        return true;
    }
    xp_fail(XP_ERROR_VALUE, what->function, "norm", "%s: norm %d is unknown", what->function, (int)norm);
    return false;
}

/* ---- the work ---------------------------------------------------------------------------------------------------- */

/* The shape that an operand or a result of the transform has; `is_half`: the one that may have half the last axis. */
static void transform_shape(const xp_array *x, const transform *t, bool is_half, int64_t *shape)
{
    memcpy(shape, x->shape, (size_t)x->ndim * sizeof *shape);
    for (int i = 0; i < t->n_axes; i++)
        shape[t->axes[i]] = is_half && i == t->n_axes - 1 ? t->lengths[i] / 2 + 1 : t->lengths[i];
}

/* The first elements of x along each axis, as many as `shape` has. */
static xp_array *cut(xp_array *x, const int64_t *shape, const char *function)
{
    xp_axis_map map;
    bool is_whole = true;
    standard_same_axes(x, &map);
    for (int i = 0; i < x->ndim; i++) {
        map.shape[i] = shape[i] < x->shape[i] ? shape[i] : x->shape[i];
        is_whole = is_whole && map.shape[i] == x->shape[i];
    }
    return is_whole ? x : xp_record_view(x, &map, function);
}

/* A fresh array of `shape` that begins with x and goes on with zeros. */
static xp_array *fill_up(xp_array *x, const int64_t *shape, const char *function)
{
    const xp_value zero = {.as_complex128 = {0.0, 0.0}};
    xp_array *out = xp_array_new_filled(x->xp, (xp_dtype)x->dtype, x->ndim, shape, function);
    xp_array *zeros = xp_array_constant(x->xp, (xp_dtype)x->dtype, &zero, x->ndim, shape, function);
    if (xp_is_failed(out) || xp_is_failed(zeros) || !xp_write_into(zeros, out, function))
        return xp_failed();
    xp_array *start = xp_array_view(out, x->ndim, x->shape, out->strides, out->offset, function);
    return !xp_is_failed(start) && xp_write_into(x, start, function) ? out : xp_failed();
}

/* x in the dtype and the shape that the device transforms, computed. */
static xp_array *operand(const fourier *what, xp_array *x, xp_dtype dtype, const int64_t *shape)
{
    x = cut(x, shape, what->function);
    x = xp_is_failed(x) ? x : standard_cast(x, dtype, what->function);
    if (what->conjugates && what->kind == XP_FOURIER_FROM_HALF && !xp_is_failed(x))
        x = xp_record_elementwise(&xp_operation_conj, what->function, 1, &x);
    if (xp_is_failed(x))
        return x;
    if (memcmp(x->shape, shape, (size_t)x->ndim * sizeof *shape) != 0)
        return fill_up(x, shape, what->function);
    x = xp_ready(x, what->function);
    return x ? x : xp_failed();
}

static xp_array *run(const fourier *what, xp_array *x, const transform *t)
{
    const xp_dtype own = xp_loop_dtype(x->dtype); /* of float16 and bfloat16, results are complex64 and float32 */
    const xp_dtype real = xp_dtype_is(own, XP_KIND_FLOATING) ? xp_real_dtype(own) : XP_FLOAT64;
    const xp_dtype from = what->kind == XP_FOURIER_TO_HALF ? real : xp_complex_dtype(real);
    const xp_dtype to = what->kind == XP_FOURIER_FROM_HALF ? real : xp_complex_dtype(real);
    const xp_driver *slots = STANDARD_SLOTS(x->xp, fourier, what->kind, from, what->function);
    if (!slots)
        return xp_failed();
    int64_t shape[XP_MAX_NDIM];
    transform_shape(x, t, what->kind == XP_FOURIER_FROM_HALF, shape);
    x = operand(what, x, from, shape);
    if (xp_is_failed(x))
        return x;
    transform_shape(x, t, what->kind == XP_FOURIER_TO_HALF, shape);
    xp_array *out = xp_array_new_filled(x->xp, to, x->ndim, shape, what->function);
    if (xp_is_failed(out) || out->size == 0)
        return out;
    const xp_view in_view = standard_view(x), out_view = standard_view(out);
    xp_status status =
        slots->fourier(x->xp->device, what->kind, &in_view, t->axes, t->n_axes, t->factor, &out_view);
    if (status != XP_OK)
        return xp_driver_failed(status, what->function);
    if (what->conjugates && what->kind == XP_FOURIER_TO_HALF)
        out = xp_record_elementwise(&xp_operation_conj, what->function, 1, &out);
    return out;
}

/* ---- along one axis ---------------------------------------------------------------------------------------------- */

static xp_array *along_one(const fourier *what, xp_array *x, int64_t n, int axis, xp_fft_norm norm)
{
    transform t;
    if (!check_operand(what, x) || !read_axes(what, x, &axis, 1, &t) || !read_lengths(what, x, &n, &t) ||
        !read_norm(what, norm, &t))
        return xp_failed();
    xp_scope scope = xp_scope_open();
    return xp_scope_return(scope, run(what, x, &t));
}

#define ALONG_ONE(name, direction, is_hermitian)                                                                       \
    xp_array *standard_fft_##name(xp_array *x, int64_t n, int axis, xp_fft_norm norm)                                  \
    {                                                                                                                  \
        static const fourier what = {.function = #name, .kind = (direction), .conjugates = (is_hermitian)};            \
        return along_one(&what, x, n, axis, norm);                                                                     \
    }
ALONG_ONE(fft, XP_FOURIER_FORWARD, false)
ALONG_ONE(ifft, XP_FOURIER_INVERSE, false)
ALONG_ONE(rfft, XP_FOURIER_TO_HALF, false)
ALONG_ONE(irfft, XP_FOURIER_FROM_HALF, false)
ALONG_ONE(hfft, XP_FOURIER_FROM_HALF, true)
ALONG_ONE(ihfft, XP_FOURIER_TO_HALF, true)

/* ---- along several axes ------------------------------------------------------------------------------------------ */

/* Over no axes at all there is nothing to do, but the result is complex; a half needs an axis. */
static xp_array *along_none(const fourier *what, xp_array *x)
{
    if (what->kind == XP_FOURIER_TO_HALF || what->kind == XP_FOURIER_FROM_HALF)
        return xp_fail(XP_ERROR_VALUE, what->function, "axes", "%s: needs at least one axis", what->function);
    if (xp_dtype_is(x->dtype, XP_KIND_COMPLEX))
        return standard_same(x, what->function);
    return xp_record_cast(x, xp_loop_dtype(x->dtype) == XP_FLOAT32 ? XP_COMPLEX64 : XP_COMPLEX128, what->function);
}

static xp_array *along_several(const fourier *what, xp_array *x, const int64_t *s, const int *axes, int count,
                               xp_fft_norm norm)
{
    transform t;
    if (!check_operand(what, x) || !read_axes(what, x, axes, count, &t) || !read_lengths(what, x, s, &t) ||
        !read_norm(what, norm, &t))
        return xp_failed();
    xp_scope scope = xp_scope_open();
    return xp_scope_return(scope, t.n_axes == 0 ? along_none(what, x) : run(what, x, &t));
}

#define ALONG_SEVERAL(name, direction)                                                                                 \
    xp_array *standard_fft_##name(xp_array *x, const int64_t *s, const int *axes, int count, xp_fft_norm norm)         \
    {                                                                                                                  \
        static const fourier what = {.function = #name, .kind = (direction)};                                          \
        return along_several(&what, x, s, axes, count, norm);                                                          \
    }
ALONG_SEVERAL(fftn, XP_FOURIER_FORWARD)
ALONG_SEVERAL(ifftn, XP_FOURIER_INVERSE)
ALONG_SEVERAL(rfftn, XP_FOURIER_TO_HALF)
ALONG_SEVERAL(irfftn, XP_FOURIER_FROM_HALF)
