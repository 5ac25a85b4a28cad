/* Inverses, solutions and determinants by LU with partial pivoting.
 *
 * The matrix itself goes to LAPACK, turned into columns, not its transpose: so rows are exchanged, and one that is a
 * combination of others is found as everybody finds it.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "providers/host/slots/factor/family.h"

enum { PIVOTS = 1, SIDES, DIAGONAL = 2 }; /* the family's pieces, behind the copy */

/* copy becomes L and U, with the matrix's pivots. A number of a pivot (from 1) that is zero if there is one. */
static int decompose(host_factor_work *w, const char *a)
{
    const lapack_int n = (lapack_int)w->n;
    host_copy_columns(w->a, a, w->copy);
    return (int)HOST_LAPACK(w->dtype, getrf, n, n, (void *)w->copy, n, w->pieces[PIVOTS]);
}

/* A singular matrix is an error, but if it holds NaN: then the result is NaN, as it is for others that do. */
static int singular(host_factor_work *w, const char *a, int pivot, char *result, int64_t count)
{
    host_copy_rows(w->a, a, HOST_WHOLE, w->copy);
    if (!host_any_nan(w->dtype, w->copy, w->n * w->n))
        return pivot;
    host_fill_nan(w->dtype, result, count);
    return 0;
}

xp_status host_singular(void)
{
    return xp_driver_error(XP_ERROR_LINALG, "the matrix is singular");
}

static xp_status fail(int pivot)
{
    (void)pivot;
    return host_singular();
}

static int prepare_pivots(host_factor_work *w)
{
    return host_factor_memory(w, w->n, sizeof(lapack_int)) ? 0 : HOST_FACTOR_NO_MEMORY;
}

/* ---- inverses ---------------------------------------------------------------------------------------------------- */

static int prepare_inverse(host_factor_work *w)
{
    int info = prepare_pivots(w);
    if (info != 0 || w->n == 0)
        return info;
    xp_value answer = {0};
    const lapack_int n = (lapack_int)w->n;
    host_factor_ask(w, HOST_LAPACK(w->dtype, getri, n, (void *)w->copy, n, w->pieces[PIVOTS], (void *)&answer, -1),
                    &answer);
    return host_factor_workspace(w);
}

static int invert_one(host_factor_work *w, const char *a, const char *b, int64_t number)
{
    (void)b;
    const lapack_int n = (lapack_int)w->n;
    if (n == 0)
        return 0;
    char *result = host_factor_result(&w->results[0], number, 2);
    int zero = decompose(w, a);
    if (zero > 0)
        return singular(w, a, zero, result, w->n * w->n);
    HOST_LAPACK(w->dtype, getri, n, (void *)w->copy, n, w->pieces[PIVOTS], w->work, w->length);
    host_turn_columns(w->copy, w->n, w->n, w->n, xp_dtype_bytes(w->dtype), result);
    return 0;
}

/* ---- solutions --------------------------------------------------------------------------------------------------- */

static int prepare_solution(host_factor_work *w)
{
    int info = prepare_pivots(w);
    if (info == 0 && !host_factor_memory(w, w->n * w->k, xp_dtype_bytes(w->dtype)))
        info = HOST_FACTOR_NO_MEMORY;
    return info;
}

static int solve_one(host_factor_work *w, const char *a, const char *b, int64_t number)
{
    const lapack_int n = (lapack_int)w->n, k = (lapack_int)w->k;
    char *result = host_factor_result(&w->results[0], number, 2);
    int zero = decompose(w, a);
    if (zero > 0)
        return singular(w, a, zero, result, w->n * w->k);
    host_copy_columns(w->b, b, w->pieces[SIDES]);
    HOST_LAPACK(w->dtype, getrs, 'N', n, k, (void *)w->copy, n, w->pieces[PIVOTS], w->pieces[SIDES], n);
    host_turn_columns(w->pieces[SIDES], w->n, w->n, w->k, xp_dtype_bytes(w->dtype), result);
    return 0;
}

/* ---- determinants ------------------------------------------------------------------------------------------------ */

static int prepare_det(host_factor_work *w)
{
    int info = prepare_pivots(w);
    if (info == 0 && !host_factor_memory(w, w->n, xp_dtype_bytes(w->dtype)))
        info = HOST_FACTOR_NO_MEMORY;
    return info;
}

/* The diagonal of U, an element negated for each exchange of rows. */
static char *signed_pivots(host_factor_work *w)
{
    const size_t bytes = xp_dtype_bytes(w->dtype);
    const lapack_int *pivots = w->pieces[PIVOTS];
    char *diagonal = w->pieces[DIAGONAL];
    for (int64_t i = 0; i < w->n; i++) {
        memcpy(diagonal + (size_t)i * bytes, w->copy + (size_t)(i * w->n + i) * bytes, bytes);
        if (pivots[i] != i + 1)
            host_negate(w->dtype, diagonal + (size_t)i * bytes);
    }
    return diagonal;
}

static int det_one(host_factor_work *w, const char *a, const char *b, int64_t number)
{
    (void)b;
    int zero = w->n > 0 ? decompose(w, a) : 0;
    char *pivots = signed_pivots(w);
    if (zero > 0)
        singular(w, a, zero, pivots, w->n);
    host_write_determinant(w->kind, w->results, w->dtype, pivots, w->n, number);
    return 0;
}

const host_factor_family host_inverse_family = {.prepare = prepare_inverse, .one = invert_one, .fail = fail,
                                                .operations = 2};
const host_factor_family host_solve_family = {.prepare = prepare_solution, .one = solve_one, .fail = fail,
                                              .operations = 0.7};
const host_factor_family host_det_family = {.prepare = prepare_det, .one = det_one, .operations = 0.7};
