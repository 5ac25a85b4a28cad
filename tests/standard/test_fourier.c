/* Fourier transforms: what holds between them, layouts, bad input, memory, threads. Values are in the golden chapter
 * and in test_fourier_accuracy.c.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <math.h>

#include "support.h"

#define BACKWARD XP_FFT_BACKWARD

static double close_for(xp_dtype dtype)
{
    return dtype == XP_FLOAT32 || dtype == XP_COMPLEX64 ? 2e-6 : 4e-15;
}

/* Random numbers of a real or complex floating dtype. */
static xp_array *noise(xp_rng *rng, xp_shape shape, xp_dtype dtype, const struct xp_device *device)
{
    const bool is_single = dtype == XP_FLOAT32 || dtype == XP_COMPLEX64;
    const xp_dtype real = is_single ? XP_FLOAT32 : XP_FLOAT64;
    xp_array *x = xp_subtract(xp_random_uniform(rng, shape, real, device), xp_scalar(0.5));
    if (dtype == real)
        return x;
    xp_array *imaginary = xp_subtract(xp_random_uniform(rng, shape, real, device), xp_scalar(0.5));
    imaginary = xp_astype(imaginary, dtype, false);
    return xp_add(xp_astype(x, dtype, false), xp_multiply(imaginary, xp_scalar_complex(0, 1)));
}

static xp_dtype real_of(xp_dtype dtype)
{
    return dtype == XP_COMPLEX64 ? XP_FLOAT32 : XP_FLOAT64;
}

/* |x|^2, summed over all elements. */
static xp_array *energy(xp_array *x)
{
    return xp_sum(xp_square(xp_abs(x)), XP_ALL);
}

static const int64_t lengths[] = {1, 2, 3, 4, 5, 6, 8, 9, 12, 15, 16, 35, 49, 64, 67, 94, 100, 121, 128, 134};
#define N_LENGTHS ((int)(sizeof lengths / sizeof lengths[0]))

#define EVERYWHERE(device, dtype, set)                                                                                 \
    XP_TEST_PROVIDERS(device)                                                                                          \
    XP_TEST_DTYPES(dtype, set)

/* ---- what holds between them ------------------------------------------------------------------------------------- */

/* There and back, in every norm, with and without its own length. */
CHECKED_TEST(standard_fourier, round_trips)
{
    EVERYWHERE(device, dtype, XP_TEST_COMPLEX)
    for (int i = 0; i < N_LENGTHS; i++) {
        xp_scope scope = xp_scope_open();
        xp_rng rng = xp_rng_seed(1);
        const int64_t n = lengths[i];
        xp_array *x = noise(&rng, XP_SHAPE(3, n), dtype, device);
        xp_array *real = noise(&rng, XP_SHAPE(3, n), real_of(dtype), device);
        const double close = 10 * close_for(dtype);
        for (int norm = XP_FFT_BACKWARD; norm <= XP_FFT_FORWARD; norm++) {
            const xp_fft_norm how = (xp_fft_norm)norm;
            xp_assert_close(xp_fft_ifft(xp_fft_fft(x, 0, -1, how), -1, 1, how), x, 0, close);
            xp_assert_close(xp_fft_fft(xp_fft_ifft(x, n, -1, how), 0, 1, how), x, 0, close);
            xp_assert_close(xp_fft_irfft(xp_fft_rfft(real, 0, -1, how), n, -1, how), real, 0, close);
            xp_assert_close(xp_fft_hfft(xp_fft_ihfft(real, 0, -1, how), n, -1, how), real, 0, close);
        }
        xp_assert_closes(scope);
    }
}

/* The energy of a signal is that of its spectrum (Parseval); sums and multiples of signals have those of spectra. */
CHECKED_TEST(standard_fourier, energy_and_linearity)
{
    EVERYWHERE(device, dtype, XP_TEST_COMPLEX)
    for (int i = 0; i < N_LENGTHS; i++) {
        xp_scope scope = xp_scope_open();
        xp_rng rng = xp_rng_seed(2);
        xp_array *x = noise(&rng, XP_SHAPE(lengths[i]), dtype, device);
        xp_array *y = noise(&rng, XP_SHAPE(lengths[i]), dtype, device), *factor = xp_scalar_complex(0.5, -2);
        xp_assert_close(energy(xp_fft_fft(x, 0, -1, XP_FFT_ORTHO)), energy(x), 10 * close_for(dtype), 0);
        xp_array *whole = xp_fft_fft(xp_add(x, xp_multiply(y, factor)), 0, -1, XP_FFT_ORTHO);
        xp_array *parts = xp_add(xp_fft_fft(x, 0, -1, XP_FFT_ORTHO),
                                 xp_multiply(xp_fft_fft(y, 0, -1, XP_FFT_ORTHO), factor));
        xp_assert_close(whole, parts, 0, 20 * close_for(dtype));
        xp_assert_closes(scope);
    }
}

/* A signal that is moved on has a spectrum that is turned: x[j - shift] by exp(-2 pi i k shift / n). */
CHECKED_TEST(standard_fourier, shifts_turn_the_spectrum)
{
    XP_TEST_PROVIDERS(device)
    for (int i = 0; i < N_LENGTHS; i++) {
        xp_scope scope = xp_scope_open();
        xp_rng rng = xp_rng_seed(3);
        const int64_t n = lengths[i];
        xp_array *x = noise(&rng, XP_SHAPE(n), XP_COMPLEX128, device);
        xp_array *frequency = xp_fft_fftfreq(n, 1.0, XP_FLOAT64, device);
        xp_array *angle = xp_multiply(xp_astype(frequency, XP_COMPLEX128, false), xp_scalar_complex(0, -6 * XP_PI));
        xp_array *turned = xp_multiply(xp_fft_fft(x, 0, -1, XP_FFT_ORTHO), xp_exp(angle));
        xp_assert_close(xp_fft_fft(xp_roll(x, 3, 0), 0, -1, XP_FFT_ORTHO), turned, 0, 1e-13);
        xp_assert_closes(scope);
    }
}

/* Real transforms are halves of complex ones, and those of Hermitian signals their conjugates. */
CHECKED_TEST(standard_fourier, halves_are_halves)
{
    EVERYWHERE(device, dtype, XP_TEST_COMPLEX)
    for (int i = 0; i < N_LENGTHS; i++) {
        xp_scope scope = xp_scope_open();
        xp_rng rng = xp_rng_seed(4);
        const int64_t n = lengths[i];
        const double close = 20 * close_for(dtype);
        xp_array *real = noise(&rng, XP_SHAPE(2, n), real_of(dtype), device);
        xp_array *whole = xp_fft_fft(xp_astype(real, dtype, false), 0, -1, XP_FFT_ORTHO);
        xp_array *half = xp_fft_rfft(real, 0, -1, XP_FFT_ORTHO);
        xp_array *first = xp_get(whole, XP_INDEX(xp_ellipsis(), xp_slice(0, n / 2 + 1, 1)));
        xp_assert_close(half, first, 0, close);
        xp_assert_close(xp_fft_ihfft(real, 0, -1, XP_FFT_ORTHO), xp_conj(first), 0, close);
        /* the other half: point n - k is the conjugate of point k */
        xp_array *mirrored = xp_roll(xp_flip(whole, XP_OVER(1)), 1, 1);
        xp_assert_close(xp_conj(mirrored), whole, 0, close);
        xp_assert_close(xp_astype(xp_fft_irfft(half, n, -1, BACKWARD), dtype, false),
                        xp_fft_ifft(whole, 0, -1, BACKWARD), 0, close);
        xp_assert_close(xp_fft_hfft(half, n, -1, BACKWARD), xp_real(xp_fft_fft(whole, 0, -1, BACKWARD)), 0,
                        20 * close);
        xp_assert_closes(scope);
    }
}

/* Imaginary parts that a Hermitian signal cannot have are not read: not even where they are NaN. */
CHECKED_TEST(standard_fourier, impossible_parts_are_not_read)
{
    EVERYWHERE(device, dtype, XP_TEST_COMPLEX)
    for (int i = 0; i < N_LENGTHS; i++) {
        xp_scope scope = xp_scope_open();
        xp_rng rng = xp_rng_seed(5);
        const int64_t n = lengths[i], last = n % 2 == 0 ? n / 2 : 0;
        xp_array *half = xp_fft_rfft(noise(&rng, XP_SHAPE(n), real_of(dtype), device), 0, -1, BACKWARD);
        xp_array *index = xp_arange(0, (double)(n / 2 + 1), 1, XP_INT64, device);
        xp_array *is_end = xp_logical_or(xp_equal(index, xp_scalar(0)), xp_equal(index, xp_scalar(last)));
        xp_array *wrong = xp_where(is_end, xp_add(half, xp_scalar_complex(0, NAN)), half);
        xp_assert_equal(xp_fft_irfft(wrong, n, -1, BACKWARD), xp_fft_irfft(half, n, -1, BACKWARD));
        xp_assert_equal(xp_fft_hfft(wrong, n, -1, BACKWARD), xp_fft_hfft(half, n, -1, BACKWARD));
        xp_assert_closes(scope);
    }
}

/* ---- several axes ------------------------------------------------------------------------------------------------ */

/* One transform after the other, whatever the order: the real one first there and last back. */
CHECKED_TEST(standard_fourier, axes_one_by_one)
{
    EVERYWHERE(device, dtype, XP_TEST_COMPLEX)
    {
        xp_scope scope = xp_scope_open();
        xp_rng rng = xp_rng_seed(6);
        const double close = 60 * close_for(dtype);
        static const int axes[] = {3, 0, -2};
        static const int64_t s[] = {6, -1, 5};
        xp_array *x = noise(&rng, XP_SHAPE(3, 2, 4, 5), dtype, device);
        xp_array *real = noise(&rng, XP_SHAPE(3, 2, 4, 5), real_of(dtype), device);
        xp_array *one = xp_fft_fft(xp_fft_fft(xp_fft_fft(x, 6, 3, BACKWARD), 0, 0, BACKWARD), 5, 2, BACKWARD);
        xp_assert_close(xp_fft_fftn(x, s, axes, 3, BACKWARD), one, 0, close);
        xp_array *back = xp_fft_ifftn(one, s, axes, 3, BACKWARD);
        xp_assert_close(xp_get(back, XP_INDEX(xp_ellipsis(), xp_slice(0, 4, 1), xp_slice(0, 5, 1))), x, 0, close);
        one = xp_fft_fft(xp_fft_fft(xp_fft_rfft(real, 5, 2, BACKWARD), 0, 0, BACKWARD), 6, 3, BACKWARD);
        xp_assert_close(xp_fft_rfftn(real, s, axes, 3, BACKWARD), one, 0, close);
        back = xp_fft_irfftn(one, s, axes, 3, BACKWARD);
        xp_assert_close(xp_get(back, XP_INDEX(xp_ellipsis(), xp_slice(0, 4, 1), xp_slice(0, 5, 1))), real, 0, close);
        one = xp_fft_irfft(xp_fft_ifft(xp_fft_ifft(x, 6, 3, BACKWARD), 0, 0, BACKWARD), 5, 2, BACKWARD);
        xp_assert_close(xp_fft_irfftn(x, s, axes, 3, BACKWARD), one, 0, close);
        /* the last axes, and all of them */
        xp_assert_equal(xp_fft_fftn(x, NULL, NULL, 2, BACKWARD),
                        xp_fft_fftn(x, NULL, (const int[]){2, 3}, 2, BACKWARD));
        xp_assert_equal(xp_fft_fftn(x, NULL, NULL, 0, BACKWARD),
                        xp_fft_fftn(x, NULL, (const int[]){0, 1, 2, 3}, 4, BACKWARD));
        xp_assert_closes(scope);
    }
}

/* Over no axes x is what it was, but complex. */
CHECKED_TEST(standard_fourier, no_axes)
{
    EVERYWHERE(device, dtype, XP_TEST_COMPLEX)
    {
        xp_scope scope = xp_scope_open();
        xp_array *x = support_ramp(1, 1, dtype, XP_SHAPE(2, 3), device);
        xp_array *point = xp_get(x, XP_INDEX(xp_at(1), xp_at(1)));
        xp_assert_identical(xp_fft_fftn(x, NULL, (const int[]){0}, 0, BACKWARD), x);
        xp_assert_identical(xp_fft_fftn(point, NULL, NULL, 0, XP_FFT_ORTHO), point);
        xp_assert_identical(xp_fft_ifftn(point, NULL, NULL, 0, BACKWARD), point);
        xp_assert_closes(scope);
    }
    xp_scope scope = xp_scope_open();
    const struct xp_device *host = xp_device("host");
    xp_array *whole = support_ramp(1, 1, XP_INT8, XP_SHAPE_0D, host);
    xp_assert_identical(xp_fft_fftn(whole, NULL, NULL, 0, BACKWARD), xp_astype(whole, XP_COMPLEX128, false));
    xp_assert_closes(scope);
}

/* ---- layouts ----------------------------------------------------------------------------------------------------- */

/* The bits do not depend on where elements lie: broadcast, backwards, sliced, six dimensions, one line or many. */
CHECKED_TEST(standard_fourier, layouts_do_not_show)
{
    EVERYWHERE(device, dtype, XP_TEST_FLOATING)
    for (int64_t n = 1; n <= 134; n += n < 16 ? 1 : 59) {
        xp_scope scope = xp_scope_open();
        xp_rng rng = xp_rng_seed(7);
        const bool is_real = dtype == XP_FLOAT32 || dtype == XP_FLOAT64;
        xp_array *(*const transform)(xp_array *, int64_t, int, xp_fft_norm) = is_real ? xp_fft_rfft : xp_fft_fft;
        xp_array *x = noise(&rng, XP_SHAPE(2, 9, 1, 3, n, 2), dtype, device);
        xp_array *expected = transform(x, 0, 4, BACKWARD);
        xp_array *last = xp_asarray(xp_moveaxis(x, 4, -1), XP_DEFAULT_DTYPE, true, device);
        xp_assert_identical(xp_moveaxis(transform(last, 0, -1, BACKWARD), -1, 4), expected);
        xp_array *backwards = xp_flip(xp_asarray(xp_flip(x, XP_ALL), XP_DEFAULT_DTYPE, true, device), XP_ALL);
        xp_assert_identical(transform(backwards, 0, 4, BACKWARD), expected);
        xp_array *sparse = xp_get(xp_repeat(x, 2, 4), XP_INDEX(xp_slice(0, 2, 1), xp_ellipsis(),
                                                               xp_slice(XP_END, XP_END, 2), xp_slice(0, 2, 1)));
        xp_assert_identical(transform(sparse, 0, 4, BACKWARD), expected);
        xp_array *line = xp_get(x, XP_INDEX(xp_at(1), xp_at(7), xp_at(0), xp_at(2), xp_slice(0, n, 1), xp_at(1)));
        xp_array *among = xp_get(expected, XP_INDEX(xp_at(1), xp_at(7), xp_at(0), xp_at(2),
                                                    xp_slice(XP_END, XP_END, 1), xp_at(1)));
        xp_assert_identical(transform(line, 0, 0, BACKWARD), among);
        xp_array *wide = xp_broadcast_to(line, XP_SHAPE(3, n));
        xp_array *narrow = xp_broadcast_to(xp_get(line, XP_INDEX(xp_slice(0, 1, 1))), XP_SHAPE(n));
        xp_assert_identical(transform(wide, 0, 1, BACKWARD), xp_broadcast_to(among, XP_SHAPE(3, xp_size(among))));
        xp_assert_identical(transform(narrow, 0, 0, BACKWARD),
                            transform(xp_asarray(narrow, XP_DEFAULT_DTYPE, true, device), 0, 0, BACKWARD));
        xp_assert_closes(scope);
    }
}

/* What is cut off is not read, what is missing is 0: also where there was nothing at all. */
CHECKED_TEST(standard_fourier, cutting_and_filling_up)
{
    EVERYWHERE(device, dtype, XP_TEST_COMPLEX)
    for (int64_t n = 1; n < 12; n++) {
        xp_scope scope = xp_scope_open();
        xp_rng rng = xp_rng_seed(10);
        xp_array *x = noise(&rng, XP_SHAPE(3, 5), dtype, device);
        xp_array *zeros = xp_zeros(XP_SHAPE(3, 12), dtype, device);
        xp_array *longer = xp_concat((xp_array *const[]){x, zeros}, 2, 1);
        xp_array *same = xp_get(longer, XP_INDEX(xp_ellipsis(), xp_slice(0, n, 1)));
        xp_assert_identical(xp_fft_fft(x, n, 1, BACKWARD), xp_fft_fft(same, 0, 1, BACKWARD));
        xp_assert_identical(xp_fft_ihfft(xp_real(x), n, 1, BACKWARD), xp_fft_ihfft(xp_real(same), 0, 1, BACKWARD));
        xp_array *half = xp_get(longer, XP_INDEX(xp_ellipsis(), xp_slice(0, n / 2 + 1, 1)));
        xp_assert_identical(xp_fft_irfft(x, n, 1, BACKWARD), xp_fft_irfft(half, n, 1, BACKWARD));
        xp_array *nothing = xp_get(x, XP_INDEX(xp_ellipsis(), xp_slice(0, 0, 1)));
        xp_assert_equal(xp_fft_fft(nothing, n, 1, BACKWARD), xp_zeros(XP_SHAPE(3, n), dtype, device));
        xp_assert_equal(xp_fft_hfft(nothing, n, 1, BACKWARD), xp_zeros(XP_SHAPE(3, n), real_of(dtype), device));
        xp_array *no_lines = xp_get(x, XP_INDEX(xp_slice(0, 0, 1), xp_ellipsis()));
        xp_assert_equal(xp_fft_fft(no_lines, n, 1, BACKWARD), xp_zeros(XP_SHAPE(0, n), dtype, device));
        xp_assert_closes(scope);
    }
}

/* NaN and infinity reach their own line and no other. */
CHECKED_TEST(standard_fourier, nan_stays_in_its_line)
{
    XP_TEST_PROVIDERS(device)
    {
        xp_scope scope = xp_scope_open();
        xp_rng rng = xp_rng_seed(8);
        xp_array *x = noise(&rng, XP_SHAPE(20, 12), XP_COMPLEX128, device);
        xp_array *bad = xp_set(x, XP_INDEX(xp_at(5), xp_at(3)), xp_scalar(XP_NAN));
        bad = xp_set(bad, XP_INDEX(xp_at(9), xp_at(0)), xp_scalar(XP_INF));
        xp_array *result = xp_fft_fft(bad, 0, -1, BACKWARD), *expected = xp_fft_fft(x, 0, -1, BACKWARD);
        xp_array *rows = xp_arange(0, 20, 1, XP_INT64, device);
        xp_array *is_bad = xp_logical_or(xp_equal(rows, xp_scalar(5)), xp_equal(rows, xp_scalar(9)));
        xp_array *good = xp_logical_not(is_bad);
        xp_assert_identical(xp_get(result, XP_INDEX(xp_mask(good))), xp_get(expected, XP_INDEX(xp_mask(good))));
        xp_assert_that(!xp_truth(xp_any(xp_is_finite(xp_get(result, XP_INDEX(xp_mask(is_bad)))), XP_ALL)), "bad rows");
        xp_assert_closes(scope);
    }
}

/* ---- bad input --------------------------------------------------------------------------------------------------- */

#define VALUE_ERROR(expression, message) xp_assert_fails(expression, XP_ERROR_VALUE, message)
#define TYPE_ERROR(expression, message) xp_assert_fails(expression, XP_ERROR_TYPE, message)
#define INDEX_ERROR(expression, message) xp_assert_fails(expression, XP_ERROR_INDEX, message)

CHECKED_TEST(standard_fourier, bad_arguments)
{
    XP_TEST_PROVIDERS(device)
    {
        xp_scope scope = xp_scope_open();
        xp_array *x = xp_zeros(XP_SHAPE(2, 3), XP_COMPLEX128, device);
        xp_array *real = xp_zeros(XP_SHAPE(2, 3), XP_FLOAT64, device);
        xp_array *none = xp_zeros(XP_SHAPE(2, 0), XP_COMPLEX64, device);
        xp_array *point = xp_zeros(XP_SHAPE_0D, XP_COMPLEX64, device);
        xp_array *one = xp_zeros(XP_SHAPE(1), XP_COMPLEX64, device);
        INDEX_ERROR(xp_fft_fft(x, 0, 2, BACKWARD), "fft: axis 2 is out of bounds for an array of 2 dimensions");
        INDEX_ERROR(xp_fft_rfftn(real, NULL, (const int[]){0, -3}, 2, BACKWARD),
                    "rfftn: axis -3 is out of bounds for an array of 2 dimensions");
        VALUE_ERROR(xp_fft_fft(point, 0, -1, BACKWARD), "fft: 1 axes for an array of 0 dimensions");
        VALUE_ERROR(xp_fft_ifft(x, -2, -1, BACKWARD), "ifft: a length of -2 along axis 1, expected at least 1");
        VALUE_ERROR(xp_fft_fft(none, 0, -1, BACKWARD), "fft: a length of 0 along axis 1, expected at least 1");
        VALUE_ERROR(xp_fft_irfft(one, 0, -1, BACKWARD), "irfft: a length of 0 along axis 0, expected at least 1");
        VALUE_ERROR(xp_fft_hfft(none, 0, -1, BACKWARD), "hfft: a length of -2 along axis 1, expected at least 1");
        VALUE_ERROR(xp_fft_ihfft(real, 0, -1, (xp_fft_norm)7), "ihfft: norm 7 is unknown");
        VALUE_ERROR(xp_fft_fftn(x, NULL, (const int[]){0, -2}, 2, BACKWARD), "fftn: axis -2 is named twice");
        VALUE_ERROR(xp_fft_ifftn(x, NULL, NULL, 3, BACKWARD), "ifftn: 3 axes for an array of 2 dimensions");
        VALUE_ERROR(xp_fft_ifftn(x, NULL, (const int[]){0}, -1, BACKWARD),
                    "ifftn: -1 axes for an array of 2 dimensions");
        VALUE_ERROR(xp_fft_irfftn(point, NULL, NULL, 0, BACKWARD), "irfftn: needs at least one axis");
        VALUE_ERROR(xp_fft_rfftn(real, NULL, (const int[]){0}, 0, BACKWARD), "rfftn: needs at least one axis");
        VALUE_ERROR(xp_fft_fft(NULL, 0, -1, BACKWARD), "fft: x is not given");
        TYPE_ERROR(xp_fft_fft(xp_scalar(1.0), 0, -1, BACKWARD), "fft: x is a scalar, expected an array");
        xp_assert_fails(xp_fft_rfft(real, INT64_C(1) << 61, -1, BACKWARD), XP_ERROR_OVERFLOW,
                        "rfft: shape (2, 2305843009213693952) is too large");
        VALUE_ERROR(xp_fft_fftfreq(0, 1.0, XP_FLOAT64, device), "fftfreq: n is 0, expected at least 1");
        VALUE_ERROR(xp_fft_rfftfreq(4, 0.0, XP_FLOAT64, device), "rfftfreq: d is 0");
        TYPE_ERROR(xp_fft_fftfreq(4, 1.0, XP_COMPLEX64, device),
                   "fftfreq: dtype is complex64, expected float32 or float64");
        TYPE_ERROR(xp_fft_rfftfreq(4, 1.0, (xp_dtype)99, device), "rfftfreq: dtype 99 is unknown");
        INDEX_ERROR(xp_fft_fftshift(x, XP_OVER(2)), "fftshift: axis 2 is out of bounds for an array of 2 dimensions");
        VALUE_ERROR(xp_fft_ifftshift(x, XP_OVER(0, 0)), "ifftshift: an axis is named twice or is no axis at all");
        xp_assert_closes(scope);
    }
}

/* ---- dtypes ------------------------------------------------------------------------------------------------------ */

typedef xp_array *along_one(xp_array *x, int64_t n, int axis, xp_fft_norm norm);
typedef xp_array *along_many(xp_array *x, const int64_t *s, const int *axes, int count, xp_fft_norm norm);

static const struct {
    const char *name;
    bool from_real, to_real;
    along_one *one;
    along_many *many;
} transforms[] = {
    {"fft", false, false, xp_fft_fft, NULL},     {"ifft", false, false, xp_fft_ifft, NULL},
    {"rfft", true, false, xp_fft_rfft, NULL},    {"irfft", false, true, xp_fft_irfft, NULL},
    {"hfft", false, true, xp_fft_hfft, NULL},    {"ihfft", true, false, xp_fft_ihfft, NULL},
    {"fftn", false, false, NULL, xp_fft_fftn},   {"ifftn", false, false, NULL, xp_fft_ifftn},
    {"rfftn", true, false, NULL, xp_fft_rfftn},  {"irfftn", false, true, NULL, xp_fft_irfftn},
};
#define N_TRANSFORMS ((int)(sizeof transforms / sizeof transforms[0]))

static xp_array *call(int which, xp_array *x)
{
    return transforms[which].one ? transforms[which].one(x, 0, -1, BACKWARD)
                                 : transforms[which].many(x, NULL, NULL, 0, BACKWARD);
}

/* The standard gives real floating numbers to rfft, rfftn and ihfft and complex ones to the others. Beyond it, these
 * take all that can be made complex and those all that is real: integers in double precision, float32 in single. */
CHECKED_TEST(standard_fourier, dtypes)
{
    EVERYWHERE(device, dtype, XP_TEST_ANY)
    for (int which = 0; which < N_TRANSFORMS; which++) {
        xp_scope scope = xp_scope_open();
        const unsigned bit = XP_TEST_DTYPE(dtype);
        const bool is_strict = strncmp(xp_device_name(device), "strict", 6) == 0;
        const bool is_single = dtype == XP_FLOAT32 || dtype == XP_COMPLEX64, is_complex = bit & XP_TEST_COMPLEX;
        const bool from_real = transforms[which].from_real, to_real = transforms[which].to_real;
        const unsigned standard = from_real ? XP_TEST_REAL_FLOATING : XP_TEST_COMPLEX;
        xp_array *x = support_ramp(1, 1, dtype, XP_SHAPE(4), device);
        if (is_strict ? bit & standard : !(from_real && is_complex)) {
            const xp_dtype expected = to_real ? (is_single ? XP_FLOAT32 : XP_FLOAT64)
                                              : (is_single ? XP_COMPLEX64 : XP_COMPLEX128);
            xp_array *result = call(which, x);
            xp_assert_that(xp_dtype_of(result) == expected, "%s of %s is %s", transforms[which].name,
                           xp_test_dtype_name(dtype), xp_test_dtype_name(xp_dtype_of(result)));
        } else {
            char message[128];
            const char *words = !from_real ? "a complex dtype" : is_strict ? "float32 or float64" : "a real dtype";
            snprintf(message, sizeof message, "%s: x has dtype %s, expected %s", transforms[which].name,
                     xp_test_dtype_name(dtype), words);
            xp_assert_fails(call(which, x), XP_ERROR_TYPE, message);
        }
        xp_assert_closes(scope);
    }
}

/* ---- memory and threads ------------------------------------------------------------------------------------------ */

/* Passes, convolution, filling up, a place for what lies between two axes: each allocation fails in turn. */
CHECKED_TEST(standard_fourier, every_allocation_fails_in_turn)
{
    XP_TEST_PROVIDERS(device)
    {
        xp_array *x = support_ramp(1, 1, XP_COMPLEX64, XP_SHAPE(3, 134), device);
        XP_TEST_EVERY_ALLOCATION(round)
        {
            xp_scope scope = xp_scope_open();
            xp_fft_fft(x, 0, -1, BACKWARD);
            xp_fft_irfftn(x, (const int64_t[]){5, 12}, NULL, 2, BACKWARD);
            xp_eval(xp_fft_ihfft(xp_real(x), 0, 0, BACKWARD));
            xp_eval(xp_fft_hfft(x, 9, -1, BACKWARD));
            xp_fft_fftshift(x, XP_ALL);
            xp_eval(xp_fft_fftfreq(9, 1.0, XP_FLOAT32, device));
            const xp_status status = xp_scope_close(scope);
            xp_assert_that(status == (xp_test_fault_fired() ? XP_ERROR_MEMORY : XP_OK), "round %lld: status %d, %s",
                           round, (int)status, xp_error_message());
            xp_error_clear();
        }
        xp_release(x);
    }
}

/* Lines of many lengths and in both directions, many enough for threads. */
static void transform_much(xp_array *results[8])
{
    const struct xp_device *host = xp_device("host");
    xp_rng rng = xp_rng_seed(9);
    xp_array *x = noise(&rng, XP_SHAPE(200, 300), XP_COMPLEX128, host);
    xp_array *y = noise(&rng, XP_SHAPE(30, 2048), XP_FLOAT32, host);
    xp_array *rows = xp_fft_rfft(y, 0, -1, BACKWARD);
    results[0] = xp_fft_fft(x, 0, -1, BACKWARD);
    results[1] = xp_fft_fft(x, 0, 0, BACKWARD);
    results[2] = xp_fft_ifftn(x, NULL, NULL, 0, BACKWARD);
    results[3] = xp_fft_fft(x, 67 * 3, -1, BACKWARD);
    results[4] = rows;
    results[5] = xp_fft_irfft(rows, 0, -1, BACKWARD);
    results[6] = xp_fft_rfftn(y, NULL, NULL, 0, BACKWARD);
    results[7] = xp_fft_hfft(x, 7 * 61, -1, BACKWARD);
}

CHECKED_TEST(standard_fourier, threads_do_not_show)
{
    xp_scope scope = xp_scope_open();
    xp_array *alone[8], *together[8];
    xp_set_num_threads(1);
    transform_much(alone);
    for (int threads = 2; threads < 8; threads += 3) {
        xp_set_num_threads(threads);
        transform_much(together);
        for (int i = 0; i < 8; i++) {
            const char *difference = support_differ(together[i], alone[i]);
            cr_assert(!difference, "%d with %d threads: %s", i, threads, difference);
        }
    }
    xp_assert_closes(scope);
}

/* Numbers that depend on the bits of all elements: sums with weights that differ. */
static void on_this_processor(double *results)
{
    xp_scope scope = xp_scope_open();
    xp_array *arrays[8];
    transform_much(arrays);
    for (int i = 0; i < 8; i++) {
        xp_array *x = xp_reshape(xp_astype(arrays[i], XP_COMPLEX128, false), XP_SHAPE(-1));
        xp_array *weights = xp_arange(1, (double)xp_size(x) * 7919, 7919, XP_FLOAT64, xp_device("host"));
        weights = xp_remainder(weights, xp_scalar(1009.0));
        results[2 * i] = xp_to_double(xp_sum(xp_multiply(xp_real(x), weights), XP_ALL));
        results[2 * i + 1] = xp_to_double(xp_sum(xp_multiply(xp_imag(x), weights), XP_ALL));
    }
    if (xp_scope_close(scope) != XP_OK)
        results[0] = NAN;
}

CHECKED_TEST(standard_fourier, instruction_sets_do_not_show)
{
    static const char *const sets[] = {"baseline", "avx2", "avx512"};
    double numbers[3][16];
    for (int i = 0; i < 3; i++) {
        support_elsewhere("SCIXP_CPU", sets[i], on_this_processor, numbers[i], 16);
        cr_assert(!isnan(numbers[i][0]), "on %s", sets[i]);
        cr_assert_arr_eq(numbers[i], numbers[0], sizeof numbers[0], "on %s", sets[i]);
    }
}
