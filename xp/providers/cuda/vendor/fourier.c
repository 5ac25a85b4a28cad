/* Fourier transforms by cuFFT.
 *
 * Axes that are neighbours go in passes of up to three; one pass is one call, or a call for each index before its axes
 * where others come behind them. Passes after the first one work in place. A half spectrum is taken along the array's
 * last axis only; the transform back from it changes its input, so it gets a copy, in which the numbers that count as
 * real have no imaginary part.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/cuda/vendor/plans.h"

#define CALLS 64 /* of one pass, at most */

typedef struct transform {
    cuda_job *job;
    bool is_double, forward;
    int ndim, n_axes;
    int axes[XP_MAX_NDIM];        /* ascending */
    long long shape[XP_MAX_NDIM]; /* of the complex side */
} transform;

static long long product(const long long *shape, int first, int end)
{
    long long count = 1;
    for (int d = first; d < end; d++)
        count *= shape[d];
    return count;
}

/* How many of the axes up to number `last` of the list are neighbours, at most 3. */
static int neighbours(const transform *t, int last)
{
    int count = 1;
    while (count < 3 && last - count >= 0 && t->axes[last - count] == t->axes[last] - count)
        count++;
    return count;
}

/* Complex to complex over the axes of the list up to number `last`, from `in` to `out` and then in place. */
static void complex_passes(transform *t, int last, char *in, char *out)
{
    size_t bytes = t->is_double ? 16 : 8;
    while (last >= 0) {
        int count = neighbours(t, last), first = t->axes[last - count + 1], end = t->axes[last] + 1;
        long long outer = product(t->shape, 0, first), inner = product(t->shape, end, t->ndim);
        long long size = product(t->shape, first, end);
        cuda_plan_key key = {.type = t->is_double ? CUFFT_Z2Z : CUFFT_C2C, .rank = count, .step = inner,
                             .in_apart = inner == 1 ? size : 1, .out_apart = inner == 1 ? size : 1,
                             .batch = inner == 1 ? outer : inner};
        for (int d = 0; d < count; d++)
            key.n[d] = t->shape[first + d];
        for (long long i = 0; i < (inner == 1 ? 1 : outer); i++) {
            size_t offset = (size_t)(i * size * inner) * bytes;
            cuda_transform(t->job, &key, t->forward, in + offset, out + offset);
        }
        in = out;
        last -= count;
    }
}

/* `in` is contiguous. */
static void to_half(transform *t, long long n, char *in, char *out)
{
    int count = neighbours(t, t->n_axes - 1), first = t->ndim - count;
    cuda_plan_key key = {.type = t->is_double ? CUFFT_D2Z : CUFFT_R2C, .rank = count, .step = 1,
                         .batch = product(t->shape, 0, first), .out_apart = product(t->shape, first, t->ndim)};
    for (int d = 0; d < count - 1; d++)
        key.n[d] = t->shape[first + d];
    key.n[count - 1] = n;
    key.in_apart = product(key.n, 0, count);
    cuda_transform(t->job, &key, true, in, out);
    complex_passes(t, t->n_axes - 1 - count, out, out);
}

/* `copy` is contiguous and may be changed. */
static void from_half(transform *t, long long n, char *copy, char *out)
{
    long long half = t->shape[t->ndim - 1], lines = product(t->shape, 0, t->ndim - 1);
    cuda_plan_key key = {.type = t->is_double ? CUFFT_Z2D : CUFFT_C2R, .rank = 1, .n = {n}, .step = 1,
                         .in_apart = half, .out_apart = n, .batch = lines};
    complex_passes(t, t->n_axes - 2, copy, copy);
    cuda_real_ends(t->job, t->is_double ? XP_FLOAT64 : XP_FLOAT32, copy, lines, half, n % 2 == 0);
    cuda_transform(t->job, &key, false, copy, out);
}

static void sort_axes(transform *t, const int *axes, int n_axes)
{
    t->n_axes = n_axes;
    for (int i = 0; i < n_axes; i++) {
        int at = i;
        for (; at > 0 && t->axes[at - 1] > axes[i]; at--)
            t->axes[at] = t->axes[at - 1];
        t->axes[at] = axes[i];
    }
}

/* Whether no pass needs too many calls. */
static bool has_few_calls(const transform *t, int last)
{
    while (last >= 0) {
        int count = neighbours(t, last), first = t->axes[last - count + 1];
        if (product(t->shape, t->axes[last] + 1, t->ndim) > 1 && product(t->shape, 0, first) > CALLS)
            return false;
        last -= count;
    }
    return true;
}

static bool is_aligned(const char *memory, size_t bytes)
{
    return (uintptr_t)memory % bytes == 0;
}

static void run(transform *t, int kind, const runtime_view *x, const runtime_view *out)
{
    size_t complex_bytes = t->is_double ? 16 : 8;
    size_t bytes = kind == XP_FOURIER_TO_HALF ? complex_bytes / 2 : complex_bytes; /* of an element of x */
    char *in = (char *)x->memory + x->offset, *target = (char *)out->memory + out->offset;
    cuda_layout layout = cuda_layout_of(x);
    bool is_complex = kind == XP_FOURIER_FORWARD || kind == XP_FOURIER_INVERSE;
    if (kind == XP_FOURIER_FROM_HALF || !cuda_layout_is_contiguous(&layout, bytes) || !is_aligned(in, complex_bytes)) {
        char *copy = is_complex ? target : cuda_job_scratch(t->job, cuda_layout_count(&layout), bytes);
        cuda_gather(t->job, in, &layout, bytes, copy);
        in = copy;
    }
    if (is_complex)
        complex_passes(t, t->n_axes - 1, in, target);
    else if (kind == XP_FOURIER_TO_HALF)
        to_half(t, x->shape[x->ndim - 1], in, target);
    else
        from_half(t, out->shape[out->ndim - 1], in, target);
}

runtime_status cuda_fourier(void *queue, int kind, const runtime_view *x, const int *axes, int n_axes, double factor,
                            const runtime_view *out)
{
    const runtime_view *complex_side = kind == XP_FOURIER_TO_HALF ? out : x;
    bool is_half = kind == XP_FOURIER_TO_HALF || kind == XP_FOURIER_FROM_HALF;
    int64_t count = 1;
    transform t = {.forward = kind == XP_FOURIER_FORWARD || kind == XP_FOURIER_TO_HALF, .ndim = x->ndim};
    if (!cuda_dtype_is_complex(complex_side->dtype))
        return RUNTIME_NOT_TAKEN;
    t.is_double = complex_side->dtype == XP_COMPLEX128;
    for (int d = 0; d < x->ndim; d++) {
        t.shape[d] = complex_side->shape[d];
        count *= out->shape[d];
    }
    if (!count || !product(t.shape, 0, t.ndim))
        return RUNTIME_OK;
    sort_axes(&t, axes, n_axes);
    if ((is_half && axes[n_axes - 1] != x->ndim - 1) || !has_few_calls(&t, n_axes - 1) ||
        !is_aligned((char *)out->memory + out->offset, t.is_double ? 16 : 8))
        return RUNTIME_NOT_TAKEN;
    cuda_job job;
    cuda_job_start(&job, queue, CUDA_NEEDS_FOURIER);
    t.job = &job;
    if (cuda_job_goes_on(&job))
        run(&t, kind, x, out);
    cuda_scale(&job, out->dtype, (char *)out->memory + out->offset, count, factor);
    return cuda_job_end(&job);
}
