/* Uses the macros of the public headers in C11: prints what does not hold.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>
#include <stdio.h>

#include "scixp.h"

static int failures;

static void check(bool holds, const char *what)
{
    if (holds)
        return;
    failures++;
    printf("does not hold: %s (%s)\n", what, xp_error_message());
}
#define CHECK(condition) check(condition, #condition)

static void check_arrays(void)
{
    const double data[] = {1, 2, 3, 4, 5, 6};
    xp_array *x = xp_from_host(data, XP_FLOAT64, XP_SHAPE(2, 3), NULL);
    const xp_namespace *xp = xp_array_namespace(x, xp_scalar(1), NULL);
    CHECK(xp->size == sizeof(xp_namespace) && xp->linalg->size == sizeof(xp_linalg));

    xp_array *row = xp_get(x, XP_INDEX(xp_at(1), xp_slice(0, XP_END, 2)));
    CHECK(xp_ndim(row) == 1 && xp_extent(row, 0) == 2);
    CHECK(xp_to_double(xp->sum(row, XP_ALL)) == 10);
    CHECK(xp_to_double(xp->sum(xp->std(x, XP_OVER(0)), XP_ALL)) == 4.5);
    CHECK(xp_ndim(xp->mean(x, xp_keepdims(XP_OVER(0, -1)))) == 2);
    CHECK(xp_eval(x, row) == XP_OK);

    CHECK(xp_dtype_of(xp_scalar(1.0f)) == XP_FLOAT64 && xp_dtype_of(xp_scalar(1.0)) == XP_FLOAT64);
    CHECK(xp_dtype_of(xp_scalar((bool)1)) == XP_BOOL && xp_dtype_of(xp_scalar(1ul)) == XP_INT64);
    CHECK(xp_to_double(xp_divide(xp_zeros(XP_SHAPE_0D, XP_FLOAT64, NULL), xp_scalar(0.5))) == 0);
}

int main(void)
{
    xp_scope scope = xp_scope_open();
    check_arrays();
    CHECK(xp_scope_close(scope) == XP_OK);
    return failures != 0;
}
