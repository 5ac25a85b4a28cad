/* Sorting rows: a long line in order, its positions, its median, its distinct elements.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "bench.h"

static bool setup_numbers(bench_data *data) { return (data->a = bench_read(data, "a1e6")) != NULL; }

/* A thousand distinct integers. */
static bool setup_integers(bench_data *data)
{
    xp_scope scope = xp_scope_open();
    xp_array *x = bench_read(data, "a1e6");
    const xp_namespace *xp = xp_array_namespace(x);
    x = xp->astype(xp->multiply(x, xp_scalar(1e6)), XP_INT64, false);
    x = xp->remainder(x, xp_scalar(1000));
    bool success = xp_eval(x) == XP_OK;
    data->a = xp_keep(x);
    return xp_scope_close(scope) == XP_OK && success;
}

static void sort(bench_data *data)
{
    xp_scope scope = xp_scope_open();
    bench_finish(data, scope, xp_array_namespace(data->a)->sort(data->a, -1, false, true));
}

static void argsort(bench_data *data)
{
    xp_scope scope = xp_scope_open();
    bench_finish(data, scope, xp_array_namespace(data->a)->argsort(data->a, -1, false, true));
}

static void median(bench_data *data)
{
    xp_scope scope = xp_scope_open();
    bench_finish(data, scope, xp_array_namespace(data->a)->extra->median(data->a, XP_ALL));
}

static void unique(bench_data *data)
{
    xp_scope scope = xp_scope_open();
    bench_finish(data, scope, xp_array_namespace(data->a)->unique_values(data->a));
}

const bench_row bench_sorting_rows[] = {
    {"sort_1e6", setup_numbers, sort},
    {"argsort_1e6", setup_numbers, argsort},
    {"median_1e6", setup_numbers, median},
    {"median_partition_1e6", setup_numbers, median},
    {"unique_1e6", setup_integers, unique},
    {NULL, NULL, NULL},
};
