/* Reductions: what each one gives, by a plain loop, and the clauses that the standard states of all of them.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "reductions.h"

#include <math.h>

/* ---- folds ------------------------------------------------------------------------------------------------------- */

/* Whole numbers modulo 2^64. */
static uint64_t whole(long double v)
{
    return v < 0 ? (uint64_t)(int64_t)v : (uint64_t)v;
}

/* A sum or product of some elements. */
typedef struct so_far {
    model_number value;
    long double sizes; /* the sum of absolute values */
    uint64_t wrapped;  /* of integers */
    int64_t n;
} so_far;

static void add(so_far *sum, model_number x, const fold_context *how)
{
    x = model_cast(x, how->to);
    sum->value.re = sum->n == 0 ? x.re : sum->value.re + x.re;
    sum->value.im = sum->n == 0 ? x.im : sum->value.im + x.im;
    sum->sizes += fabsl(x.re) + fabsl(x.im);
    sum->wrapped += model_is(how->to, XP_TEST_INTEGRAL) ? whole(x.re) : 0;
    sum->n++;
}

static void multiply(so_far *product, model_number x, const fold_context *how)
{
    const model_number y = product->value;
    x = model_cast(x, how->to);
    product->value = (model_number){.re = y.re * x.re};
    if (model_is(how->to, XP_TEST_COMPLEX))
        product->value = (model_number){.re = y.re * x.re - y.im * x.im, .im = y.re * x.im + y.im * x.re};
    if (product->n == 0)
        product->value = x;
    product->wrapped *= model_is(how->to, XP_TEST_INTEGRAL) ? whole(x.re) : 1;
    product->n++;
}

static so_far nothing(bool is_sum)
{
    return (so_far){.value = {.re = !is_sum}, .wrapped = !is_sum};
}

static model_number ended(const so_far *all, bool is_sum, const fold_context *how)
{
    if (model_is(how->to, XP_TEST_INTEGRAL))
        return model_cast((model_number){.re = (long double)all->wrapped}, how->to);
    model_number value = model_cast(all->value, how->to);
    const long double size = hypotl(value.re, value.im), eps = model_epsilon(how->to);
    value.slack = is_sum ? 8 * eps * all->sizes : size * eps * (long double)(3 * all->n + 3);
    if (!isfinite(value.slack) || !isfinite(size))
        value.slack = 0;
    return value;
}

model_number fold_sum(const model_number *x, int64_t n, const void *context)
{
    so_far sum = nothing(true);
    for (int64_t i = 0; i < n; i++)
        add(&sum, x[i], context);
    return ended(&sum, true, context);
}

model_number fold_prod(const model_number *x, int64_t n, const void *context)
{
    so_far product = nothing(false);
    for (int64_t i = 0; i < n; i++)
        multiply(&product, x[i], context);
    return ended(&product, false, context);
}

void running_line(const model_number *from, int64_t n, model_number *to, int64_t extent, const void *context)
{
    const running *r = context;
    so_far all = nothing(r->is_sum);
    if (extent > n)
        *to++ = ended(&all, r->is_sum, &r->how);
    for (int64_t i = 0; i < n; i++) {
        (r->is_sum ? add : multiply)(&all, from[i], &r->how);
        to[i] = ended(&all, r->is_sum, &r->how);
        to[i].slack *= fminl(fmaxl(1, (long double)i / 8), 16); /* one after the other in pieces of a line */
    }
}

static model_number fold_mean(const model_number *x, int64_t n, const void *context)
{
    const fold_context *how = context;
    const bool is_complex = model_is(how->to, XP_TEST_COMPLEX);
    model_number sum = fold_sum(x, n, &(fold_context){how->from, is_complex ? XP_COMPLEX128 : XP_FLOAT64, 0});
    long double sizes = 0;
    for (int64_t i = 0; i < n; i++)
        sizes += (isfinite(x[i].re) ? fabsl(x[i].re) : 0) + (isfinite(x[i].im) ? fabsl(x[i].im) : 0);
    sum.re = n ? sum.re / (long double)n : NAN;
    sum.im = n ? sum.im / (long double)n : NAN;
    sum = model_cast(sum, how->to);
    sum.slack = n ? 8 * model_epsilon(how->to) * sizes / (long double)n : 0;
    return sum;
}

static model_number fold_var(const model_number *x, int64_t n, const void *context)
{
    const fold_context *how = context;
    long double sum = 0, squares = 0, largest = 0, eps = model_epsilon(how->to);
    if (n == 0 || (double)n - how->correction <= 0)
        return (model_number){.re = NAN};
    for (int64_t i = 0; i < n; i++) {
        const long double each = model_cast(x[i], how->to).re;
        sum += each;
        largest = fmaxl(largest, fabsl(each));
    }
    for (int64_t i = 0; i < n; i++) {
        const long double apart = model_cast(x[i], how->to).re - sum / (long double)n;
        squares += apart * apart;
    }
    model_number var = {.re = squares / ((long double)n - (long double)how->correction)};
    if (isfinite(largest))
        var.slack = 32 * eps * var.re + 16 * eps * eps * largest * largest;
    return var;
}

static model_number fold_std(const model_number *x, int64_t n, const void *context)
{
    model_number var = fold_var(x, n, context);
    const long double std = sqrtl(var.re);
    return (model_number){.re = std, .slack = var.slack == 0 ? 0 : sqrtl(var.re + var.slack) - std};
}

/* The first NaN, else the first of the largest elements (or of the smallest ones). */
static int64_t extreme(const model_number *x, int64_t n, int sign)
{
    int64_t best = 0;
    for (int64_t i = 1; i < n && !model_is_nan(x[best]); i++)
        if (model_is_nan(x[i]) || (sign > 0 ? x[i].re > x[best].re : x[i].re < x[best].re))
            best = i;
    return best;
}

static model_number fold_max(const model_number *x, int64_t n, const void *context)
{
    (void)context;
    return x[extreme(x, n, 1)];
}

static model_number fold_min(const model_number *x, int64_t n, const void *context)
{
    (void)context;
    return x[extreme(x, n, -1)];
}

static model_number fold_argmax(const model_number *x, int64_t n, const void *context)
{
    (void)context;
    return (model_number){.re = (long double)extreme(x, n, 1)};
}

static model_number fold_argmin(const model_number *x, int64_t n, const void *context)
{
    (void)context;
    return (model_number){.re = (long double)extreme(x, n, -1)};
}

static model_number fold_count(const model_number *x, int64_t n, const void *context)
{
    (void)context;
    long double count = 0;
    for (int64_t i = 0; i < n; i++)
        count += x[i].re != 0 || x[i].im != 0; /* NaN, too */
    return (model_number){.re = count};
}

static model_number fold_all(const model_number *x, int64_t n, const void *context)
{
    return (model_number){.re = fold_count(x, n, context).re == (long double)n};
}

static model_number fold_any(const model_number *x, int64_t n, const void *context)
{
    return (model_number){.re = fold_count(x, n, context).re > 0};
}

const reduction reductions[] = {
    [SUM] = {xp_sum, fold_sum, MODEL_WHOLE, false, false},
    [PROD] = {xp_prod, fold_prod, MODEL_SIGNS, false, false},
    [MEAN] = {xp_mean, fold_mean, MODEL_WIDE, false, false},
    [VAR] = {xp_var, fold_var, MODEL_WIDE, false, false},
    [STD] = {xp_std, fold_std, MODEL_WIDE, false, false},
    [MAX] = {xp_max, fold_max, MODEL_WIDE, true, false},
    [MIN] = {xp_min, fold_min, MODEL_WIDE, true, false},
    [ARGMAX] = {xp_argmax, fold_argmax, MODEL_FEW, true, true},
    [ARGMIN] = {xp_argmin, fold_argmin, MODEL_FEW, true, true},
    [COUNT_NONZERO] = {xp_count_nonzero, fold_count, MODEL_FEW, false, false},
    [ALL] = {xp_all, fold_all, MODEL_FEW, false, false},
    [ANY] = {xp_any, fold_any, MODEL_FEW, false, false},
};

/* ---- what is expected -------------------------------------------------------------------------------------------- */

xp_dtype reduction_dtype(const situation *s, int which)
{
    switch (which) {
    case SUM:
    case PROD:
        return situation_sum_dtype(s, s->dtype);
    case MEAN:
    case VAR:
    case STD:
        return model_is(s->dtype, XP_TEST_FLOATING) ? s->dtype : xp_info_default_dtypes(s->device).real_floating;
    case MAX:
    case MIN:
        return s->dtype;
    case ALL:
    case ANY:
        return XP_BOOL;
    default:
        return situation_index_dtype(s);
    }
}

model reduction_expected(const situation *s, int which, const model *x, uint32_t axes, bool keepdims)
{
    const fold_context how = {s->dtype, reduction_dtype(s, which), 0};
    return model_reduce(x, axes, keepdims, how.to, reductions[which].fold, &how);
}

bool reduction_is_refused(int which, const model *x, uint32_t axes)
{
    bool is_empty = false;
    for (int axis = 0; axis < x->ndim; axis++) {
        is_empty |= x->shape[axis] == 0 && (axes >> axis & 1);
        if (x->shape[axis] == 0 && !(axes >> axis & 1))
            return false; /* the result is empty: nothing is chosen */
    }
    return is_empty && reductions[which].needs_elements;
}

void reduction_check(const situation *s, const model *x, uint32_t axes, bool keepdims, xp_over over)
{
    const int which = s->clause->which;
    over = keepdims ? xp_keepdims(over) : over;
    xp_array *array = clause_array(x, s->device);
    if (reduction_is_refused(which, x, axes)) {
        EXPECT_ERROR(reductions[which].call(array, over));
        return;
    }
    const model expected = reduction_expected(s, which, x, axes, keepdims);
    EXPECT_ELEMENTS(reductions[which].call(array, over), &expected);
}

/* ---- clauses ----------------------------------------------------------------------------------------------------- */

static uint32_t all_axes(const situation *s)
{
    return (1u << s->ndim) - 1;
}

void reduces_the_entire_array(const situation *s)
{
    const model x = situation_draw(s, reductions[s->clause->which].range);
    reduction_check(s, &x, all_axes(s), false, XP_ALL);
}

void reduces_one_axis(const situation *s)
{
    const model x = situation_draw(s, reductions[s->clause->which].range);
    for (int axis = -s->ndim; axis < s->ndim; axis++)
        reduction_check(s, &x, 1u << (axis + s->ndim) % s->ndim, false, XP_OVER(axis));
}

/* What an empty tuple means is not said; the library leaves each element by itself. */
void reduces_several_axes(const situation *s)
{
    const model x = situation_draw(s, reductions[s->clause->which].range);
    for (int i = 0; i < 4; i++) {
        uint32_t axes;
        const xp_over over = situation_draw_axes(s, &axes);
        reduction_check(s, &x, axes, false, over);
    }
}

void refuses_an_invalid_axis(const situation *s)
{
    const model x = situation_draw(s, reductions[s->clause->which].range);
    xp_array *(*const call)(xp_array *, xp_over) = reductions[s->clause->which].call;
    xp_array *array = clause_array(&x, s->device);
    EXPECT_ERROR(call(array, XP_OVER(s->ndim)));
    EXPECT_ERROR(call(array, XP_OVER(-s->ndim - 1)));
    EXPECT_ERROR(call(array, xp_keepdims(XP_OVER(s->ndim + 2))));
    if (s->ndim > 0)
        EXPECT_ERROR(call(array, XP_OVER(0, -s->ndim)));
}

void keeps_dimensions(const situation *s)
{
    const int which = s->clause->which;
    const model x = situation_draw(s, reductions[which].range);
    uint32_t axes = all_axes(s);
    xp_over over = XP_ALL;
    if (reductions[which].one_axis && s->ndim > 0 && support_integer(s->random, 0, 2)) {
        int written, axis = situation_draw_axis(s, &written);
        axes = 1u << axis;
        over = XP_OVER(written);
    } else if (!reductions[which].one_axis) {
        over = situation_draw_axes(s, &axes);
    }
    reduction_check(s, &x, axes, true, over);
    if (reduction_is_refused(which, &x, axes))
        return;
    xp_array *array = clause_array(&x, s->device), *result = reductions[which].call(array, xp_keepdims(over));
    EXPECT_THAT(xp_ok(xp_broadcast_to(result, (xp_shape){s->ndim, s->shape})), "is not compatible with x");
}
