/* A program of somebody else's: knows the installed library by pkg-config alone. Compiles as C11 and as C++17.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <scixp.h>
#include <stdio.h>

int main(void)
{
    const double values[] = {1, 2, 3, 4, 5, 9};
    xp_scope scope = xp_scope_open();
    xp_array *obs = xp_from_host(values, XP_FLOAT64, XP_SHAPE(3, 2), NULL);
    xp_array *white = sx_cluster_whiten(obs, NULL);
    double spread = xp_to_double(xp_sum(xp_std(white, XP_OVER(0)), XP_ALL));
    xp_status status = xp_scope_close(scope);
    printf("%s %.6f %d\n", xp_version_string(), spread, (int)status);
    return status == XP_OK ? 0 : 1;
}
