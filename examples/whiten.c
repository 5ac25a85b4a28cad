/* Scales heights and weights to unit deviation, so that both count alike.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <scixp.h>
#include <stdio.h>

int main(void)
{
    static const double people[] = {170, 65, 182, 90, 158, 48, 175, 80}; /* cm, kg, cm, kg, ... */
    char text[256];
    xp_scope scope = xp_scope_open();
    xp_array *obs = xp_from_host(people, XP_FLOAT64, XP_SHAPE(4, 2), NULL);
    xp_to_string(sx_cluster_whiten(obs, NULL), text, sizeof text);
    xp_status status = xp_scope_close(scope);
    puts(status == XP_OK ? text : xp_error_message());
    return status != XP_OK;
}
