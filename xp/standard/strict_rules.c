/* What strict devices refuse beyond dtypes, as array-api-strict does: see strict_rules.h.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "standard/strict_rules.h"

#include "core/thread.h"
#include "scixp/xp/strict.h"
#include "standard/support.h"
#include "standard/watch.h"

/* ---- rules that ask for values ----------------------------------------------------------------------------------- */

/* Whether `operation` holds for some pair of elements. Both may be scalars or arrays, but not both scalars. */
static bool holds_somewhere(const xp_operation *operation, xp_array *x1, xp_array *x2, const char *function)
{
    xp_scope scope = xp_scope_open();
    xp_array *pairs = xp_record_elementwise(operation, function, 2, (xp_array *const[]){x1, x2});
    bool holds = xp_truth(standard_any(pairs, XP_ALL));
    return xp_scope_close(scope) == XP_OK && holds;
}

static bool is_failed(const xp_array *x)
{
    return !x || xp_is_failed(x);
}

bool standard_refuse_negative_shifts(const char *function, xp_array *const *arrays)
{
    xp_array *shifts = arrays[1];
    if (is_failed(shifts) || !xp_dtype_is(shifts->dtype, XP_KIND_SIGNED))
        return false;
    bool is_negative = shifts->xp ? holds_somewhere(&xp_operation_less, shifts, xp_scalar_int(0), function)
                                  : shifts->value.as_int64 < 0;
    if (is_negative)
        xp_fail(XP_ERROR_VALUE, function, "x2", "%s: the standard shifts by no negative numbers", function);
    return is_negative;
}

bool standard_refuse_crossed_limits(const char *function, xp_array *const *arrays)
{
    xp_array *x = arrays[0], *min = arrays[1], *max = arrays[2];
    if (is_failed(x) || is_failed(min) || is_failed(max))
        return false;
    if (!xp_dtype_is(min->dtype, XP_KIND_REAL) || !xp_dtype_is(max->dtype, XP_KIND_REAL))
        return false; /* refused for that */
    bool crossed = min->xp || max->xp
                       ? holds_somewhere(&xp_operation_greater, min, max, function)
                       : xp_value_real(&min->value, (xp_dtype)min->dtype) >
                             xp_value_real(&max->value, (xp_dtype)max->dtype);
    if (crossed)
        xp_fail(XP_ERROR_VALUE, function, "min", "%s: the standard leaves open what min beyond max means", function);
    return crossed;
}

/* ---- indexing ---------------------------------------------------------------------------------------------------- */

static bool refuse_items(const char *function, xp_status code, const char *why)
{
    xp_fail(code, function, "items", "%s: %s", function, why);
    return false;
}

/* The bounds that the standard promises anything for; what goes beyond them is clipped elsewhere. */
static bool check_slice(const char *function, const xp_index_item *item, int64_t extent)
{
    int64_t last = extent > 0 ? extent - 1 : 0;
    bool up = item->step > 0;
    bool starts = item->start == XP_END || (item->start >= -extent && item->start <= (up ? extent : last));
    bool stops = item->stop == XP_END || (item->stop >= -extent - !up && item->stop <= (up ? extent : last));
    return (starts && stops) ||
           refuse_items(function, XP_ERROR_INDEX, "the standard clips no slices, and one reaches beyond its axis");
}

static bool takes_an_axis(const xp_index_item *item)
{
    return item->kind == XP_INDEX_AT || item->kind == XP_INDEX_SLICE || item->kind == XP_INDEX_POSITIONS;
}

/* Every axis is named, or left out by an ellipsis; slices keep within their axes. */
static bool check_items(const char *function, const xp_array *x, xp_indices items)
{
    int used = 0, axis = 0;
    bool has_ellipsis = false;
    for (int i = 0; i < items.count; i++) {
        used += takes_an_axis(&items.items[i]);
        has_ellipsis |= items.items[i].kind == XP_INDEX_ELLIPSIS;
    }
    if (used < x->ndim && !has_ellipsis)
        return refuse_items(function, XP_ERROR_INDEX, "the standard indexes every axis: end with an ellipsis");
    for (int i = 0; i < items.count; i++) {
        const xp_index_item *item = &items.items[i];
        if (item->kind == XP_INDEX_SLICE && !check_slice(function, item, x->shape[axis]))
            return false;
        axis += item->kind == XP_INDEX_ELLIPSIS ? x->ndim - used : takes_an_axis(item);
    }
    return true;
}

static bool is_mask(xp_indices items)
{
    return items.count == 1 && items.items && items.items[0].kind == XP_INDEX_MASK;
}

static bool check_index(const char *function, const xp_array *x, xp_indices items)
{
    if (!is_mask(items))
        return check_items(function, x, items);
    if (xp_strict_flags_now().boolean_indexing)
        return true;
    xp_fail(XP_ERROR_UNSUPPORTED, function, "mask", "%s: boolean_indexing is off", function);
    return false;
}

/* Whether a value may be put into x as it is: its dtype promotes to x's. */
static bool check_value(const char *function, const xp_array *x, const xp_array *value)
{
    xp_dtype own = (xp_dtype)x->dtype, other = (xp_dtype)value->dtype;
    bool fits = value->xp ? xp_standard_promotes(own, other) && xp_promotion[own][other] == own
                          : xp_standard_promotes_weak(own, other) && xp_promote_weak(own, other) == own;
    if (!fits)
        xp_fail(XP_ERROR_TYPE, function, "value", "%s: the standard does not promote %s to %s", function,
                xp_dtype_name(other), xp_dtype_name(own));
    return fits;
}

bool standard_check_get(const char *function, const xp_array *x, xp_indices items)
{
    return (!x->xp->device->driver->standard_only || check_index(function, x, items)) &&
           standard_watch_apart(&standard_rows[STANDARD_ROW_GET], x);
}

bool standard_check_set(const char *function, const xp_array *x, xp_indices items, const xp_array *value)
{
    if (x->xp->device->driver->standard_only) {
        for (int i = 0; i < items.count; i++)
            if (items.items[i].kind == XP_INDEX_NEWAXIS)
                return refuse_items(function, XP_ERROR_INDEX, "the standard sets no new axes");
        if (!check_index(function, x, items) || !check_value(function, x, value))
            return false;
    }
    return standard_watch_apart(&standard_rows[STANDARD_ROW_SET], x);
}
