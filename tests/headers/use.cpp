/* Uses the macros of the public headers in C++17: prints what does not hold.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>
#include <stdio.h>

#include "scixp.h"
#include "scixp/testing.h"

static int failures;

static void check(bool holds, const char *what)
{
    if (holds)
        return;
    failures++;
    printf("does not hold: %s (%s)\n", what, xp_error_message());
}
#define CHECK(condition) check(condition, #condition)

static void check_arrays()
{
    const double data[] = {1, 2, 3, 4, 5, 6};
    xp_array *x = xp_from_host(data, XP_FLOAT64, XP_SHAPE(2, 3), nullptr);
    const xp_namespace *xp = xp_array_namespace(x, xp_scalar(1));
    CHECK(xp->size == sizeof(xp_namespace) && xp->linalg->size == sizeof(xp_linalg));

    xp_array *row = xp_get(x, XP_INDEX(xp_at(1), xp_slice(0, XP_END, 2)));
    CHECK(xp_ndim(row) == 1 && xp_extent(row, 0) == 2);
    CHECK(xp_to_double(xp->sum(row, XP_ALL)) == 10);
    CHECK(xp_to_double(xp->sum(xp->std(x, XP_OVER(0)), XP_ALL)) == 4.5);
    CHECK(xp_ndim(xp->mean(x, xp_keepdims(XP_OVER(0, -1)))) == 2);

    xp_array *const both[] = {x, row};
    CHECK(xp_eval_all(both, 2) == XP_OK);

    CHECK(xp_dtype_of(xp_scalar(1.0f)) == XP_FLOAT64 && xp_dtype_of(xp_scalar(1.0)) == XP_FLOAT64);
    CHECK(xp_dtype_of(xp_scalar(true)) == XP_BOOL && xp_dtype_of(xp_scalar(1l)) == XP_INT64);
    CHECK(xp_to_double(xp_divide(xp_zeros(XP_SHAPE_0D, XP_FLOAT64, nullptr), xp_scalar(0.5))) == 0);
}

/* The test tools without a framework. */
static void check_testing()
{
    int turns = 0;
    XP_TEST_PROVIDERS(device) {
        xp_scope scope = xp_scope_open();
        XP_TEST_DTYPES(dtype, XP_TEST_REAL_FLOATING) {
            xp_array *x = xp_full(XP_SHAPE(2, 3), xp_scalar(0.5), dtype, device);
            xp_assert_close(xp_sum(x, XP_ALL), xp_scalar(3.0), 0, 1e-6);
            xp_assert_close_nulp(x, x, 0);
            xp_assert_fails(xp_expand_dims(x, 7), XP_ERROR_INDEX, nullptr);
            turns++;
        }
        xp_assert_closes(scope);
        if (xp_test_can(device, XP_TEST_HOST_MEMORY))
            XP_TEST_SKIP_PROVIDER("told in passing");
        XP_TEST_EXPECT_FAILURE("one is not two");
        xp_assert_that(1 == 2, "%d", turns);
    }
    CHECK(turns >= 2);
    XP_TEST_EVERY_ALLOCATION(round) {
        xp_scope scope = xp_scope_open();
        (void)xp_zeros(XP_SHAPE(3), XP_FLOAT64, nullptr);
        CHECK(xp_scope_close(scope) == (xp_test_fault_fired() ? XP_ERROR_MEMORY : XP_OK));
    }
}

int main()
{
    xp_scope scope = xp_scope_open();
    check_arrays();
    CHECK(xp_scope_close(scope) == XP_OK);
    check_testing();
    return failures != 0;
}
