/* Principal component analysis: scikit-learn's values, what follows from the definition, where data stays.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "golden.h"
#include "samples.h"

#define SHAPE XP_SHAPE(12, 4)

static minilearn_pca_options two_components(void)
{
    minilearn_pca_options options = minilearn_pca_defaults();
    options.n_components = 2;
    return options;
}

Test(pca, agrees_with_scikit_learn)
{
    const minilearn_pca_options two = two_components();
    XP_TEST_PROVIDERS(device) {
        if (!xp_test_can(device, XP_TEST_LINALG))
            XP_TEST_SKIP_PROVIDER("needs a singular value decomposition");
        XP_TEST_DTYPES(dtype, XP_TEST_REAL_FLOATING) {
            xp_scope scope = xp_scope_open();
            xp_array *x = samples(golden_x, SHAPE, dtype, device);
            minilearn_pca pca = minilearn_pca_fit(x, &two);
            double tol = tolerance(dtype);
            xp_assert_close(pca.components, samples(golden_pca_components, XP_SHAPE(2, 4), dtype, device), tol, tol);
            xp_assert_close(pca.explained_variance, samples(golden_pca_variance, XP_SHAPE(2), dtype, device), tol, 0);
            xp_assert_close(pca.explained_variance_ratio, samples(golden_pca_ratio, XP_SHAPE(2), dtype, device), tol,
                            0);
            xp_assert_close(pca.singular_values, samples(golden_pca_singular_values, XP_SHAPE(2), dtype, device), tol,
                            0);
            xp_assert_close(minilearn_pca_transform(&pca, x),
                            samples(golden_pca_transformed, XP_SHAPE(12, 2), dtype, device), tol, 20 * tol);
            xp_assert_closes(scope);
        }
    }
}

Test(pca, all_components_lose_nothing)
{
    XP_TEST_PROVIDERS(device) {
        if (!xp_test_can(device, XP_TEST_LINALG))
            XP_TEST_SKIP_PROVIDER("needs a singular value decomposition");
        xp_scope scope = xp_scope_open();
        xp_array *x = samples(golden_x, SHAPE, XP_FLOAT64, device);
        minilearn_pca pca = minilearn_pca_fit(x, NULL);
        xp_array *gram = xp_matmul(pca.components, xp_matrix_transpose(pca.components));
        xp_assert_close(gram, xp_eye(4, 4, 0, XP_FLOAT64, device), 0, 1e-14);
        xp_assert_close(xp_sum(pca.explained_variance_ratio, XP_ALL), xp_scalar(1.0), 1e-14, 0);
        xp_assert_close(xp_sum(pca.explained_variance, XP_ALL),
                        xp_sum(xp_var(x, xp_correction(XP_OVER(0), 1)), XP_ALL), 1e-13, 0);
        xp_array *scores = minilearn_pca_transform(&pca, x);
        xp_assert_close_default(minilearn_pca_inverse_transform(&pca, scores), x);
        xp_assert_closes(scope);
    }
}

/* Points on the line through (0, 1) along (3, 4) / 5, at -2, -1, 0, 1, 2: their variance is 10 / 4. */
Test(pca, points_on_a_line_have_one_component)
{
    double values[10];
    for (int i = 0; i < 5; i++) {
        values[2 * i] = 0.6 * (i - 2);
        values[2 * i + 1] = 1 + 0.8 * (i - 2);
    }
    const double direction[] = {0.6, 0.8}, variance[] = {2.5, 0}, mean[] = {0, 1};
    XP_TEST_PROVIDERS(device) {
        if (!xp_test_can(device, XP_TEST_LINALG))
            XP_TEST_SKIP_PROVIDER("needs a singular value decomposition");
        xp_scope scope = xp_scope_open();
        minilearn_pca pca = minilearn_pca_fit(samples(values, XP_SHAPE(5, 2), XP_FLOAT64, device), NULL);
        xp_array *first = xp_get(pca.components, XP_INDEX(xp_at(0), xp_ellipsis()));
        xp_assert_close_to(first, direction, XP_FLOAT64, XP_SHAPE(2), 1e-14, 0);
        xp_assert_close_to(pca.explained_variance, variance, XP_FLOAT64, XP_SHAPE(2), 1e-14, 1e-28);
        xp_assert_close_to(pca.mean, mean, XP_FLOAT64, XP_SHAPE(2), 1e-15, 1e-16);
        xp_assert_closes(scope);
    }
}

Test(pca, more_features_than_samples)
{
    XP_TEST_PROVIDERS(device) {
        if (!xp_test_can(device, XP_TEST_LINALG))
            XP_TEST_SKIP_PROVIDER("needs a singular value decomposition");
        xp_scope scope = xp_scope_open();
        xp_array *x = samples(golden_x, XP_SHAPE(4, 12), XP_FLOAT64, device);
        minilearn_pca pca = minilearn_pca_fit(x, NULL);
        cr_assert(xp_extent(pca.components, 0) == 4 && xp_extent(pca.components, 1) == 12);
        xp_array *back = minilearn_pca_inverse_transform(&pca, minilearn_pca_transform(&pca, x));
        xp_assert_close(back, x, 1e-11, 1e-11);
        xp_assert_closes(scope);
    }
}

Test(pca, data_stays_on_its_device)
{
    const struct xp_device *trace = xp_device("trace(host)");
    xp_scope scope = xp_scope_open();
    xp_array *x = samples(golden_x, SHAPE, XP_FLOAT64, trace);
    cr_assert_eq(xp_trace_reset(trace), XP_OK);
    minilearn_pca pca = minilearn_pca_fit(x, NULL);
    cr_assert_eq(xp_eval(minilearn_pca_transform(&pca, x), pca.explained_variance_ratio), XP_OK);
    xp_assert_no_transfers(trace);
    xp_assert_closes(scope);
}

Test(pca, bad_input_is_named)
{
    XP_TEST_PROVIDERS(device) {
        xp_scope scope = xp_scope_open();
        xp_array *x = samples(golden_x, SHAPE, XP_FLOAT64, device);
        minilearn_pca_options five = minilearn_pca_defaults();
        five.n_components = 5;
        xp_assert_fails(minilearn_pca_fit(x, &five), XP_ERROR_VALUE,
                        "pca_fit: n_components is 5, expected 0 to 4");
        xp_assert_fails(minilearn_pca_fit(xp_get(x, XP_INDEX(xp_slice(0, 1, 1), xp_ellipsis())), NULL), XP_ERROR_VALUE,
                        "pca_fit: x has 1 samples of 4 features, expected 2 and 1 or more");
        xp_assert_fails(minilearn_pca_fit(xp_astype(x, XP_COMPLEX128, false), NULL), XP_ERROR_TYPE, NULL);
        xp_assert_closes(scope);
    }
}

Test(pca, nothing_leaks_whichever_allocation_fails)
{
    xp_array *x = samples(golden_x, SHAPE, XP_FLOAT64, NULL);
    XP_TEST_EVERY_ALLOCATION(round) {
        xp_scope scope = xp_scope_open();
        minilearn_pca pca = minilearn_pca_fit(x, NULL);
        xp_eval(minilearn_pca_transform(&pca, x));
        xp_status status = xp_scope_close(scope);
        xp_assert_that(status == (xp_test_fault_fired() ? XP_ERROR_MEMORY : XP_OK), "round %lld", round);
    }
    xp_release(x);
}
