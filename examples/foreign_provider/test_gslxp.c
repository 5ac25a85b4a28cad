/* The provider, without a test framework: what holds is silent, what does not is printed and aborts.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <gsl/gsl_rng.h>
#include <scixp/driver.h>
#include <scixp/testing.h>

#include "gslxp.h"

enum { N = 500, D = 3, K = 4 };

/* n points around K centres; rows of a larger matrix, so that tda is not size2. */
static gsl_matrix *points(size_t n)
{
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_matrix *matrix = gsl_matrix_alloc(n, D + 2);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < D + 2; j++)
            gsl_matrix_set(matrix, i, j, 10.0 * (double)(i % K) * (double)(j + 1) + gsl_rng_uniform(random));
    gsl_rng_free(random);
    return matrix;
}

static xp_array *to_host(xp_array *x)
{
    return xp_to_device(x, xp_device("host"));
}

/* From the first K rows. */
static sx_kmeans2_result kmeans2(xp_array *obs)
{
    sx_kmeans2_options options = sx_cluster_kmeans2_defaults();
    options.minit = SX_MINIT_MATRIX;
    return sx_cluster_kmeans2(obs, xp_get(obs, XP_INDEX(xp_slice(0, K, 1))), &options);
}

/* From rows that are drawn. */
static sx_kmeans2_result kmeans2_plusplus(xp_array *obs)
{
    sx_kmeans2_options options = sx_cluster_kmeans2_defaults();
    xp_rng rng = xp_rng_seed(7);
    options.minit = SX_MINIT_PLUSPLUS;
    options.rng = &rng;
    return sx_cluster_kmeans2(obs, xp_scalar(K), &options);
}

/* ---- the algorithms ---------------------------------------------------------------------------------------------- */

/* Deviations are GSL's, so that whitened data may differ in the last digits. */
static void check_whiten(xp_array *here, xp_array *there)
{
    xp_array *white = sx_cluster_whiten(there, NULL);
    xp_assert_that(xp_device_of(white) == gslxp_device(), "whiten has left the device");
    xp_assert_close(to_host(white), sx_cluster_whiten(here, NULL), 1e-14, 0);
    gsl_matrix *out = gslxp_matrix(white);
    xp_assert_that(out && out->size1 == N && out->size2 == D && out->owner, "whiten gives no matrix of its own");
    xp_assert_close_to(white, out->data, XP_FLOAT64, XP_SHAPE(N, D), 0, 0);
    gsl_matrix_free(out);
}

/* Kernels are the host's, and so are the bits. */
static void check_vq(xp_array *here, xp_array *there)
{
    sx_vq_result expected = sx_cluster_vq(here, xp_get(here, XP_INDEX(xp_slice(0, K, 1))), NULL);
    sx_vq_result found = sx_cluster_vq(there, xp_get(there, XP_INDEX(xp_slice(0, K, 1))), NULL);
    xp_assert_equal(to_host(found.code), expected.code);
    xp_assert_equal(to_host(found.dist), expected.dist);
    gsl_vector_int *code = gslxp_vector_int(found.code);
    gsl_vector *dist = gslxp_vector(found.dist);
    xp_assert_that(code && gsl_vector_int_get(code, 5) == 1, "row 5 belongs to cluster 1");
    xp_assert_that(dist && gsl_vector_get(dist, 3) == 0, "row 3 is a centroid");
    gsl_vector_int_free(code);
    gsl_vector_free(dist);
}

static void check_kmeans2(xp_array *here, xp_array *there)
{
    sx_kmeans2_result expected = kmeans2(here), found = kmeans2(there);
    xp_assert_that(xp_device_of(found.centroid) == gslxp_device(), "kmeans2 has left the device");
    xp_assert_equal(to_host(found.centroid), expected.centroid);
    xp_assert_equal(to_host(found.label), expected.label);
    gsl_matrix *centroid = gslxp_matrix(found.centroid);
    xp_assert_that(centroid && centroid->size1 == K && centroid->size2 == D, "kmeans2 gives no matrix");
    gsl_matrix_free(centroid);
    xp_assert_equal(to_host(kmeans2_plusplus(there).centroid), kmeans2_plusplus(here).centroid);
}

/* ---- a device like any other ------------------------------------------------------------------------------------- */

static void check_traced(xp_array *here)
{
    xp_array *there = xp_to_device(here, xp_device("trace(gsl)"));
    xp_assert_equal(to_host(sx_cluster_whiten(there, NULL)), sx_cluster_whiten(here, NULL)); /* no native functions */
    xp_assert_that(xp_test_counts(xp_device("trace(gsl)")).passes > 0, "nothing is counted");
}

static void check_named_in_tests(void)
{
    int turns = 0;
    setenv("XP_PROVIDERS", "host,gsl", 1);
    XP_TEST_PROVIDERS(device)
        turns += xp_test_is(device, turns == 0 ? "host" : "gsl") && xp_test_can(device, XP_TEST_KERNELS);
    xp_assert_that(turns == 2, "%d turns", turns);
}

/* ---- the native functions, against the generic ones -------------------------------------------------------------- */

static void check_moments(xp_array *x)
{
    const xp_namespace *xp = xp_array_namespace(x), *generic = xp_generic_namespace(gslxp_device());
    xp_assert_that(xp->mean != generic->mean, "mean is not native");
    const xp_over overs[] = {XP_OVER(0), XP_OVER(1), xp_keepdims(XP_OVER(-1)), xp_correction(XP_OVER(-2), 1), XP_ALL,
                             xp_correction(XP_OVER(0), 1e9)};
    for (size_t i = 0; i < sizeof overs / sizeof *overs; i++) {
        if (overs[i].correction == 0)
            xp_assert_close(xp->mean(x, overs[i]), generic->mean(x, overs[i]), 1e-14, 0);
        xp_assert_close(xp->var(x, overs[i]), generic->var(x, overs[i]), 1e-13, 0);
        xp_assert_close(xp->std(x, overs[i]), generic->std(x, overs[i]), 1e-13, 0);
    }
    xp_array *turned = xp->flip(xp->matrix_transpose(x), XP_OVER(0, 1)); /* GSL has no negative strides */
    xp_assert_close(xp->mean(turned, XP_OVER(1)), generic->mean(turned, XP_OVER(1)), 1e-14, 0);
    xp_array *narrow = xp->astype(x, XP_FLOAT32, false);
    xp_assert_equal(xp->std(narrow, XP_OVER(0)), generic->std(narrow, XP_OVER(0)));
    xp_assert_fails(xp->mean(x, XP_OVER(2)), XP_ERROR_INDEX, NULL);
}

static void check_products(xp_array *x)
{
    const xp_namespace *xp = xp_array_namespace(x), *generic = xp_generic_namespace(gslxp_device());
    xp_array *turned = xp->matrix_transpose(x);
    xp_array *const pairs[][2] = {{turned, x}, {x, turned}, {xp->flip(turned, XP_OVER(0)), x}};
    for (int i = 0; i < 3; i++)
        xp_assert_close(xp->matmul(pairs[i][0], pairs[i][1]), generic->matmul(pairs[i][0], pairs[i][1]), 1e-13, 0);
    xp_assert_fails(xp->matmul(x, x), XP_ERROR_VALUE, NULL);

    xp_array *gram = xp->matmul(turned, x), *factor = xp->linalg->cholesky(gram, false);
    xp_assert_close(xp->matmul(factor, xp->matrix_transpose(factor)), gram, 1e-14, 0);
    xp_assert_equal(xp_get(factor, XP_INDEX(xp_at(0), xp_slice(1, XP_END, 1))), xp->zeros(XP_SHAPE(D - 1), XP_FLOAT64));
    xp_assert_close(xp->linalg->cholesky(gram, true), xp->matrix_transpose(factor), 1e-9, 1e-9);
    xp_assert_fails(xp->linalg->cholesky(xp->negative(gram), false), XP_ERROR_LINALG,
                    "cholesky: x is not positive definite");
}

/* ---- types, memory ----------------------------------------------------------------------------------------------- */

static void check_conversions(gsl_matrix *matrix, xp_array *x)
{
    gsl_vector_view column = gsl_matrix_column(matrix, 1);
    xp_array *strided = gslxp_borrow_vector(&column.vector);
    xp_assert_equal(strided, xp_get(x, XP_INDEX(xp_ellipsis(), xp_at(1))));
    xp_view view;
    xp_assert_that(xp_view_of(x, "test", &view) && xp_buffer_memory(view.buffer).handle == matrix->data,
                   "a borrowed matrix is copied");
    gsl_vector *sum = gslxp_vector(xp_add(strided, strided));
    xp_assert_that(sum && gsl_vector_get(sum, 7) == 2 * gsl_matrix_get(matrix, 7, 1), "a sum is wrong");
    gsl_vector_free(sum);
    xp_assert_fails(gslxp_vector(x), XP_ERROR_VALUE,
                    "gslxp_vector: x has 2 dimensions and 1500 elements, expected 1 and 1 or more");
    xp_assert_fails(gslxp_vector_int(strided), XP_ERROR_TYPE, NULL);
    xp_assert_fails(xp_add(x, to_host(x)), XP_ERROR_DEVICE, NULL);
}

static void check_failing_allocations(const gsl_matrix *matrix)
{
    XP_TEST_EVERY_ALLOCATION(round) {
        xp_scope scope = xp_scope_open();
        xp_array *obs = gslxp_borrow_matrix(matrix);
        (void)xp_eval(sx_cluster_whiten(obs, NULL), kmeans2(obs).label);
        xp_status status = xp_scope_close(scope);
        xp_assert_that(status == (xp_test_fault_fired() ? XP_ERROR_MEMORY : XP_OK), "round %lld: %d", round, status);
    }
}

int main(void)
{
    const struct xp_device *device = gslxp_device();
    xp_assert_that(device && xp_device("gsl") == device, "%s", xp_error_message());
    gsl_matrix *memory = points(N);
    gsl_matrix_view part = gsl_matrix_submatrix(memory, 0, 1, N, D);
    xp_test_live before = xp_test_live_now();

    xp_scope scope = xp_scope_open();
    xp_array *there = gslxp_borrow_matrix(&part.matrix), *here = to_host(there);
    check_whiten(here, there);
    check_vq(here, there);
    check_kmeans2(here, there);
    check_traced(here);
    check_named_in_tests();
    check_moments(there);
    check_products(there);
    check_conversions(&part.matrix, there);
    xp_assert_closes(scope);

    check_failing_allocations(&part.matrix);
    xp_assert_no_leaks(before);
    xp_assert_that(gslxp_blocks() == 0, "%ld blocks are left", gslxp_blocks());
    gsl_matrix_free(memory);
    return 0;
}
