/* Fourier transforms: axis after axis, by passes of small radices or by convolution with a chirp.
 *
 * A contiguous operand is read by the first step itself, and the last one writes the result, times the factor.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/dtype.h"
#include "providers/device/slots/dense.h"
#include "providers/device/slots/fourier_tables.h"
#include "providers/device/slots/lines.h"
#include "providers/device/slots/slots.h"

#define LARGEST_PRIME 61 /* of passes, as on the host; larger ones are left to convolutions */
#define PRIME_BLOCK 16   /* BLOCK in kernels/fourier.h */

/* A call: elements of `dtype`, complex, are in `now`, the operand or one of two rooms. A step leaves them elsewhere. */
typedef struct transform {
    const struct xp_device *device;
    device_fourier_program program;
    int dtype;
    int direction; /* 1: forward, -1: inverse */
    device_dense now;
    device_block *rooms[2];
} transform;

/* Where the last step of an axis leaves them, times what: the room that is not `now`, times 1, where none is given. */
typedef struct goal {
    device_dense to;
    double factor;
} goal;

/* Along an axis. */
typedef struct axis {
    int64_t outer, n, inner;
} axis;

/* ---- launching --------------------------------------------------------------------------------------------------- */

static goal goal_or_room(const transform *t, const goal *wanted)
{
    return wanted ? *wanted : (goal){{.block = t->rooms[t->now.block == t->rooms[0]]}, 1.0};
}

/* A number of the elements' real type. */
static void give_factor(const transform *t, device_call *call, double factor)
{
    const bool is_single = t->dtype == XP_COMPLEX64;
    const xp_value value = is_single ? (xp_value){.as_float32 = (float)factor} : (xp_value){.as_float64 = factor};
    device_call_value(call, &value, is_single ? XP_FLOAT32 : XP_FLOAT64);
}

/* What an entry of kernels/fourier.h takes besides its operands; `roots` may be NULL. */
typedef struct extents {
    const device_table *roots;
    int64_t n, m, inner, count;
} extents;

/* From `now` to a goal. */
static xp_status step(transform *t, const char *entry, const extents *e, const goal *to)
{
    device_call call;
    device_call_begin(&call, t->device);
    device_call_dense(&call, &t->now, false);
    device_call_dense(&call, &to->to, true);
    device_call_block(&call, e->roots ? e->roots->block : NULL, false);
    device_call_index(&call, e->n);
    device_call_index(&call, e->m);
    device_call_index(&call, e->inner);
    device_call_int(&call, t->direction);
    give_factor(t, &call, to->factor);
    device_call_index(&call, e->count);
    t->now = to->to;
    return device_fourier_launch(&t->program, &call, entry, e->count);
}

static transform transform_for(const struct xp_device *device, int dtype, int direction)
{
    return (transform){.device = device, .dtype = dtype, .direction = direction};
}

static int64_t bytes_of(const transform *t, int64_t elements)
{
    return elements * (int64_t)xp_dtype_bytes(t->dtype);
}

static xp_status open_rooms(transform *t, int64_t elements)
{
    xp_status status = device_scratch(t->device, bytes_of(t, elements), &t->rooms[0]);
    return status == XP_OK ? device_scratch(t->device, bytes_of(t, elements), &t->rooms[1]) : status;
}

static void close_rooms(transform *t)
{
    device_scratch_free(t->device, t->rooms[0]);
    device_scratch_free(t->device, t->rooms[1]);
}

/* ---- axes -------------------------------------------------------------------------------------------------------- */

static xp_status take_roots(const transform *t, int64_t n, device_table **roots)
{
    return device_fourier_roots(t->device, t->dtype, n, roots);
}

static xp_status run_pass(transform *t, const device_table *roots, const axis *a, int64_t done, int radix,
                          const goal *to)
{
    device_call call;
    const int64_t m = a->n / done / radix, butterflies = a->outer * a->inner * (a->n / radix);
    const int64_t blocks = (butterflies + PRIME_BLOCK - 1) / PRIME_BLOCK;
    const bool is_prime = radix > DEVICE_FOURIER_SMALL;
    const int64_t count = is_prime ? blocks * PRIME_BLOCK * (radix / 2 + 1) : butterflies;
    device_call_begin(&call, t->device);
    device_call_dense(&call, &t->now, false);
    device_call_dense(&call, &to->to, true);
    device_call_block(&call, roots->block, false);
    device_call_index(&call, count);
    device_call_index(&call, m);
    device_call_index(&call, done * a->inner);
    device_call_index(&call, done);
    device_call_int(&call, radix);
    device_call_int(&call, t->direction);
    give_factor(t, &call, to->factor);
    if (is_prime)
        device_call_index(&call, butterflies);
    t->now = to->to;
    return device_fourier_launch(&t->program, &call, is_prime ? "fourier_pass_prime" : "fourier_pass", count);
}

static xp_status run_passes(transform *t, const axis *a, const int *radices, int count, const goal *last)
{
    device_table *roots;
    xp_status status = take_roots(t, a->n, &roots);
    if (status != XP_OK)
        return status;
    int64_t done = 1;
    for (int i = 0; i < count && status == XP_OK; i++) {
        const goal to = goal_or_room(t, i == count - 1 ? last : NULL);
        status = run_pass(t, roots, a, done, radices[i], &to);
        done *= radices[i];
    }
    device_table_give(roots);
    return status;
}

/* What is there already goes to where it belongs. */
static xp_status finish(transform *t, const axis *a, const goal *to)
{
    const extents e = {NULL, a->n, a->n, a->inner, a->outer * a->n * a->inner};
    return step(t, "fourier_finish", &e, to);
}

/* Into memory that is wider, where the convolution is done, and back. */
static xp_status run_wide(transform *t, transform *wide, const axis *a, const device_table *roots,
                          const device_table *chirp, const goal *last)
{
    const int64_t m = chirp->m, wide_count = a->outer * m * a->inner;
    const axis long_axis = {a->outer, m, a->inner};
    const extents in = {roots, a->n, m, a->inner, wide_count}, middle = {chirp, a->n, m, a->inner, wide_count};
    const extents back = {roots, a->n, m, a->inner, a->outer * a->n * a->inner};
    const goal first = {{.block = wide->rooms[0]}, 1.0};
    goal to = goal_or_room(t, last);
    int radices[DEVICE_FOURIER_PASSES], n_radices = device_fourier_radices(m, DEVICE_FOURIER_SMALL, radices);
    wide->now = t->now;
    wide->direction = t->direction;
    xp_status status = step(wide, "fourier_chirp_in", &in, &first);
    wide->direction = 1;
    if (status == XP_OK)
        status = run_passes(wide, &long_axis, radices, n_radices, NULL);
    wide->direction = t->direction;
    if (status == XP_OK) {
        const goal same = {wide->now, 1.0};
        status = step(wide, "fourier_convolve", &middle, &same);
    }
    wide->direction = -1;
    if (status == XP_OK)
        status = run_passes(wide, &long_axis, radices, n_radices, NULL);
    to.factor /= (double)m;
    t->now = wide->now;
    return status == XP_OK ? step(t, "fourier_chirp_out", &back, &to) : status;
}

static xp_status run_chirp(transform *t, const axis *a, const goal *last)
{
    const int64_t m = device_fourier_smooth(2 * a->n - 1);
    device_table *roots = NULL, *chirp = NULL;
    transform wide = transform_for(t->device, t->dtype, 1);
    device_fourier_open(&wide.program, t->device, t->dtype);
    xp_status status = take_roots(t, 2 * a->n, &roots);
    if (status == XP_OK)
        status = device_fourier_chirp(t->device, t->dtype, a->n, m, &chirp);
    if (status == XP_OK)
        status = open_rooms(&wide, a->outer * m * a->inner);
    if (status == XP_OK)
        status = run_wide(t, &wide, a, roots, chirp, last);
    close_rooms(&wide);
    device_table_give(roots);
    device_table_give(chirp);
    return status;
}

/* A length of 1 leaves elements where they are, unless there is a goal. */
static xp_status run_axis(transform *t, const axis *a, const goal *last)
{
    int radices[DEVICE_FOURIER_PASSES];
    if (a->n == 1)
        return last ? finish(t, a, last) : XP_OK;
    int count = device_fourier_radices(a->n, LARGEST_PRIME, radices);
    return count > 0 ? run_passes(t, a, radices, count, last) : run_chirp(t, a, last);
}

static axis axis_of(int ndim, const int64_t *shape, int number)
{
    axis a = {1, shape[number], 1};
    for (int i = 0; i < number; i++)
        a.outer *= shape[i];
    for (int i = number + 1; i < ndim; i++)
        a.inner *= shape[i];
    return a;
}

/* The last of the axes first; `last` is the goal of the first one. */
static xp_status run_axes(transform *t, int ndim, const int64_t *shape, const int *axes, int n_axes, const goal *last)
{
    xp_status status = XP_OK;
    for (int i = n_axes - 1; i >= 0 && status == XP_OK; i--) {
        const axis a = axis_of(ndim, shape, axes[i]);
        status = run_axis(t, &a, i == 0 ? last : NULL);
    }
    return status;
}

/* ---- halves ------------------------------------------------------------------------------------------------------ */

/* The lengths of a real transform: n, and m pairs of them. */
static extents extents_of(const axis *whole, int64_t elements)
{
    return (extents){NULL, whole->n, whole->n / 2, whole->inner, whole->outer * elements * whole->inner};
}

static xp_status step_to_room(transform *t, const char *entry, const axis *whole, int64_t elements)
{
    const extents e = extents_of(whole, elements);
    const goal to = goal_or_room(t, NULL);
    return step(t, entry, &e, &to);
}

/* Between pairs and a half. */
static xp_status turn_pairs(transform *t, const char *entry, const axis *whole, int64_t elements, const goal *to)
{
    extents e = extents_of(whole, elements);
    device_table *roots;
    xp_status status = take_roots(t, whole->n, &roots);
    if (status != XP_OK)
        return status;
    e.roots = roots;
    status = step(t, entry, &e, to);
    device_table_give(roots);
    return status;
}

/* Real elements of one line lie as pairs already. */
static xp_status to_half_even(transform *t, const axis *whole, const goal *wanted)
{
    const axis pairs = {whole->outer, whole->n / 2, whole->inner};
    xp_status status = whole->inner == 1 ? XP_OK : step_to_room(t, "fourier_pair", whole, pairs.n);
    if (status == XP_OK)
        status = run_axis(t, &pairs, NULL);
    goal to = goal_or_room(t, wanted);
    to.factor /= 2;
    return status == XP_OK ? turn_pairs(t, "fourier_split", whole, pairs.n + 1, &to) : status;
}

static xp_status to_half_odd(transform *t, const axis *whole, const goal *wanted)
{
    const int64_t kept = whole->n / 2 + 1;
    const extents e = {NULL, whole->n, kept, whole->inner, whole->outer * kept * whole->inner};
    xp_status status = step_to_room(t, "fourier_widen", whole, whole->n);
    if (status == XP_OK)
        status = run_axis(t, whole, NULL);
    const goal to = goal_or_room(t, wanted);
    return status == XP_OK ? step(t, "fourier_half", &e, &to) : status;
}

static xp_status from_half_even(transform *t, const axis *whole, const goal *end)
{
    const axis pairs = {whole->outer, whole->n / 2, whole->inner};
    const extents apart = extents_of(whole, whole->n);
    const bool is_in_place = whole->inner == 1;
    const goal room = goal_or_room(t, NULL);
    xp_status status = turn_pairs(t, "fourier_merge", whole, pairs.n, &room);
    if (status == XP_OK)
        status = run_axis(t, &pairs, is_in_place ? end : NULL);
    return status == XP_OK && !is_in_place ? step(t, "fourier_unpair", &apart, end) : status;
}

static xp_status from_half_odd(transform *t, const axis *whole, const goal *end)
{
    const extents e = extents_of(whole, whole->n);
    xp_status status = step_to_room(t, "fourier_mirror", whole, whole->n);
    if (status == XP_OK)
        status = run_axis(t, whole, NULL);
    return status == XP_OK ? step(t, "fourier_real", &e, end) : status;
}

/* ---- the slot ---------------------------------------------------------------------------------------------------- */

typedef struct request {
    const xp_view *x, *out;
    const int *axes;
    int n_axes;
    goal end;
} request;

/* Real ones: the last axis first, and half of it goes on. */
static xp_status run_to_half(transform *t, const request *r)
{
    const axis last = axis_of(r->x->ndim, r->x->shape, r->axes[r->n_axes - 1]);
    const goal *end = r->n_axes == 1 ? &r->end : NULL;
    xp_status status = last.n % 2 == 0 ? to_half_even(t, &last, end) : to_half_odd(t, &last, end);
    if (status == XP_OK && !end)
        status = run_axes(t, r->out->ndim, r->out->shape, r->axes, r->n_axes - 1, &r->end);
    return status;
}

/* The last axis last. */
static xp_status run_from_half(transform *t, const request *r)
{
    const axis last = axis_of(r->out->ndim, r->out->shape, r->axes[r->n_axes - 1]);
    xp_status status = run_axes(t, r->x->ndim, r->x->shape, r->axes, r->n_axes - 1, NULL);
    if (status != XP_OK)
        return status;
    return last.n % 2 == 0 ? from_half_even(t, &last, &r->end) : from_half_odd(t, &last, &r->end);
}

static xp_status run_complex(transform *t, const request *r)
{
    return run_axes(t, r->x->ndim, r->x->shape, r->axes, r->n_axes, &r->end);
}

static bool is_contiguous(const xp_view *view)
{
    int64_t stride = (int64_t)xp_dtype_bytes(view->dtype);
    for (int i = view->ndim - 1; i >= 0; i--) {
        if (view->shape[i] != 1 && view->strides[i] != stride)
            return false;
        stride *= view->shape[i];
    }
    return true;
}

/* Complex elements that a room has to hold: of halves of odd lengths the whole. */
static int64_t room_for(xp_fourier_kind kind, const request *r)
{
    const xp_view *whole = kind == XP_FOURIER_FROM_HALF ? r->out : r->x, *half = whole == r->x ? r->out : r->x;
    const int64_t n = whole->shape[r->axes[r->n_axes - 1]];
    return device_view_size(n % 2 == 0 || !xp_dtype_is(whole->dtype, XP_KIND_REAL) ? half : whole);
}

xp_status device_fourier(const struct xp_device *device, xp_fourier_kind kind, const xp_view *x, const int *axes,
                         int n_axes, double factor, const xp_view *out)
{
    const bool is_forward = kind == XP_FOURIER_FORWARD || kind == XP_FOURIER_TO_HALF;
    transform t = transform_for(device, xp_complex_dtype((xp_dtype)out->dtype), is_forward ? 1 : -1);
    const request r = {x, out, axes, n_axes, {{.view = out}, factor}};
    if (!xp_dtype_is(x->dtype, XP_KIND_FLOATING))
        return xp_driver_error(XP_ERROR_TYPE, "cannot transform arrays of %s", xp_dtype_name(x->dtype));
    if (device_view_size(out) == 0)
        return XP_OK;
    device_fourier_open(&t.program, device, t.dtype);
    xp_status status = open_rooms(&t, room_for(kind, &r));
    if (is_contiguous(x))
        t.now.view = x;
    else
        t.now.block = t.rooms[0];
    if (status == XP_OK && !t.now.view)
        status = device_collect(device, x, t.now.block);
    if (status == XP_OK)
        status = (kind == XP_FOURIER_TO_HALF     ? run_to_half
                  : kind == XP_FOURIER_FROM_HALF ? run_from_half
                                                 : run_complex)(&t, &r);
    close_rooms(&t);
    return status;
}
