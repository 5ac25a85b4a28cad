/* Arrays: making handles, counting references, freeing without recursion, asking.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "core/alloc.h"
#include "core/buffer.h"
#include "core/dtype.h"
#include "core/pool.h"
#include "core/registry.h"
#include "core/shape.h"
#include "driver.h"
#include "scixp/xp/namespace.h"

/* Handles that a thread keeps for reuse; none under sanitizers, which then see each use after a release. */
#define MAX_FREE_ARRAYS (XP_POOLED ? 512 : 0)

/* ---- handles ----------------------------------------------------------------------------------------------------- */

static xp_array *out_of_memory(const char *function)
{
    xp_fail(XP_ERROR_MEMORY, function, NULL, "%s: out of memory", function);
    return NULL;
}

/* What every new array has in common. `dims` is room for shape and strides, or NULL for that inside the handle. */
static inline void start_handle(xp_array *x, const xp_namespace *xp, xp_dtype dtype, int ndim, int64_t *dims)
{
    atomic_init(&x->references, 1);
    x->dtype = (uint8_t)dtype;
    x->ndim = (uint8_t)ndim;
    atomic_init(&x->state, XP_STATE_READY);
    x->flags = dims ? XP_ARRAY_HEAP_DIMS : 0;
    x->shape = dims ? dims : x->inline_extents;
    x->strides = x->shape + ndim;
    x->xp = xp;
    x->buffer = NULL;
    x->offset = 0;
    x->node = NULL;
    x->reductions = NULL;
    x->scope = NULL;
    atomic_init(&x->contiguous, NULL);
}

/* From the system, with dimensions out of line if they do not fit in. */
static __attribute__((noinline)) xp_array *new_handle_slowly(const xp_namespace *xp, xp_dtype dtype, int ndim,
                                                             const char *function)
{
    xp_thread *thread = xp_thread_here();
    int64_t *dims = NULL;
    if (ndim > XP_MAX_NDIM) {
        xp_fail(XP_ERROR_VALUE, function, NULL, "%s: %d dimensions, at most %d are possible", function, ndim,
                XP_MAX_NDIM);
        return NULL;
    }
    if (ndim > XP_INLINE_NDIM && !(dims = xp_alloc(2 * (size_t)ndim, sizeof *dims)))
        return out_of_memory(function);
    xp_array *x = xp_alloc(1, sizeof *x);
    if (!x) {
        xp_dealloc(dims);
        return out_of_memory(function);
    }
    xp_count(&thread->arrays, 1);
    start_handle(x, xp, dtype, ndim, dims);
    return x;
}

/* A handle that no scope owns yet; NULL with an error recorded. A thread that keeps handles is registered. */
static inline xp_array *new_handle(xp_thread *thread, const xp_namespace *xp, xp_dtype dtype, int ndim,
                                   const char *function)
{
    xp_array *x = thread->free_arrays;
    if (__builtin_expect(!x || ndim > XP_INLINE_NDIM || xp_faults_are_armed(), 0))
        return new_handle_slowly(xp, dtype, ndim, function);
    thread->free_arrays = x->scope_older;
    thread->n_free_arrays--;
    xp_count(&thread->arrays, 1);
    start_handle(x, xp, dtype, ndim, NULL);
    return x;
}

static inline void give_handle(xp_thread *thread, xp_array *x)
{
    xp_count(&thread->arrays, -1);
    if (__builtin_expect(thread->n_free_arrays >= MAX_FREE_ARRAYS, 0)) {
        xp_dealloc(x);
        return;
    }
    x->scope_older = thread->free_arrays;
    thread->free_arrays = x;
    thread->n_free_arrays++;
}

/* Gives up a handle that the caller never gets to see. */
static xp_array *abandon(xp_array *x)
{
    xp_scope_leave(x);
    xp_array_unref(x);
    return &xp_failed_array;
}

static __attribute__((noinline)) xp_array *bad_shape(xp_array *x, int ndim, const int64_t *shape, const char *function)
{
    char text[XP_SHAPE_TEXT];
    xp_shape_text(ndim, shape, text);
    xp_array_unref(x);
    for (int i = 0; i < ndim; i++) {
        if (shape[i] < 0)
            return xp_fail(XP_ERROR_VALUE, function, "shape", "%s: shape %s has a negative extent", function, text);
    }
    return xp_fail(XP_ERROR_OVERFLOW, function, "shape", "%s: shape %s is too large", function, text);
}

/* Copies the shape and makes C-contiguous strides; false if an extent is negative or the bytes overflow. Extents of 0
 * count as 1 for strides and for overflow, so that both mean something for any shape. */
static inline bool set_shape(xp_array *x, int ndim, const int64_t *shape, size_t itemsize)
{
    int64_t stride = (int64_t)itemsize, size = 1;
    for (int i = ndim - 1; i >= 0; i--) {
        int64_t extent = shape[i];
        x->shape[i] = extent;
        x->strides[i] = stride;
        if (__builtin_expect(extent <= 0, 0)) {
            if (extent < 0)
                return false;
            size = 0;
            continue;
        }
        if (!xp_multiply_fits(stride, extent, &stride))
            return false;
        size *= extent; /* fits where the bytes do */
    }
    x->size = size;
    return true;
}

/* ---- making arrays ----------------------------------------------------------------------------------------------- */

static inline xp_array *new_array(const xp_namespace *xp, xp_dtype dtype, int ndim, const int64_t *shape,
                                  const char *function)
{
    xp_thread *thread = &xp_this_thread;
    xp_array *x = new_handle(thread, xp, dtype, ndim, function);
    if (__builtin_expect(!x, 0))
        return &xp_failed_array;
    if (__builtin_expect(!set_shape(x, ndim, shape, xp_dtype_bytes(dtype)), 0))
        return bad_shape(x, ndim, shape, function);
    xp_scope_join(thread, x);
    return x;
}

xp_array *xp_array_new(const xp_namespace *xp, xp_dtype dtype, int ndim, const int64_t *shape, const char *function)
{
    return new_array(xp, dtype, ndim, shape, function);
}

xp_array *xp_array_new_filled(const xp_namespace *xp, xp_dtype dtype, int ndim, const int64_t *shape,
                              const char *function)
{
    xp_array *x = new_array(xp, dtype, ndim, shape, function);
    if (__builtin_expect(x == &xp_failed_array, 0))
        return x;
    x->buffer = xp_buffer_new(xp->device, (size_t)x->size * xp_dtype_bytes(dtype), function);
    x->flags |= XP_ARRAY_DENSE;
    return x->buffer ? x : abandon(x);
}

xp_array *xp_array_view(xp_array *base, int ndim, const int64_t *shape, const int64_t *strides, int64_t offset,
                        const char *function)
{
    if (xp_is_failed(base))
        return xp_fail_again();
    xp_thread *thread = xp_thread_here();
    xp_array *x = new_handle(thread, base->xp, base->dtype, ndim, function);
    if (!x)
        return &xp_failed_array;
    if (!xp_shape_size(ndim, shape, xp_dtype_bytes(base->dtype), &x->size))
        return bad_shape(x, ndim, shape, function);
    for (int i = 0; i < ndim; i++) {
        x->shape[i] = shape[i];
        x->strides[i] = strides[i];
    }
    x->offset = offset;
    x->buffer = base->buffer;
    if (x->buffer)
        xp_buffer_ref(x->buffer);
    atomic_store_explicit(&x->state, xp_state(base), memory_order_relaxed);
    xp_scope_join(thread, x);
    return x;
}

xp_array *xp_array_constant(const xp_namespace *xp, xp_dtype dtype, const xp_value *value, int ndim,
                            const int64_t *shape, const char *function)
{
    xp_array *x = xp_array_new(xp, dtype, ndim, shape, function);
    if (xp_is_failed(x))
        return x;
    size_t bytes = xp_dtype_bytes(dtype);
    x->buffer = xp_buffer_new(xp->device, bytes, function);
    if (!x->buffer)
        return abandon(x);
    xp_status status = xp->device->driver->upload(xp->device, x->buffer, 0, value, bytes);
    if (status != XP_OK) {
        xp_driver_failed(status, function);
        return abandon(x);
    }
    memset(x->strides, 0, (size_t)ndim * sizeof(int64_t));
    return x;
}

/* ---- weak scalars ------------------------------------------------------------------------------------------------ */

static xp_array *weak_scalar(xp_dtype dtype, const xp_value *value)
{
    xp_thread *thread = &xp_this_thread;
    xp_array *x = new_handle(thread, NULL, dtype, 0, "scalar");
    if (__builtin_expect(!x, 0))
        return &xp_failed_array;
    x->size = 1;
    x->value = *value;
    atomic_store_explicit(&x->state, XP_STATE_WEAK, memory_order_relaxed);
    xp_scope_join(thread, x);
    return x;
}

xp_array *xp_scalar_float(double value)
{
    return weak_scalar(XP_FLOAT64, &(xp_value){.as_float64 = value});
}

xp_array *xp_scalar_int(int64_t value)
{
    return weak_scalar(XP_INT64, &(xp_value){.as_int64 = value});
}

xp_array *xp_scalar_bool(bool value)
{
    return weak_scalar(XP_BOOL, &(xp_value){.as_bool = value});
}

xp_array *xp_scalar_complex(double real, double imaginary)
{
    return weak_scalar(XP_COMPLEX128, &(xp_value){.as_complex128 = {real, imaginary}});
}

/* ---- references -------------------------------------------------------------------------------------------------- */

void xp_array_ref(xp_array *x)
{
    if (x != &xp_failed_array)
        atomic_fetch_add_explicit(&x->references, 1, memory_order_relaxed);
}

static inline void free_array(xp_thread *thread, xp_array *x)
{
    if (x->node)
        xp_node_release(x);
    if (x->buffer)
        xp_buffer_unref(x->buffer);
    xp_array *copy = atomic_load_explicit(&x->contiguous, memory_order_relaxed);
    if (__builtin_expect(copy != NULL, 0))
        xp_array_unref(copy);
    if (__builtin_expect(x->flags & XP_ARRAY_HEAP_DIMS, 0))
        xp_dealloc(x->shape);
    give_handle(thread, x);
}

/* Freeing an array may free what it was computed from: the dead queue up and the first call frees them all. */
static void bury(xp_array *x)
{
    xp_thread *thread = xp_thread_here();
    if (thread->freeing) {
        x->scope_older = thread->dying;
        thread->dying = x;
        return;
    }
    thread->freeing = true;
    free_array(thread, x);
    while (thread->dying) {
        x = thread->dying;
        thread->dying = x->scope_older;
        free_array(thread, x);
    }
    thread->freeing = false;
}

void xp_array_unref(xp_array *x)
{
    if (!x || x == &xp_failed_array)
        return;
    if (atomic_load_explicit(&x->references, memory_order_acquire) != 1 &&
        atomic_fetch_sub_explicit(&x->references, 1, memory_order_acq_rel) != 1)
        return;
    bury(x);
}

/* The data of x under a handle of its own. A pending array is computed first: a second handle could not learn that the
 * first became ready. */
static xp_array *second_handle(xp_array *x)
{
    if (xp_state(x) == XP_STATE_PENDING && !xp_force(&x, 1))
        return &xp_failed_array;
    if (xp_state(x) == XP_STATE_WEAK)
        return weak_scalar((xp_dtype)x->dtype, &x->value);
    return xp_array_view(x, x->ndim, x->shape, x->strides, x->offset, "alias");
}

xp_array *xp_alias(xp_array *x)
{
    if (!x || xp_is_failed(x))
        return x ? xp_fail_again() : NULL;
    if (xp_thread_here()->scope)
        return second_handle(x);
    xp_array_ref(x);
    return x;
}

xp_array *xp_give(xp_array *x)
{
    if (xp_ok(x))
        x->flags |= XP_ARRAY_GIVEN;
    return x;
}

/* ---- asking ------------------------------------------------------------------------------------------------------ */

xp_dtype xp_dtype_of(const xp_array *x)
{
    return xp_ok(x) ? (xp_dtype)x->dtype : XP_DEFAULT_DTYPE;
}

int xp_ndim(const xp_array *x)
{
    return xp_ok(x) ? x->ndim : 0;
}

int64_t xp_extent(const xp_array *x, int axis)
{
    int ndim = xp_ndim(x);
    if (axis < 0)
        axis += ndim;
    return axis >= 0 && axis < ndim ? x->shape[axis] : 0;
}

const int64_t *xp_extents(const xp_array *x)
{
    return xp_ok(x) ? x->shape : NULL;
}

int64_t xp_size(const xp_array *x)
{
    return xp_ok(x) ? x->size : 0;
}

const struct xp_device *xp_device_of(const xp_array *x)
{
    return xp_ok(x) && x->xp ? x->xp->device : NULL;
}

bool xp_is_weak(const xp_array *x)
{
    return x && xp_state(x) == XP_STATE_WEAK;
}

bool xp_is_pending(const xp_array *x)
{
    return x && xp_state(x) == XP_STATE_PENDING;
}

bool xp_array_is_contiguous(const xp_array *x)
{
    const int64_t *shape = x->shape, *strides = x->strides;
    int64_t stride = (int64_t)xp_dtype_bytes(x->dtype);
    if (__builtin_expect(xp_state(x) != XP_STATE_READY, 0))
        return false;
    for (int i = x->ndim; i-- > 0; stride *= shape[i]) {
        if (strides[i] != stride && shape[i] != 1)
            return x->size == 0;
    }
    return true;
}

bool xp_array_may_take_over(const xp_array *x)
{
    return (x->flags & XP_ARRAY_GIVEN) && xp_state(x) == XP_STATE_READY && x->buffer && !x->buffer->foreign &&
           !x->buffer->read_only && xp_array_is_contiguous(x) && atomic_load(&x->references) == 1 &&
           atomic_load(&x->buffer->references) == 1;
}

void xp_array_lose_buffer(xp_array *x)
{
    xp_buffer_unref(x->buffer);
    x->buffer = NULL;
    atomic_store_explicit(&x->state, XP_STATE_FAILED, memory_order_release);
}
