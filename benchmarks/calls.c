/* Rows that measure what a call costs: ten elements, one call and ten.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "bench.h"

static bool setup_ten(bench_data *data)
{
    data->a = bench_read(data, "ten_a");
    data->b = bench_read(data, "ten_b");
    return data->a && data->b;
}

/* One addition, a value taken out of the result, the result released. */
static void add_ten(bench_data *data)
{
    xp_array *sum = xp_array_namespace(data->a)->add(data->a, data->b);
    volatile double value = *(const double *)xp_data(sum);
    (void)value;
    xp_release(sum);
}

/* Ten calls, each on the result of the one before, in a scope. */
static void chain_ten(bench_data *data)
{
    const xp_namespace *xp = xp_array_namespace(data->a);
    xp_scope scope = xp_scope_open();
    xp_array *x = data->a;
    for (int i = 0; i < 5; i++)
        x = xp->subtract(xp->multiply(x, data->b), data->a);
    volatile double value = *(const double *)xp_data(x);
    (void)value;
    if (xp_scope_close(scope) != XP_OK)
        data->result = NULL;
}

const bench_row bench_call_rows[] = {
    {"call_10", setup_ten, add_ten},
    {"chain_of_10_calls", setup_ten, chain_ten},
    {NULL, NULL, NULL},
};
