/* Arrays: asking them, bringing data in, taking it out, views of them.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef SCIXP_XP_ARRAY_H
#define SCIXP_XP_ARRAY_H

#include "types.h"
#include "values.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- asking: none of these forces evaluation; on a failed array they answer 0, NULL or XP_DEFAULT_DTYPE ---------- */

XP_API xp_dtype xp_dtype_of(const xp_array *x);          /* of its elements */
XP_API int xp_ndim(const xp_array *x);                   /* number of dimensions: 0 to XP_MAX_NDIM */
XP_API int64_t xp_extent(const xp_array *x, int axis);   /* negative axes count from the end; out of range: 0 */
XP_API const int64_t *xp_extents(const xp_array *x);     /* xp_ndim(x) of them, valid as long as x */
XP_API int64_t xp_size(const xp_array *x);               /* number of elements; 1 for 0-d, 0 if an extent is 0 */
XP_API const struct xp_device *xp_device_of(const xp_array *x); /* NULL for weak scalars */
XP_API bool xp_is_weak(const xp_array *x);               /* made by xp_scalar() */
XP_API bool xp_is_pending(const xp_array *x);            /* recorded, not yet computed */

/* ---- in ---------------------------------------------------------------------------------------------------------- */

/* A copy of C-contiguous host memory on `device` (NULL: host). The result is C-contiguous. */
XP_API xp_array *xp_from_host(const void *data, xp_dtype dtype, xp_shape shape, const struct xp_device *device);

typedef void xp_release_callback(void *context);

typedef enum xp_borrow_flags {
    XP_MUTABLE = 0, /* the owner may change the memory: what reads it is done by the end of the innermost scope */
    XP_FROZEN = 1   /* nobody changes the memory while it is borrowed: what reads it may wait */
} xp_borrow_flags;

/* An array on host memory that somebody else owns, without a copy. `strides` are in bytes (NULL: C-contiguous), may be
 * negative or zero. `release` (or NULL) is called with `context` once after the last use, on a thread that called into
 * the library. If the call fails, `release` is not called. */
XP_API xp_array *xp_borrow(const void *data, xp_dtype dtype, xp_shape shape, const int64_t *strides,
                           xp_borrow_flags flags, xp_release_callback *release, void *context);

/* ---- out: these force evaluation --------------------------------------------------------------------------------- */

/* The elements in C order, in host memory, valid as long as `x`. Only for arrays that live in host memory: copies
 * nothing unless x is a strided view, which is then made contiguous. NULL on failure. */
XP_API const void *xp_data(xp_array *x);

/* Copies the elements in C order to `memory` (of `bytes` bytes: exactly xp_size(x) elements). For every device but
 * those of strict.h that data leaves by xp_to_device() alone. */
XP_API xp_status xp_to_host(xp_array *x, void *memory, size_t bytes);

/* The value of a one-element array as a C value; on failure NaN, 0 or false, and the scope notices. */
XP_API double xp_to_double(xp_array *x);   /* real dtypes */
XP_API int64_t xp_to_int(xp_array *x);     /* integer and boolean dtypes; floating ones are truncated */
XP_API bool xp_truth(xp_array *x);         /* any dtype: not zero */
XP_API void xp_to_complex(xp_array *x, double value[2]);

/* Computes these arrays now, as far as possible in common passes. */
XP_API xp_status xp_eval_all(xp_array *const *arrays, int count);
#ifndef __cplusplus
#define xp_eval(...) (xp_eval_all((xp_array *const[]){__VA_ARGS__}, XP_COUNT_(xp_array *, __VA_ARGS__)))
#endif

/* Evaluates x straight into host memory that the caller owns: SciPy's out=, for every function. `shape` must be x's;
 * the dtype may differ from x's where a cast by the standard's kinds allows it; `strides` are in bytes (NULL:
 * C-contiguous) and must not make two elements overlap. x itself stays valid. */
XP_API xp_status xp_eval_into(void *memory, xp_dtype dtype, xp_shape shape, const int64_t *strides, xp_array *x);

/* Says that the caller will not use `x` again, so that the function it is given to may reuse its buffer:
 * xp->add(xp_give(x), y). Nothing happens to the buffer if anybody else uses it, views included. */
XP_API xp_array *xp_give(xp_array *x);

/* ---- text and files ---------------------------------------------------------------------------------------------- */

/* Writes x as NumPy's str() would into `text`, at most `bytes` including the final 0; returns the length of the whole
 * (as snprintf does), -1 on failure. Long arrays are shortened with "..." past 1000 elements. Forces. */
XP_API int64_t xp_to_string(xp_array *x, char *text, size_t bytes);

/* NumPy's .npy format, versions 1.0 to 3.0, C and Fortran order, either byte order, all dtypes but bfloat16, which has
 * no type in such files (XP_ERROR_TYPE; ml_dtypes' "<V2" says nothing of what is in it). Writing gives version 1.0,
 * little endian, C order (Fortran order for a column-major view); the file is written beside `path` and
 * takes its place once it is whole, so that a failure leaves what was there. */
XP_API xp_array *xp_read_npy(const char *path, const struct xp_device *device);
XP_API xp_status xp_write_npy(const char *path, xp_array *x);

/* ---- views: no copy, no evaluation ------------------------------------------------------------------------------- */

/* x[items]. Integers, slices, new axes, an ellipsis: a view. Out-of-bounds integers fail (XP_ERROR_INDEX); slices are
 * clipped as in Python.
 *
 * With masks or arrays of positions among them: a new array (forces). A mask stands for the positions of its true
 * elements, along as many axes as it has; its shape must be theirs. The arrays of positions broadcast together, and
 * element i of the result is what lies at the i-th position of each. The axes of that shape stand where the arrays
 * stand; in front of all others if something else than integers stands between two of them. All as in NumPy; the
 * standard, and so the strict device, knows a mask alone, and arrays of positions beside integers alone.
 *
 * Fails on more items than x has axes and on a mask of another shape (XP_ERROR_INDEX), on arrays of other dtypes
 * (XP_ERROR_TYPE), on positions that do not broadcast (XP_ERROR_VALUE). */
XP_API xp_array *xp_get(xp_array *x, xp_indices items);

/* A new array: x with x[items] replaced by `value` (broadcast, cast to x's dtype). `xp_set(xp_give(x), ...)` writes in
 * place where nobody else uses the buffer. Where arrays name an element twice, the last value stays. The standard sets
 * at no arrays of positions; the strict device refuses them, and values that do not promote to x's dtype. */
XP_API xp_array *xp_set(xp_array *x, xp_indices items, xp_array *value);

/* A new reference on the same array: in the innermost scope, or the caller's. */
XP_API xp_array *xp_alias(xp_array *x);

/* ---- what a library does with its arguments first ---------------------------------------------------------------- */

/* A copy of x with a buffer of its own. Forces. */
XP_API xp_array *xp_copy(xp_array *x);

/* Norms of vectors that lie along axes: xp->linalg->vector_norm, for devices without the extension linalg, too. `over`:
 * the axes, XP_ALL or XP_OVER(-1), with xp_keepdims(); ord: 2 is the Euclidean norm. Arguments, result and errors are
 * those of vector_norm. Forces nothing. SciPy's helper of the same name, which without the extension knows the
 * Euclidean norm alone. */
XP_API xp_array *xp_vector_norm(xp_array *x, xp_over over, double ord);

typedef enum xp_promote_rules { /* bits */
    XP_PROMOTE_PLAIN = 0,    /* to the common dtype */
    XP_PROMOTE_FLOATING = 1, /* to a floating one: the device's default where the common one is bool or an integer's */
    XP_PROMOTE_BROADCAST = 2 /* and to one shape */
} xp_promote_rules;

/* Brings `count` arrays to their common dtype. `rules` are bits of xp_promote_rules; `results` has room for as many,
 * and may be `arrays` itself. Weak scalars become arrays of the others' device, NULL stays NULL. Forces nothing.
 * Returns false, with every result failed, if all are scalars, if shapes do not broadcast (XP_ERROR_VALUE) or
 * devices differ (XP_ERROR_DEVICE). */
XP_API bool xp_promote(xp_array *const *arrays, int count, int rules, xp_array **results);

/* The dtype that xp_promote() would bring them to. XP_DEFAULT_DTYPE, with an error, if there is none. */
XP_API xp_dtype xp_promoted_dtype(xp_array *const *arrays, int count, int rules);

#ifdef __cplusplus
}
#endif
#endif
