/* The small values that calls take: shapes, axes, indices, weak scalars.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef SCIXP_XP_VALUES_H
#define SCIXP_XP_VALUES_H

#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- shapes: XP_SHAPE(100, 3), XP_SHAPE_0D --------------------------------------------------------------------- */

typedef struct xp_shape {
    int ndim;
    const int64_t *extents; /* `ndim` of them, read during the call only */
} xp_shape;

/* ---- what a reduction runs over: XP_ALL, XP_OVER(0), xp_keepdims(XP_OVER(0, -1)) ------------------------------- */

/* Axes and keywords of a reduction, by value. Axis i >= 0 is bit i of `front`; axis -i is bit i-1 of `back`. */
typedef struct xp_over {
    uint32_t front;
    uint32_t back;
    uint8_t all;      /* every axis: the standard's axis=None */
    uint8_t keepdims; /* reduced axes stay, with extent 1 */
    uint8_t invalid;  /* an axis was named twice or is out of -32..31: the call fails */
    uint8_t dtype;    /* an xp_dtype for the result, or XP_DEFAULT_DTYPE */
    double correction;
} xp_over;

XP_API xp_over xp_over_axes(const int *axes, int count); /* these axes; negative ones count from the end */
XP_API xp_over xp_over_all(void);                        /* every axis */
XP_API xp_over xp_keepdims(xp_over over);                /* the same; reduced axes stay, with extent 1 */
XP_API xp_over xp_correction(xp_over over, double correction); /* of std and var: divides by N - correction */
XP_API xp_over xp_result_dtype(xp_over over, xp_dtype dtype);  /* of sum and prod */

#define XP_ALL (xp_over_all())

/* axis=None of the functions that take one axis (argmin, take, roll, concat, ...): the array is taken flat. */
#define XP_FLAT INT32_MIN

/* ---- indices: XP_INDEX(xp_at(2), xp_slice(0, 10, 2), xp_ellipsis(), xp_newaxis()), XP_INDEX(xp_mask(x)) -------- */

typedef enum xp_index_kind {
    XP_INDEX_AT = 0,       /* one position: the axis disappears */
    XP_INDEX_SLICE = 1,    /* start:stop:step */
    XP_INDEX_NEWAXIS = 2,  /* a new axis of extent 1 */
    XP_INDEX_ELLIPSIS = 3, /* as many whole axes as are missing */
    XP_INDEX_MASK = 4,     /* a boolean array over as many axes as it has */
    XP_INDEX_POSITIONS = 5 /* an array of integers: positions of one axis */
} xp_index_kind;

typedef struct xp_index_item {
    xp_index_kind kind;
    int64_t start, stop, step; /* XP_END in start or stop: left out */
    xp_array *array;           /* of a mask, of positions */
} xp_index_item;

#define XP_END INT64_MIN

typedef struct xp_indices {
    int count;
    const xp_index_item *items; /* read during the call only */
} xp_indices;

XP_API xp_index_item xp_at(int64_t position);  /* one position of an axis, which disappears */
XP_API xp_index_item xp_slice(int64_t start, int64_t stop, int64_t step); /* Python's start:stop:step; XP_END: none */
XP_API xp_index_item xp_newaxis(void);         /* a new axis of extent 1 */
XP_API xp_index_item xp_ellipsis(void);        /* as many whole axes as are missing */
XP_API xp_index_item xp_mask(xp_array *mask);  /* where a boolean array over the next axes is true */
XP_API xp_index_item xp_positions(xp_array *positions); /* positions of an axis; several such arrays go together */

/* ---- weak scalars: xp_scalar(2.0), xp_scalar(2), xp_scalar_bool(true), xp_scalar_complex(0, 1) ----------------- */

/* Python's scalars: they take the dtype of the array they meet (2.0 with float32 gives float32). They live on no
 * device, and are handles like any other: owned by the scope they are made in. */
XP_API xp_array *xp_scalar_float(double value);
XP_API xp_array *xp_scalar_int(int64_t value);
XP_API xp_array *xp_scalar_bool(bool value);
XP_API xp_array *xp_scalar_complex(double real, double imaginary);

#ifdef __cplusplus
} /* extern "C" */

struct xp_shape_literal {
    int64_t extents[XP_MAX_NDIM];
    int ndim;
    template <class... T>
    explicit xp_shape_literal(T... e) : extents{static_cast<int64_t>(e)...}, ndim(static_cast<int>(sizeof...(e))) {}
    operator xp_shape() const { return xp_shape{ndim, extents}; }
};
template <class... T> inline xp_over xp_over_literal(T... axes)
{
    const int list[] = {static_cast<int>(axes)...};
    return xp_over_axes(list, static_cast<int>(sizeof...(axes)));
}
struct xp_indices_literal {
    xp_index_item items[2 * XP_MAX_NDIM];
    int count;
    template <class... T>
    explicit xp_indices_literal(T... i) : items{i...}, count(static_cast<int>(sizeof...(i))) {}
    operator xp_indices() const { return xp_indices{count, items}; }
};
#define XP_SHAPE(...) (xp_shape_literal(__VA_ARGS__))
#define XP_SHAPE_0D (xp_shape{0, nullptr})
#define XP_OVER(...) (xp_over_literal(__VA_ARGS__))
#define XP_INDEX(...) (xp_indices_literal(__VA_ARGS__))
inline xp_array *xp_scalar(double v) { return xp_scalar_float(v); }
inline xp_array *xp_scalar(float v) { return xp_scalar_float(v); }
inline xp_array *xp_scalar(int v) { return xp_scalar_int(v); }
inline xp_array *xp_scalar(unsigned v) { return xp_scalar_int(static_cast<int64_t>(v)); }
inline xp_array *xp_scalar(long v) { return xp_scalar_int(v); }
inline xp_array *xp_scalar(long long v) { return xp_scalar_int(v); }
inline xp_array *xp_scalar(unsigned long v) { return xp_scalar_int(static_cast<int64_t>(v)); }
inline xp_array *xp_scalar(bool v) { return xp_scalar_bool(v); }

#else /* C11 */

#define XP_COUNT_(type, ...) ((int)(sizeof((const type[]){__VA_ARGS__}) / sizeof(type)))
#define XP_SHAPE(...) ((xp_shape){XP_COUNT_(int64_t, __VA_ARGS__), (const int64_t[]){__VA_ARGS__}})
#define XP_SHAPE_0D ((xp_shape){0, NULL})
#define XP_OVER(...) (xp_over_axes((const int[]){__VA_ARGS__}, XP_COUNT_(int, __VA_ARGS__)))
#define XP_INDEX(...)                                                                                                  \
    ((xp_indices){XP_COUNT_(xp_index_item, __VA_ARGS__), (const xp_index_item[]){__VA_ARGS__}})
#define xp_scalar(value)                                                                                               \
    _Generic((value), float: xp_scalar_float, double: xp_scalar_float, bool: xp_scalar_bool, default: xp_scalar_int)(  \
        value)
#endif
#endif
