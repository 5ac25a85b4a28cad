/* Eigenvalues and eigenvectors of symmetric and Hermitian matrices, by divide and conquer.
 *
 * The lower triangle of C order is the upper one for LAPACK. Of a Hermitian matrix it sees the conjugate, whose
 * eigenvalues are the same and whose eigenvectors are conjugated.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/host/slots/factor/family.h"

enum { VALUES = 1, INTEGERS, REALS }; /* the family's pieces, behind the copy */

/* What LAPACK is asked with, and what it answers where a length is -1. */
typedef struct workspaces {
    void *work, *reals;
    lapack_int *integers, work_length, real_length, integer_length;
} workspaces;

static lapack_int call_evd(const host_factor_work *w, void *values, const workspaces *s)
{
    const lapack_int n = (lapack_int)w->n;
    const char job = w->kind == XP_FACTOR_EIGH ? 'V' : 'N';
    return w->is_complex ? HOST_LAPACK_COMPLEX(w->dtype, heevd, job, 'U', n, (void *)w->copy, n, values, s->work,
                                               s->work_length, s->reals, s->real_length, s->integers,
                                               s->integer_length)
                         : HOST_LAPACK_REAL(w->dtype, syevd, job, 'U', n, (void *)w->copy, n, values, s->work,
                                            s->work_length, s->integers, s->integer_length);
}

/* Elements that LAPACK's documentation of heevd and syevd asks for, for eigenvectors. */
static lapack_int integer_length(const host_factor_work *w)
{
    return (lapack_int)(3 + 5 * w->n);
}

static int64_t real_length(const host_factor_work *w)
{
    return 1 + 5 * w->n + 2 * w->n * w->n;
}

static int prepare(host_factor_work *w)
{
    if (w->n == 0)
        return 0;
    const size_t real_bytes = xp_dtype_bytes(xp_real_dtype((xp_dtype)w->dtype));
    if (5 * w->n + 3 > INT32_MAX || real_length(w) > INT32_MAX)
        return HOST_FACTOR_TOO_LARGE;
    if (!host_factor_memory(w, w->n, real_bytes) || !host_factor_memory(w, integer_length(w), sizeof(lapack_int)) ||
        (w->is_complex && !host_factor_memory(w, real_length(w), real_bytes)))
        return HOST_FACTOR_NO_MEMORY;
    xp_value answer = {0}, reals;
    lapack_int integers;
    const workspaces question = {&answer, &reals, &integers, -1, -1, -1};
    host_factor_ask(w, call_evd(w, w->pieces[VALUES], &question), &answer);
    return host_factor_workspace(w);
}

static void conjugate(const host_factor_work *w)
{
    float *floats = (float *)(void *)w->copy;
    double *doubles = (double *)(void *)w->copy;
    for (int64_t i = 1; i < 2 * w->n * w->n; i += 2)
        if (w->dtype == XP_COMPLEX64)
            floats[i] = -floats[i];
        else
            doubles[i] = -doubles[i];
}

static int one(host_factor_work *w, const char *a, const char *b, int64_t number)
{
    (void)b;
    if (w->n == 0)
        return 0;
    host_copy_rows(w->a, a, HOST_LOWER, w->copy);
    if (!host_all_finite(w->dtype, w->copy, w->n * w->n))
        return HOST_FACTOR_NOT_FINITE;
    const workspaces space = {w->work, w->is_complex ? w->pieces[REALS] : NULL, w->pieces[INTEGERS], w->length,
                              (lapack_int)real_length(w), integer_length(w)};
    if (call_evd(w, host_factor_result(&w->results[0], number, 1), &space) != 0)
        return 1;
    if (w->kind == XP_FACTOR_EIGVALSH)
        return 0;
    if (w->is_complex)
        conjugate(w);
    host_turn_columns(w->copy, w->n, w->n, w->n, xp_dtype_bytes(w->dtype),
                      host_factor_result(&w->results[1], number, 2));
    return 0;
}

static xp_status fail(int info)
{
    (void)info;
    return xp_driver_error(XP_ERROR_LINALG, "the eigenvalues did not converge");
}

const host_factor_family host_eigh_family = {.prepare = prepare, .one = one, .fail = fail, .operations = 9};
