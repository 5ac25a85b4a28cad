/* Ridge regression: scikit-learn's values, closed forms, rank that is missing, bad input.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "golden.h"
#include "samples.h"

static minilearn_ridge_options with(double alpha, bool fit_intercept)
{
    minilearn_ridge_options options = minilearn_ridge_defaults();
    options.alpha = alpha;
    options.fit_intercept = fit_intercept;
    return options;
}

Test(ridge, agrees_with_scikit_learn)
{
    const minilearn_ridge_options half = with(0.5, true), plain = with(2.0, false);
    XP_TEST_PROVIDERS(device) {
        if (!xp_test_can(device, XP_TEST_LINALG))
            XP_TEST_SKIP_PROVIDER("needs a singular value decomposition");
        XP_TEST_DTYPES(dtype, XP_TEST_REAL_FLOATING) {
            xp_scope scope = xp_scope_open();
            xp_array *x = samples(golden_x, XP_SHAPE(12, 4), dtype, device);
            xp_array *y = samples(golden_y, XP_SHAPE(12, 2), dtype, device);
            minilearn_ridge ridge = minilearn_ridge_fit(x, y, &half);
            double tol = tolerance(dtype);
            xp_assert_close(ridge.coef, samples(golden_ridge_coef, XP_SHAPE(2, 4), dtype, device), tol, tol);
            xp_assert_close(ridge.intercept, samples(golden_ridge_intercept, XP_SHAPE(2), dtype, device), tol, tol);
            xp_assert_close(minilearn_ridge_predict(&ridge, x),
                            samples(golden_ridge_predicted, XP_SHAPE(12, 2), dtype, device), tol, tol);
            xp_array *first = xp_get(y, XP_INDEX(xp_ellipsis(), xp_at(0)));
            ridge = minilearn_ridge_fit(x, first, &plain);
            xp_assert_close(ridge.coef, samples(golden_ridge_plain_coef, XP_SHAPE(4), dtype, device), tol, tol);
            xp_assert_equal(ridge.intercept, xp_scalar(0.0));
            xp_assert_closes(scope);
        }
    }
}

/* y = 2 a - b + 3 without noise. */
Test(ridge, a_linear_law_is_found)
{
    const double a_b[] = {0, 0, 1, 0, 0, 1, 2, 5, -3, 1}, y_values[] = {3, 5, 2, 2, -4}, law[] = {2, -1};
    const minilearn_ridge_options unpenalised = with(0, true);
    XP_TEST_PROVIDERS(device) {
        if (!xp_test_can(device, XP_TEST_LINALG))
            XP_TEST_SKIP_PROVIDER("needs a singular value decomposition");
        xp_scope scope = xp_scope_open();
        xp_array *x = samples(a_b, XP_SHAPE(5, 2), XP_FLOAT64, device);
        xp_array *y = samples(y_values, XP_SHAPE(5), XP_FLOAT64, device);
        minilearn_ridge ridge = minilearn_ridge_fit(x, y, &unpenalised);
        xp_assert_close_to(ridge.coef, law, XP_FLOAT64, XP_SHAPE(2), 1e-13, 0);
        xp_assert_close(ridge.intercept, xp_scalar(3.0), 1e-13, 0);
        xp_assert_close(minilearn_ridge_predict(&ridge, x), y, 1e-13, 1e-13);
        xp_assert_closes(scope);
    }
}

/* With orthonormal columns the coefficients are those of least squares, divided by 1 + alpha. */
Test(ridge, orthonormal_features_shrink_by_one_plus_alpha)
{
    const double columns[] = {0.6, 0, 0.8, 0, 0, 1}, y_values[] = {1, 2, 4}, expected[] = {2.2 / 1.5, 4 / 1.5};
    const minilearn_ridge_options half = with(0.5, false);
    XP_TEST_PROVIDERS(device) {
        if (!xp_test_can(device, XP_TEST_LINALG))
            XP_TEST_SKIP_PROVIDER("needs a singular value decomposition");
        xp_scope scope = xp_scope_open();
        xp_array *x = samples(columns, XP_SHAPE(3, 2), XP_FLOAT64, device);
        minilearn_ridge ridge = minilearn_ridge_fit(x, samples(y_values, XP_SHAPE(3), XP_FLOAT64, device), &half);
        xp_assert_close_to(ridge.coef, expected, XP_FLOAT64, XP_SHAPE(2), 1e-14, 0);
        xp_assert_closes(scope);
    }
}

/* Two features that are the same share their coefficient: the shortest solution. */
Test(ridge, missing_rank_gives_the_shortest_solution)
{
    const double twice[] = {1, 1, 2, 2, 3, 3}, y_values[] = {4, 8, 12}, expected[] = {2, 2};
    const minilearn_ridge_options unpenalised = with(0, false);
    XP_TEST_PROVIDERS(device) {
        if (!xp_test_can(device, XP_TEST_LINALG))
            XP_TEST_SKIP_PROVIDER("needs a singular value decomposition");
        xp_scope scope = xp_scope_open();
        xp_array *x = samples(twice, XP_SHAPE(3, 2), XP_FLOAT64, device);
        xp_array *y = samples(y_values, XP_SHAPE(3), XP_FLOAT64, device);
        minilearn_ridge ridge = minilearn_ridge_fit(x, y, &unpenalised);
        xp_assert_close_to(ridge.coef, expected, XP_FLOAT64, XP_SHAPE(2), 1e-13, 0);
        xp_assert_closes(scope);
    }
}

Test(ridge, bad_input_is_named)
{
    const minilearn_ridge_options negative = with(-1, true);
    XP_TEST_PROVIDERS(device) {
        xp_scope scope = xp_scope_open();
        xp_array *x = samples(golden_x, XP_SHAPE(12, 4), XP_FLOAT64, device);
        xp_array *y = samples(golden_y, XP_SHAPE(12), XP_FLOAT64, device);
        xp_array *shorter = samples(golden_y, XP_SHAPE(5), XP_FLOAT64, device);
        xp_assert_fails(minilearn_ridge_fit(x, shorter, NULL), XP_ERROR_VALUE,
                        "ridge_fit: y has 5 samples, x has 12");
        xp_assert_fails(minilearn_ridge_fit(x, NULL, NULL), XP_ERROR_VALUE, "ridge_fit: y is not given");
        xp_assert_fails(minilearn_ridge_fit(x, y, &negative), XP_ERROR_VALUE,
                        "ridge_fit: alpha is -1, expected 0 or more");
        xp_assert_closes(scope);
    }
}

Test(ridge, arrays_of_two_devices_do_not_mix)
{
    xp_scope scope = xp_scope_open();
    xp_array *x = samples(golden_x, XP_SHAPE(12, 4), XP_FLOAT64, xp_device("strict"));
    xp_array *y = samples(golden_y, XP_SHAPE(12), XP_FLOAT64, xp_device("strict:1"));
    xp_assert_fails(minilearn_ridge_fit(x, y, NULL), XP_ERROR_DEVICE, NULL);
    xp_assert_closes(scope);
}

Test(ridge, nothing_leaks_whichever_allocation_fails)
{
    xp_array *x = samples(golden_x, XP_SHAPE(12, 4), XP_FLOAT64, NULL);
    xp_array *y = samples(golden_y, XP_SHAPE(12), XP_FLOAT64, NULL);
    XP_TEST_EVERY_ALLOCATION(round) {
        xp_scope scope = xp_scope_open();
        minilearn_ridge ridge = minilearn_ridge_fit(x, y, NULL);
        xp_eval(minilearn_ridge_predict(&ridge, x));
        xp_status status = xp_scope_close(scope);
        xp_assert_that(status == (xp_test_fault_fired() ? XP_ERROR_MEMORY : XP_OK), "round %lld", round);
    }
    xp_release(x);
    xp_release(y);
}
