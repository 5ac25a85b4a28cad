/* Fourier transforms: axis after axis, by passes of small radices or by convolution with a chirp.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/dtype.h"
#include "providers/device/kernels/texts.h"
#include "providers/device/slots/algebra.h"
#include "providers/device/slots/slots.h"
#include "providers/device/slots/tables.h"

#define PASSES 64           /* that a length of 64 bits may need */
#define LEAST_SHARE 2048    /* elements of an item on a processor */
#define SHARES_PER_UNIT 4

/* A call: elements of `dtype`, complex, are in `now`; each step leaves them in `other` and exchanges the two. */
typedef struct transform {
    const struct xp_device *device;
    device_source source;
    device_algebra algebra;
    int dtype;
    int direction;              /* 1: forward, -1: inverse */
    device_block *now, *other;
} transform;

/* Along an axis. */
typedef struct axis {
    int64_t outer, n, inner;
} axis;

/* ---- launching --------------------------------------------------------------------------------------------------- */

/* Ends the arguments of a kernel for `count` elements with an item's share of them, and enqueues it. */
static xp_status launch(transform *t, device_call *call, const char *entry, int64_t count)
{
    const device_state *state = device_state_of(t->device);
    int64_t share = 1;
    if (state->group_items == 1) {
        int64_t shares = (int64_t)state->about.compute_units * SHARES_PER_UNIT;
        share = (count + shares - 1) / shares;
        share = share < LEAST_SHARE ? LEAST_SHARE : share;
    }
    device_call_index(call, share);
    return device_call_launch(call, &t->source, entry, device_groups_for(t->device, (count + share - 1) / share));
}

static void begin(transform *t, device_call *call, device_block *from, device_block *to)
{
    device_call_begin(call, t->device);
    device_call_block(call, from, false);
    device_call_block(call, to, true);
}

static void exchange(transform *t)
{
    device_block *block = t->now;
    t->now = t->other;
    t->other = block;
}

static transform transform_for(const struct xp_device *device, int dtype, int direction)
{
    return (transform){.device = device, .dtype = dtype, .direction = direction};
}

static void set_source(transform *t)
{
    t->source = device_algebra_source(&t->algebra, "fourier", device_fourier_text, t->dtype, "");
}

static int64_t bytes_of(const transform *t, int64_t elements)
{
    return elements * (int64_t)xp_dtype_bytes(t->dtype);
}

static xp_status open_blocks(transform *t, int64_t elements)
{
    xp_status status = device_scratch(t->device, bytes_of(t, elements), &t->now);
    return status == XP_OK ? device_scratch(t->device, bytes_of(t, elements), &t->other) : status;
}

static void close_blocks(transform *t)
{
    device_scratch_free(t->device, t->now);
    device_scratch_free(t->device, t->other);
}

/* ---- lengths ----------------------------------------------------------------------------------------------------- */

/* The radices of the passes; how many there are, or 0 if n has other primes. */
static int radices_of(int64_t n, int radices[PASSES])
{
    static const int known[] = {7, 5, 4, 3, 2};
    int count = 0;
    for (int i = 0; i < 5; i++)
        for (; n % known[i] == 0; n /= known[i])
            radices[count++] = known[i];
    return n == 1 ? count : 0;
}

/* The least length that passes can do, and that is not below n. */
static int64_t smooth_length(int64_t n)
{
    int radices[PASSES];
    while (radices_of(n, radices) == 0)
        n++;
    return n;
}

/* ---- axes -------------------------------------------------------------------------------------------------------- */

static xp_status fill_roots(const device_table *table)
{
    transform t = transform_for(table->device, table->dtype, 1);
    device_call call;
    set_source(&t);
    device_call_begin(&call, t.device);
    device_call_block(&call, table->block, true);
    device_call_index(&call, table->n);
    return launch(&t, &call, "fourier_roots", table->n);
}

static xp_status take_roots(const transform *t, int64_t n, device_table **roots)
{
    return device_table_take(t->device, DEVICE_TABLE_ROOTS, t->dtype, n, 0, bytes_of(t, n), fill_roots, roots);
}

static xp_status run_pass(transform *t, const device_table *roots, const axis *a, int64_t done, int radix)
{
    device_call call;
    const int64_t m = a->n / done / radix, count = a->outer * a->inner * (a->n / radix);
    begin(t, &call, t->now, t->other);
    device_call_block(&call, roots->block, false);
    device_call_index(&call, count);
    device_call_index(&call, m);
    device_call_index(&call, done * a->inner);
    device_call_index(&call, done);
    device_call_int(&call, radix);
    device_call_int(&call, t->direction);
    xp_status status = launch(t, &call, "fourier_pass", count);
    exchange(t);
    return status;
}

static xp_status run_passes(transform *t, const axis *a, const int *radices, int count)
{
    device_table *roots;
    xp_status status = take_roots(t, a->n, &roots);
    if (status != XP_OK)
        return status;
    int64_t done = 1;
    for (int i = 0; i < count && status == XP_OK; i++) {
        status = run_pass(t, roots, a, done, radices[i]);
        done *= radices[i];
    }
    device_table_give(roots);
    return status;
}

/* The first `kept` along an axis, times a factor, to a view or (NULL) to `other`. */
static xp_status finish(transform *t, const axis *a, int64_t kept, double factor, const xp_view *out)
{
    device_call call;
    const bool is_real = out && !xp_dtype_is(out->dtype, XP_KIND_COMPLEX), is_single = t->dtype == XP_COMPLEX64;
    const int64_t count = a->outer * kept * a->inner;
    const xp_value value = is_single ? (xp_value){.as_float32 = (float)factor} : (xp_value){.as_float64 = factor};
    device_call_begin(&call, t->device);
    device_call_block(&call, t->now, false);
    if (out) {
        device_call_view(&call, out, true);
    } else {
        device_call_block(&call, t->other, true);
        device_call_index(&call, 0);
    }
    device_call_index(&call, a->n);
    device_call_index(&call, kept);
    device_call_index(&call, a->inner);
    device_call_int(&call, is_real);
    device_call_value(&call, &value, is_single ? XP_FLOAT32 : XP_FLOAT64);
    device_call_index(&call, count);
    xp_status status = launch(t, &call, "fourier_finish", count);
    if (!out)
        exchange(t);
    return status;
}

/* The transform of the chirp that lengths n are convolved with, in m elements. */
static xp_status fill_chirp(const device_table *table)
{
    transform t = transform_for(table->device, table->dtype, 1);
    const axis a = {1, table->m, 1};
    int radices[PASSES], count = radices_of(table->m, radices);
    device_table *roots = NULL;
    set_source(&t);
    xp_status status = take_roots(&t, 2 * table->n, &roots);
    if (status == XP_OK)
        status = device_scratch(t.device, table->bytes, &t.other);
    if (status == XP_OK) {
        device_call call;
        t.now = table->block;
        begin(&t, &call, roots->block, t.now);
        device_call_index(&call, table->n);
        device_call_index(&call, table->m);
        status = launch(&t, &call, "fourier_chirp", table->m);
    }
    if (status == XP_OK)
        status = run_passes(&t, &a, radices, count);
    device_table_give(roots);
    if (status == XP_OK && t.now != table->block) { /* an odd number of passes */
        status = finish(&t, &a, a.n, 1.0, NULL);
    }
    device_scratch_free(t.device, t.other);
    return status;
}

static xp_status chirp_step(transform *t, const device_table *table, const axis *a, int64_t m, device_block *from,
                            device_block *to, const char *entry, int64_t count)
{
    device_call call;
    begin(t, &call, from, to);
    device_call_block(&call, table->block, false);
    device_call_index(&call, a->n);
    device_call_index(&call, m);
    device_call_index(&call, a->inner);
    device_call_int(&call, t->direction);
    device_call_index(&call, count);
    return launch(t, &call, entry, count);
}

static xp_status convolve(transform *wide, const device_table *chirp, const axis *long_axis, int64_t count)
{
    device_call call;
    device_call_begin(&call, wide->device);
    device_call_block(&call, wide->now, true);
    device_call_block(&call, chirp->block, false);
    device_call_index(&call, long_axis->n);
    device_call_index(&call, long_axis->inner);
    device_call_int(&call, wide->direction);
    device_call_index(&call, count);
    return launch(wide, &call, "fourier_convolve", count);
}

/* Into memory that is wider, where the convolution is done, and back. */
static xp_status run_wide(transform *t, transform *wide, const axis *a, const device_table *roots,
                          const device_table *chirp)
{
    const axis long_axis = {a->outer, chirp->m, a->inner};
    const int64_t count = a->outer * chirp->m * a->inner;
    int radices[PASSES], n_radices = radices_of(chirp->m, radices);
    xp_status status = chirp_step(t, roots, a, chirp->m, t->now, wide->now, "fourier_chirp_in", count);
    wide->direction = 1;
    if (status == XP_OK)
        status = run_passes(wide, &long_axis, radices, n_radices);
    wide->direction = t->direction;
    if (status == XP_OK)
        status = convolve(wide, chirp, &long_axis, count);
    wide->direction = -1;
    if (status == XP_OK)
        status = run_passes(wide, &long_axis, radices, n_radices);
    if (status == XP_OK)
        status = chirp_step(t, roots, a, chirp->m, wide->now, t->now, "fourier_chirp_out", a->outer * a->n * a->inner);
    return status;
}

static xp_status run_chirp(transform *t, const axis *a)
{
    const int64_t m = smooth_length(2 * a->n - 1);
    device_table *roots = NULL, *chirp = NULL;
    transform wide = transform_for(t->device, t->dtype, 1);
    set_source(&wide);
    xp_status status = take_roots(t, 2 * a->n, &roots);
    if (status == XP_OK)
        status = device_table_take(t->device, DEVICE_TABLE_CHIRP, t->dtype, a->n, m, bytes_of(t, m), fill_chirp,
                                   &chirp);
    if (status == XP_OK)
        status = open_blocks(&wide, a->outer * m * a->inner);
    if (status == XP_OK)
        status = run_wide(t, &wide, a, roots, chirp);
    close_blocks(&wide);
    device_table_give(roots);
    device_table_give(chirp);
    return status;
}

static xp_status run_axis(transform *t, const axis *a)
{
    int radices[PASSES];
    if (a->n == 1)
        return XP_OK;
    int count = radices_of(a->n, radices);
    return count > 0 ? run_passes(t, a, radices, count) : run_chirp(t, a);
}

/* ---- in and out -------------------------------------------------------------------------------------------------- */

static axis axis_of(int ndim, const int64_t *shape, int number)
{
    axis a = {1, shape[number], 1};
    for (int i = 0; i < number; i++)
        a.outer *= shape[i];
    for (int i = number + 1; i < ndim; i++)
        a.inner *= shape[i];
    return a;
}

/* Real elements, which collect leaves in `other`, as complex ones. */
static xp_status read_real(transform *t, const xp_view *x, int64_t count)
{
    device_call call;
    xp_status status = device_collect(t->device, x, t->other);
    if (status != XP_OK)
        return status;
    begin(t, &call, t->other, t->now);
    device_call_index(&call, count);
    return launch(t, &call, "fourier_widen", count);
}

static xp_status mirror(transform *t, const axis *a)
{
    device_call call;
    begin(t, &call, t->now, t->other);
    device_call_index(&call, a->n);
    device_call_index(&call, a->inner);
    device_call_index(&call, a->outer * a->n * a->inner);
    xp_status status = launch(t, &call, "fourier_mirror", a->outer * a->n * a->inner);
    exchange(t);
    return status;
}

/* ---- the slot ---------------------------------------------------------------------------------------------------- */

static xp_status run_axes(transform *t, int ndim, const int64_t *shape, const int *axes, int n_axes)
{
    xp_status status = XP_OK;
    for (int i = n_axes - 1; i >= 0 && status == XP_OK; i--) {
        const axis a = axis_of(ndim, shape, axes[i]);
        status = run_axis(t, &a);
    }
    return status;
}

/* Real ones: the last axis first, and half of it goes on. */
static xp_status run_to_half(transform *t, const xp_view *x, const int *axes, int n_axes, double factor,
                             const xp_view *out)
{
    const axis last = axis_of(x->ndim, x->shape, axes[n_axes - 1]), whole = {1, device_count_of(out) / 2, 1};
    xp_status status = read_real(t, x, device_count_of(x));
    if (status == XP_OK)
        status = run_axis(t, &last);
    if (status == XP_OK)
        status = finish(t, &last, last.n / 2 + 1, factor, n_axes == 1 ? out : NULL);
    if (status != XP_OK || n_axes == 1)
        return status;
    status = run_axes(t, out->ndim, out->shape, axes, n_axes - 1);
    return status == XP_OK ? finish(t, &whole, whole.n, 1.0, out) : status;
}

/* The last axis last, when its other half is there. */
static xp_status run_from_half(transform *t, const xp_view *x, const int *axes, int n_axes, double factor,
                               const xp_view *out)
{
    const axis last = axis_of(out->ndim, out->shape, axes[n_axes - 1]);
    xp_status status = device_collect(t->device, x, t->now);
    if (status == XP_OK)
        status = run_axes(t, x->ndim, x->shape, axes, n_axes - 1);
    if (status == XP_OK)
        status = mirror(t, &last);
    if (status == XP_OK)
        status = run_axis(t, &last);
    return status == XP_OK ? finish(t, &last, last.n, factor, out) : status;
}

static xp_status run_complex(transform *t, const xp_view *x, const int *axes, int n_axes, double factor,
                             const xp_view *out)
{
    const axis whole = {1, device_count_of(out) / 2, 1};
    xp_status status = device_collect(t->device, x, t->now);
    if (status == XP_OK)
        status = run_axes(t, x->ndim, x->shape, axes, n_axes);
    return status == XP_OK ? finish(t, &whole, whole.n, factor, out) : status;
}

xp_status device_fourier(const struct xp_device *device, xp_fourier_kind kind, const xp_view *x, const int *axes,
                         int n_axes, double factor, const xp_view *out)
{
    const bool is_forward = kind == XP_FOURIER_FORWARD || kind == XP_FOURIER_TO_HALF;
    transform t = transform_for(device, xp_complex_dtype((xp_dtype)out->dtype), is_forward ? 1 : -1);
    int64_t from = device_count_of(x) / device_parts_of(x->dtype),
        to = device_count_of(out) / device_parts_of(out->dtype);
    if (!xp_dtype_is(x->dtype, XP_KIND_FLOATING))
        return xp_driver_error(XP_ERROR_TYPE, "cannot transform arrays of %s", xp_dtype_name(x->dtype));
    if (to == 0)
        return XP_OK;
    set_source(&t);
    xp_status status = open_blocks(&t, from > to ? from : to);
    if (status == XP_OK)
        status = (kind == XP_FOURIER_TO_HALF     ? run_to_half
                  : kind == XP_FOURIER_FROM_HALF ? run_from_half
                                                 : run_complex)(&t, x, axes, n_axes, factor, out);
    close_blocks(&t);
    return status;
}
