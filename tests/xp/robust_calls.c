/* A wide set of calls of one array.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "robust_calls.h"

/* ---- functions that take more than arrays and axes --------------------------------------------------------------- */

static xp_array *cast(xp_array *x)
{
    return xp_astype(x, XP_COMPLEX64, true);
}

static xp_array *copy(xp_array *x)
{
    return xp_astype(x, xp_dtype_of(x), true);
}

static xp_array *running_sum(xp_array *x)
{
    return xp_cumulative_sum(x, -1, XP_DEFAULT_DTYPE, true);
}

static xp_array *running_product(xp_array *x)
{
    return xp_cumulative_prod(x, 0, XP_DEFAULT_DTYPE, false);
}

static xp_array *rolled(xp_array *x)
{
    return xp_roll(x, 2, XP_FLAT);
}

static xp_array *repeated(xp_array *x)
{
    return xp_repeat(x, 3, -1);
}

static xp_array *tiled(xp_array *x)
{
    return xp_tile(x, XP_SHAPE(2));
}

static xp_array *flat(xp_array *x)
{
    return xp_reshape(x, XP_SHAPE(-1));
}

static xp_array *joined(xp_array *x)
{
    xp_array *const both[] = {x, x};
    return xp_concat(both, 2, XP_FLAT);
}

static xp_array *stacked(xp_array *x)
{
    xp_array *const both[] = {x, x};
    return xp_stack(both, 2, 0);
}

static xp_array *reversed(xp_array *x)
{
    return xp_get(x, XP_INDEX(xp_ellipsis(), xp_slice(XP_END, XP_END, -1)));
}

static xp_array *masked(xp_array *x)
{
    return xp_get(x, XP_INDEX(xp_mask(xp_astype(x, XP_BOOL, false))));
}

static xp_array *with_parts_set(xp_array *x)
{
    return xp_set(x, XP_INDEX(xp_ellipsis(), xp_slice(XP_END, XP_END, 2)), xp_scalar(1));
}

static xp_array *all_set(xp_array *x)
{
    return xp_set(x, XP_INDEX(xp_ellipsis()), xp_scalar(1));
}

static xp_array *taken(xp_array *x)
{
    return xp_take(x, xp_zeros(XP_SHAPE(4), XP_INT64, NULL), -1);
}

static xp_array *chosen(xp_array *x)
{
    return xp_where(xp_not_equal(x, xp_scalar(3)), x, xp_zeros_like(x, XP_DEFAULT_DTYPE));
}

static xp_array *clipped(xp_array *x)
{
    return xp_clip(x, xp_scalar(2), xp_scalar(5));
}

static xp_array *searched(xp_array *x)
{
    return xp_searchsorted(xp_arange(0, 20, 2, xp_dtype_of(x), NULL), x, false, NULL);
}

static xp_array *dots(xp_array *x)
{
    return xp_vecdot(x, x, -1);
}

static xp_array *gram_matrix(xp_array *x)
{
    return xp_matmul(x, xp_matrix_transpose(x));
}

static xp_array *sorted(xp_array *x)
{
    return xp_sort(x, -1, false, true);
}

static xp_array *sorting(xp_array *x)
{
    return xp_argsort(x, -1, true, true);
}

static xp_array *singular_values(xp_array *x)
{
    return xp_linalg_svd(x, false).s;
}

static xp_array *chain(xp_array *x)
{
    return xp_sum(xp_sqrt(xp_add(xp_multiply(x, x), xp_scalar(1))), XP_OVER(-1));
}

/* ---- the list ---------------------------------------------------------------------------------------------------- */

#define ONE(name) {#name, .of_one = xp_##name}
#define OWN(name) {#name, .of_one = name}
#define TWO(name) {#name, .of_two = xp_##name}
#define WAY(name, n) {#name, .over = xp_##name, .way = n}
#define OVER(name) WAY(name, 0), WAY(name, 1), WAY(name, 2)

const robust_call robust_calls[] = {
    ONE(abs), ONE(acos), ONE(acosh), ONE(asin), ONE(asinh), ONE(atan), ONE(atanh), ONE(bitwise_invert), ONE(ceil),
    ONE(conj), ONE(cos), ONE(cosh), ONE(exp), ONE(expm1), ONE(floor), ONE(imag), ONE(is_finite), ONE(is_inf),
    ONE(is_nan), ONE(log), ONE(log1p), ONE(log2), ONE(log10), ONE(logical_not), ONE(negative), ONE(positive), ONE(real),
    ONE(reciprocal), ONE(round), ONE(sign), ONE(sign_bit), ONE(sin), ONE(sinh), ONE(square), ONE(sqrt), ONE(tan),
    ONE(tanh), ONE(trunc), ONE(matrix_transpose), ONE(unique_values),
    OWN(cast), OWN(copy), OWN(running_sum), OWN(running_product), OWN(rolled), OWN(repeated), OWN(tiled), OWN(flat),
    OWN(joined), OWN(stacked), OWN(reversed), OWN(masked), OWN(with_parts_set), OWN(all_set), OWN(taken), OWN(chosen),
    OWN(clipped), OWN(searched), OWN(dots), OWN(gram_matrix), OWN(sorted), OWN(sorting), OWN(singular_values),
    OWN(chain),
    TWO(add), TWO(atan2), TWO(bitwise_and), TWO(bitwise_left_shift), TWO(bitwise_or), TWO(bitwise_right_shift),
    TWO(bitwise_xor), TWO(copysign), TWO(divide), TWO(equal), TWO(floor_divide), TWO(greater), TWO(hypot), TWO(less),
    TWO(less_equal), TWO(logaddexp), TWO(logical_and), TWO(logical_or), TWO(logical_xor), TWO(maximum), TWO(minimum),
    TWO(multiply), TWO(nextafter), TWO(not_equal), TWO(pow), TWO(remainder), TWO(subtract),
    OVER(flip), OVER(argmax), OVER(argmin), OVER(count_nonzero), OVER(max), OVER(mean), OVER(min), OVER(prod),
    OVER(std), OVER(sum), OVER(var), OVER(all), OVER(any)};

const int robust_n_calls = sizeof robust_calls / sizeof robust_calls[0];

xp_array *robust_apply(const robust_call *call, xp_array *x, bool give)
{
    if (give)
        xp_give(x);
    if (call->of_one)
        return call->of_one(x);
    if (call->of_two)
        return call->of_two(x, x);
    return call->over(x, call->way == 0 ? XP_ALL : call->way == 1 ? XP_OVER(-1) : xp_keepdims(XP_OVER(0)));
}
