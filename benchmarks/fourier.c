/* Fourier rows: one long line, and many lines along the last axis, complex.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "bench.h"

/* a + i b as the row's array. */
static bool keep_complex(bench_data *data, xp_array *a, xp_array *b)
{
    const xp_namespace *xp = xp_array_namespace(a, b);
    const xp_dtype dtype = data->dtype == XP_FLOAT32 ? XP_COMPLEX64 : XP_COMPLEX128;
    xp_array *turned = xp->multiply(xp->astype(b, dtype, false), xp_scalar_complex(0, 1));
    xp_array *x = xp->add(xp->astype(a, dtype, false), turned);
    if (xp_eval(x) != XP_OK)
        return false;
    data->a = xp_keep(x);
    return true;
}

static bool setup_line(bench_data *data)
{
    xp_scope scope = xp_scope_open();
    xp_array *a = bench_read(data, "a1e6"), *b = bench_read(data, "b1e6");
    const xp_indices part = XP_INDEX(xp_slice(0, 1 << 16, 1));
    bool success = a && b && keep_complex(data, xp_get(a, part), xp_get(b, part));
    return xp_scope_close(scope) == XP_OK && success;
}

static bool setup_square(bench_data *data)
{
    xp_scope scope = xp_scope_open();
    xp_array *x = bench_read(data, "thousand");
    bool success = x && keep_complex(data, x, xp_matrix_transpose(x));
    return xp_scope_close(scope) == XP_OK && success;
}

static void transform(bench_data *data)
{
    xp_scope scope = xp_scope_open();
    const xp_namespace *xp = xp_array_namespace(data->a);
    bench_finish(data, scope, xp->fft->fft(data->a, 0, -1, XP_FFT_BACKWARD));
}

const bench_row bench_fourier_rows[] = {
    {"fft_65536", setup_line, transform},
    {"fft_1000x1000", setup_square, transform},
    {NULL, NULL, NULL},
};
