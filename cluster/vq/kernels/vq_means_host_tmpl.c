/* New centroids on the host, a centroid after the other. The bits are those of the passes in vq_means.kern.h.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "vq_means.args.h"
#include "vq_means.kern.h"

#define FEATURES 512 /* whose sums are at hand */

static int64_t members_of(const vq_means_args *a, int64_t c)
{
    int64_t members = 0;
    for (int64_t slot = 0; slot < a->counts_extent_0; slot++)
        members += a->counts[slot * a->sums_extent_1 + c];
    return members;
}

/* Some features of a centroid that has members, `at` elements from the first centroid's first. */
static void update(const vq_means_args *a, int64_t at, int64_t features, double members)
{
    const int64_t row = a->sums_extent_1 * a->sums_extent_2;
    double sums[FEATURES];
    memset(sums, 0, (size_t)features * sizeof *sums);
    for (int64_t i = 0; i < a->sums_extent_0; i++) {
        const double *from = a->sums + i * row + at;
        for (int64_t j = 0; j < features; j++)
            sums[j] += from[j];
    }
    for (int64_t j = 0; j < features; j++)
        a->means[at + j] = (REAL)(sums[j] / members);
}

static void update_centroid(void *context, int64_t c, int thread)
{
    const vq_means_args *a = context;
    const int64_t d = a->sums_extent_2, members = members_of(a, c);
    (void)thread;
    if (members == 0)
        memcpy(a->means + c * d, a->code_book + c * d, (size_t)d * sizeof(REAL));
    else
        for (int64_t j = 0; j < d; j += FEATURES)
            update(a, c * d + j, d - j < FEATURES ? d - j : FEATURES, (double)members);
}

bool vq_means_tuned(void *const *arrays, const xp_number *numbers, const int64_t *extents, const xp_kernel_team *team)
{
    vq_means_args a = vq_means_args_of(arrays, numbers);
    const double values = (double)a.sums_extent_1 * (double)a.sums_extent_2;
    if (extents[0] > 0)
        team->each(a.sums_extent_1, team->threads_for(values * (double)(a.sums_extent_0 + 2) / 4), update_centroid, &a);
    if (extents[1] > 0)
        vq_means_summary(0, a.sums_extent_1, a.counts, a.counts_extent_0, a.totals, a.changed, a.n, a.summary);
    return true;
}
