/* Eigenvalues and eigenvectors of symmetric and Hermitian matrices, by divide and conquer.
 *
 * Eigenvalues alone come from a tridiagonal matrix by an iteration that loses some 5 epsilons of the norm at 33 rows
 * (LAPACK's sterf), where the way there loses one. In single precision the iteration is done in double, which takes
 * hardly longer.
 *
 * The lower triangle of C order is the upper one for LAPACK. Of a Hermitian matrix it sees the conjugate, whose
 * eigenvalues are the same and whose eigenvectors are conjugated.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>
#include <stdlib.h>

#include "providers/host/slots/factor/family.h"

/* The family's pieces, behind the copy: in general, and of eigenvalues alone in single precision. */
enum { VALUES = 1, INTEGERS, REALS };
enum { DIAGONALS = 1, DOUBLES, SCALES };

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

static bool is_single_values(const host_factor_work *w)
{
    return w->kind == XP_FACTOR_EIGVALSH && xp_real_dtype((xp_dtype)w->dtype) == XP_FLOAT32;
}

/* To a tridiagonal matrix: its diagonal and the n - 1 elements beside it. */
static lapack_int call_trd(const host_factor_work *w, float *diagonals, void *scales, void *work, lapack_int length)
{
    const lapack_int n = (lapack_int)w->n;
    return w->is_complex ? LAPACKE_chetrd_work(LAPACK_COL_MAJOR, 'U', n, (void *)w->copy, n, diagonals, diagonals + n,
                                               scales, work, length)
                         : LAPACKE_ssytrd_work(LAPACK_COL_MAJOR, 'U', n, (void *)w->copy, n, diagonals, diagonals + n,
                                               scales, work, length);
}

static int prepare_values(host_factor_work *w)
{
    if (!host_factor_memory(w, 2 * w->n, sizeof(float)) || !host_factor_memory(w, 2 * w->n, sizeof(double)) ||
        !host_factor_memory(w, w->n, xp_dtype_bytes(w->dtype)))
        return HOST_FACTOR_NO_MEMORY;
    xp_value answer = {0};
    host_factor_ask(w, call_trd(w, w->pieces[DIAGONALS], w->pieces[SCALES], &answer, -1), &answer);
    return host_factor_workspace(w);
}

static int prepare(host_factor_work *w)
{
    if (w->n == 0)
        return 0;
    const size_t real_bytes = xp_dtype_bytes(xp_real_dtype((xp_dtype)w->dtype));
    if (5 * w->n + 3 > INT32_MAX || real_length(w) > INT32_MAX)
        return HOST_FACTOR_TOO_LARGE;
    if (is_single_values(w))
        return prepare_values(w);
    if (!host_factor_memory(w, w->n, real_bytes) || !host_factor_memory(w, integer_length(w), sizeof(lapack_int)) ||
        (w->is_complex && !host_factor_memory(w, real_length(w), real_bytes)))
        return HOST_FACTOR_NO_MEMORY;
    xp_value answer = {0}, reals;
    lapack_int integers;
    const workspaces question = {&answer, &reals, &integers, -1, -1, -1};
    host_factor_ask(w, call_evd(w, w->pieces[VALUES], &question), &answer);
    return host_factor_workspace(w);
}

/* Makes the largest part of an element about 1, so that squares stay in float32's range. Returns by how many powers of
 * two it was larger. */
static int scale(const host_factor_work *w)
{
    float *x = (float *)(void *)w->copy, largest = 0;
    const int64_t count = (w->is_complex ? 2 : 1) * w->n * w->n;
    int exponent;
    for (int64_t i = 0; i < count; i++)
        largest = fabsf(x[i]) > largest ? fabsf(x[i]) : largest;
    (void)frexpf(largest, &exponent);
    if (abs(exponent) < 40) /* far enough */
        return 0;
    const double factor = ldexp(1, -exponent);
    for (int64_t i = 0; i < count; i++)
        x[i] = (float)((double)x[i] * factor);
    return exponent;
}

static int find_values(const host_factor_work *w, float *values)
{
    float *diagonals = w->pieces[DIAGONALS];
    double *doubles = w->pieces[DOUBLES];
    const int64_t n = w->n;
    const int exponent = scale(w);
    if (call_trd(w, diagonals, w->pieces[SCALES], w->work, w->length) != 0)
        return 1;
    for (int64_t i = 0; i < 2 * n - 1; i++)
        doubles[i] = (double)diagonals[i];
    if (LAPACKE_dsterf_work((lapack_int)n, doubles, doubles + n) != 0)
        return 1;
    for (int64_t i = 0; i < n; i++)
        values[i] = (float)ldexp(doubles[i], exponent);
    return 0;
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
    if (is_single_values(w))
        return find_values(w, (float *)(void *)host_factor_result(&w->results[0], number, 1));
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
