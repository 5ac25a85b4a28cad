/* Frequencies of Fourier transforms, and shifts that bring them in order.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "support.h"

/* Each is its number over n * d, rounded once; the shift brings them in order, and takes them back. */
CHECKED_TEST(standard_frequencies, frequencies)
{
    XP_TEST_PROVIDERS(device)
    {
        xp_scope scope = xp_scope_open();
        const int64_t many = 100003;
        xp_array *all = xp_fft_fftfreq(many, 0.3, XP_DEFAULT_DTYPE, device);
        xp_array *half = xp_fft_rfftfreq(many, 0.3, XP_DEFAULT_DTYPE, device);
        const int64_t at[] = {1, many / 2, many / 2 + 1, -1};
        const double numbers[] = {1, (double)(many / 2), -(double)(many / 2), -1};
        for (int i = 0; i < 4; i++)
            xp_assert_equal(xp_get(all, XP_INDEX(xp_at(at[i]))), xp_scalar(numbers[i] / ((double)many * 0.3)));
        xp_assert_equal(half, xp_get(all, XP_INDEX(xp_slice(0, many / 2 + 1, 1))));
        for (int64_t n = 1; n < 10; n++) {
            xp_array *shifted = xp_fft_fftshift(xp_fft_fftfreq(n, 1.0 / (double)n, XP_FLOAT32, device), XP_ALL);
            xp_assert_equal(shifted, xp_arange(-(double)(n / 2), (double)(n - n / 2), 1, XP_FLOAT32, device));
            xp_array *x = support_ramp(0, 1, XP_FLOAT64, XP_SHAPE(n, 3, 1, n), device);
            xp_assert_identical(xp_fft_ifftshift(xp_fft_fftshift(x, XP_ALL), XP_ALL), x);
            xp_assert_identical(xp_fft_fftshift(x, XP_OVER(0)), xp_roll(x, n / 2, 0));
            xp_assert_identical(xp_fft_fftshift(x, XP_OVER(-1, 1)), xp_roll(xp_roll(x, n / 2, 3), 1, 1));
        }
        xp_assert_closes(scope);
    }
}

CHECKED_TEST(standard_frequencies, dtypes_of_shifts)
{
    XP_TEST_PROVIDERS(device)
    XP_TEST_DTYPES(dtype, XP_TEST_ANY)
    {
        xp_scope scope = xp_scope_open();
        const bool is_strict = strncmp(xp_device_name(device), "strict", 6) == 0;
        xp_array *x = support_ramp(1, 1, dtype, XP_SHAPE(5), device);
        if (!is_strict || XP_TEST_DTYPE(dtype) & XP_TEST_FLOATING)
            xp_assert_identical(xp_fft_fftshift(x, XP_ALL), xp_roll(x, 2, 0));
        else
            xp_assert_fails(xp_fft_fftshift(x, XP_ALL), XP_ERROR_TYPE, NULL);
        xp_assert_closes(scope);
    }
}
