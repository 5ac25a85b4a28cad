/* The nearest centroid of each row, in chunks of rows, so that no table of all distances ever exists.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "vq_private.h"

/* Two bodies give the same labels. One takes float64 differences: exact enough, and slow. The other one leaves the
 * expansion |x - c|^2 = |x|^2 - 2 x.c + |c|^2 to matmul, which is fast and cancels where |x - c| is small against |x|
 * and |c|; so it answers only where the winner leads by more than the rounding can amount to, and the first body does
 * the rest. A label therefore does not depend on how matmul rounds. */

/* What the distances of one chunk may take: they are written, read and forgotten in the cache. */
#define CHUNK_BYTES (512 * 1024)

/* Below so many features the differences are cheaper than a matrix product. */
#define FEW_FEATURES 3

static const int32_t IN_DOUBT = -1;

/* The centroids as the expansion needs them. */
typedef struct expansion {
    xp_array *code_book;    /* (k, d) */
    xp_array *centre;       /* (d,): their mean, taken off everything: what is common to all must not cancel */
    xp_array *offsets;      /* (k, d): code_book - centre */
    xp_array *half_squares; /* (k,): |offset|^2 / 2 */
    xp_array *radius;       /* 0-d: the greatest |offset| */
    double eps, tiny;       /* of the dtype: the spacing at 1, and the least normal number */
} expansion;

static expansion expand(const xp_namespace *xp, xp_array *code_book)
{
    expansion of = {.code_book = code_book};
    of.centre = xp->mean(code_book, XP_OVER(0));
    of.offsets = xp->subtract(code_book, of.centre);
    xp_array *squares = xp->sum(xp->square(of.offsets), XP_OVER(1));
    of.half_squares = xp->multiply(squares, xp_scalar(0.5));
    of.radius = xp->sqrt(xp->max(squares, XP_ALL));
    xp_finfo_result limits = xp->finfo(xp_dtype_of(code_book));
    of.eps = limits.eps;
    of.tiny = limits.smallest_normal;
    xp_eval(of.offsets, of.half_squares, of.radius);
    return of;
}

/* How the labels of a chunk of rows (c, d) are found: (c,), integers. */
typedef xp_array *labelling(const xp_namespace *xp, xp_array *rows, const expansion *of);

static xp_array *label_by_differences(const xp_namespace *xp, xp_array *rows, const expansion *of)
{
    rows = xp->astype(rows, XP_FLOAT64, false);
    xp_array *code_book = xp->astype(of->code_book, XP_FLOAT64, false);
    xp_array *differences = xp->subtract(xp->expand_dims(rows, 1), xp->expand_dims(code_book, 0)); /* (c, k, d) */
    return xp->argmin(xp->sum(xp->square(differences), XP_OVER(2)), XP_OVER(1));
}

/* IN_DOUBT where rounding might have decided. With u = eps / 2, x and c taken from the centre and R = |x| + max |c|,
 * the scores |c|^2 / 2 - x.c (half the squared distance but for |x|^2 / 2) are each off by less than (d / 2 + 2) u R^2:
 * that many for the products and sums in any order, and for taking off the centre. A lead of 2 (d + 8) u R^2 is
 * therefore real and beyond what the differences could turn around; underflow adds less than the least normal number.
 */
static xp_array *label_by_expansion(const xp_namespace *xp, xp_array *rows, const expansion *of)
{
    rows = xp->subtract(rows, of->centre);
    xp_array *products = xp->matmul(rows, xp->matrix_transpose(of->offsets)); /* (c, k) */
    xp_array *scores = xp->subtract(of->half_squares, products);
    xp_array *best = xp->min(scores, xp_keepdims(XP_OVER(1)));
    xp_array *nearest = xp->argmin(scores, XP_OVER(1));

    xp_array *length = xp->sqrt(xp->sum(xp->square(rows), xp_keepdims(XP_OVER(1))));
    xp_array *reach = xp->square(xp->add(length, of->radius));
    double d = (double)xp_extent(rows, 1);
    xp_array *lead = xp->add(xp->multiply(reach, xp_scalar((d + 8) * of->eps)), xp_scalar(of->tiny)); /* (c, 1) */
    xp_array *contenders = xp->count_nonzero(xp->less_equal(scores, xp->add(best, lead)), XP_OVER(1));
    return xp->where(xp->equal(contenders, xp_scalar(1)), nearest, xp_scalar(IN_DOUBT));
}

/* k is 0 for a code book that has failed. */
static int64_t rows_per_chunk(int64_t k)
{
    int64_t distances = CHUNK_BYTES / (int64_t)sizeof(double);
    return k > 0 && k < distances ? distances / k : 1;
}

static xp_array *label_in_chunks(const xp_namespace *xp, xp_array *obs, const expansion *of, labelling *chunk)
{
    xp_scope scope = xp_scope_open();
    int64_t n = xp_extent(obs, 0), step = rows_per_chunk(xp_extent(of->code_book, 0));
    xp_array *label = xp->empty(XP_SHAPE(n), XP_INT32);
    for (int64_t start = 0; start < n; start += step) {
        xp_scope round = xp_scope_open();
        xp_array *rows = xp_get(obs, XP_INDEX(xp_slice(start, start + step, 1)));
        xp_array *found = chunk(xp, rows, of);
        if (!xp_scope_carry(round, &label, xp_set(xp_give(label), XP_INDEX(xp_slice(start, start + step, 1)), found)))
            break;
    }
    return xp_scope_return(scope, label);
}

/* Labels with those in doubt replaced. There is no scatter in the standard: each doubtful row looks up its answer by
 * how many came before it. */
static xp_array *settle(const xp_namespace *xp, xp_array *obs, const expansion *of, xp_array *label)
{
    xp_array *doubt = xp->less(label, xp_scalar(0));
    if (!xp_truth(xp->any(doubt, XP_ALL)))
        return label;
    xp_array *settled = label_in_chunks(xp, xp_get(obs, XP_INDEX(xp_mask(doubt))), of, label_by_differences);
    xp_array *before = xp->cumulative_sum(xp->astype(doubt, XP_INT64, false), 0, XP_DEFAULT_DTYPE, false);
    xp_array *answer = xp->maximum(xp->subtract(before, xp_scalar(1)), xp_scalar(0));
    return xp->where(doubt, xp->take(settled, answer, 0), label);
}

xp_array *vq_nearest(const xp_namespace *xp, xp_array *obs, xp_array *code_book)
{
    xp_scope scope = xp_scope_open();
    expansion of = expand(xp, code_book);
    if (xp_extent(obs, 1) < FEW_FEATURES)
        return xp_scope_return(scope, label_in_chunks(xp, obs, &of, label_by_differences));
    xp_array *label = label_in_chunks(xp, obs, &of, label_by_expansion);
    label = settle(xp, obs, &of, label);
    xp_eval(label);
    return xp_scope_return(scope, label);
}

xp_array *vq_distances(const xp_namespace *xp, xp_array *obs, xp_array *code_book, xp_array *label)
{
    xp_scope scope = xp_scope_open();
    xp_array *differences = xp->subtract(obs, xp->take(code_book, label, 0)); /* (n, d) */
    return xp_scope_return(scope, xp->sqrt(xp->sum(xp->square(differences), XP_OVER(1))));
}
