/* Reduction rows: sum, mean, var, std of one vector and along either axis of three shapes; five at once.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "bench.h"

static bool setup_flat(bench_data *data) { return (data->a = bench_read(data, "a1e6")) != NULL; }
static bool setup_long(bench_data *data) { return (data->a = bench_read(data, "a1e7")) != NULL; }
static bool setup_rows10(bench_data *data) { return (data->a = bench_read(data, "rows10")) != NULL; }
static bool setup_rows16(bench_data *data) { return (data->a = bench_read(data, "rows16")) != NULL; }
static bool setup_thousand(bench_data *data) { return (data->a = bench_read(data, "thousand")) != NULL; }

#define REDUCTION(name, over)                                                                                          \
    static void name##_##over(bench_data *data)                                                                        \
    {                                                                                                                  \
        const xp_namespace *xp = xp_array_namespace(data->a);                                                          \
        xp_scope scope = xp_scope_open();                                                                              \
        bench_finish(data, scope, xp->name(data->a, over_##over()));                                                   \
    }
static xp_over over_all(void) { return XP_ALL; }
static xp_over over_axis0(void) { return XP_OVER(0); }
static xp_over over_axis1(void) { return XP_OVER(1); }
#define REDUCTIONS(name) REDUCTION(name, all) REDUCTION(name, axis0) REDUCTION(name, axis1)
REDUCTIONS(sum)
REDUCTIONS(mean)
REDUCTIONS(var)
REDUCTIONS(std)

/* mean, var, min, max and sum of the same array, asked for together: one pass */
static void five(bench_data *data)
{
    const xp_namespace *xp = xp_array_namespace(data->a);
    xp_scope scope = xp_scope_open();
    xp_array *mean = xp->mean(data->a, XP_ALL), *var = xp->var(data->a, XP_ALL), *min = xp->min(data->a, XP_ALL),
             *max = xp->max(data->a, XP_ALL), *sum = xp->sum(data->a, XP_ALL);
    xp_array *const all[] = {mean, var, min, max, sum};
    bench_finish(data, scope, xp->stack(all, 5, 0));
}

#define ROWS(name)                                                                                                     \
    {#name "_1e6", setup_flat, name##_all}, {#name "_1e5x10_axis0", setup_rows10, name##_axis0},                       \
        {#name "_1e5x10_axis1", setup_rows10, name##_axis1}, {#name "_1e5x16_axis0", setup_rows16, name##_axis0},      \
        {#name "_1e5x16_axis1", setup_rows16, name##_axis1}, {#name "_1000x1000_axis0", setup_thousand, name##_axis0}, \
        {#name "_1000x1000_axis1", setup_thousand, name##_axis1}

const bench_row bench_reduction_rows[] = {
    ROWS(sum), ROWS(mean), ROWS(var), ROWS(std), {"five_1e7", setup_long, five}, {NULL, NULL, NULL},
};
