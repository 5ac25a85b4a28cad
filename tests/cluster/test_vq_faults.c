/* Every allocation of a whole call failing in turn: a clear error, nothing leaked, the input intact.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>

#include "observations.h"

static xp_status finish(xp_scope scope, xp_array *result)
{
    xp_eval(result);
    return xp_scope_close(scope);
}

static void check(xp_status status, long long round)
{
    xp_status expected = xp_test_fault_fired() ? XP_ERROR_MEMORY : XP_OK;
    cr_assert_eq(status, expected, "round %lld: code %d (%s)", round, (int)status, xp_error_message());
}

static void kmeans2_from(sx_minit minit, xp_dtype dtype, const struct xp_device *device)
{
    xp_array *data = make_clouds(&(clouds){60, 3, 4, 0, 6}, dtype, device);
    double *before = read_doubles(data);
    xp_scope outer = xp_scope_open();
    xp_array *rows = xp_keep(xp_get(data, XP_INDEX(xp_slice(0, 4, 1), xp_ellipsis())));
    xp_assert_closes(outer);
    XP_TEST_EVERY_ALLOCATION(round)
    {
        xp_scope scope = xp_scope_open();
        xp_rng rng = xp_rng_seed(2);
        sx_kmeans2_options options = sx_cluster_kmeans2_defaults();
        options.minit = minit;
        options.iter = 2;
        options.rng = &rng;
        sx_kmeans2_result found = sx_cluster_kmeans2(data, minit == SX_MINIT_MATRIX ? rows : xp_scalar(4), &options);
        check(finish(scope, found.centroid), round);
    }
    double *after = read_doubles(data);
    cr_assert_arr_eq(before, after, 60 * 3 * sizeof(double));
    free(before);
    free(after);
    xp_release(rows);
    xp_release(data);
}

CHECKED_TEST(vq_faults, kmeans2_plusplus)
{
    XP_TEST_PROVIDERS(device)
    kmeans2_from(SX_MINIT_PLUSPLUS, XP_FLOAT64, device);
}

CHECKED_TEST(vq_faults, kmeans2_random)
{
    XP_TEST_PROVIDERS(device)
    kmeans2_from(SX_MINIT_RANDOM, XP_FLOAT32, device);
}

CHECKED_TEST(vq_faults, kmeans2_points)
{
    XP_TEST_PROVIDERS(device)
    kmeans2_from(SX_MINIT_POINTS, XP_INT16, device);
}

CHECKED_TEST(vq_faults, kmeans2_matrix)
{
    XP_TEST_PROVIDERS(device)
    {
        kmeans2_from(SX_MINIT_MATRIX, XP_FLOAT32, device);
        kmeans2_from(SX_MINIT_MATRIX, XP_FLOAT64, device);
    }
}

/* Arrays above the size that is computed at the call, and labels in doubt. */
CHECKED_TEST(vq_faults, vq)
{
    XP_TEST_PROVIDERS(device)
    {
        xp_array *obs = make_clouds(&(clouds){3000, 4, 4, 1e5, 6}, XP_FLOAT32, device);
        xp_scope outer = xp_scope_open();
        xp_array *code_book = xp_keep(xp_get(obs, XP_INDEX(xp_slice(0, 100, 1), xp_ellipsis())));
        xp_assert_closes(outer);
        XP_TEST_EVERY_ALLOCATION(round)
        {
            xp_scope scope = xp_scope_open();
            check(finish(scope, sx_cluster_vq(obs, code_book, NULL).dist), round);
        }
        xp_release(code_book);
        xp_release(obs);
    }
}

CHECKED_TEST(vq_faults, kmeans)
{
    XP_TEST_PROVIDERS(device)
    {
        xp_array *obs = make_clouds(&(clouds){40, 2, 3, 0, 6}, XP_FLOAT64, device);
        XP_TEST_EVERY_ALLOCATION(round)
        {
            xp_scope scope = xp_scope_open();
            xp_rng rng = xp_rng_seed(2);
            sx_kmeans_options options = sx_cluster_kmeans_defaults();
            options.iter = 2;
            options.rng = &rng;
            check(finish(scope, sx_cluster_kmeans(obs, xp_scalar(3), &options).code_book), round);
        }
        xp_release(obs);
    }
}

CHECKED_TEST(vq_faults, whiten)
{
    XP_TEST_PROVIDERS(device)
    {
        xp_array *obs = make_clouds(&(clouds){2000, 3, 3, 0, 6}, XP_FLOAT64, device);
        XP_TEST_EVERY_ALLOCATION(round)
        {
            xp_scope scope = xp_scope_open();
            check(finish(scope, sx_cluster_whiten(obs, NULL)), round);
        }
        xp_release(obs);
    }
}
