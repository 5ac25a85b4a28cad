/* Fourier transforms against sums in extended precision: lengths of every kind, and how large their error is.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>

#include "fourier_errors.h"
#include "support.h"

static void check_length(int64_t n, int64_t points)
{
    XP_TEST_DTYPES(dtype, XP_TEST_REAL_FLOATING)
    fourier_errors_check(xp_device("host"), dtype, n, points, 0.9);
}

/* 1 and 2, all small primes and their powers, and products of everything; from 67 on primes are convolutions. */
CHECKED_TEST(standard_fourier_accuracy, short_lengths)
{
    for (int64_t n = 1; n <= 260; n++)
        check_length(n, n);
}

/* Powers of 2, 3, 5 and 7, two large factors, primes with smooth and with awkward neighbours. */
CHECKED_TEST(standard_fourier_accuracy, long_lengths)
{
    static const int64_t lengths[] = {2048, 2187, 3125, 16384, 16807, 45056, 65536, 59 * 61,
                                      1009, 10007, 65537, 2 * 67 * 71, 99991};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++)
        check_length(lengths[i], 16);
}

/* Exact where it can be: a point becomes a wave of whole quarter turns, a constant becomes a point. */
CHECKED_TEST(standard_fourier_accuracy, simple_signals_are_exact)
{
    for (int64_t n = 4; n <= 4096; n *= 2) {
        xp_scope scope = xp_scope_open();
        const struct xp_device *host = xp_device("host");
        xp_array *index = xp_arange(0, (double)n, 1, XP_INT64, host), *is_first = xp_equal(index, xp_scalar(0));
        xp_array *point = xp_astype(is_first, XP_COMPLEX128, false), *ones = xp_ones_like(point, XP_DEFAULT_DTYPE);
        xp_array *scaled = xp_multiply(point, xp_scalar((double)n));
        xp_assert_equal(xp_fft_fft(point, 0, -1, XP_FFT_BACKWARD), ones);
        xp_assert_equal(xp_fft_fft(ones, 0, -1, XP_FFT_BACKWARD), scaled);
        xp_assert_equal(xp_fft_ifft(scaled, 0, -1, XP_FFT_BACKWARD), ones);
        xp_array *quarter = xp_astype(xp_equal(index, xp_scalar(n / 4)), XP_COMPLEX128, false);
        xp_array *wave = xp_fft_fft(quarter, 0, -1, XP_FFT_BACKWARD); /* 1, -i, -1, i, ... */
        xp_array *turn = xp_remainder(index, xp_scalar(4));
        xp_array *axis = xp_where(xp_equal(xp_remainder(index, xp_scalar(2)), xp_scalar(0)), xp_scalar_complex(1, 0),
                                  xp_scalar_complex(0, -1));
        axis = xp_where(xp_less(turn, xp_scalar(2)), axis, xp_negative(axis));
        xp_assert_equal(wave, axis);
        xp_assert_closes(scope);
    }
}
