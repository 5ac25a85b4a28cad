/* LAPACK by dtype: the calls that the host's factorizations make, on matrices by columns.
 *
 * Memory that holds complex numbers must go on for HOST_LAPACK_SLACK elements behind the matrix: OpenBLAS up to 0.3.23,
 * which LAPACK calls, reads behind the end of complex vectors (its issue 4013).
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef HOST_SLOTS_LAPACK_H
#define HOST_SLOTS_LAPACK_H

#include <lapacke.h>

#include "core/buffer.h"
#include "core/dtype.h"
#include "driver.h"

#define HOST_LAPACK_SLACK 16

/* The upper triangle of a (n, n) by columns becomes U with a = U^H U. 0, or the order of the first leading minor that
 * is not positive. */
int host_lapack_cholesky(int dtype, lapack_int n, void *a);

/* What singular values of (rows, columns) matrices need besides the results: made once for a stack. */
typedef struct host_svd_work {
    int dtype;
    char job;               /* 'A': square factors, 'S': reduced ones */
    lapack_int rows, columns, length;
    void *work;             /* `length` elements */
    lapack_int *integers;
    void *real_work, *u, *vh; /* for complex dtypes only; the results are made here, where there is slack */
} host_svd_work;

/* Fails if memory is exhausted or the sizes pass 32 bits. */
xp_status host_svd_work_make(host_svd_work *work, int dtype, int64_t rows, int64_t columns, bool is_full);
void host_svd_work_free(host_svd_work *work);

/* a, by columns and with slack, is destroyed; u, s and vh need no slack. `slow` takes gesvd instead of gesdd.
 * XP_ERROR_LINALG, without a message, if it did not converge. */
xp_status host_lapack_svd(const host_svd_work *work, bool slow, void *a, void *u, void *s, void *vh);

#endif
