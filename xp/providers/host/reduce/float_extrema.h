/* The extremum of a row of floating values T, whose vectors carry the suffix F: included once for each dtype and
 * direction. NAME(name) is the function's name, BETTER(a, b) the comparison, PICK the vector function for it.
 * SPDX-License-Identifier: BSD-3-Clause */

#define VECTOR F(vector)
#define VECTOR_LANES ((int64_t)(VECTOR_BYTES / sizeof(T)))
#define VECTORS (256 / VECTOR_BYTES)

/* NaN if any is. Element i goes to lane i modulo their number; the lanes are folded in halves. */
static inline T NAME(extremum)(const T *x, int64_t n)
{
    VECTOR best[VECTORS];
    nan_flags nans = {0};
    int64_t i = 0;
#pragma GCC unroll 16
    for (int k = 0; k < VECTORS; k++)
        best[k] = F(all)(x[0]);
    for (; i + VECTORS * VECTOR_LANES <= n; i += VECTORS * VECTOR_LANES)
#pragma GCC unroll 16
        for (int k = 0; k < VECTORS; k++) {
            VECTOR next = F(load)(x + i + k * VECTOR_LANES);
            nans = F(see)(nans, next);
            best[k] = F(PICK)(next, best[k]);
        }
    int64_t left = n - i;
#pragma GCC unroll 16
    for (int k = 0; k < VECTORS; k++, left -= VECTOR_LANES)
        if (left > 0) {
            const T *at = x + i + k * VECTOR_LANES;
            VECTOR next = left >= VECTOR_LANES ? F(load)(at) : F(partial)(best[k], at, left);
            nans = F(see)(nans, next);
            best[k] = F(PICK)(next, best[k]);
        }
    if (was_seen(nans))
        return (T)NAN;
#pragma GCC unroll 4
    for (int half = VECTORS / 2; half > 0; half /= 2)
#pragma GCC unroll 16
        for (int k = 0; k < half; k++)
            best[k] = F(PICK)(best[k + half], best[k]);
    T lanes[VECTOR_BYTES / sizeof(T)];
    memcpy(lanes, &best[0], sizeof lanes);
#pragma GCC unroll 4
    for (int half = VECTOR_BYTES / sizeof(T) / 2; half > 0; half /= 2)
#pragma GCC unroll 8
        for (int k = 0; k < half; k++)
            lanes[k] = BETTER(lanes[k + half], lanes[k]) ? lanes[k + half] : lanes[k];
    return lanes[0];
}

#undef VECTOR
#undef VECTOR_LANES
#undef VECTORS
