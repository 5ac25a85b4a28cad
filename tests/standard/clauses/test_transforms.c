/* What the standard says of Fourier transforms, clause by clause.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>
#include <string.h>

#include "clauses.h"

/* ---- sums by the definition -------------------------------------------------------------------------------------- */

/* x cut, or filled up with zeros, to n along an axis. */
static model resized(const model *x, int axis, int64_t n)
{
    int64_t extents[MODEL_NDIM];
    memcpy(extents, x->shape, sizeof extents);
    extents[axis] = n;
    model y = model_zeros(x->dtype, (xp_shape){x->ndim, extents});
    MODEL_EACH(y, at)
    if (at[axis] < x->shape[axis])
        model_put(&y, flat, x, model_at(x, at));
    return y;
}

/* Sums of x[j] exp(sign 2 pi i j k / n) along an axis, times a factor: complex. */
static model summed(const model *x, int axis, int sign, double factor)
{
    const int64_t n = x->shape[axis];
    model y = model_zeros(model_complex(x->dtype), model_shape_of(x));
    MODEL_EACH(y, at)
    {
        const int64_t k = at[axis];
        for (int64_t j = 0; j < n; j++) {
            const double turn = sign * 2 * acos(-1) * (double)(j * k % n) / (double)n;
            const model_number root = {.re = factor * cos(turn), .im = factor * sin(turn)};
            at[axis] = j;
            const int64_t from = model_at(x, at);
            model_add_product(&y, flat, x->at[from], root);
        }
    }
    return y;
}

/* The signal of length n that is its own reversed conjugate, and whose first half is given. */
static model hermitian(const model *x, int axis, int64_t n)
{
    const model half = resized(x, axis, n / 2 + 1);
    model y = resized(&half, axis, n);
    MODEL_EACH(y, at)
    {
        const int64_t k = at[axis];
        at[axis] = k <= n / 2 ? k : n - k;
        const int64_t from = model_at(&half, at);
        y.at[flat].re = half.at[from].re;
        y.at[flat].im = k == 0 || 2 * k == n ? 0 : k <= n / 2 ? half.at[from].im : -half.at[from].im;
    }
    return y;
}

static model real_part(const model *x)
{
    model y = model_zeros(model_real(x->dtype), model_shape_of(x));
    for (int64_t i = 0; i < x->size; i++)
        y.at[i].re = x->at[i].re;
    return y;
}

static double factor_of(xp_fft_norm norm, bool inverse, int64_t n)
{
    if (norm == XP_FFT_ORTHO)
        return 1 / sqrt((double)n);
    return (norm == XP_FFT_FORWARD) != inverse ? 1 / (double)n : 1;
}

/* ---- one axis ---------------------------------------------------------------------------------------------------- */

typedef enum transform_form { COMPLEX, REAL_TO_HALF, HALF_TO_REAL } transform_form;
static const struct {
    xp_array *(*call)(xp_array *, int64_t, int, xp_fft_norm);
    transform_form form;
    bool inverse;
} transforms[] = {{xp_fft_fft, COMPLEX, false},       {xp_fft_ifft, COMPLEX, true},
                  {xp_fft_rfft, REAL_TO_HALF, false}, {xp_fft_irfft, HALF_TO_REAL, true},
                  {xp_fft_hfft, HALF_TO_REAL, false}, {xp_fft_ihfft, REAL_TO_HALF, true}};

static model transformed(const model *x, int which, int axis, int64_t n, xp_fft_norm norm)
{
    const int sign = transforms[which].inverse ? 1 : -1;
    const double factor = factor_of(norm, transforms[which].inverse, n);
    model y;
    switch (transforms[which].form) {
    case COMPLEX:
        y = resized(x, axis, n);
        return summed(&y, axis, sign, factor);
    case REAL_TO_HALF:
        y = resized(x, axis, n);
        y = summed(&y, axis, sign, factor);
        return resized(&y, axis, n / 2 + 1);
    default:
        y = hermitian(x, axis, n);
        y = summed(&y, axis, sign, factor);
        return real_part(&y);
    }
}

/* `given`: whether n is; else what follows from the extent. */
static void check_one(const struct xp_device *device, int which, bool given)
{
    const bool half = transforms[which].form == HALF_TO_REAL;
    CLAUSE_DTYPES(dtype, transforms[which].form == REAL_TO_HALF ? XP_TEST_REAL_FLOATING : XP_TEST_COMPLEX)
    MODEL_SHAPES(shape)
    for (int axis = -shape.ndim; axis < shape.ndim; axis++)
        for (int i = 0; i < (given ? 6 : 3); i++) {
            const int place = axis < 0 ? axis + shape.ndim : axis;
            const int64_t extent = shape.extents[place], natural = half ? 2 * (extent - 1) : extent;
            const int64_t n = given ? natural + (int64_t[]){-2, -1, 0, 1, 2, 7}[i] : natural;
            const xp_fft_norm norm = (xp_fft_norm)(i % 3);
            if (n < 1 || shape.extents[0] > 60)
                continue;
            const model x = clause_model(dtype, shape), expected = transformed(&x, which, place, n, norm);
            EXPECT_CLOSE(transforms[which].call(clause_array(&x, device), given ? n : i % 2 - 1, axis, norm), &expected,
                         6 * model_epsilon(dtype));
        }
}

#define ONE_AXIS(name, which)                                                                                          \
    static void name##_natural(const struct xp_device *device)                                                         \
    {                                                                                                                  \
        check_one(device, which, false);                                                                               \
    }                                                                                                                  \
    static void name##_length(const struct xp_device *device)                                                          \
    {                                                                                                                  \
        check_one(device, which, true);                                                                                \
    }
ONE_AXIS(fft, 0)
ONE_AXIS(ifft, 1)
ONE_AXIS(rfft, 2)
ONE_AXIS(irfft, 3)
ONE_AXIS(hfft, 4)
ONE_AXIS(ihfft, 5)

static void back_again(const struct xp_device *device)
{
    CLAUSE_DTYPES(dtype, XP_TEST_REAL_FLOATING)
    MODEL_SHAPES(shape)
    for (int axis = -shape.ndim; axis < shape.ndim; axis++)
        for (int norm = XP_FFT_BACKWARD; norm <= XP_FFT_FORWARD; norm++) {
            const int64_t n = shape.extents[axis < 0 ? axis + shape.ndim : axis];
            const xp_fft_norm how = (xp_fft_norm)norm;
            const model real = clause_model(dtype, shape), x = clause_model(model_complex(dtype), shape);
            if (n == 0)
                continue;
            xp_array *a = clause_array(&x, device), *b = clause_array(&real, device);
            EXPECT_CLOSE(xp_fft_ifft(xp_fft_fft(a, n, axis, how), n, axis, how), &x, 8 * model_epsilon(dtype));
            EXPECT_CLOSE(xp_fft_irfft(xp_fft_rfft(b, n, axis, how), n, axis, how), &real, 8 * model_epsilon(dtype));
            EXPECT_CLOSE(xp_fft_hfft(xp_fft_ihfft(b, n, axis, how), n, axis, how), &real, 8 * model_epsilon(dtype));
        }
}

/* An axis without elements has nothing but zeros to be filled up with. */
static void padding_of_nothing(const struct xp_device *device)
{
    CLAUSE_DTYPES(dtype, XP_TEST_REAL_FLOATING)
    for (int64_t n = 1; n < 7; n++) {
        const model real = model_zeros(dtype, XP_SHAPE(2, 0)), x = model_zeros(model_complex(dtype), XP_SHAPE(2, 0));
        const model full = model_zeros(x.dtype, XP_SHAPE(2, n)), half = model_zeros(x.dtype, XP_SHAPE(2, n / 2 + 1));
        const model back = model_zeros(dtype, XP_SHAPE(2, n));
        EXPECT(xp_fft_fft(clause_array(&x, device), n, -1, XP_FFT_BACKWARD), &full);
        EXPECT(xp_fft_ifft(clause_array(&x, device), n, -1, XP_FFT_BACKWARD), &full);
        EXPECT(xp_fft_rfft(clause_array(&real, device), n, -1, XP_FFT_BACKWARD), &half);
        EXPECT(xp_fft_ihfft(clause_array(&real, device), n, -1, XP_FFT_BACKWARD), &half);
        EXPECT(xp_fft_irfft(clause_array(&x, device), n, -1, XP_FFT_BACKWARD), &back);
        EXPECT(xp_fft_hfft(clause_array(&x, device), n, -1, XP_FFT_BACKWARD), &back);
    }
}

/* ---- several axes ------------------------------------------------------------------------------------------------ */

typedef xp_array *transform_many(xp_array *, const int64_t *, const int *, int, xp_fft_norm);

/* The last axis first where it gets shorter, and last where it comes back: all others are complex. */
static model transformed_many(const model *x, transform_form form, bool inverse, const int64_t *s, const int *axes,
                              int count, xp_fft_norm norm)
{
    model y = *x;
    if (form == REAL_TO_HALF)
        y = transformed(&y, 2, axes[count - 1], s[count - 1], norm);
    for (int i = 0; i < count - (form != COMPLEX); i++)
        y = transformed(&y, inverse, axes[i], s[i], norm);
    if (form == HALF_TO_REAL)
        y = transformed(&y, 3, axes[count - 1], s[count - 1], norm);
    return y;
}

/* Draws axes without one twice, and lengths; false if there is none to be had. */
static bool draw_axes(xp_shape shape, bool half, int *axes, int64_t *s, int *count, bool all)
{
    int order[MODEL_NDIM];
    for (int i = 0; i < shape.ndim; i++) {
        const int j = (int)support_integer(clause_random(), 0, i + 1);
        order[i] = order[j];
        order[j] = i;
    }
    if (shape.ndim == 0 || shape.extents[0] > 60)
        return false;
    *count = all ? shape.ndim : (int)support_integer(clause_random(), 1, shape.ndim + 1);
    for (int i = 0; i < *count; i++) {
        axes[i] = all ? i : order[i];
        const int64_t extent = shape.extents[axes[i]];
        s[i] = half && i == *count - 1 ? 2 * (extent - 1) : extent;
        if (s[i] < 1)
            return false;
    }
    return true;
}

/* `how`: 0: all axes; 1: some axes; 2: with lengths, of which one may be -1. */
static void check_many(const struct xp_device *device, transform_many *call, transform_form form, bool inverse, int how)
{
    CLAUSE_DTYPES(dtype, form == REAL_TO_HALF ? XP_TEST_REAL_FLOATING : XP_TEST_COMPLEX)
    MODEL_SHAPES(shape)
    for (int i = 0; i < 6; i++) {
        int axes[MODEL_NDIM], count;
        int64_t s[MODEL_NDIM];
        const xp_fft_norm norm = (xp_fft_norm)(i % 3);
        if (!draw_axes(shape, form == HALF_TO_REAL, axes, s, &count, how == 0))
            continue;
        bool asked[MODEL_NDIM] = {false};
        for (int j = 0; j < count && how == 2; j++) {
            asked[j] = clause_draws(2);
            s[j] = asked[j] ? support_integer(clause_random(), 1, 6) : s[j];
        }
        const model x = clause_model(dtype, shape);
        const model expected = transformed_many(&x, form, inverse, s, axes, count, norm);
        for (int j = 0; j < count; j++) {
            axes[j] -= clause_draws(2) ? shape.ndim : 0;
            s[j] = asked[j] || clause_draws(2) ? s[j] : -1;
        }
        EXPECT_CLOSE(call(clause_array(&x, device), how == 2 ? s : NULL, how ? axes : NULL, how ? count : 0, norm),
                     &expected, 10 * model_epsilon(dtype));
    }
}

#define MANY_AXES(name, form, inverse)                                                                                 \
    static void name##_all(const struct xp_device *device)                                                             \
    {                                                                                                                  \
        check_many(device, xp_fft_##name, form, inverse, 0);                                                           \
    }                                                                                                                  \
    static void name##_axes(const struct xp_device *device)                                                            \
    {                                                                                                                  \
        check_many(device, xp_fft_##name, form, inverse, 1);                                                           \
    }                                                                                                                  \
    static void name##_lengths(const struct xp_device *device)                                                         \
    {                                                                                                                  \
        check_many(device, xp_fft_##name, form, inverse, 2);                                                           \
    }
MANY_AXES(fftn, COMPLEX, false)
MANY_AXES(ifftn, COMPLEX, true)
MANY_AXES(rfftn, REAL_TO_HALF, false)
MANY_AXES(irfftn, HALF_TO_REAL, true)

/* ---- frequencies, shifts ----------------------------------------------------------------------------------------- */

static void frequencies(const struct xp_device *device)
{
    static const double spacings[] = {1, 0.5, 3, -2, 0.1};
    for (int64_t n = 1; n < 40; n++)
        for (int i = 0; i < 10; i++) {
            const xp_dtype asked = i < 5 ? XP_DEFAULT_DTYPE : XP_FLOAT32;
            const xp_dtype dtype = i < 5 ? xp_info_default_dtypes(device).real_floating : XP_FLOAT32;
            model whole = model_zeros(dtype, XP_SHAPE(n)), half = model_zeros(dtype, XP_SHAPE(n / 2 + 1));
            const double d = spacings[i % 5];
            for (int64_t k = 0; k < n; k++)
                whole.at[k].re = (double)(k < (n + 1) / 2 ? k : k - n) / (d * (double)n);
            for (int64_t k = 0; k <= n / 2; k++)
                half.at[k].re = (double)k / (d * (double)n);
            EXPECT_CLOSE(xp_fft_fftfreq(n, d, asked, device), &whole, 2 * model_epsilon(dtype));
            EXPECT_CLOSE(xp_fft_rfftfreq(n, d, asked, device), &half, 2 * model_epsilon(dtype));
        }
    EXPECT_FAILS(TYPE, xp_fft_fftfreq(4, 1, XP_COMPLEX64, device));
    EXPECT_FAILS(TYPE, xp_fft_rfftfreq(4, 1, XP_INT32, device));
}

static void check_shifts(const struct xp_device *device, xp_array *(*call)(xp_array *, xp_over), bool back)
{
    CLAUSE_DTYPES(dtype, XP_TEST_FLOATING)
    MODEL_SHAPES(shape)
    for (int set = 0; set <= 1 << shape.ndim; set++) {
        int axes[MODEL_NDIM], count = 0;
        const bool all = set == 1 << shape.ndim;
        const model x = clause_model(dtype, shape);
        model expected = model_zeros(dtype, shape);
        for (int i = 0; i < shape.ndim; i++)
            if (set >> i & 1)
                axes[count++] = clause_draws(2) ? i : i - shape.ndim;
        MODEL_EACH(x, at)
        {
            for (int i = 0; i < shape.ndim; i++)
                if (all || set >> i & 1)
                    at[i] = (at[i] + (back ? (shape.extents[i] + 1) / 2 : shape.extents[i] / 2)) % shape.extents[i];
            model_put(&expected, model_at(&expected, at), &x, flat);
        }
        EXPECT(call(clause_array(&x, device), all ? XP_ALL : xp_over_axes(axes, count)), &expected);
    }
}

static void fftshift_axes(const struct xp_device *device)
{
    check_shifts(device, xp_fft_fftshift, false);
}

static void ifftshift_axes(const struct xp_device *device)
{
    check_shifts(device, xp_fft_ifftshift, true);
}

static void invalid_axes(const struct xp_device *device)
{
    const model m = clause_model(XP_COMPLEX64, XP_SHAPE(3, 4)), n = clause_model(XP_FLOAT32, XP_SHAPE(3, 4));
    xp_array *x = clause_array(&m, device), *y = clause_array(&n, device);
    for (int axis = -3; axis < 3; axis += 5) {
        for (int which = 0; which < 6; which++)
            EXPECT_FAILS(INDEX, transforms[which].call(transforms[which].form == REAL_TO_HALF ? y : x, 0, axis,
                                                       XP_FFT_BACKWARD));
        EXPECT_FAILS(INDEX, xp_fft_fftn(x, NULL, &axis, 1, XP_FFT_BACKWARD));
        EXPECT_FAILS(INDEX, xp_fft_ifftn(x, NULL, &axis, 1, XP_FFT_BACKWARD));
        EXPECT_FAILS(INDEX, xp_fft_rfftn(y, NULL, &axis, 1, XP_FFT_BACKWARD));
        EXPECT_FAILS(INDEX, xp_fft_irfftn(x, NULL, &axis, 1, XP_FFT_BACKWARD));
        EXPECT_FAILS(INDEX, xp_fft_fftshift(x, XP_OVER(axis)));
        EXPECT_FAILS(INDEX, xp_fft_ifftshift(x, XP_OVER(axis)));
    }
}

/* ------------------------------------------------------------------------------------------------------------------ */

#define SAME "n None: the size of the axis; the same dtype and shape; norm"
#define HALF "n None: the size of the axis; complex of x's precision, n//2 + 1; norm"
#define REAL "n None: 2 * (M - 1); real of x's precision; norm"
#define LENGTH "n: must be zero-padded, or trimmed, to size n"
#define HALF_LENGTH "n: must be zero-padded, or trimmed, to size n//2 + 1; size n afterwards"
#define ALL "axes None: over all axes; norm by the logical size"
#define AXES "axes, negative ones from the last"
#define LENGTHS "s: zero-padded or trimmed to s[i]; -1: all elements along the axis"

static const clause clauses[] = {
    ON_DEVICE("fft", fft_natural, SAME),
    ON_DEVICE("fft", fft_length, LENGTH),
    ON_DEVICE("ifft", ifft_natural, SAME),
    ON_DEVICE("ifft", ifft_length, LENGTH),
    ON_DEVICE("rfft", rfft_natural, HALF),
    ON_DEVICE("rfft", rfft_length, LENGTH),
    ON_DEVICE("irfft", irfft_natural, REAL),
    ON_DEVICE("irfft", irfft_length, HALF_LENGTH),
    ON_DEVICE("hfft", hfft_natural, REAL),
    ON_DEVICE("hfft", hfft_length, HALF_LENGTH),
    ON_DEVICE("ihfft", ihfft_natural, HALF),
    ON_DEVICE("ihfft", ihfft_length, LENGTH),
    ON_DEVICE("fftn", fftn_all, ALL),
    ON_DEVICE("fftn", fftn_axes, AXES),
    ON_DEVICE("fftn", fftn_lengths, LENGTHS),
    ON_DEVICE("ifftn", ifftn_all, ALL),
    ON_DEVICE("ifftn", ifftn_axes, AXES),
    ON_DEVICE("ifftn", ifftn_lengths, LENGTHS),
    ON_DEVICE("rfftn", rfftn_all, ALL),
    ON_DEVICE("rfftn", rfftn_axes, AXES),
    ON_DEVICE("rfftn", rfftn_lengths, LENGTHS),
    ON_DEVICE("irfftn", irfftn_all, ALL),
    ON_DEVICE("irfftn", irfftn_axes, AXES),
    ON_DEVICE("irfftn", irfftn_lengths, LENGTHS),
    ON_DEVICE("fft, ifft, rfft, irfft, hfft, ihfft", back_again,
              "the inverse must return the original within accuracy"),
    ON_DEVICE("fft, ifft, rfft, irfft, hfft, ihfft", padding_of_nothing, "zero-padded: also an axis without elements"),
    ON_DEVICE("fftfreq, rfftfreq", frequencies,
              "the frequencies over (d * n); the default real dtype, or the one asked for"),
    ON_DEVICE("fftshift", fftshift_axes, "half-spaces are swapped along the axes, or all; the dtype and shape of x"),
    ON_DEVICE("ifftshift", ifftshift_axes, "the inverse of fftshift: differs by one sample for odd lengths"),
    ON_DEVICE("fft, ifft, rfft, irfft, hfft, ihfft, fftn, ifftn, rfftn, irfftn", invalid_axes,
              "a valid axis is on [-N, N)"),
};

CHECKED_TEST(standard_transforms, clauses)
{
    CHECK_CLAUSES("Fourier transforms", clauses);
}
