/* Cholesky factors.
 *
 * LAPACK reads memory by columns: the lower triangle of C order is the upper one for it, and its factor U the transpose
 * of our L; of a complex matrix it sees the conjugate, whose U is the conjugate of L's conjugate transpose. So nothing
 * is transposed, and the other triangle stays zero.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "providers/host/slots/factor/family.h"

static int prepare(host_factor_work *w)
{
    (void)w;
    return 0;
}

/* The number is the order of the first leading minor that is not positive. */
static int one(host_factor_work *w, const char *a, const char *b, int64_t number)
{
    (void)b;
    const lapack_int n = (lapack_int)w->n;
    if (n == 0)
        return 0;
    host_copy_rows(w->a, a, HOST_LOWER, w->copy);
    if (!host_all_finite(w->dtype, w->copy, w->n * w->n))
        return HOST_FACTOR_NOT_FINITE;
    lapack_int info = HOST_LAPACK(w->dtype, potrf, 'U', n, (void *)w->copy, n);
    memcpy(host_factor_result(&w->results[0], number, 2), w->copy, (size_t)(w->n * w->n) * xp_dtype_bytes(w->dtype));
    return (int)info;
}

static xp_status fail(int order)
{
    return xp_driver_error(XP_ERROR_LINALG, "the leading minor of order %d is not positive definite", order);
}

const host_factor_family host_cholesky_family = {.prepare = prepare, .one = one, .fail = fail, .operations = 0.3};
