/* The same values laid out in other ways.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "layouts.h"

static xp_array *own_copy(xp_array *x)
{
    return xp_asarray(x, XP_DEFAULT_DTYPE, true, xp_device_of(x));
}

/* The axes lie in memory in this order. */
static xp_array *in_order(xp_array *x, const int *order)
{
    int back[XP_MAX_NDIM];
    const int ndim = xp_ndim(x);
    for (int i = 0; i < ndim; i++)
        back[order[i]] = i;
    return xp_permute_dims(own_copy(xp_permute_dims(x, order, ndim)), back, ndim);
}

static xp_array *backwards_along(xp_array *x, xp_over over)
{
    return xp_flip(own_copy(xp_flip(x, over)), over);
}

static xp_array *part(xp_array *x, int axis, xp_index_item which)
{
    xp_index_item items[XP_MAX_NDIM];
    for (int i = 0; i < xp_ndim(x); i++)
        items[i] = i == axis ? which : xp_slice(XP_END, XP_END, 1);
    return xp_get(x, (xp_indices){xp_ndim(x), items});
}

/* Every other element along an axis of something larger. */
static xp_array *with_gaps(xp_array *x, int axis)
{
    return part(xp_repeat(x, 2, axis), axis, xp_slice(XP_END, XP_END, 2));
}

/* The middle of an array that is larger along an axis: of the last one, rows do not follow each other. */
static xp_array *middle_along(xp_array *x, int axis)
{
    const int64_t n = xp_extent(x, axis);
    return part(xp_concat((xp_array *const[]){x, x, x}, 3, axis), axis, xp_slice(n, 2 * n, 1));
}

/* ---- each by itself ---------------------------------------------------------------------------------------------- */

static xp_array *as_it_is(xp_array *x)
{
    return x;
}

static xp_array *column_major(xp_array *x)
{
    int order[XP_MAX_NDIM];
    for (int i = 0; i < xp_ndim(x); i++)
        order[i] = xp_ndim(x) - 1 - i;
    return in_order(x, order);
}

static xp_array *every_other(xp_array *x)
{
    return xp_ndim(x) == 0 ? x : with_gaps(x, xp_ndim(x) - 1);
}

static xp_array *backwards(xp_array *x)
{
    return backwards_along(x, XP_ALL);
}

static xp_array *middle(xp_array *x)
{
    return xp_ndim(x) == 0 ? x : middle_along(x, xp_ndim(x) - 1);
}

/* Not computed yet, where the device records small work. */
static xp_array *recorded(xp_array *x)
{
    return xp_where(xp_equal(x, x), x, x);
}

static xp_array *(*const layouts[N_LAYOUTS])(xp_array *) = {as_it_is,  column_major, every_other,
                                                            backwards, middle,       recorded};

xp_array *layout_of(xp_array *x, int how)
{
    return layouts[how](x);
}

/* ---- several at once --------------------------------------------------------------------------------------------- */

static xp_array *shuffled(xp_array *x, support_random *random)
{
    int order[XP_MAX_NDIM];
    for (int i = 0; i < xp_ndim(x); i++)
        order[i] = i;
    for (int i = xp_ndim(x) - 1; i > 0; i--) {
        const int j = (int)support_integer(random, 0, i + 1), swapped = order[i];
        order[i] = order[j];
        order[j] = swapped;
    }
    return in_order(x, order);
}

xp_array *layout_drawn(xp_array *x, support_random *random)
{
    if (support_integer(random, 0, 3) == 0)
        x = shuffled(x, random);
    for (int axis = 0; axis < xp_ndim(x); axis++) {
        if (support_integer(random, 0, 4) == 0)
            x = backwards_along(x, XP_OVER(axis));
        if (support_integer(random, 0, 2 + 2 * xp_ndim(x)) == 0)
            x = with_gaps(x, axis);
    }
    const int64_t last = support_integer(random, 0, 4);
    return last == 0 ? recorded(x) : last == 1 ? middle(x) : x;
}
