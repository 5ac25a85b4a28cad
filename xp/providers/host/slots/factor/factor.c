/* The slots factor and solve: which family of LAPACK's routines, or the engine for small matrices, and how many threads
 * go over a stack.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <omp.h>

#include "core/alloc.h"
#include "providers/host/slots/factor/family.h"
#include "providers/host/slots/slots.h"
#include "providers/host/small/small.h"

#define NANOSECONDS 0.1      /* an operation, about */
#define NANOSECONDS_CALL 1e3 /* of LAPACK, whatever it does */
#define NANOSECONDS_ALONE 1e6 /* matrices that take longer have all threads to themselves */

void *host_factor_memory(host_factor_work *w, int64_t count, size_t size)
{
    const int64_t column = w->m < w->n ? w->n : w->m;
    void *memory = xp_alloc((size_t)(count + column + HOST_LAPACK_SLACK), size);
    w->pieces[w->n_pieces++] = memory;
    return memory;
}

void host_factor_ask(host_factor_work *w, lapack_int info, const xp_value *answer)
{
    /* a length in float32 may have been rounded down */
    double length = xp_real_dtype((xp_dtype)w->dtype) == XP_FLOAT32 ? (double)answer->as_float32 * (1.0 + 0x1p-22)
                                                                     : answer->as_float64;
    if (info != 0 || length >= INT32_MAX)
        w->length = -1;
    else if (w->length >= 0 && w->length < length + 1.0)
        w->length = (lapack_int)length + 1;
}

int host_factor_workspace(host_factor_work *w)
{
    if (w->length < 0)
        return HOST_FACTOR_TOO_LARGE;
    w->work = host_factor_memory(w, w->length, xp_dtype_bytes(w->dtype));
    return w->work ? 0 : HOST_FACTOR_NO_MEMORY;
}

char *host_factor_result(const xp_view *result, int64_t number, int core_dims)
{
    int64_t size = (int64_t)xp_dtype_bytes(result->dtype);
    for (int i = result->ndim - core_dims; i < result->ndim; i++)
        size *= result->shape[i];
    return host_view_start(result) + number * size;
}

/* ---- a stack ----------------------------------------------------------------------------------------------------- */

static int prepare(const host_factor_family *family, host_factor_work *w)
{
    w->copy = host_factor_memory(w, w->m * w->n, xp_dtype_bytes(w->dtype));
    return w->copy ? family->prepare(w) : HOST_FACTOR_NO_MEMORY;
}

/* Matrices from number `from` on; the first number that is not 0 ends it. */
static int run_part(const host_factor_family *family, host_factor_work w, const host_lines *stack, int64_t from,
                    int64_t to)
{
    int info = prepare(family, &w);
    host_line line;
    host_line_at(stack, from, &line);
    for (; info == 0 && from < to; from++, host_line_next(stack, &line))
        info = family->one(&w, host_view_start(w.a) + line.offsets[0],
                           w.b ? host_view_start(w.b) + line.offsets[1] : NULL, from);
    for (int i = 0; i < w.n_pieces; i++)
        xp_dealloc(w.pieces[i]);
    return info;
}

/* One part for each thread. The error that counts is that of the first part that has one: the least of part and error
 * in one number. */
static int run_parts(const host_factor_family *family, const host_factor_work *w, const host_lines *stack, int threads)
{
    int64_t first = INT64_MAX;
#pragma omp parallel for num_threads(threads) schedule(static, 1) reduction(min : first)
    for (int part = 0; part < threads; part++) {
        int info = run_part(family, *w, stack, stack->count * part / threads, stack->count * (part + 1) / threads);
        int64_t failure = info != 0 ? ((int64_t)part << 32) + (uint32_t)info : INT64_MAX;
        first = failure < first ? failure : first;
    }
    return first == INT64_MAX ? 0 : (int)(uint32_t)first;
}

static int run_stack(const host_factor_family *family, const host_factor_work *w, const host_lines *stack)
{
    const double size = (double)w->m * (double)w->n, least = (double)(w->m < w->n ? w->m : w->n);
    const double each = NANOSECONDS_CALL + NANOSECONDS * family->operations * size * (least + (double)w->k);
    int threads = each < NANOSECONDS_ALONE ? host_threads_for(each * (double)stack->count) : 1;
    if (threads > stack->count)
        threads = (int)stack->count;
    if (threads > 1)
        return run_parts(family, w, stack, threads);
    int before = omp_get_max_threads(), wanted = host_threads_for(each); /* OpenBLAS asks OpenMP how many to use */
    if (wanted != before)
        omp_set_num_threads(wanted);
    int info = run_part(family, *w, stack, 0, stack->count);
    if (wanted != before)
        omp_set_num_threads(before);
    return info;
}

static xp_status status_of(const host_factor_family *family, const host_factor_work *w, int info)
{
    switch (info) {
    case 0:
        return XP_OK;
    case HOST_FACTOR_NO_MEMORY:
        return xp_driver_error(XP_ERROR_MEMORY, "out of memory for the work of LAPACK");
    case HOST_FACTOR_TOO_LARGE:
        return xp_driver_error(XP_ERROR_OVERFLOW, "a matrix of %lld by %lld is too large for LAPACK", (long long)w->m,
                               (long long)w->n);
    case HOST_FACTOR_NOT_FINITE:
        return xp_driver_error(XP_ERROR_LINALG, "the matrix holds NaN or infinity");
    default:
        return family->fail(info);
    }
}

static xp_status run_family(const host_factor_family *family, host_factor_work *w)
{
    host_lines stack;
    const xp_view *const both[] = {w->a, w->b};
    host_lines_make(&stack, w->b ? 2 : 1, both, 0, w->a->ndim - 2, -1);
    if (stack.count == 0)
        return XP_OK;
    bool fits = w->m <= INT32_MAX && w->n <= INT32_MAX && w->k <= INT32_MAX;
    return status_of(family, w, fits ? run_stack(family, w, &stack) : HOST_FACTOR_TOO_LARGE);
}

/* ---- the slots --------------------------------------------------------------------------------------------------- */

static const host_factor_family *const families[] = {
    [XP_FACTOR_CHOLESKY] = &host_cholesky_family, [XP_FACTOR_SVD] = &host_svd_family,
    [XP_FACTOR_SVDVALS] = &host_svdvals_family,   [XP_FACTOR_QR] = &host_qr_family,
    [XP_FACTOR_DET] = &host_det_family,           [XP_FACTOR_SLOGDET] = &host_det_family,
    [XP_FACTOR_INVERSE] = &host_inverse_family,   [XP_FACTOR_EIGH] = &host_eigh_family,
    [XP_FACTOR_EIGVALSH] = &host_eigh_family,     [XP_FACTOR_EIG] = &host_eig_family,
    [XP_FACTOR_EIGVALS] = &host_eig_family,
};

static host_factor_work work_on(const xp_view *a, const xp_view *results)
{
    return (host_factor_work){.a = a, .results = results, .dtype = a->dtype, .m = a->shape[a->ndim - 2],
                              .n = a->shape[a->ndim - 1], .is_complex = xp_dtype_is(a->dtype, XP_KIND_COMPLEX)};
}

xp_status host_factor(const struct xp_device *device, xp_factor_kind kind, const xp_view *a, const xp_view *results,
                      int n_results)
{
    (void)device;
    (void)n_results;
    if (!xp_dtype_is(a->dtype, XP_KIND_FLOATING))
        return xp_driver_error(XP_ERROR_TYPE, "cannot factor matrices of %s", xp_dtype_name(a->dtype));
    if (host_small_takes(kind, a))
        return host_small_factor(kind, a, results);
    host_factor_work w = work_on(a, results);
    w.kind = kind;
    return run_family(families[kind], &w);
}

xp_status host_solve(const struct xp_device *device, const xp_view *a, const xp_view *b, const xp_view *out)
{
    (void)device;
    if (!xp_dtype_is(a->dtype, XP_KIND_FLOATING))
        return xp_driver_error(XP_ERROR_TYPE, "cannot solve equations of %s", xp_dtype_name(a->dtype));
    if (host_view_size(out) == 0)
        return XP_OK;
    if (a->shape[a->ndim - 1] <= HOST_SMALL_N)
        return host_small_solve(a, b, out);
    host_factor_work w = work_on(a, out);
    w.b = b;
    w.k = b->shape[b->ndim - 1];
    return run_family(&host_solve_family, &w);
}
