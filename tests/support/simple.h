/* The smallest driver there is: elementwise programs and reductions, one element at a time, and nothing else.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_SIMPLE_H
#define TESTS_SIMPLE_H

#include "scixp/driver.h"

/* What xp/driver.h asks of a new device, on a page: no vendor slots, nothing computed at the call, at most 8 inputs a
 * program, and memory that is reached through handles. Slow, plain, and a second opinion on what programs mean. It is
 * written against installed headers alone, as a driver from outside would be. */
extern const xp_driver simple_driver;

/* The device "simple" on that driver, registered at the first call. */
const struct xp_device *simple_device(void);

#endif
