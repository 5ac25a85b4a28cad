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
/* Points of up to FEW features stay in registers while centroids go past one by one, and where there are not too many
 * centroids (most_of_low) those of up to LOW, or LOW_BY_FLOATS where whole numbers do not serve. */
#define FEW 8
#if VECTOR_BYTES == 64
#define LOW 16
#define LOW_BY_FLOATS 16
#elif VECTOR_BYTES == 32
#define LOW 16
#define LOW_BY_FLOATS 12
#else
#define LOW FEW
#define LOW_BY_FLOATS FEW
#endif
#define LOW_BY_INTEGERS (PAIRS && FUSES && VECTOR_BYTES >= 32)
#define WIDE_LANES ((int64_t)(VECTOR_BYTES / sizeof(double)))

#define SLICE 256              /* features, about */
#define IN_CACHE (900 << 10)   /* centroids, in bytes, that stay in the second level cache */
#define CHUNK_BYTES (512 << 10)
#define ROOM_BYTES (4 << 20)   /* sums of several blocks */
#define KEPT_BYTES (256 << 10) /* sums of a block that settling finds at hand */
#define MOST_BLOCKS 8
#define MOST_POINTS (MOST_BLOCKS * 2 * VECTOR_BYTES / 4) /* of a group of blocks */

#define DIRECT_POINTS 1024  /* that are taken by differences where products leave too many open */
#define PRODUCT_POINTS 8192 /* that are not tried by integers where these leave too many open, ... */
#define MOST_DOUBT 64       /* ... which is this many more than pay */
#define MOST_LOW_DOUBT 11   /* of few features: one block of 16 points or more that are all open is enough */

/* How centroids and points are cut up. A row of a panel has a feature, or by integers a pair of them. */
typedef struct panel_plan {
    int64_t width, panels; /* centroids of a panel; panels */
    int64_t rows, slice;   /* of a panel; at a time */
    int64_t chunk;         /* panels at a time */
    int64_t blocks;        /* at a time */
    bool keeps;            /* all sums of a block at a time */
} panel_plan;

enum { RESUME = 1, KEEP = 2, SELECT = 4 }; /* begin with sums that were kept; keep them; choose among them */

/* What a scan finds of a group of points. */
typedef struct F(found) {
    int32_t label[MOST_POINTS];
    uint32_t open[(MOST_POINTS + 31) / 32]; /* a bit for each point whose label is open */
    float limit[MOST_POINTS];               /* kept sums above it are not the best's */
    T square[MOST_POINTS];                  /* by differences */
    const float *kept;                      /* sums of all centroids, (blocks, k and more, FLOAT_BLOCK), or NULL */
    int64_t kept_block;                     /* floats from block to block */
} __attribute__((aligned(64))) F(found);

/* Centroids of a panel: as many as leave little of the last panel empty, rather more than less. */
static int64_t width_of(int64_t k)
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

#include "vq_host_blocks.h"
#include "vq_host_book.h"
#include "vq_host_settle.h"
#include "vq_host_products.h"
#include "vq_host_pack.h"

#define S float
#define V(name) name##_f32
#define PRODUCTS 1
#if PAIRS
#include "vq_host_integers.h"
#define K(name) name##_by_integers
#define INTEGERS 1
#include "vq_host_panels.h"
#include "vq_host_groups.h"
#undef K
#undef INTEGERS
#endif
#define K(name) name##_by_products
#define INTEGERS 0
#include "vq_host_panels.h"
#include "vq_host_groups.h"
#undef S
#undef V
#undef K
#undef PRODUCTS
#define S T
#define V F
#define K(name) name##_by_differences
#define PRODUCTS 0
#include "vq_host_panels.h"
#include "vq_host_groups.h"
#undef S
#undef V
#undef K
#undef PRODUCTS
#undef INTEGERS

#include "vq_host_scan.h"
#include "vq_host_low_book.h"
#include "vq_host_low_settle.h"
#include "vq_host_low.h"

#define K(name) name##_by_products
#define INTEGERS 0
#include "vq_host_low_products.h"
#undef K
#undef INTEGERS
#if LOW_BY_INTEGERS
#define K(name) name##_by_integers
#define INTEGERS 1
#include "vq_host_low_integers.h"
#include "vq_host_low_products.h"
#endif
#include "vq_host_low_pack.h"
#include "vq_host_low_range.h"

/* Centroids of more than FEW features: with more, panels are faster. */
static int64_t F(most_of_low)(const nearest_job *job)
{
    if (F(wants_whole_numbers)(job))
        return VECTOR_BYTES == 64 || job->d <= 12 ? MOST_FOR_TAGS : 512;
    if (job->d > LOW_BY_FLOATS)
        return 0;
    return VECTOR_BYTES == 32 ? 16 : job->d <= 12 ? 32 : 23;
}

static bool F(is_low)(const nearest_job *job)
{
    return job->d <= FEW || (job->d <= LOW && job->k <= F(most_of_low)(job));
}

static size_t F(nearest_shared_bytes)(const nearest_job *job)
{
    return F(is_low)(job) ? F(low_shared)(job) : F(book_bytes)(job);
}

static void F(nearest_pack)(const nearest_job *job, void *shared)
{
    if (F(is_low)(job))
        F(pack_low)(job, shared);
    else
        F(pack_book)(job, shared);
}

static size_t F(nearest_scratch_bytes)(const nearest_job *job)
{
    return F(is_low)(job) ? F(low_scratch)(job) : F(scan_bytes)(job);
}

static void F(nearest_range)(const nearest_job *job, const void *shared, int64_t first, int64_t last, int64_t slot,
                           void *scratch)
{
    if (F(is_low)(job))
        F(low_range)(job, shared, first, last, slot, scratch);
    else
        F(scan_range)(job, shared, first, last, slot, scratch);
}
