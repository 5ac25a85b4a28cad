/* The same memory on the host and on a device, and views into it: slots of the two are held against each other.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_DEVICE_OPERANDS_H
#define TESTS_DEVICE_OPERANDS_H

#include "scixp/driver.h"
#include "support.h"

/* All memory belongs to the innermost scope. */
typedef struct operand {
    xp_array *whole[2]; /* all elements that lie in the memory, 1-d: on the host, on the device */
    xp_view view[2];    /* some of them */
    int64_t shape[XP_MAX_NDIM], strides[XP_MAX_NDIM];
} operand;

typedef enum operand_layout {
    OPERAND_CONTIGUOUS,
    OPERAND_SPREAD,     /* axes in any order, some backwards, with gaps, behind an offset */
} operand_layout;

/* The device under test, or NULL: the test is to be skipped. */
const struct xp_device *operand_device(void);

/* An operand whose memory holds `fill`'s values, all of it, so that writing beside the view shows. */
typedef void operand_fill(support_random *random, double *values, int64_t count, void *context);
void operand_make(operand *made, support_random *random, xp_dtype dtype, int ndim, const int64_t *shape,
                  operand_layout layout, operand_fill *fill, void *context);

operand_fill operand_small_numbers; /* whole numbers from -3 to 3, or bools */
operand_fill operand_bounded;       /* whole numbers from 0 to *(int64_t *)context - 1 */
operand_fill operand_reals;         /* from -1 to 1 */

/* Up to four axes with few elements; now and then many of them, or none. Returns how many axes. */
int operand_some_shape(support_random *random, int64_t *shape);
operand_layout operand_some_layout(support_random *random);

/* Calls a slot on the host and on the device; `which` is 0 or 1 then. */
#define OPERAND_ON_BOTH(slot, ...)                                                                                     \
    for (int which = 0; which < 2; which++) {                                                                          \
        const struct xp_device *on = which ? operand_device() : xp_device("host");                                     \
        cr_assert_eq(on->driver->slot(on, __VA_ARGS__), XP_OK, "%s", xp_error_message());                              \
    }

/* The two memories have the same bits, or the test fails and names `what`. */
void operand_same(const operand *a, const char *what);

#endif
