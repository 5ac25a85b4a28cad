/* The device under test: the environment's SCIXP_TEST_DEVICE, or opencl.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_DEVICE_TESTED_H
#define TESTS_DEVICE_TESTED_H

struct xp_device;

const char *tested_kind(void); /* its name */

/* Skips the test where no plug-in for it was built; fails where there is no such device. */
const struct xp_device *tested_device(void);

#endif
