/* The elementwise functions: each records the operation of the same name.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "standard/support.h"

#define RECORD_1(name)                                                                                                 \
    xp_array *standard_##name(xp_array *x)                                                                             \
    {                                                                                                                  \
        return xp_record_elementwise(&xp_operation_##name, #name, 1, &x);                                              \
    }
#define RECORD_2(name)                                                                                                 \
    xp_array *standard_##name(xp_array *x1, xp_array *x2)                                                              \
    {                                                                                                                  \
        return xp_record_elementwise(&xp_operation_##name, #name, 2, (xp_array *const[]){x1, x2});                     \
    }
#define RECORD_3(name)                                                                                                 \
    xp_array *standard_##name(xp_array *condition, xp_array *x1, xp_array *x2)                                         \
    {                                                                                                                  \
        return xp_record_elementwise(&xp_operation_##name, #name, 3, (xp_array *const[]){condition, x1, x2});          \
    }

#define XP_ELEMENTWISE(name, arity, rule, accepts, extends, expression, complex_expression) RECORD_##arity(name)
#include "graph/elementwise.def"
#undef XP_ELEMENTWISE

/* ---- clip, which is two operations ------------------------------------------------------------------------------- */

static const char *const clip = "clip";

/* An integer limit brought into the range of x's dtype, in its own: beyond it no element of x is limited otherwise. */
static xp_array *in_range(xp_dtype dtype, xp_array *limit)
{
    xp_iinfo_result range = standard_iinfo(dtype), own = standard_iinfo((xp_dtype)limit->dtype);
    if (!limit->xp) {
        int64_t value = limit->value.as_int64;
        if (value < range.min)
            return xp_scalar_int(range.min);
        return value > 0 && (uint64_t)value > range.max ? xp_scalar_int((int64_t)range.max) : limit;
    }
    if (own.min < range.min)
        limit = xp_record_elementwise(&xp_operation_maximum, clip, 2,
                                      (xp_array *const[]){limit, xp_scalar_int(range.min)});
    if (own.max > range.max)
        limit = xp_record_elementwise(&xp_operation_minimum, clip, 2,
                                      (xp_array *const[]){limit, xp_scalar_int((int64_t)range.max)});
    return limit;
}

/* A limit in x's dtype: a scalar fits itself in, an array must be of x's kind. False with an error recorded. */
static bool bring_limit(const xp_array *x, xp_array **limit, const char *argument)
{
    if (!*limit)
        return true;
    if (!xp_check_given(clip, argument, *limit))
        return false;
    int kind = xp_dtypes[x->dtype].kind, own = xp_dtypes[(*limit)->dtype].kind;
    bool is_weak = !(*limit)->xp;
    bool same_kind = (kind & XP_KIND_INTEGRAL) ? (own & XP_KIND_INTEGRAL) != 0
                                               : (own & (XP_KIND_FLOAT | (is_weak ? XP_KIND_SIGNED : 0))) != 0;
    if (!same_kind) {
        xp_fail(XP_ERROR_TYPE, clip, argument, "clip: %s %s %s, x has %s", argument,
                is_weak ? "is a scalar of dtype" : "has dtype", xp_dtype_name((*limit)->dtype),
                xp_dtype_name(x->dtype));
        return false;
    }
    if ((kind & XP_KIND_INTEGRAL) && (*limit)->dtype != x->dtype)
        *limit = in_range((xp_dtype)x->dtype, *limit);
    if (!is_weak && !xp_is_failed(*limit) && (*limit)->dtype != x->dtype)
        *limit = xp_record_cast(*limit, (xp_dtype)x->dtype, clip);
    return !xp_is_failed(*limit);
}

xp_array *standard_clip(xp_array *x, xp_array *min, xp_array *max)
{
    if (!standard_check_kinds(clip, "x", x, XP_KIND_REAL, XP_KIND_NONE))
        return xp_failed();
    if (!min && !max)
        return standard_same(x, clip);
    xp_scope scope = xp_scope_open();
    if (!bring_limit(x, &min, "min") || !bring_limit(x, &max, "max"))
        return xp_scope_return(scope, xp_failed());
    if (min)
        x = xp_record_elementwise(&xp_operation_maximum, clip, 2, (xp_array *const[]){x, min});
    if (max)
        x = xp_record_elementwise(&xp_operation_minimum, clip, 2, (xp_array *const[]){x, max});
    return xp_scope_return(scope, x);
}
