/* The host's Fourier transforms: one axis after the other, groups of lines on threads.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/host/fourier/fourier.h"

#include <string.h>

#include "core/alloc.h"
#include "core/shape.h"
#include "providers/host/cpu.h"
#include "providers/host/slots/lines.h"
#include "providers/host/slots/slots.h"

#define NANOSECONDS 1.0         /* a point and a pass of radix 2, about */
#define NEAR_BYTES (512 * 1024) /* of scratch memory, about as much as the second level cache keeps */
#define MOST_LANES (HOST_FOURIER_LANE_BYTES / (int)sizeof(float))

const host_fourier_kernels *host_fourier_kernels_here(void)
{
#if XP_ISA_DISPATCH
    static const host_fourier_kernels *const by_isa[XP_N_ISAS] = {
        [XP_ISA_BASELINE] = &host_fourier_baseline,
        [XP_ISA_AVX2] = &host_fourier_avx2,
        [XP_ISA_AVX512] = &host_fourier_avx512,
    };
    return by_isa[host_isa()];
#else
    return &host_fourier_baseline;
#endif
}

/* An operand on the host: the view's buffer is not looked at. */
typedef struct operand {
    xp_view view;
    char *start;
} operand;

/* ---- one axis ---------------------------------------------------------------------------------------------------- */

typedef struct axis_work {
    host_fourier_job job;
    host_fourier_lines *run;
    host_lines lines;
    const operand *x, *out;
    int lanes; /* lines that go side by side */
} axis_work;

/* Lines `from` to `to` - 1, a few at a time. */
static void run_lines(const axis_work *w, int64_t from, int64_t to, void *scratch)
{
    host_line line;
    host_line_at(&w->lines, from, &line);
    while (from < to) {
        const char *x[MOST_LANES];
        char *out[MOST_LANES];
        int lanes = 0;
        for (; lanes < w->lanes && from < to; lanes++, from++, host_line_next(&w->lines, &line)) {
            x[lanes] = w->x->start + line.offsets[0];
            out[lanes] = w->out->start + line.offsets[1];
        }
        w->run(&w->job, lanes, x, out, scratch);
    }
}

/* As many lines as fill a vector, unless they lie each in one piece and so many would not stay near. */
static int lanes_for(const axis_work *w, int64_t bytes)
{
    const int most = HOST_FOURIER_LANE_BYTES / (int)bytes;
    const int64_t step = w->job.x_step < 0 ? -w->job.x_step : w->job.x_step;
    const bool in_one_piece = step <= (int64_t)xp_dtype_bytes(w->x->view.dtype);
    return in_one_piece && 4 * w->job.points * most * bytes > NEAR_BYTES ? 1 : most;
}

static int64_t points_for(const host_fourier_plan *plan)
{
    return plan->inner ? plan->inner->n : plan->n + 1; /* a half has a point more than the complex transform */
}

static xp_status run_axis(axis_work *w, int64_t bytes)
{
    double passes = 1.0;
    for (int64_t points = w->job.points; points > 1; points /= 2)
        passes++;
    const int threads = host_threads_for((double)w->lines.count * (double)w->job.points * passes * NANOSECONDS);
    w->lanes = lanes_for(w, bytes);
    const size_t room = 4 * (size_t)w->job.points * (size_t)w->lanes * (size_t)bytes;
    char *scratch = xp_pool_alloc(room * (size_t)threads);
    if (!scratch)
        return xp_driver_error(XP_ERROR_MEMORY, "out of memory for transforms of length %lld", (long long)w->job.n);
    const int64_t groups = (w->lines.count + w->lanes - 1) / w->lanes;
    if (threads == 1) {
        run_lines(w, 0, w->lines.count, scratch);
    } else {
#pragma omp parallel for num_threads(threads)
        for (int part = 0; part < threads; part++) {
            const int64_t from = groups * part / threads * w->lanes, to = groups * (part + 1) / threads * w->lanes;
            run_lines(w, from, to < w->lines.count ? to : w->lines.count, scratch + room * (size_t)part);
        }
    }
    xp_pool_free(scratch, room * (size_t)threads);
    return XP_OK;
}

/* x and out may be the same. */
static xp_status transform_axis(xp_fourier_kind kind, const operand *x, int axis, double factor, const operand *out)
{
    const bool is_single = xp_real_dtype((xp_dtype)x->view.dtype) == XP_FLOAT32;
    const int64_t n = (kind == XP_FOURIER_FROM_HALF ? out : x)->view.shape[axis];
    const bool is_half = (kind == XP_FOURIER_TO_HALF || kind == XP_FOURIER_FROM_HALF) && n % 2 == 0;
    host_fourier_plan plan;
    xp_status status = host_fourier_plan_make(&plan, is_half ? n / 2 : n, is_half, is_single);
    if (status != XP_OK)
        return status;
    const host_fourier_kernels *kernels = host_fourier_kernels_here();
    axis_work w = {
        .job = {&plan, kind, n, points_for(&plan), x->view.strides[axis], out->view.strides[axis], factor},
        .run = is_single ? kernels->lines_float32 : kernels->lines_float64,
        .x = x,
        .out = out,
    };
    host_lines_make(&w.lines, 2, (const xp_view *const[]){&x->view, &out->view}, 0, x->view.ndim, axis);
    status = run_axis(&w, is_single ? (int64_t)sizeof(float) : (int64_t)sizeof(double));
    host_fourier_plan_free(&plan);
    return status;
}

/* ---- all axes ---------------------------------------------------------------------------------------------------- */

/* Complex transforms over the axes, the last one first; only the last transform multiplies. Nothing to do: no axes. */
static xp_status transform_axes(xp_fourier_kind kind, const operand *x, const int *axes, int n_axes, double factor,
                                const operand *out)
{
    xp_status status = XP_OK;
    for (int i = n_axes - 1; i >= 0 && status == XP_OK; i--) {
        status = transform_axis(kind, x, axes[i], i == 0 ? factor : 1.0, out);
        x = out;
    }
    return status;
}

/* From half a Hermitian signal the other axes come first; what they give needs a place. */
static xp_status from_half(const operand *x, const int *axes, int n_axes, double factor, const operand *out)
{
    if (n_axes == 1)
        return transform_axis(XP_FOURIER_FROM_HALF, x, axes[0], factor, out);
    int64_t strides[XP_MAX_NDIM];
    const size_t bytes = (size_t)host_view_size(&x->view) * xp_dtype_bytes(x->view.dtype);
    xp_contiguous_strides(x->view.ndim, x->view.shape, xp_dtype_bytes(x->view.dtype), strides);
    operand place = {x->view, xp_pool_alloc(bytes)};
    place.view.strides = strides;
    if (!place.start)
        return xp_driver_error(XP_ERROR_MEMORY, "out of memory for a transform over several axes");
    xp_status status = transform_axes(XP_FOURIER_INVERSE, x, axes, n_axes - 1, 1.0, &place);
    if (status == XP_OK)
        status = transform_axis(XP_FOURIER_FROM_HALF, &place, axes[n_axes - 1], factor, out);
    xp_pool_free(place.start, bytes);
    return status;
}

xp_status host_fourier(const struct xp_device *device, xp_fourier_kind kind, const xp_view *x, const int *axes,
                       int n_axes, double factor, const xp_view *out)
{
    (void)device;
    if (!xp_dtype_is(x->dtype, XP_KIND_FLOATING))
        return xp_driver_error(XP_ERROR_TYPE, "cannot transform %s", xp_dtype_name(x->dtype));
    if (host_view_size(out) == 0)
        return XP_OK;
    const operand from = {*x, host_view_start(x)}, to = {*out, host_view_start(out)};
    if (kind == XP_FOURIER_FROM_HALF)
        return from_half(&from, axes, n_axes, factor, &to);
    if (kind != XP_FOURIER_TO_HALF)
        return transform_axes(kind, &from, axes, n_axes, factor, &to);
    xp_status status = transform_axis(kind, &from, axes[n_axes - 1], n_axes == 1 ? factor : 1.0, &to);
    return status == XP_OK ? transform_axes(XP_FOURIER_FORWARD, &to, axes, n_axes - 1, factor, &to) : status;
}
