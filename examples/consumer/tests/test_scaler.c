/* The standard scaler: scikit-learn's values, round trips, options, bad input, memory.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "golden.h"
#include "samples.h"

#define SHAPE XP_SHAPE(12, 4)

Test(scaler, agrees_with_scikit_learn)
{
    XP_TEST_PROVIDERS(device) {
        XP_TEST_DTYPES(dtype, XP_TEST_REAL_FLOATING) {
            xp_scope scope = xp_scope_open();
            xp_array *x = samples(golden_x, SHAPE, dtype, device);
            minilearn_scaler scaler = minilearn_scaler_fit(x, NULL);
            double rtol = tolerance(dtype);
            xp_assert_close(scaler.mean, samples(golden_scaler_mean, XP_SHAPE(4), dtype, device), rtol, 0);
            xp_assert_close(scaler.scale, samples(golden_scaler_scale, XP_SHAPE(4), dtype, device), rtol, 0);
            xp_assert_close(minilearn_scaler_transform(&scaler, x), samples(golden_scaled, SHAPE, dtype, device), rtol,
                            rtol);
            xp_assert_closes(scope);
        }
    }
}

/* From the definition: mean 0, variance 1, and back to where it came from. */
Test(scaler, scaled_features_have_mean_0_and_variance_1)
{
    XP_TEST_PROVIDERS(device) {
        xp_scope scope = xp_scope_open();
        xp_array *x = samples(golden_x, SHAPE, XP_FLOAT64, device);
        minilearn_scaler scaler = minilearn_scaler_fit(x, NULL);
        xp_array *scaled = minilearn_scaler_transform(&scaler, x);
        xp_assert_close(xp_mean(scaled, XP_OVER(0)), xp_zeros(XP_SHAPE(4), XP_FLOAT64, device), 0, 1e-12);
        xp_assert_close(xp_var(scaled, XP_OVER(0)), xp_ones(XP_SHAPE(4), XP_FLOAT64, device), 1e-12, 0);
        xp_assert_close_default(minilearn_scaler_inverse_transform(&scaler, scaled), x);
        xp_assert_closes(scope);
    }
}

Test(scaler, options_leave_out_either_step)
{
    const double values[] = {1, 5, 3, 5}, centred[] = {-1, 0, 1, 0}, divided[] = {1, 5, 3, 5};
    XP_TEST_PROVIDERS(device) {
        xp_scope scope = xp_scope_open();
        xp_array *x = samples(values, XP_SHAPE(2, 2), XP_FLOAT64, device);
        minilearn_scaler_options options = minilearn_scaler_defaults();
        options.with_std = false;
        minilearn_scaler scaler = minilearn_scaler_fit(x, &options);
        cr_assert_null(scaler.scale);
        xp_assert_close_to(minilearn_scaler_transform(&scaler, x), centred, XP_FLOAT64, XP_SHAPE(2, 2), 0, 0);
        options.with_std = true;
        options.with_mean = false;
        scaler = minilearn_scaler_fit(x, &options); /* deviations are 1 and, as that of a constant, 1 */
        cr_assert_null(scaler.mean);
        xp_assert_close_to(minilearn_scaler_transform(&scaler, x), divided, XP_FLOAT64, XP_SHAPE(2, 2), 0, 0);
        xp_assert_closes(scope);
    }
}

Test(scaler, integers_become_float64)
{
    const int32_t values[] = {0, 10, 20};
    const double expected[] = {-1.224744871391589, 0, 1.224744871391589}; /* the root of 3/2 */
    XP_TEST_PROVIDERS(device) {
        xp_scope scope = xp_scope_open();
        xp_array *x = xp_from_host(values, XP_INT32, XP_SHAPE(3, 1), device);
        minilearn_scaler scaler = minilearn_scaler_fit(x, NULL);
        xp_assert_close_to(minilearn_scaler_transform(&scaler, x), expected, XP_FLOAT64, XP_SHAPE(3, 1), 1e-14, 0);
        xp_assert_closes(scope);
    }
}

Test(scaler, bad_input_is_named)
{
    XP_TEST_PROVIDERS(device) {
        xp_scope scope = xp_scope_open();
        xp_array *x = samples(golden_x, SHAPE, XP_FLOAT64, device);
        xp_array *narrow = samples(golden_x, XP_SHAPE(6, 2), XP_FLOAT64, device);
        minilearn_scaler scaler = minilearn_scaler_fit(x, NULL);
        minilearn_scaler_options sizeless = {.size = 0};
        xp_assert_fails(minilearn_scaler_fit(xp_sum(x, XP_OVER(0)), NULL), XP_ERROR_VALUE,
                        "scaler_fit: x has 1 dimensions, expected 2");
        xp_assert_fails(minilearn_scaler_fit(NULL, NULL), XP_ERROR_VALUE, "scaler_fit: x is not given");
        xp_assert_fails(minilearn_scaler_fit(x, &sizeless), XP_ERROR_VALUE,
                        "scaler_fit: options has size 0: start from the defaults");
        xp_assert_fails(minilearn_scaler_fit(xp_zeros(XP_SHAPE(0, 2), XP_FLOAT64, device), NULL), XP_ERROR_VALUE,
                        "scaler_fit: x has 0 samples of 2 features, expected 1 and 0 or more");
        xp_assert_fails(minilearn_scaler_fit(xp_greater(x, xp_scalar(0.0)), NULL), XP_ERROR_TYPE,
                        "scaler_fit: x has no real numbers");
        xp_assert_fails(minilearn_scaler_transform(&scaler, narrow), XP_ERROR_VALUE,
                        "scaler_transform: x has 2 features, the model was fitted to 4");
        xp_assert_closes(scope);
    }
}

/* x is in no scope: one that cannot be opened leaves to the one around it what was made in it. */
Test(scaler, nothing_leaks_whichever_allocation_fails)
{
    xp_array *x = samples(golden_x, SHAPE, XP_FLOAT64, NULL);
    XP_TEST_EVERY_ALLOCATION(round) {
        xp_scope scope = xp_scope_open();
        minilearn_scaler scaler = minilearn_scaler_fit(x, NULL);
        xp_eval(minilearn_scaler_transform(&scaler, x));
        xp_status status = xp_scope_close(scope);
        xp_assert_that(status == (xp_test_fault_fired() ? XP_ERROR_MEMORY : XP_OK), "round %lld", round);
    }
    xp_release(x);
}
