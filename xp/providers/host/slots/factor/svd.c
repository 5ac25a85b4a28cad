/* Singular values, with or without vectors.
 *
 * What LAPACK sees is the transpose of a = u s vh, so its left factor is the transpose of vh and its right one that of
 * u: nothing is transposed. gesdd is the fast way and fails on rare matrices; gesvd is slower and does not.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "providers/host/slots/factor/family.h"

/* As LAPACK sees it: (rows, columns) = (n, m), and the factors' memory. */
typedef struct svd_call {
    char job; /* 'A': square factors, 'S': reduced ones, 'N': none */
    lapack_int rows, columns, least;
    void *s, *left, *right;
} svd_call;

enum { INTEGERS = 1, REALS, LEFT, RIGHT }; /* the family's pieces, behind the copy */

static svd_call call_of(const host_factor_work *w)
{
    const xp_view *a = w->a;
    svd_call call = {.job = 'N', .rows = (lapack_int)w->n, .columns = (lapack_int)w->m};
    call.least = call.rows < call.columns ? call.rows : call.columns;
    if (w->kind == XP_FACTOR_SVD)
        call.job = w->results[0].shape[a->ndim - 1] == w->m && w->results[2].shape[a->ndim - 2] == w->n ? 'A' : 'S';
    return call;
}

static lapack_int call_gesdd(const host_factor_work *w, const svd_call *c, void *work, lapack_int length)
{
    const lapack_int m = c->rows, n = c->columns, lead = c->job == 'S' ? c->least : n;
    lapack_int *integers = w->pieces[INTEGERS];
    return w->is_complex ? HOST_LAPACK_COMPLEX(w->dtype, gesdd, c->job, m, n, (void *)w->copy, m, c->s, c->left, m,
                                               c->right, lead, work, length, w->pieces[REALS], integers)
                         : HOST_LAPACK_REAL(w->dtype, gesdd, c->job, m, n, (void *)w->copy, m, c->s, c->left, m,
                                            c->right, lead, work, length, integers);
}

static lapack_int call_gesvd(const host_factor_work *w, const svd_call *c, void *work, lapack_int length)
{
    const lapack_int m = c->rows, n = c->columns, lead = c->job == 'S' ? c->least : n;
    return w->is_complex ? HOST_LAPACK_COMPLEX(w->dtype, gesvd, c->job, c->job, m, n, (void *)w->copy, m, c->s,
                                               c->left, m, c->right, lead, work, length, w->pieces[REALS])
                         : HOST_LAPACK_REAL(w->dtype, gesvd, c->job, c->job, m, n, (void *)w->copy, m, c->s, c->left,
                                            m, c->right, lead, work, length);
}

/* Elements of the real workspace of complex dtypes, as LAPACK's documentation of gesdd gives it for jobz A and S. */
static int64_t real_length(const svd_call *c)
{
    int64_t least = c->least, most = c->rows < c->columns ? c->columns : c->rows;
    int64_t square = 5 * least * least + 5 * least, mixed = 2 * most * least + 2 * least * least + least;
    return square > mixed ? square : mixed;
}

static int64_t left_size(const svd_call *c)
{
    return (int64_t)c->rows * (c->job == 'A' ? c->rows : c->least);
}

static int64_t right_size(const svd_call *c)
{
    return (int64_t)c->columns * (c->job == 'A' ? c->columns : c->least);
}

static int prepare(host_factor_work *w)
{
    svd_call call = call_of(w);
    if (call.least == 0)
        return 0;
    const size_t bytes = xp_dtype_bytes(w->dtype);
    xp_value fast = {0}, slow = {0};
    char nothing[sizeof(xp_value)];
    call.s = call.left = call.right = nothing;
    host_factor_ask(w, call_gesdd(w, &call, &fast, -1), &fast);
    host_factor_ask(w, call_gesvd(w, &call, &slow, -1), &slow);
    if (!host_factor_memory(w, 8 * (int64_t)call.least, sizeof(lapack_int)))
        return HOST_FACTOR_NO_MEMORY;
    if (w->is_complex) {
        bool is_there = host_factor_memory(w, real_length(&call), bytes / 2) != NULL;
        /* the results are made here, where there is slack */
        if (call.job != 'N')
            is_there = is_there && host_factor_memory(w, left_size(&call), bytes) &&
                       host_factor_memory(w, right_size(&call), bytes);
        if (!is_there)
            return HOST_FACTOR_NO_MEMORY;
    }
    return host_factor_workspace(w);
}

/* LAPACK's own factors where they are: the results, or for complex dtypes memory with slack. */
static int decompose(host_factor_work *w, svd_call *call, const char *a)
{
    for (int attempt = 0; attempt < 2; attempt++) {
        host_copy_rows(w->a, a, HOST_WHOLE, w->copy);
        if (!host_all_finite(w->dtype, w->copy, w->m * w->n))
            return HOST_FACTOR_NOT_FINITE;
        if ((attempt == 0 ? call_gesdd : call_gesvd)(w, call, w->work, w->length) == 0)
            return 0;
    }
    return 1;
}

static int one(host_factor_work *w, const char *a, const char *b, int64_t number)
{
    (void)b;
    svd_call call = call_of(w);
    char *u = host_factor_result(&w->results[0], number, 2), *vh = host_factor_result(&w->results[2], number, 2);
    if (call.least == 0) {
        const int last = w->a->ndim - 1;
        host_fill_identity(w->dtype, w->m, w->results[0].shape[last], u);
        host_fill_identity(w->dtype, w->results[2].shape[last - 1], w->n, vh);
        return 0;
    }
    call.s = host_factor_result(&w->results[1], number, 1);
    call.left = w->is_complex ? w->pieces[LEFT] : vh;
    call.right = w->is_complex ? w->pieces[RIGHT] : u;
    int info = decompose(w, &call, a);
    if (info == 0 && w->is_complex) {
        memcpy(vh, call.left, (size_t)left_size(&call) * xp_dtype_bytes(w->dtype));
        memcpy(u, call.right, (size_t)right_size(&call) * xp_dtype_bytes(w->dtype));
    }
    return info;
}

static int values_of_one(host_factor_work *w, const char *a, const char *b, int64_t number)
{
    (void)b;
    svd_call call = call_of(w);
    char nothing[sizeof(xp_value)];
    call.s = host_factor_result(&w->results[0], number, 1);
    call.left = call.right = nothing;
    return call.least == 0 ? 0 : decompose(w, &call, a);
}

static xp_status fail(int info)
{
    (void)info;
    return xp_driver_error(XP_ERROR_LINALG, "the singular values did not converge");
}

const host_factor_family host_svd_family = {.prepare = prepare, .one = one, .fail = fail, .operations = 20};
const host_factor_family host_svdvals_family = {.prepare = prepare, .one = values_of_one, .fail = fail,
                                                .operations = 4};
