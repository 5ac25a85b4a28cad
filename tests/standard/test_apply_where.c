/* apply_where: what its functions are called with, its values, and exact errors.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <math.h>

#include "extra.h"

#define SUITE standard_apply_where

static xp_array *shortened(void *context, xp_array *const *arrays, int count)
{
    (void)context, (void)count;
    return xp_get(arrays[0], XP_INDEX(xp_slice(1, XP_END, 1)));
}

static xp_array *scalar_back(void *context, xp_array *const *arrays, int count)
{
    (void)context, (void)arrays, (void)count;
    return xp_scalar(1.0);
}

EXTRA_TEST(apply_where)
{
    seen s = {0};
    xp_array *x = DOUBLES(XP_SHAPE(2, 3), 4, -1, 9, -16, 25, -36), *add = DOUBLES(XP_SHAPE(3), 10, 20, 30);
    xp_array *cond = xp_greater(x, xp_scalar(0.0)), *const args[] = {x, add};
    xp_assert_equal(xp_extra_apply_where(cond, args, 2, root_plus, negated, NULL, &s),
                    DOUBLES(XP_SHAPE(2, 3), 12, 1, 33, 16, 25, 36));
    cr_assert(s.calls == 1 && s.sizes[0] == 3 && s.sizes[1] == 3 && s.least == 4);
    xp_assert_equal(xp_extra_apply_where(cond, args, 1, root_plus, NULL, xp_scalar(NAN), &s),
                    DOUBLES(XP_SHAPE(2, 3), 2, NAN, 3, NAN, 5, NAN));
    xp_assert_equal(xp_extra_apply_where(cond, args, 1, root_plus, NULL, add, &s),
                    DOUBLES(XP_SHAPE(2, 3), 2, 20, 3, 10, 5, 30));
    /* the condition decides alone which shape there is; all and nothing holds */
    xp_array *one = xp_get(x, XP_INDEX(xp_at(0), xp_at(0)));
    xp_assert_equal(xp_extra_apply_where(xp_less(x, xp_scalar(INFINITY)), &one, 1, root_plus, NULL, xp_scalar(0.0), &s),
                    xp_full(XP_SHAPE(2, 3), xp_scalar(2.0), XP_FLOAT64, device));
    xp_assert_equal(xp_extra_apply_where(xp_equal(one, xp_scalar(0.0)), &one, 1, root_plus, negated, NULL, &s),
                    xp_scalar(-4.0));
    cr_assert(s.sizes[1] == 1);
    xp_array *none = xp_zeros(XP_SHAPE(0, 2), XP_FLOAT64, device);
    xp_assert_equal(xp_extra_apply_where(xp_is_nan(none), &none, 1, root_plus, negated, NULL, &s), none);
}

EXTRA_TEST(apply_where_refuses)
{
    seen s = {0};
    xp_array *x = DOUBLES(XP_SHAPE(3), 1, 2, 3), *cond = xp_greater(x, xp_scalar(1.0));
    xp_assert_fails(xp_extra_apply_where(x, &x, 1, root_plus, negated, NULL, &s), XP_ERROR_TYPE,
                    "apply_where: cond has dtype float64, expected bool");
    xp_assert_fails(xp_extra_apply_where(cond, &x, 1, root_plus, NULL, NULL, &s), XP_ERROR_VALUE,
                    "apply_where: needs either f2 or fill_value");
    xp_assert_fails(xp_extra_apply_where(cond, &x, 1, root_plus, negated, x, &s), XP_ERROR_VALUE,
                    "apply_where: needs either f2 or fill_value");
    xp_assert_fails(xp_extra_apply_where(cond, &x, 1, NULL, negated, NULL, &s), XP_ERROR_VALUE,
                    "apply_where: f1 is not given");
    xp_assert_fails(xp_extra_apply_where(cond, NULL, 0, root_plus, negated, NULL, &s), XP_ERROR_VALUE,
                    "apply_where: needs at least one array");
    xp_assert_fails(xp_extra_apply_where(cond, &x, 1, shortened, negated, NULL, &s), XP_ERROR_VALUE,
                    "apply_where: f1 gave shape (1,), expected (2,)");
    xp_assert_fails(xp_extra_apply_where(cond, &x, 1, root_plus, scalar_back, NULL, &s), XP_ERROR_TYPE,
                    "apply_where: f2 is a scalar, expected an array");
    xp_array *longer = xp_zeros(XP_SHAPE(4), XP_FLOAT64, device);
    xp_assert_fails(xp_extra_apply_where(cond, &longer, 1, root_plus, negated, NULL, &s), XP_ERROR_VALUE,
                    "apply_where: shapes (4,) and (3,) do not broadcast");
}
