/* The nearest-centroid kernel for a dtype T, whose names F gives a suffix: included by vq_nearest_host_tmpl.c.
 *
 * Points lie across lanes and centroids are scanned in ascending order, so that a strict comparison finds the first of
 * equals. A squared distance is summed over features in ascending order; products are not rounded before they are
 * added, on processors that can do so.
 * SPDX-License-Identifier: BSD-3-Clause */

#define VECTOR F(vector)
#define INDEX F(index)
#define SIZE ((int64_t)sizeof(T))
#define LANES ((int64_t)(VECTOR_BYTES / sizeof(T)))
#define BLOCK (2 * LANES)
#define LOW 8
#define WIDE_LANES ((int64_t)(VECTOR_BYTES / sizeof(double)))

typedef int32_t F(labels) __attribute__((vector_size(VECTOR_BYTES / sizeof(T) * sizeof(int32_t))));

INLINED void F(store_labels)(int32_t *to, INDEX label)
{
    F(labels) narrow = __builtin_convertvector(label, F(labels));
    memcpy(to, &narrow, sizeof narrow);
}

/* Centroids of a panel: as many as leave little of the last panel empty, rather more than less. */
static int64_t F(width_of)(int64_t k)
{
    int64_t least = INT64_MAX, width = 0;
#define CASE(w)                                                                                                        \
    if ((k + w - 1) / w * (2 * w + 1) <= least) {                                                                      \
        least = (k + w - 1) / w * (2 * w + 1);                                                                         \
        width = w;                                                                                                     \
    }
    PANEL_CASES(CASE)
#undef CASE
    return width;
}

/* The same address, but the compiler does not know. Where subtractions broadcast an operand from memory for nothing,
 * each of them is to do so; a broadcast of its own takes a third of the time of the loop. */
INLINED const T *F(hidden)(const T *x)
{
#if VECTOR_BYTES == 64
    __asm__ volatile("" : "+r"(x)); /* volatile: twice is not once */
#endif
    return x;
}

#include "vq_host_blocks.h"
#include "vq_host_settle.h"
#include "vq_host_panels.h"
#include "vq_host_products.h"
#include "vq_host_scan.h"
#include "vq_host_low.h"

static size_t F(nearest_shared_bytes)(const nearest_job *job)
{
    return job->d > LOW ? F(book_bytes)(job) : F(low_shared)(job);
}

static void F(nearest_pack)(const nearest_job *job, void *shared)
{
    if (job->d > LOW)
        F(pack_book)(job, shared);
    else
        F(pack_low)(job, shared);
}

static size_t F(nearest_scratch_bytes)(const nearest_job *job)
{
    return job->d > LOW ? F(scan_bytes)(job) : F(low_scratch)(job);
}

static void F(nearest_range)(const nearest_job *job, const void *shared, int64_t first, int64_t last, int64_t slot,
                           void *scratch)
{
    if (job->d > LOW)
        F(scan_range)(job, shared, first, last, slot, scratch);
    else
        F(low_range)(job, shared, first, last, slot, scratch);
}
