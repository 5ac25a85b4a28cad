/* Cases for the bodies of vq_nearest: points of many shapes, values and layouts, and what a body makes of them.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_TRIALS_H
#define TESTS_TRIALS_H

#include "observations.h"

/* What a case is: printed if it fails. */
typedef struct trial {
    int64_t n, d, k, slots;
    xp_dtype dtype;
    layout how;
    double offset, scale;
    bool is_whole, has_odd; /* whole numbers, which make ties; some NaNs and infinities */
    bool labels_alone;      /* without distances, and without what they tell of infinities and NaNs */
} trial;

trial trial_draw(support_random *random);

/* (rows, d) on the host, as the trial wants it. */
xp_array *trial_points(support_random *random, const trial *t, int64_t rows);

typedef struct found {
    xp_array *label, *distance, *sums, *counts, *totals, *changed, *strange;
} found;

/* Labels, distances and, if wanted, sums, on the device of obs. `before`: an earlier round, whose labels are compared
 * with and whose memory is written again, or NULL. */
found trial_nearest(const trial *t, xp_array *obs, xp_array *code_book, bool with_sums, bool plain,
                    const found *before);

/* That a body has the bits of the passes. */
void trial_check_same(const trial *t, xp_array *tuned, xp_array *plain, const char *what);
void trial_check_found(const trial *t, found tuned, found plain);

#endif
