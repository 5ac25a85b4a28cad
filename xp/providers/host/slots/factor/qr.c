/* QR factors.
 *
 * LAPACK sees the transpose of a = q r, which is L Q' with L the transpose of r and Q' that of q: so an LQ
 * factorization gives both as they lie in C order.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "providers/host/slots/factor/family.h"

enum { SCALES = 1, Q }; /* the family's pieces, behind the copy */

static lapack_int least_of(const host_factor_work *w)
{
    return (lapack_int)(w->m < w->n ? w->m : w->n);
}

/* Columns of q: m, or the least extent. */
static lapack_int columns_of_q(const host_factor_work *w)
{
    return (lapack_int)w->results[0].shape[w->a->ndim - 1];
}

static lapack_int call_gelqf(const host_factor_work *w, void *work, lapack_int length)
{
    const lapack_int m = (lapack_int)w->m, n = (lapack_int)w->n;
    return HOST_LAPACK(w->dtype, gelqf, n, m, (void *)w->copy, n, w->pieces[SCALES], work, length);
}

static lapack_int call_orglq(const host_factor_work *w, void *work, lapack_int length)
{
    const lapack_int m = (lapack_int)w->m, k = columns_of_q(w), least = least_of(w);
    return w->is_complex
               ? HOST_LAPACK_COMPLEX(w->dtype, unglq, k, m, least, w->pieces[Q], k, w->pieces[SCALES], work, length)
               : HOST_LAPACK_REAL(w->dtype, orglq, k, m, least, w->pieces[Q], k, w->pieces[SCALES], work, length);
}

static int prepare(host_factor_work *w)
{
    if (least_of(w) == 0)
        return 0;
    const size_t bytes = xp_dtype_bytes(w->dtype);
    if (!host_factor_memory(w, least_of(w), bytes) || !host_factor_memory(w, w->m * columns_of_q(w), bytes))
        return HOST_FACTOR_NO_MEMORY;
    xp_value answer = {0};
    host_factor_ask(w, call_gelqf(w, &answer, -1), &answer);
    host_factor_ask(w, call_orglq(w, &answer, -1), &answer);
    return host_factor_workspace(w);
}

/* Row i of r is column i of L from the diagonal on. */
static void write_r(const host_factor_work *w, char *r)
{
    const size_t bytes = xp_dtype_bytes(w->dtype), row = (size_t)w->n * bytes;
    const int64_t rows = w->results[1].shape[w->a->ndim - 2];
    memset(r, 0, (size_t)rows * row);
    for (int64_t i = 0; i < least_of(w); i++) {
        const size_t skipped = (size_t)i * bytes;
        memcpy(r + (size_t)i * row + skipped, w->copy + (size_t)i * row + skipped, row - skipped);
    }
}

/* The reflectors lie in the first rows of what gelqf leaves: they go where Q' is to be. */
static void write_q(const host_factor_work *w, char *q)
{
    const size_t bytes = xp_dtype_bytes(w->dtype);
    const int64_t k = columns_of_q(w);
    char *reflectors = w->pieces[Q];
    for (int64_t column = 0; column < w->m; column++)
        memcpy(reflectors + (size_t)(column * k) * bytes, w->copy + (size_t)(column * w->n) * bytes,
               (size_t)least_of(w) * bytes);
    call_orglq(w, w->work, w->length);
    memcpy(q, reflectors, (size_t)(w->m * k) * bytes);
}

static int one(host_factor_work *w, const char *a, const char *b, int64_t number)
{
    (void)b;
    char *q = host_factor_result(&w->results[0], number, 2);
    if (least_of(w) == 0) {
        host_fill_identity(w->dtype, w->m, columns_of_q(w), q);
        return 0; /* r has no elements */
    }
    host_copy_rows(w->a, a, HOST_WHOLE, w->copy);
    call_gelqf(w, w->work, w->length);
    write_r(w, host_factor_result(&w->results[1], number, 2));
    write_q(w, q);
    return 0;
}

const host_factor_family host_qr_family = {.prepare = prepare, .one = one, .operations = 4};
