/* SciPy's values for whiten, vq, kmeans with a guess and kmeans2 with a matrix, in every layout on every provider.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>

#include "golden.h"
#include "observations.h"

/* SciPy's own sums round: in float32 it adds up one by one. */
static double tolerance(xp_array *x)
{
    return xp_dtype_of(x) == XP_FLOAT32 ? 4e-6 : 1e-13;
}

#define EACH_CASE(table, path, device, how)                                                                            \
    XP_TEST_PROVIDERS(device)                                                                                          \
    for (golden table = golden_open("cluster_vq/" path); golden_next(&table);)                                         \
        for (layout how = LAYOUT_C; how < N_LAYOUTS; how++)

CHECKED_TEST(vq_golden, whiten)
{
    EACH_CASE(table, "whiten.txt", device, how)
    {
        xp_scope scope = xp_scope_open();
        xp_array *obs = lay_out(golden_array(&table, "obs", device), how);
        xp_array *expected = golden_array(&table, "result", device);
        xp_assert_close(sx_cluster_whiten(obs, NULL), expected, 4 * tolerance(expected), 0);
        xp_assert_closes(scope);
    }
}

CHECKED_TEST(vq_golden, vq)
{
    EACH_CASE(table, "vq.txt", device, how)
    {
        xp_scope scope = xp_scope_open();
        xp_array *obs = lay_out(golden_array(&table, "obs", device), how);
        xp_array *code_book = lay_out(golden_array(&table, "code_book", device), how);
        xp_array *dist = golden_array(&table, "dist", device);
        sx_vq_result found = sx_cluster_vq(obs, code_book, NULL);
        xp_assert_equal(found.code, golden_array(&table, "code", device));
        /* SciPy's distances of five features and more lose digits near zero. */
        xp_assert_close(found.dist, dist, tolerance(dist), xp_dtype_of(dist) == XP_FLOAT32 ? 2e-2 : 1e-6);
        xp_assert_closes(scope);
    }
}

CHECKED_TEST(vq_golden, kmeans)
{
    EACH_CASE(table, "kmeans.txt", device, how)
    {
        xp_scope scope = xp_scope_open();
        xp_array *obs = lay_out(golden_array(&table, "obs", device), how);
        xp_array *guess = lay_out(golden_array(&table, "guess", device), how);
        xp_array *expected = golden_array(&table, "code_book", device);
        sx_kmeans_options options = sx_cluster_kmeans_defaults();
        options.thresh = golden_number(&table, "thresh");
        sx_kmeans_result found = sx_cluster_kmeans(obs, guess, &options);
        xp_assert_close(found.code_book, expected, tolerance(expected), tolerance(expected));
        double distortion = golden_number(&table, "distortion");
        cr_assert_float_eq(found.distortion, distortion, distortion * (tolerance(expected) + 1e-9), "%s: %g, not %g",
                           table.name, found.distortion, distortion);
        xp_assert_closes(scope);
    }
}

CHECKED_TEST(vq_golden, kmeans2)
{
    EACH_CASE(table, "kmeans2.txt", device, how)
    {
        xp_scope scope = xp_scope_open();
        xp_array *data = lay_out(golden_array(&table, "data", device), how);
        xp_array *k = lay_out(golden_array(&table, "k", device), how);
        xp_array *expected = golden_array(&table, "centroid", device);
        sx_kmeans2_options options = sx_cluster_kmeans2_defaults();
        options.iter = (int64_t)golden_number(&table, "iter");
        options.minit = SX_MINIT_MATRIX;
        sx_kmeans2_result found = sx_cluster_kmeans2(data, k, &options);
        xp_assert_close(found.centroid, expected, tolerance(expected), tolerance(expected));
        xp_assert_equal(found.label, golden_array(&table, "label", device));
        xp_assert_closes(scope);
    }
}

CHECKED_TEST(vq_golden, defaults)
{
    golden table = golden_open("cluster_vq/defaults.txt");
    while (golden_next(&table)) {
        if (strcmp(table.name, "whiten") == 0) {
            sx_whiten_options options = sx_cluster_whiten_defaults();
            cr_expect_eq(options.size, sizeof options);
            cr_expect_eq(options.check_finite, golden_number(&table, "check_finite"));
        } else if (strcmp(table.name, "vq") == 0) {
            sx_vq_options options = sx_cluster_vq_defaults();
            cr_expect_eq(options.size, sizeof options);
            cr_expect_eq(options.check_finite, golden_number(&table, "check_finite"));
        } else if (strcmp(table.name, "kmeans") == 0) {
            sx_kmeans_options options = sx_cluster_kmeans_defaults();
            cr_expect_eq(options.size, sizeof options);
            cr_expect_eq((double)options.iter, golden_number(&table, "iter"));
            cr_expect_eq(options.thresh, golden_number(&table, "thresh"));
            cr_expect_eq(options.check_finite, golden_number(&table, "check_finite"));
            cr_expect_null(options.rng);
        } else {
            sx_kmeans2_options options = sx_cluster_kmeans2_defaults();
            cr_expect_str_eq(table.name, "kmeans2");
            cr_expect_eq(options.size, sizeof options);
            cr_expect_eq((double)options.iter, golden_number(&table, "iter"));
            cr_expect_eq(options.thresh, golden_number(&table, "thresh"));
            cr_expect_eq((int)options.minit, (int)golden_number(&table, "minit"));
            cr_expect_eq((int)options.missing, (int)golden_number(&table, "missing"));
            cr_expect_eq(options.check_finite, golden_number(&table, "check_finite"));
            cr_expect_null(options.rng);
        }
    }
}
