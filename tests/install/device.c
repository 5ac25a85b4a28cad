/* A device of somebody else's, from a driver that is written against the installed headers alone.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>

#include "scixp.h"
#include "simple.h"

int main(void)
{
    const double values[] = {1, 2, 3, 4};
    xp_scope scope = xp_scope_open();
    xp_array *x = xp_from_host(values, XP_FLOAT64, XP_SHAPE(2, 2), simple_device());
    double squares = xp_to_double(xp_sum(xp_multiply(x, xp_matrix_transpose(x)), XP_ALL));
    printf("%s %g\n", xp_device_name(xp_device_of(x)), squares);
    return xp_scope_close(scope) == XP_OK ? 0 : 1;
}
