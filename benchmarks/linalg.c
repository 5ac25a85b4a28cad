/* Linear algebra rows: stacks of small matrices, and a product of large ones beside the bare call of BLAS.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <cblas.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

/* ---- small matrices: the rows' names end in their size ----------------------------------------------------------- */

static bool setup_stack(bench_data *data)
{
    const bool is_four = strstr(data->row, "4x4") != NULL;
    data->a = bench_read(data, is_four ? "stack_4x4" : "stack_3x3");
    data->b = bench_read(data, is_four ? "sides_4" : "sides_3");
    return data->a && data->b;
}

static void det(bench_data *data)
{
    xp_scope scope = xp_scope_open();
    bench_finish(data, scope, xp_array_namespace(data->a)->linalg->det(data->a));
}

static void inv(bench_data *data)
{
    xp_scope scope = xp_scope_open();
    bench_finish(data, scope, xp_array_namespace(data->a)->linalg->inv(data->a));
}

static void solve(bench_data *data)
{
    xp_scope scope = xp_scope_open();
    bench_finish(data, scope, xp_array_namespace(data->a)->linalg->solve(data->a, data->b));
}

/* ---- a product --------------------------------------------------------------------------------------------------- */

enum { SIZE = 1024 };

static bool setup_product(bench_data *data)
{
    data->a = bench_read(data, "matrix_a");
    data->b = bench_read(data, "matrix_b");
    data->memory = malloc(SIZE * SIZE * sizeof(double));
    return data->a && data->b && data->memory;
}

static void multiply(bench_data *data)
{
    xp_scope scope = xp_scope_open();
    bench_finish(data, scope, xp_array_namespace(data->a)->matmul(data->a, data->b));
}

/* The BLAS that the library is linked to, without the library. */
static void multiply_bare(bench_data *data)
{
    if (data->dtype == XP_FLOAT32)
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, SIZE, SIZE, SIZE, 1.0f, xp_data(data->a), SIZE,
                    xp_data(data->b), SIZE, 0.0f, data->memory, SIZE);
    else
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, SIZE, SIZE, SIZE, 1.0, xp_data(data->a), SIZE,
                    xp_data(data->b), SIZE, 0.0, data->memory, SIZE);
}

const bench_row bench_linalg_rows[] = {
    {"det_3x3", setup_stack, det},
    {"inv_3x3", setup_stack, inv},
    {"solve_3x3", setup_stack, solve},
    {"det_4x4", setup_stack, det},
    {"inv_4x4", setup_stack, inv},
    {"solve_4x4", setup_stack, solve},
    {"matmul_1024", setup_product, multiply},
    {NULL, NULL, NULL},
};

const bench_row bench_blas_rows[] = {
    {"matmul_1024", setup_product, multiply_bare},
    {NULL, NULL, NULL},
};
