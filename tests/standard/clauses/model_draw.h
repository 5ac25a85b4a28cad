/* Models with elements that are drawn.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_MODEL_DRAW_H
#define TESTS_MODEL_DRAW_H

#include "model.h"

/* What elements are drawn from; of complex dtypes both parts, of unsigned ones nothing below 0. */
typedef enum model_range {
    MODEL_FEW,      /* whole numbers from -4 to 4: every one stands there several times */
    MODEL_WHOLE,    /* whole numbers up to 100 */
    MODEL_WIDE,     /* all numbers of the dtype, or some of very different size */
    MODEL_SPECIAL,  /* the few, but for one in six, that is NaN, infinite or a zero with a sign */
    MODEL_SIGNS,    /* -2, -1, 1 and 2, so that products do not vanish; of complex ones 1, -1, j and -j, few others */
    MODEL_QUARTERS, /* whole numbers from -50 to 49, of floating dtypes a quarter of them; nothing is constant */
    MODEL_SMALL     /* -3 to 3, so that a sum of a dozen products fits into every dtype; nothing is constant */
} model_range;

/* Now and then an axis is constant. */
model model_draw(support_random *random, model_range range, xp_dtype dtype, xp_shape shape);

#endif
