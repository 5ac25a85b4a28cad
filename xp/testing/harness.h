/* What the files of the test tools share.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef XP_TESTING_HARNESS_H
#define XP_TESTING_HARNESS_H

/* The provider whose turn it is on this thread, "" outside the loop. */
const char *test_current_provider(void);

#endif
