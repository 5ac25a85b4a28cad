/* How large the errors of a device's Fourier transforms are, against sums in extended precision.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "fourier_errors.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "support.h"

#define PI 3.14159265358979323846264338327950288L

typedef struct wide_complex {
    long double re, im;
} wide_complex;

typedef enum direction { FORWARD, INVERSE, FROM_REAL, TO_REAL } direction;

/* ---- what the transform should be -------------------------------------------------------------------------------- */

/* exp(2 pi i k / n) for all k. */
static wide_complex *make_roots(int64_t n)
{
    wide_complex *roots = malloc((size_t)n * sizeof *roots);
    for (int64_t k = 0; k < n; k++) {
        const long double angle = 2 * PI * (long double)k / (long double)n;
        roots[k] = (wide_complex){cosl(angle), sinl(angle)};
    }
    return roots;
}

/* The sum for one point: x[j] exp(-+ 2 pi i j k / n). */
static wide_complex exact_point(int64_t n, const wide_complex *x, const wide_complex *roots, int64_t k, int sign)
{
    wide_complex sum = {0, 0};
    for (int64_t j = 0, turn = 0; j < n; j++, turn = (turn + k) % n) {
        const long double re = roots[turn].re, im = sign * roots[turn].im;
        sum.re += x[j].re * re - x[j].im * im;
        sum.im += x[j].re * im + x[j].im * re;
    }
    return sum;
}

/* ---- what it is -------------------------------------------------------------------------------------------------- */

/* x as it is given to the function: n numbers, or n / 2 + 1 of a Hermitian signal, rounded to the dtype's precision. */
static xp_array *make_operand(const struct xp_device *device, direction which, int64_t n, const wide_complex *x,
                              bool is_single)
{
    const int64_t length = which == TO_REAL ? n / 2 + 1 : n;
    double *parts = malloc((size_t)length * 2 * sizeof *parts);
    for (int64_t k = 0; k < length; k++) {
        parts[2 * k] = (double)x[k].re;
        parts[2 * k + 1] = (double)x[k].im;
    }
    xp_array *a = xp_from_host(parts, XP_COMPLEX128, XP_SHAPE(length), xp_device("host"));
    free(parts);
    a = which == FROM_REAL ? xp_real(a) : a;
    const xp_dtype single = which == FROM_REAL ? XP_FLOAT32 : XP_COMPLEX64;
    return xp_to_device(is_single ? xp_astype(a, single, false) : a, device);
}

static xp_array *apply(direction which, xp_array *x, int64_t n)
{
    switch (which) {
    case FORWARD:
        return xp_fft_fft(x, n, -1, XP_FFT_BACKWARD);
    case INVERSE:
        return xp_fft_ifft(x, n, -1, XP_FFT_FORWARD);
    case FROM_REAL:
        return xp_fft_rfft(x, n, -1, XP_FFT_BACKWARD);
    default:
        return xp_fft_irfft(x, n, -1, XP_FFT_FORWARD);
    }
}

/* n random numbers that float32 holds exactly, with the symmetry that the direction asks for. */
static wide_complex *make_numbers(direction which, int64_t n, support_random *random)
{
    wide_complex *x = malloc((size_t)n * sizeof *x);
    for (int64_t k = 0; k < n; k++) {
        x[k].re = (float)support_uniform(random, -1, 1);
        x[k].im = which == FROM_REAL ? 0 : (float)support_uniform(random, -1, 1);
    }
    for (int64_t k = 0; k <= n / 2 && which == TO_REAL; k++) {
        const int64_t mirrored = (n - k) % n;
        x[k].im = k == mirrored ? 0 : x[k].im;
        x[mirrored] = (wide_complex){x[k].re, -x[k].im};
    }
    return x;
}

/* The root of the mean square of the errors over that of the values, in units of the dtype's epsilon; of `points`
 * points that are spread over the result. */
static double error_of(const struct xp_device *device, direction which, int64_t n, const wide_complex *roots,
                       bool is_single, int64_t points)
{
    xp_scope scope = xp_scope_open();
    support_random random = {(uint64_t)n * 8 + (uint64_t)which};
    wide_complex *x = make_numbers(which, n, &random);
    xp_array *result = apply(which, make_operand(device, which, n, x, is_single), n);
    result = xp_astype(xp_to_device(result, xp_device("host")), XP_COMPLEX128, false);
    const double *parts = xp_data(result);
    cr_assert(parts, "n = %lld: %s", (long long)n, xp_error_message());
    long double errors = 0, values = 0;
    const int64_t length = xp_size(result);
    cr_assert_eq(length, which == FROM_REAL ? n / 2 + 1 : n);
    for (int64_t i = 0; i < points && i < length; i++) {
        const int64_t k = points >= length ? i : support_integer(&random, 0, length);
        const wide_complex exact = exact_point(n, x, roots, k, which == FORWARD || which == FROM_REAL ? -1 : 1);
        const long double re = parts[2 * k] - exact.re, im = parts[2 * k + 1] - exact.im;
        errors += re * re + im * im;
        values += exact.re * exact.re + exact.im * exact.im;
    }
    free(x);
    xp_assert_closes(scope);
    return (double)(sqrtl(errors / values) / (is_single ? 0x1p-23L : 0x1p-52L));
}

/* ---- how large the error may be ---------------------------------------------------------------------------------- */

static bool has_large_prime(int64_t n)
{
    for (int64_t p = 2; p <= 61; p++)
        while (n % p == 0)
            n /= p;
    return n > 1;
}

/* A good transform's error grows with the root of the number of passes, log2(n). (Pocketfft has up to 0.47 of that on
 * some of the lengths tested, and 1.1 where it convolves.) */
void fourier_errors_check(const struct xp_device *device, xp_dtype dtype, int64_t n, int64_t points, double convolved)
{
    const bool is_single = dtype == XP_FLOAT32;
    const double bound = (has_large_prime(n) ? convolved : 0.65) * sqrt(log2((double)n + 1.0));
    wide_complex *roots = make_roots(n);
    for (int which = FORWARD; which <= TO_REAL; which++) {
        const double error = error_of(device, (direction)which, n, roots, is_single, points);
        cr_expect_lt(error, bound, "length %lld, direction %d, %s: %g epsilons", (long long)n, which,
                     is_single ? "float32" : "float64", error);
    }
    free(roots);
}
