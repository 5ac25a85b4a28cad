/* Stacks of small matrices in batches: which kernel, on how many threads, and what is left for single matrices.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "providers/host/cpu.h"
#include "providers/host/slots/factor/family.h"
#include "providers/host/small/small.h"

#define ELEMENTS (HOST_SMALL_N * HOST_SMALL_N) /* of a matrix at most */

typedef struct stack {
    xp_factor_kind kind;
    const host_small_kernels *kernels;
    const xp_view *a, *b, *results; /* b: of solutions, else NULL */
    int n, dtype;
    int64_t columns, bytes;         /* of right hand sides; of an element */
    int64_t length;                 /* matrices along the last axis of the stack */
    int64_t a_step, b_step;
    host_lines lines;               /* over its other axes */
} stack;

/* Memory for a batch whose matrices have gaps, or that is solved in parts. */
typedef struct scratch {
    _Alignas(64) char a[HOST_SMALL_BATCH * ELEMENTS * sizeof(xp_complex128)];
    _Alignas(64) char b[HOST_SMALL_BATCH * ELEMENTS * sizeof(xp_complex128)];
    _Alignas(64) char out[HOST_SMALL_BATCH * ELEMENTS * sizeof(xp_complex128)];
} scratch;

static const host_small_kernels *kernels_for(int dtype)
{
#if XP_ISA_DISPATCH
    static const host_small_table *const by_isa[XP_N_ISAS] = {
        [XP_ISA_BASELINE] = &host_small_baseline,
        [XP_ISA_AVX2] = &host_small_avx2,
        [XP_ISA_AVX512] = &host_small_avx512,
    };
    return &by_isa[host_isa()]->by_dtype[dtype];
#else
    return &host_small_baseline.by_dtype[dtype];
#endif
}

/* ---- batches in memory ------------------------------------------------------------------------------------------- */

static bool has_no_gaps(const xp_view *view)
{
    const int last = view->ndim - 1;
    const int64_t bytes = (int64_t)xp_dtype_bytes(view->dtype), n = view->shape[last];
    return (view->strides[last] == bytes || n == 1) &&
           (view->strides[last - 1] == n * bytes || view->shape[last - 1] == 1);
}

/* Columns `from` to from + columns - 1 of `count` matrices, `step` apart, one behind the other. */
static void pack(const xp_view *view, const char *matrices, int64_t step, int count, int64_t from, int64_t columns,
                 char *to)
{
    const int last = view->ndim - 1;
    const size_t bytes = xp_dtype_bytes(view->dtype);
    for (int i = 0; i < count; i++)
        for (int64_t row = 0; row < view->shape[last - 1]; row++)
            for (int64_t column = from; column < from + columns; column++, to += bytes)
                memcpy(to, matrices + i * step + row * view->strides[last - 1] + column * view->strides[last], bytes);
}

/* A batch of the stack's matrices as kernels want them: as they lie, or packed. */
static host_small_batch batch_of(const stack *s, const char *a, int count, scratch *own)
{
    host_small_batch batch = {.n = s->n, .count = count, .a = a, .a_step = s->a_step};
    if (!has_no_gaps(s->a)) {
        pack(s->a, a, s->a_step, count, 0, s->n, own->a);
        batch.a = own->a;
        batch.a_step = s->n * s->n * s->bytes;
    }
    return batch;
}

/* ---- singular matrices ------------------------------------------------------------------------------------------- */

/* Results of singular matrices become NaN if they hold NaN; false if one does not. `size` elements each. */
static bool settle_singular(const stack *s, const host_small_batch *batch, uint64_t singular, char *out, int64_t size)
{
    for (int i = 0; i < batch->count; i++) {
        if (!(singular >> i & 1))
            continue;
        if (!host_any_nan(s->dtype, batch->a + i * batch->a_step, s->n * s->n))
            return false;
        host_fill_nan(s->dtype, out + i * size * s->bytes, size);
    }
    return true;
}

/* ---- what is done with a batch: false if a matrix is singular ---------------------------------------------------- */

static bool invert(const stack *s, host_small_batch *batch, int64_t number, scratch *own)
{
    (void)own;
    batch->out = host_factor_result(&s->results[0], number, 2);
    return settle_singular(s, batch, s->kernels->inverse(batch), batch->out, s->n * s->n);
}

/* The results of some columns, from where a kernel put them. */
static void unpack(const stack *s, int count, int64_t from, int64_t columns, const char *packed, char *out)
{
    const size_t row = (size_t)(columns * s->bytes);
    for (int64_t i = 0; i < (int64_t)count * s->n; i++)
        memcpy(out + (i * s->columns + from) * s->bytes, packed + (size_t)i * row, row);
}

static bool solve(const stack *s, host_small_batch *batch, const char *b, int64_t number, scratch *own)
{
    char *out = host_factor_result(&s->results[0], number, 2);
    uint64_t singular = 0;
    if (s->columns <= HOST_SMALL_N && has_no_gaps(s->b)) {
        batch->columns = (int)s->columns;
        batch->b = b;
        batch->b_step = s->b_step;
        batch->out = out;
        singular = s->kernels->solve(batch);
    } else {
        for (int64_t from = 0; from < s->columns; from += HOST_SMALL_N) {
            const int64_t columns = s->columns - from < HOST_SMALL_N ? s->columns - from : HOST_SMALL_N;
            pack(s->b, b, s->b_step, batch->count, from, columns, own->b);
            batch->columns = (int)columns;
            batch->b = own->b;
            batch->b_step = s->n * columns * s->bytes;
            batch->out = own->out;
            singular |= s->kernels->solve(batch);
            unpack(s, batch->count, from, columns, own->out, out);
        }
    }
    return settle_singular(s, batch, singular, out, s->n * s->columns);
}

/* Determinants from pivots, for all matrices whose bit is set. */
static void write_determinants(const stack *s, host_small_batch *batch, uint64_t which, int64_t number, scratch *own)
{
    batch->out = own->out;
    uint64_t singular = s->kernels->pivots(batch);
    for (int i = 0; i < batch->count; i++) {
        char *pivots = own->out + i * s->n * s->bytes;
        if (!(which >> i & 1))
            continue;
        if ((singular >> i & 1) && host_any_nan(s->dtype, batch->a + i * batch->a_step, s->n * s->n))
            host_fill_nan(s->dtype, pivots, s->n);
        host_write_determinant(s->kind, s->results, s->dtype, pivots, s->n, number + i);
    }
}

static bool determine(const stack *s, host_small_batch *batch, int64_t number, scratch *own)
{
    uint64_t doubtful = UINT64_MAX;
    if (s->kind == XP_FACTOR_DET) {
        batch->out = host_factor_result(&s->results[0], number, 0);
        doubtful = s->kernels->determinant(batch);
    }
    if (doubtful)
        write_determinants(s, batch, doubtful, number, own);
    return true;
}

static bool run_batch(const stack *s, int64_t line_number, int64_t from)
{
    host_line line;
    host_line_at(&s->lines, line_number, &line);
    const int count = (int)(s->length - from < HOST_SMALL_BATCH ? s->length - from : HOST_SMALL_BATCH);
    const int64_t number = line_number * s->length + from;
    scratch own;
    host_small_batch batch = batch_of(s, host_view_start(s->a) + line.offsets[0] + from * s->a_step, count, &own);
    if (s->b)
        return solve(s, &batch, host_view_start(s->b) + line.offsets[1] + from * s->b_step, number, &own);
    return (s->kind == XP_FACTOR_INVERSE ? invert : determine)(s, &batch, number, &own);
}

/* ---- the stack --------------------------------------------------------------------------------------------------- */

/* The last axis of the stack is what batches are made of. */
static void take_last_axis(stack *s)
{
    host_lines *lines = &s->lines;
    s->length = 1;
    if (lines->ndim == 0)
        return;
    lines->ndim--;
    s->length = lines->shape[lines->ndim];
    s->a_step = lines->strides[0][lines->ndim];
    s->b_step = s->b ? lines->strides[1][lines->ndim] : 0;
    lines->count = s->length == 0 ? 0 : lines->count / s->length;
}

static xp_status run_stack(stack *s)
{
    const xp_view *const both[] = {s->a, s->b};
    host_lines_make(&s->lines, s->b ? 2 : 1, both, 0, s->a->ndim - 2, -1);
    take_last_axis(s);
    const int64_t batches = (s->length + HOST_SMALL_BATCH - 1) / HOST_SMALL_BATCH, work = s->lines.count * batches;
    const double each = 2.0 + 0.2 * s->n * s->n * (s->n + (double)s->columns);
    int threads = host_threads_for(each * (double)s->length * (double)s->lines.count);
    bool done = true;
    if (threads == 1) {
        for (int64_t i = 0; i < work; i++)
            done = run_batch(s, i / batches, i % batches * HOST_SMALL_BATCH) && done;
    } else {
#pragma omp parallel for num_threads(threads) reduction(&& : done)
        for (int64_t i = 0; i < work; i++)
            done = run_batch(s, i / batches, i % batches * HOST_SMALL_BATCH) && done;
    }
    return done ? XP_OK : host_singular();
}

static stack stack_of(const xp_view *a, const xp_view *b, const xp_view *results)
{
    return (stack){.kernels = kernels_for(a->dtype), .a = a, .b = b, .results = results,
                   .n = (int)a->shape[a->ndim - 1], .dtype = a->dtype, .bytes = (int64_t)xp_dtype_bytes(a->dtype)};
}

bool host_small_takes(xp_factor_kind kind, const xp_view *a)
{
    const int64_t n = a->shape[a->ndim - 1];
    bool is_known = kind == XP_FACTOR_INVERSE || kind == XP_FACTOR_DET || kind == XP_FACTOR_SLOGDET;
    return is_known && n >= 1 && n <= HOST_SMALL_N;
}

xp_status host_small_factor(xp_factor_kind kind, const xp_view *a, const xp_view *results)
{
    stack s = stack_of(a, NULL, results);
    s.kind = kind;
    s.columns = kind == XP_FACTOR_INVERSE ? s.n : 0;
    return run_stack(&s);
}

xp_status host_small_solve(const xp_view *a, const xp_view *b, const xp_view *out)
{
    stack s = stack_of(a, b, out);
    s.columns = b->shape[b->ndim - 1];
    return run_stack(&s);
}
