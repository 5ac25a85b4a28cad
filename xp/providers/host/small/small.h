/* Matrices up to 8 by 8, as many side by side as a vector has lanes: LU with partial pivoting, and what follows.
 *
 * LAPACK spends most of its time on such matrices in calls. Here every lane of a vector holds another matrix; a pivot
 * is chosen and rows are exchanged lane by lane without a branch. A matrix's results do not depend on what stands
 * beside it, on threads, or on the instruction set.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef HOST_SMALL_SMALL_H
#define HOST_SMALL_SMALL_H

#include "driver.h"

#define HOST_SMALL_N 8      /* the largest extent, also of the columns that a kernel solves for at once */
#define HOST_SMALL_BATCH 32 /* the most matrices that a kernel takes */

/* Up to HOST_SMALL_BATCH matrices (n, n) and right hand sides (n, columns), each without gaps; steps from one to the
 * next are in bytes. The results lie one behind the other. */
typedef struct host_small_batch {
    int n, columns, count;
    const char *a, *b;
    int64_t a_step, b_step;
    char *out;
} host_small_batch;

/* A bit for each matrix with a pivot that is exactly zero, whose results mean nothing; of determinants also one for
 * each that has left the range in which plain products are safe. */
typedef uint64_t host_small_kernel(const host_small_batch *batch);

typedef struct host_small_kernels {
    host_small_kernel *solve;       /* (n, columns): a times it is b */
    host_small_kernel *inverse;     /* (n, n) */
    host_small_kernel *determinant; /* one number */
    host_small_kernel *pivots;      /* n numbers whose product is the determinant */
} host_small_kernels;

typedef struct host_small_table {
    host_small_kernels by_dtype[XP_N_DTYPES]; /* the floating and complex ones */
} host_small_table;

/* Whether the engine does this, and does it; it allocates nothing. For what arguments are, see driver.h. */
bool host_small_takes(xp_factor_kind kind, const xp_view *a);
xp_status host_small_factor(xp_factor_kind kind, const xp_view *a, const xp_view *results);
xp_status host_small_solve(const xp_view *a, const xp_view *b, const xp_view *out);

extern const host_small_table host_small_baseline, host_small_avx2, host_small_avx512;

#endif
