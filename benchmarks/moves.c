/* Rows that move elements and compute nothing: by a mask, and by copies along and across the order in memory.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "bench.h"

static bool setup_mask(bench_data *data)
{
    data->a = bench_read(data, "a1e7");
    xp_array *signs = bench_read(data, "b1e7");
    if (!data->a || !signs)
        return false;
    data->b = xp_greater(signs, xp_scalar(0.0));
    bool success = xp_eval(data->b) == XP_OK;
    xp_release(signs);
    return success;
}

static bool setup_square(bench_data *data) { return (data->a = bench_read(data, "square_a")) != NULL; }

/* x[mask] */
static void mask(bench_data *data)
{
    xp_scope scope = xp_scope_open();
    bench_finish(data, scope, xp_get(data->a, XP_INDEX(xp_mask(data->b))));
}

static void copy(bench_data *data)
{
    const xp_namespace *xp = xp_array_namespace(data->a);
    xp_scope scope = xp_scope_open();
    bench_finish(data, scope, xp->asarray(data->a, XP_DEFAULT_DTYPE, true));
}

static void transposed_copy(bench_data *data)
{
    const xp_namespace *xp = xp_array_namespace(data->a);
    xp_scope scope = xp_scope_open();
    bench_finish(data, scope, xp->asarray(xp->matrix_transpose(data->a), XP_DEFAULT_DTYPE, true));
}

const bench_row bench_move_rows[] = {
    {"mask_1e7", setup_mask, mask},
    {"copy_4096", setup_square, copy},
    {"transposed_copy_4096", setup_square, transposed_copy},
    {NULL, NULL, NULL},
};
