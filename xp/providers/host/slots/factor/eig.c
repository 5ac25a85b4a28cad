/* Eigenvalues and eigenvectors of general matrices. The results are complex, whatever the matrix is.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "providers/host/slots/factor/family.h"

/* The family's pieces, behind the copy. VALUES: of a real matrix the real parts, then the imaginary ones. */
enum { VALUES = 1, VECTORS, REALS };

static bool wants_vectors(const host_factor_work *w)
{
    return w->kind == XP_FACTOR_EIG;
}

static lapack_int call_geev(const host_factor_work *w, void *work, lapack_int length)
{
    const lapack_int n = (lapack_int)w->n;
    const char job = wants_vectors(w) ? 'V' : 'N';
    char *values = w->pieces[VALUES], *imaginary = values + w->n * (int64_t)xp_dtype_bytes(w->dtype);
    return w->is_complex ? HOST_LAPACK_COMPLEX(w->dtype, geev, 'N', job, n, (void *)w->copy, n, w->pieces[VALUES],
                                               w->pieces[VECTORS], n, w->pieces[VECTORS], n, work, length,
                                               w->pieces[REALS])
                         : HOST_LAPACK_REAL(w->dtype, geev, 'N', job, n, (void *)w->copy, n, w->pieces[VALUES],
                                            (void *)imaginary, w->pieces[VECTORS], n, w->pieces[VECTORS], n, work,
                                            length);
}

static int prepare(host_factor_work *w)
{
    if (w->n == 0)
        return 0;
    const size_t bytes = xp_dtype_bytes(w->dtype);
    if (!host_factor_memory(w, 2 * w->n, bytes) || !host_factor_memory(w, wants_vectors(w) ? w->n * w->n : 1, bytes) ||
        (w->is_complex && !host_factor_memory(w, 2 * w->n, bytes / 2)))
        return HOST_FACTOR_NO_MEMORY;
    xp_value answer = {0};
    host_factor_ask(w, call_geev(w, &answer, -1), &answer);
    return host_factor_workspace(w);
}

/* Number i of a list of reals, as one part of a complex element. */
static void write_part(const host_factor_work *w, const void *from, int64_t i, bool is_negated, char *to)
{
    if (w->dtype == XP_FLOAT32) {
        float value = ((const float *)from)[i];
        value = is_negated ? -value : value;
        memcpy(to, &value, sizeof value);
    } else {
        double value = ((const double *)from)[i];
        value = is_negated ? -value : value;
        memcpy(to, &value, sizeof value);
    }
}

static bool is_real_value(const host_factor_work *w, int64_t j)
{
    const void *values = w->pieces[VALUES];
    return w->dtype == XP_FLOAT32 ? ((const float *)values)[w->n + j] == 0.0f
                                  : ((const double *)values)[w->n + j] == 0.0;
}

/* Of a real matrix: eigenvalues come as two lists. */
static void write_values(const host_factor_work *w, char *to)
{
    const int64_t bytes = (int64_t)xp_dtype_bytes(w->dtype);
    for (int64_t j = 0; j < w->n; j++) {
        write_part(w, w->pieces[VALUES], j, false, to + 2 * j * bytes);
        write_part(w, w->pieces[VALUES], w->n + j, false, to + (2 * j + 1) * bytes);
    }
}

/* Of a real matrix: eigenvectors come as columns, but for those of conjugate pairs, of which two columns are the real
 * and the imaginary part. */
static void write_vectors(const host_factor_work *w, char *to)
{
    const int64_t n = w->n, bytes = (int64_t)xp_dtype_bytes(w->dtype);
    memset(to, 0, (size_t)(2 * n * n * bytes));
    for (int64_t j = 0; j < n; j++) {
        bool is_pair = !is_real_value(w, j);
        for (int64_t i = 0; i < n; i++) {
            char *at = to + 2 * (i * n + j) * bytes;
            write_part(w, w->pieces[VECTORS], j * n + i, false, at);
            if (!is_pair)
                continue;
            write_part(w, w->pieces[VECTORS], (j + 1) * n + i, false, at + bytes);
            write_part(w, w->pieces[VECTORS], j * n + i, false, at + 2 * bytes);
            write_part(w, w->pieces[VECTORS], (j + 1) * n + i, true, at + 3 * bytes);
        }
        j += is_pair;
    }
}

static int one(host_factor_work *w, const char *a, const char *b, int64_t number)
{
    (void)b;
    if (w->n == 0)
        return 0;
    const size_t bytes = xp_dtype_bytes(w->dtype);
    host_copy_columns(w->a, a, w->copy);
    if (!host_all_finite(w->dtype, w->copy, w->n * w->n))
        return HOST_FACTOR_NOT_FINITE;
    if (call_geev(w, w->work, w->length) != 0)
        return 1;
    char *values = host_factor_result(&w->results[0], number, 1);
    if (w->is_complex)
        memcpy(values, w->pieces[VALUES], (size_t)w->n * bytes);
    else
        write_values(w, values);
    if (!wants_vectors(w))
        return 0;
    char *vectors = host_factor_result(&w->results[1], number, 2);
    if (w->is_complex)
        host_turn_columns(w->pieces[VECTORS], w->n, w->n, w->n, bytes, vectors);
    else
        write_vectors(w, vectors);
    return 0;
}

static xp_status fail(int info)
{
    (void)info;
    return xp_driver_error(XP_ERROR_LINALG, "the eigenvalues did not converge");
}

const host_factor_family host_eig_family = {.prepare = prepare, .one = one, .fail = fail, .operations = 25};
