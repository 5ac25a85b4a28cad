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
#ifndef OPENCL_BUILT
    if (!getenv("SCIXP_TEST_DEVICE"))
        cr_skip("no plug-in of this kind was built");
#endif
    const struct xp_device *device = xp_device(tested_kind());
    cr_assert(device, "there is no device %s", tested_kind());
    return device;
}
