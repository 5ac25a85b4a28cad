/* Covariances with weights and axes: what golden values do not show, and exact errors.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "extra.h"

#define SUITE standard_cov

/* Whole weights are as many observations; weights that are all the same change nothing but their sum. */
EXTRA_TEST(cov_weights_count_observations)
{
    xp_array *m = DOUBLES(XP_SHAPE(2, 3), 1, 2, 4, -1, 5, 3);
    xp_array *longer = DOUBLES(XP_SHAPE(2, 5), 1, 2, 2, 2, 4, -1, 5, 5, 5, 3), *often = INTEGERS(XP_INT32, 1, 3, 1);
    xp_array *expected = xp_extra_cov(longer, -1, 1.0, NULL, NULL), *thirds = DOUBLES(XP_SHAPE(3), 2, 2, 2);
    xp_assert_close(xp_extra_cov(m, 1, 1.0, often, NULL), expected, 1e-14, 0);
    xp_assert_close(xp_extra_cov(m, 1, 1.0, often, thirds), expected, 1e-14, 0);
    xp_assert_close(xp_extra_cov(longer, -1, 1.0, NULL, DOUBLES(XP_SHAPE(5), 3, 3, 3, 3, 3)), expected, 1e-14, 0);
    xp_array *one = xp_get(m, XP_INDEX(xp_at(0), xp_ellipsis())), *all = xp_get(longer, XP_INDEX(xp_at(0), xp_ellipsis()));
    xp_assert_close(xp_extra_cov(one, 0, 0.0, often, NULL), xp_var(all, XP_ALL), 1e-14, 0);
    xp_array *few = xp_extra_cov(m, -1, 3.5, NULL, NULL); /* divided by 0, not by less */
    cr_assert(xp_to_double(xp_get(few, XP_INDEX(xp_at(0), xp_at(0)))) == INFINITY);
    xp_array *no_more = xp_extra_cov(m, -1, 6.0, often, NULL);
    cr_assert(xp_to_double(xp_get(no_more, XP_INDEX(xp_at(1), xp_at(1)))) == INFINITY);
    xp_array *single = xp_extra_cov(xp_astype(m, XP_FLOAT32, false), -1, 1.0, often, thirds);
    cr_assert_eq(xp_dtype_of(single), XP_FLOAT32);
    if (strcmp(xp_device_name(device), "host") == 0) /* integers are beyond the standard */
        xp_assert_equal(xp_extra_cov(INTEGERS(XP_INT8, 1, 2, 6), 0, 1.0, NULL, NULL), xp_scalar(7.0));
}

EXTRA_TEST(cov_refuses)
{
    xp_array *m = DOUBLES(XP_SHAPE(2, 3), 1, 2, 4, -1, 5, 3), *two = INTEGERS(XP_INT64, 1, 2);
    xp_assert_fails(xp_extra_cov(m, 2, 1.0, NULL, NULL), XP_ERROR_INDEX,
                    "cov: axis 2 is out of bounds for an array of 2 dimensions");
    xp_assert_fails(xp_extra_cov(m, -1, 1.0, two, NULL), XP_ERROR_VALUE,
                    "cov: fweights has 2 elements for 3 observations");
    xp_assert_fails(xp_extra_cov(m, -1, 1.0, NULL, m), XP_ERROR_VALUE, "cov: aweights has 2 dimensions, expected 1");
    xp_assert_fails(xp_extra_cov(m, 0, 1.0, INTEGERS(XP_INT64, 1, -2), NULL), XP_ERROR_VALUE,
                    "cov: fweights has negative elements");
    xp_assert_fails(xp_extra_cov(m, 0, 1.0, NULL, DOUBLES(XP_SHAPE(2), -0.5, 1)), XP_ERROR_VALUE,
                    "cov: aweights has negative elements");
    xp_assert_fails(xp_extra_cov(m, 0, 1.0, DOUBLES(XP_SHAPE(2), 1, 2), NULL), XP_ERROR_TYPE,
                    "cov: fweights has dtype float64, expected an integer dtype");
    xp_assert_fails(xp_extra_cov(m, 0, 1.0, xp_scalar(1), NULL), XP_ERROR_TYPE,
                    "cov: fweights is a scalar, expected an array");
}
