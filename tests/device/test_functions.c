/* Every function of the namespace, and cluster.vq, on a device, where nothing may go to the host.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>
#include <string.h>

#include "functions.h"
#include "scixp/cluster.h"
#include "support.h"
#include "tested.h"

/* What goes to the host all the same: docs/coverage.md says why. */
static bool is_listed(const char *name)
{
    return strcmp(name, "linalg.eig") == 0 || strcmp(name, "linalg.eigvals") == 0;
}

static const struct xp_device *device_or_skip(void)
{
    setenv("SCIXP_EAGER", "1", 1); /* results are dropped: each call is to do its work all the same */
    return tested_device();
}

static uint64_t fallbacks(const struct xp_device *device)
{
    xp_fallbacks counts = {.size = sizeof counts};
    cr_assert_eq(xp_fallback_counts(device, &counts), XP_OK);
    return counts.calls;
}

CHECKED_TEST(device_functions, none_goes_to_the_host_but_the_listed_ones)
{
    const struct xp_device *device = device_or_skip();
    int called = 0, listed = 0;
    for (int line = functions_first; line <= functions_last; line++) {
        xp_set_transfer_policy(XP_TRANSFER_FORBID);
        xp_scope scope = xp_scope_open();
        const functions_operands o = functions_operands_on(device);
        const char *name = functions_call(line, &o);
        int32_t type, number;
        const bool shares = xp_dlpack_device(o.x, &type, &number);
        xp_status status = xp_scope_close(scope);
        if (!name)
            continue;
        called++;
        if (strcmp(name, "from_dlpack") == 0 && !shares) {
            cr_expect_eq(status, XP_ERROR_DEVICE, "memory without addresses cannot be shared");
        } else if (is_listed(name)) {
            listed++;
            cr_expect_eq(status, XP_ERROR_UNSUPPORTED, "%s needs the host no more: strike it off the list", name);
        } else {
            cr_expect_eq(status, XP_OK, "%s: %s", name, xp_error_message());
        }
        xp_error_clear();
    }
    cr_expect_eq(fallbacks(device), 0);
    cr_expect_geq(called, 150);
    cr_expect_eq(listed, 2);
}

CHECKED_TEST(device_functions, vq_stays_on_the_device)
{
    const struct xp_device *device = device_or_skip(), *host = xp_device("host");
    xp_set_transfer_policy(XP_TRANSFER_FORBID);
    xp_scope scope = xp_scope_open();
    xp_rng rng = xp_rng_seed(5);
    const xp_namespace *xp = xp_device_namespace(host);
    xp_array *obs = xp->random->normal(&rng, XP_SHAPE(3000, 6), XP_FLOAT32);
    xp_array *book = xp->random->normal(&rng, XP_SHAPE(40, 6), XP_FLOAT32);
    xp_array *far = xp_to_device(obs, device), *far_book = xp_to_device(book, device);
    sx_vq_result near_result = sx_cluster_vq(obs, book, NULL), result = sx_cluster_vq(far, far_book, NULL);
    xp_assert_equal(xp_to_device(result.code, host), near_result.code);
    xp_assert_close(xp_to_device(result.dist, host), near_result.dist, 1e-6, 0);
    xp_assert_close(xp_to_device(sx_cluster_whiten(far, NULL), host), sx_cluster_whiten(obs, NULL), 1e-5, 1e-6);
    xp_assert_closes(scope);
    cr_expect_eq(fallbacks(device), 0);
}
