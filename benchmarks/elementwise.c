/* Elementwise rows: fused chains, broadcasting, a transposed operand.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "bench.h"

static bool two_vectors(bench_data *data, const char *a, const char *b)
{
    data->a = bench_read(data, a);
    data->b = bench_read(data, b);
    return data->a && data->b;
}
static bool setup_1e6(bench_data *data) { return two_vectors(data, "a1e6", "b1e6"); }
static bool setup_1e7(bench_data *data) { return two_vectors(data, "a1e7", "b1e7"); }
static bool setup_rows(bench_data *data) { return (data->a = bench_read(data, "rows16")) != NULL; }
static bool setup_square(bench_data *data) { return two_vectors(data, "square_a", "square_b"); }

/* a*b - 4.1*a + 2.5*b */
static void chain(bench_data *data)
{
    const xp_namespace *xp = xp_array_namespace(data->a);
    xp_scope scope = xp_scope_open();
    xp_array *a = data->a, *b = data->b;
    xp_array *difference = xp->subtract(xp->multiply(a, b), xp->multiply(xp_scalar(4.1), a));
    bench_finish(data, scope, xp->add(difference, xp->multiply(xp_scalar(2.5), b)));
}

/* exp(-x*x) * sin(3*x) + log1p(abs(x)) */
static void transcendental(bench_data *data)
{
    const xp_namespace *xp = xp_array_namespace(data->a);
    xp_scope scope = xp_scope_open();
    xp_array *x = data->a;
    xp_array *bell = xp->exp(xp->multiply(xp->negative(x), x));
    xp_array *wave = xp->sin(xp->multiply(xp_scalar(3.0), x));
    bench_finish(data, scope, xp->add(xp->multiply(bell, wave), xp->log1p(xp->abs(x))));
}

/* x - mean(x, axis=0) */
static void centre(bench_data *data)
{
    const xp_namespace *xp = xp_array_namespace(data->a);
    xp_scope scope = xp_scope_open();
    bench_finish(data, scope, xp->subtract(data->a, xp->mean(data->a, XP_OVER(0))));
}

/* a + transpose(b) */
static void add_transposed(bench_data *data)
{
    const xp_namespace *xp = xp_array_namespace(data->a);
    xp_scope scope = xp_scope_open();
    bench_finish(data, scope, xp->add(data->a, xp->matrix_transpose(data->b)));
}

const bench_row bench_elementwise_rows[] = {
    {"chain_1e6", setup_1e6, chain},
    {"chain_1e7", setup_1e7, chain},
    {"transcendental_1e6", setup_1e6, transcendental},
    {"centre_1e5x16", setup_rows, centre},
    {"add_transposed_4096", setup_square, add_transposed},
    {NULL, NULL, NULL},
};
