/* x[items]: a view, a mask's elements, or what arrays of positions pick.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/thread.h"
#include "standard/indexing.h"
#include "standard/strict_rules.h"

static xp_array *get(xp_array *x, xp_indices items, const char *function)
{
    index_plan plan;
    if (!index_read(x, items, &plan, function) || !standard_check_get(function, x, items))
        return xp_failed();
    xp_array *view = xp_record_view(x, &plan.map, function);
    return plan.pick.count == 0 || xp_is_failed(view) ? view : index_take(view, &plan.pick, function);
}

xp_array *xp_get(xp_array *x, xp_indices items)
{
    static const char *const function = "get";
    if (!standard_check_array(function, "x", x))
        return xp_failed();
    if (index_is_only_mask(items)) {
        xp_array *mask = items.items[0].array;
        bool fits = index_is_mask(x, mask, function) && index_check_mask(x, 0, mask, function) &&
                    standard_check_get(function, x, items);
        return fits ? index_get_masked(x, mask, function) : xp_failed();
    }
    if (!index_has_arrays(items))
        return get(x, items, function);
    xp_scope scope = xp_scope_open();
    return xp_scope_return(scope, get(x, items, function));
}
