/* Fourier transforms on devices, held against the host's.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>
#include <stdio.h>

#include "fourier_errors.h"
#include "pairs.h"

static void agree(xp_array *actual, xp_array *expected, xp_dtype dtype, int64_t n, const char *name)
{
    char what[64];
    snprintf(what, sizeof what, "%s, dtype %d, length %lld", name, (int)dtype, (long long)n);
    double scale = pair_size(expected);
    pair_agree(pair_back(actual), expected, pair_epsilon(dtype) * (4 + log2((double)n)) * (scale > 0 ? scale : 1),
               what);
}

/* Smooth lengths, primes, products of both; lines that lie apart. */
CHECKED_TEST(device_fourier, lengths)
{
    static const int64_t lengths[] = {1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 16, 22, 30, 35, 49, 64, 97, 105, 128, 243,
                                      572, 625, 1000, 1009, 2048, 4096, 5040};
    if (!pair_device())
        XP_TEST_SKIP("no device was built");
    XP_TEST_DTYPES(dtype, XP_TEST_COMPLEX)
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++)
        for (int layout = 0; layout < 4; layout += 1 + (lengths[i] > 700)) {
            xp_scope scope = xp_scope_open();
            const int64_t n = lengths[i];
            support_random random = {i};
            pair x = pair_laid_out(&random, dtype, XP_SHAPE(3, n), layout);
            agree(xp_fft_fft(x.device, 0, -1, XP_FFT_BACKWARD), xp_fft_fft(x.host, 0, -1, XP_FFT_BACKWARD), dtype, n,
                  "fft");
            agree(xp_fft_ifft(x.device, 0, -1, XP_FFT_ORTHO), xp_fft_ifft(x.host, 0, -1, XP_FFT_ORTHO), dtype, n,
                  "ifft");
            pair y = {xp_matrix_transpose(x.host), xp_matrix_transpose(x.device)};
            agree(xp_fft_fft(y.device, 0, 0, XP_FFT_FORWARD), xp_fft_fft(y.host, 0, 0, XP_FFT_FORWARD), dtype, n,
                  "columns");
            xp_assert_closes(scope);
        }
}

/* Primes that are passes, alone and together with others, and those from 67 on, which are convolutions: 0.75 cannot be
 * had with tables whose own errors are as large as those of the transform. */
CHECKED_TEST(device_fourier, accuracy)
{
    static const int64_t lengths[] = {1, 2, 3, 4, 5, 7, 8, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 64,
                                      67, 97, 100, 121, 127, 134, 143, 210, 343, 11 * 64, 59 * 61, 67 * 11, 127 * 8,
                                      1009, 4096, 10007, 524309};
    if (!pair_device())
        XP_TEST_SKIP("no device was built");
    XP_TEST_DTYPES(dtype, XP_TEST_REAL_FLOATING)
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++)
        fourier_errors_check(pair_device(), dtype, lengths[i], lengths[i] > 1100 ? 16 : lengths[i], 0.75);
}

CHECKED_TEST(device_fourier, halves)
{
    static const int64_t lengths[] = {1, 2, 3, 4, 7, 10, 11, 22, 26, 64, 99, 1000, 4096};
    if (!pair_device())
        XP_TEST_SKIP("no device was built");
    XP_TEST_DTYPES(dtype, XP_TEST_REAL_FLOATING)
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        xp_scope scope = xp_scope_open();
        const int64_t n = lengths[i];
        support_random random = {i};
        pair x = pair_laid_out(&random, dtype, XP_SHAPE(4, n), (int)i % 4);
        pair h = {xp_fft_rfft(x.host, 0, -1, XP_FFT_BACKWARD), xp_fft_rfft(x.device, 0, -1, XP_FFT_BACKWARD)};
        agree(h.device, h.host, dtype, n, "rfft");
        agree(xp_fft_irfft(h.device, n, -1, XP_FFT_BACKWARD), x.host, dtype, n, "irfft");
        pair column = pair_random(&random, dtype, XP_SHAPE(n, 3));
        agree(xp_fft_rfft(column.device, 0, 0, XP_FFT_ORTHO), xp_fft_rfft(column.host, 0, 0, XP_FFT_ORTHO), dtype, n,
              "rfft of columns");
        pair c = pair_random(&random, dtype == XP_FLOAT32 ? XP_COMPLEX64 : XP_COMPLEX128, XP_SHAPE(n / 2 + 1, 5));
        agree(xp_fft_irfft(c.device, n, 0, XP_FFT_BACKWARD), xp_fft_irfft(c.host, n, 0, XP_FFT_BACKWARD), dtype, n,
              "irfft of anything");
        xp_array *ends = xp_imag(xp_get(h.device, XP_INDEX(xp_ellipsis(), xp_slice(0, XP_END, n % 2 ? n : n / 2))));
        cr_expect_eq(xp_to_double(xp_max(xp_abs(ends), XP_ALL)), 0.0, "the ends of a half are real: length %lld",
                     (long long)n);
        xp_assert_closes(scope);
    }
}

/* Operands that are read in place stay as they are. */
CHECKED_TEST(device_fourier, operands_are_left_alone)
{
    if (!pair_device())
        XP_TEST_SKIP("no device was built");
    for (int64_t n = 11; n <= 12; n++) {
        xp_scope scope = xp_scope_open();
        support_random random = {9};
        pair real = pair_random(&random, XP_FLOAT32, XP_SHAPE(2, n));
        pair z = pair_random(&random, XP_COMPLEX64, XP_SHAPE(n, 3));
        xp_eval(xp_fft_rfft(real.device, 0, -1, XP_FFT_BACKWARD));
        xp_eval(xp_fft_irfft(z.device, 2 * n - 2, 0, XP_FFT_BACKWARD));
        xp_eval(xp_fft_fftn(z.device, NULL, NULL, 0, XP_FFT_ORTHO));
        xp_assert_identical(pair_back(real.device), real.host);
        xp_assert_identical(pair_back(z.device), z.host);
        xp_assert_closes(scope);
    }
}

CHECKED_TEST(device_fourier, several_axes)
{
    static const int axes[] = {2, 0}, others[] = {1, 3};
    if (!pair_device())
        XP_TEST_SKIP("no device was built");
    XP_TEST_DTYPES(dtype, XP_TEST_REAL_FLOATING)
    {
        xp_scope scope = xp_scope_open();
        support_random random = {5};
        const xp_dtype pairs = dtype == XP_FLOAT32 ? XP_COMPLEX64 : XP_COMPLEX128;
        pair x = pair_laid_out(&random, pairs, XP_SHAPE(6, 5, 11, 8), 2);
        pair r = pair_random(&random, dtype, XP_SHAPE(6, 5, 4, 9));
        agree(xp_fft_fftn(x.device, NULL, axes, 2, XP_FFT_BACKWARD), xp_fft_fftn(x.host, NULL, axes, 2,
                                                                                 XP_FFT_BACKWARD),
              dtype, 66, "fftn");
        agree(xp_fft_ifftn(x.device, NULL, NULL, 0, XP_FFT_BACKWARD), xp_fft_ifftn(x.host, NULL, NULL, 0,
                                                                                   XP_FFT_BACKWARD),
              dtype, 2640, "ifftn");
        for (int i = 0; i < 2; i++) {
            const int *both = i ? others : axes;
            agree(xp_fft_rfftn(r.device, NULL, both, 2, XP_FFT_ORTHO), xp_fft_rfftn(r.host, NULL, both, 2,
                                                                                    XP_FFT_ORTHO),
                  dtype, 66, "rfftn");
            agree(xp_fft_irfftn(x.device, NULL, both, 2, XP_FFT_ORTHO), xp_fft_irfftn(x.host, NULL, both, 2,
                                                                                      XP_FFT_ORTHO),
                  dtype, 66, "irfftn");
        }
        xp_assert_closes(scope);
    }
}
