/* The device under test.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "tested.h"

#include <stdlib.h>

#include <criterion/criterion.h>

#include "support.h"

const char *tested_kind(void)
{
    const char *named = getenv("SCIXP_TEST_DEVICE");
    return named ? named : "opencl";
}

const struct xp_device *tested_device(void)
{
    xp_try attempt = xp_try_open();
    const struct xp_device *device = xp_device(tested_kind());
    if (xp_try_close(attempt, NULL) != XP_OK || !device)
        cr_skip("no device of this kind is here");
    return device;
}
