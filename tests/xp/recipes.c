/* Makes random calls on arrays of integers: arithmetic, selection, views, reductions, evaluations in between.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "recipes.h"

#include <string.h>

/* Arrays beyond this many elements are sliced before anything else happens to them. */
#define MOST_ELEMENTS 4000

typedef struct kitchen {
    uint64_t state, other_state; /* of the calls; of when to evaluate, which must not change the calls */
    int count;
    xp_array *arrays[RECIPE_GIVEN + RECIPE_CALLS]; /* NULL: released */
} kitchen;

/* Source: Steele, Lea, Flood: Fast splittable pseudorandom number generators (OOPSLA 2014). */
static uint64_t next_bits(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static int64_t below(uint64_t *state, int64_t n)
{
    return (int64_t)(next_bits(state) % (uint64_t)n);
}

static bool happens(uint64_t *state, double chance)
{
    return (double)(next_bits(state) >> 11) * 0x1p-53 < chance;
}

static xp_array *pick(kitchen *k)
{
    for (;;) {
        xp_array *x = k->arrays[below(&k->state, k->count)];
        if (x)
            return x;
    }
}

/* ---- calls: each takes x and what it needs from the kitchen ------------------------------------------------------ */

static bool fits(const xp_array *a, const xp_array *b)
{
    int64_t size = 1;
    for (int axis = 1; axis <= xp_ndim(a) || axis <= xp_ndim(b); axis++) {
        int64_t m = axis <= xp_ndim(a) ? xp_extent(a, -axis) : 1, n = axis <= xp_ndim(b) ? xp_extent(b, -axis) : 1;
        if (m != n && m != 1 && n != 1)
            return false;
        size *= m == 1 ? n : m;
    }
    return size <= MOST_ELEMENTS;
}

/* Another array that broadcasts with x, or a scalar. */
static xp_array *partner(kitchen *k, const xp_array *x)
{
    for (int attempt = 0; attempt < 8; attempt++) {
        xp_array *y = pick(k);
        if (fits(x, y))
            return y;
    }
    return xp_scalar(below(&k->state, 9) - 4);
}

typedef xp_array *binary(xp_array *x1, xp_array *x2);

static xp_array *call_binary(kitchen *k, xp_array *x)
{
    static binary *const functions[] = {xp_add,     xp_subtract, xp_multiply,   xp_maximum,
                                        xp_minimum, xp_add,      xp_bitwise_xor, xp_subtract};
    xp_array *y = partner(k, x);
    return functions[below(&k->state, 8)](x, y);
}

static xp_array *call_unary(kitchen *k, xp_array *x)
{
    switch (below(&k->state, 4)) {
    case 0:
        return xp_negative(x);
    case 1:
        return xp_square(x);
    case 2:
        return xp_bitwise_invert(x);
    default:
        return xp_astype(x, xp_dtype_of(x) == XP_INT64 ? XP_INT32 : XP_INT64, true);
    }
}

static xp_array *call_where(kitchen *k, xp_array *x)
{
    xp_array *y = partner(k, x);
    return xp_where(xp_less(x, y), xp_add(x, xp_scalar(1)), y);
}

static xp_array *call_slice(kitchen *k, xp_array *x)
{
    if (xp_ndim(x) == 0)
        return xp_get(x, XP_INDEX(xp_newaxis(), xp_newaxis(), xp_ellipsis()));
    int64_t n = xp_extent(x, 0), first = below(&k->state, n), step = 1 + below(&k->state, 3);
    switch (below(&k->state, 5)) {
    case 0:
        return xp_get(x, XP_INDEX(xp_at(first), xp_ellipsis()));
    case 1:
        return xp_get(x, XP_INDEX(xp_slice(first, XP_END, step), xp_ellipsis()));
    case 2:
        return xp_get(x, XP_INDEX(xp_slice(first, XP_END, -step), xp_ellipsis()));
    case 3:
        return xp_get(x, XP_INDEX(xp_ellipsis(), xp_slice(XP_END, XP_END, -1)));
    default:
        return xp_ndim(x) < 4 ? xp_get(x, XP_INDEX(xp_slice(first, XP_END, 1), xp_newaxis(), xp_ellipsis()))
                              : xp_negative(x);
    }
}

static xp_array *call_turn(kitchen *k, xp_array *x)
{
    if (xp_ndim(x) < 2)
        return xp_flip(x, XP_ALL);
    int axes[XP_MAX_NDIM], ndim = xp_ndim(x);
    int shift = 1 + (int)below(&k->state, ndim - 1);
    for (int i = 0; i < ndim; i++)
        axes[i] = (i + shift) % ndim;
    return below(&k->state, 2) ? xp_permute_dims(x, axes, ndim) : xp_flip(x, XP_OVER(-1));
}

static xp_array *call_reshape(kitchen *k, xp_array *x)
{
    int64_t size = xp_size(x);
    if (size % 6 == 0 && below(&k->state, 2))
        return xp_reshape(x, XP_SHAPE(6, -1));
    if (size % 2 == 0 && below(&k->state, 2))
        return xp_reshape(x, XP_SHAPE(-1, 2));
    return xp_reshape(x, XP_SHAPE(-1));
}

static xp_array *call_reduction(kitchen *k, xp_array *x)
{
    xp_over over = xp_ndim(x) == 0 || below(&k->state, 3) == 0 ? XP_ALL : XP_OVER((int)below(&k->state, xp_ndim(x)));
    if (below(&k->state, 2))
        over = xp_keepdims(over);
    switch (below(&k->state, 4)) {
    case 0:
        return xp_sum(x, over);
    case 1:
        return xp_prod(x, over);
    case 2:
        return xp_min(x, over);
    default:
        return xp_max(x, over);
    }
}

typedef xp_array *make_call(kitchen *k, xp_array *x);

static xp_array *next_array(kitchen *k)
{
    static make_call *const calls[] = {call_binary, call_binary, call_binary, call_binary,  call_unary, call_unary,
                                       call_where,  call_slice,  call_slice,  call_reshape, call_turn,  call_reduction};
    xp_array *x = pick(k);
    return calls[below(&k->state, (int64_t)(sizeof calls / sizeof *calls))](k, x);
}

/* ---- a run ------------------------------------------------------------------------------------------------------- */

/* One number of all elements and their places. */
static int64_t digest(xp_array *x)
{
    static _Thread_local int64_t elements[MOST_ELEMENTS];
    static _Thread_local int32_t narrow[MOST_ELEMENTS];
    bool is_narrow = xp_dtype_of(x) == XP_INT32;
    int64_t size = xp_size(x);
    void *memory = is_narrow ? (void *)narrow : (void *)elements;
    if (size > MOST_ELEMENTS || xp_to_host(x, memory, (size_t)size * (is_narrow ? 4 : 8)) != XP_OK)
        return -1;
    uint64_t sum = (uint64_t)xp_ndim(x) + 31 * (uint64_t)size;
    for (int64_t i = 0; i < size; i++)
        sum = sum * UINT64_C(6364136223846793005) + (uint64_t)(is_narrow ? narrow[i] : elements[i]);
    return (int64_t)(sum | 1);
}

static bool evaluate_some(kitchen *k)
{
    xp_array *x = k->arrays[below(&k->other_state, k->count)];
    return !x || xp_eval_all(&x, 1) == XP_OK;
}

static void forget_some(kitchen *k)
{
    int which = (int)below(&k->state, k->count);
    if (which < RECIPE_GIVEN || !k->arrays[which])
        return;
    xp_release(k->arrays[which]);
    k->arrays[which] = NULL;
}

static bool add_array(kitchen *k, const recipe *what)
{
    xp_scope scope = xp_scope_open();
    xp_array *made = xp_keep(next_array(k));
    if (xp_scope_close(scope) != XP_OK) {
        xp_release(made);
        return false;
    }
    k->arrays[k->count++] = made;
    if (what->evaluate >= 1)
        return xp_eval_all(&made, 1) == XP_OK;
    return !happens(&k->other_state, what->evaluate) || evaluate_some(k);
}

bool recipe_run_on(const recipe *what, xp_array *const *given, int count, int64_t *digests)
{
    kitchen k = {.state = what->seed, .other_state = what->seed ^ UINT64_C(0x5bd1e995)};
    for (int i = 0; i < count; i++)
        k.arrays[k.count++] = xp_keep(given[i]);
    bool success = true;
    for (int i = 0; i < RECIPE_CALLS && success; i++) {
        success = add_array(&k, what);
        if (happens(&k.state, what->forget))
            forget_some(&k);
    }
    for (int i = 0; i < RECIPE_CALLS; i++) {
        xp_array *x = count + i < k.count ? k.arrays[count + i] : NULL;
        digests[i] = x && success ? digest(x) : 0;
    }
    for (int i = 0; i < k.count; i++)
        xp_release(k.arrays[i]);
    return success;
}

void recipe_given(const struct xp_device *device, xp_array *given[RECIPE_GIVEN])
{
    int64_t values[40 * 30];
    for (int i = 0; i < 40 * 30; i++)
        values[i] = (i * 7919) % 23 - 11;
    given[0] = xp_from_host(values, XP_INT64, XP_SHAPE(40, 30), device);
    given[1] = xp_from_host(values, XP_INT64, XP_SHAPE(30), device);
    given[2] = xp_from_host(values, XP_INT64, XP_SHAPE(40, 1), device);
}

bool recipe_run(const recipe *what, const struct xp_device *device, int64_t *digests)
{
    xp_array *given[RECIPE_GIVEN];
    xp_scope scope = xp_scope_open();
    recipe_given(device, given);
    bool success = recipe_run_on(what, given, RECIPE_GIVEN, digests);
    return xp_scope_close(scope) == XP_OK && success;
}
