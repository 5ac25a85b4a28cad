/* The nearest centroid of each row, in chunks of rows, so that no table of all distances ever exists.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "vq_private.h"

/* Two bodies give the same labels. One takes float64 differences: exact enough, and slow. The other one leaves the
 * expansion |x - c|^2 = |x|^2 - 2 x.c + |c|^2 to matmul, which is fast and cancels where |x - c| is small against |x|
 * and |c|; so it answers only where the winner leads by more than the rounding can amount to. The rest is settled with
 * more digits. A label therefore does not depend on how matmul rounds. */

/* What the distances of one chunk may take: written, read and forgotten in the caches, and enough work for threads. */
#define CHUNK_BYTES (2 * 1024 * 1024)

static const int32_t IN_DOUBT = -1;

/* How many rows have a chunk's worth of values, `width` each; 0 is the width of an array that has failed. */
static int64_t rows_per_chunk(int64_t width)
{
    int64_t values = CHUNK_BYTES / (int64_t)sizeof(double);
    return width > 0 && width < values ? values / width : 1;
}

/* The centroids as the expansion needs them. */
typedef struct expansion {
    xp_array *code_book; /* (k, d) */
    xp_array *centre;    /* (d,): their mean, taken off everything: what is common to all must not cancel */
    xp_array *weights;   /* (k, d + 1): rows (-c, |c|^2 / 2) of c = code_book - centre */
    xp_array *radius;    /* 0-d: the greatest |c| */
    xp_array *marks;     /* (k,): k, k + 1, ..., 2 k - 1 */
    xp_array *one;       /* (1, 1) */
    double eps, tiny;    /* of the dtype: the spacing at 1, and the least normal number */
} expansion;

static expansion expand(const xp_namespace *xp, xp_array *code_book)
{
    expansion of = {.code_book = code_book};
    xp_dtype dtype = xp_dtype_of(code_book);
    int64_t k = xp_extent(code_book, 0);
    of.centre = xp->mean(code_book, XP_OVER(0));
    xp_array *offsets = xp->subtract(code_book, of.centre);
    xp_array *squares = xp->sum(xp->square(offsets), xp_keepdims(XP_OVER(1)));
    xp_array *halves = xp->multiply(squares, xp_scalar(0.5));
    of.weights = xp->concat((xp_array *const[]){xp->negative(offsets), halves}, 2, 1);
    of.radius = xp->sqrt(xp->max(squares, XP_ALL));
    of.marks = xp->arange((double)k, 2.0 * (double)k, 1, dtype);
    of.one = xp->ones(XP_SHAPE(1, 1), dtype);
    xp_finfo_result limits = xp->finfo(dtype);
    of.eps = limits.eps;
    of.tiny = limits.smallest_normal;
    xp_eval(of.weights, of.radius, of.marks);
    return of;
}

/* How the labels of a chunk of rows (c, d) are found: (c,). */
typedef xp_array *labelling(const xp_namespace *xp, xp_array *rows, const expansion *of);

static xp_array *label_by_differences(const xp_namespace *xp, xp_array *rows, const expansion *of)
{
    rows = xp->astype(rows, XP_FLOAT64, false);
    xp_array *code_book = xp->astype(of->code_book, XP_FLOAT64, false);
    xp_array *differences = xp->subtract(xp->expand_dims(rows, 1), xp->expand_dims(code_book, 0)); /* (c, k, d) */
    return xp->argmin(xp->sum(xp->square(differences), XP_OVER(2)), XP_OVER(1));
}

/* IN_DOUBT where rounding might have decided. The scores are |c|^2 / 2 - x.c: half the squared distance, but for
 * |x|^2 / 2. Let u = eps / 2, x and c be taken from the centre, and S = (|x| + max |c|)^2. A score is off by less than
 * (d + 3 / 2) u S: S / 2 times d u for |c|^2 and (d + 1) u for the product, in any order of summation, and u S for
 * taking off the centre. Differences compare half distances within (d + 2) u S. So a lead of (4 d + 16) u S is real,
 * and differences agree; underflow adds less than the least normal number. A row's contenders add up their marks: one
 * alone gives less than 2 k. */
static xp_array *label_by_expansion(const xp_namespace *xp, xp_array *rows, const expansion *of)
{
    double d = (double)xp_extent(rows, 1), k = (double)xp_extent(of->code_book, 0);
    rows = xp->subtract(rows, of->centre);
    xp_array *length = xp->sqrt(xp->sum(xp->square(rows), xp_keepdims(XP_OVER(1))));
    xp_array *reach = xp->square(xp->add(length, of->radius));
    xp_array *lead = xp->add(xp->multiply(reach, xp_scalar((2 * d + 8) * of->eps)), xp_scalar(of->tiny)); /* (c, 1) */

    xp_array *ones = xp->broadcast_to(of->one, XP_SHAPE(xp_extent(rows, 0), 1));
    xp_array *inputs = xp->concat((xp_array *const[]){rows, ones}, 2, 1);
    xp_array *scores = xp->matmul(inputs, xp->matrix_transpose(of->weights)); /* (c, k) */
    xp_array *bound = xp->add(xp->min(scores, xp_keepdims(XP_OVER(1))), lead);
    xp_array *contenders = xp->where(xp->less_equal(scores, bound), of->marks, xp_scalar(0.0));
    xp_array *marks = xp->sum(contenders, XP_OVER(1));
    xp_array *alone = xp->logical_and(xp->greater_equal(marks, xp_scalar(k)), xp->less(marks, xp_scalar(2 * k)));
    return xp->where(alone, xp->subtract(marks, xp_scalar(k)), xp_scalar((double)IN_DOUBT));
}

static xp_array *label_in_chunks(const xp_namespace *xp, xp_array *obs, const expansion *of, labelling *chunk)
{
    xp_scope scope = xp_scope_open();
    int64_t n = xp_extent(obs, 0), step = rows_per_chunk(xp_extent(of->code_book, 0));
    xp_array *label = xp->empty(XP_SHAPE(n), XP_INT32);
    for (int64_t start = 0; start < n; start += step) {
        xp_scope round = xp_scope_open();
        xp_indices here = XP_INDEX(xp_slice(start, start + step, 1));
        xp_array *found = chunk(xp, xp_get(obs, here), of);
        if (!xp_scope_carry(round, &label, xp_set(xp_give(label), here, found)))
            break;
    }
    return xp_scope_return(scope, label);
}

/* Labels with those in doubt replaced: of float32 by those of float64, of float64 by differences. There is no scatter
 * in the standard: each doubtful row looks up its answer by how many came before it. */
static xp_array *settle(const xp_namespace *xp, xp_array *obs, const expansion *of, xp_array *label)
{
    xp_array *doubt = xp->less(label, xp_scalar(0));
    if (!xp_truth(xp->any(doubt, XP_ALL)))
        return label;
    xp_array *rows = xp_get(obs, XP_INDEX(xp_mask(doubt))), *settled;
    if (xp_dtype_of(obs) == XP_FLOAT32)
        settled = vq_nearest(xp, xp->astype(rows, XP_FLOAT64, false), xp->astype(of->code_book, XP_FLOAT64, false));
    else
        settled = label_in_chunks(xp, rows, of, label_by_differences);
    xp_array *before = xp->cumulative_sum(xp->astype(doubt, XP_INT64, false), 0, XP_DEFAULT_DTYPE, false);
    xp_array *answer = xp->maximum(xp->subtract(before, xp_scalar(1)), xp_scalar(0));
    return xp->where(doubt, xp->take(settled, answer, 0), label);
}

xp_array *vq_nearest(const xp_namespace *xp, xp_array *obs, xp_array *code_book)
{
    xp_scope scope = xp_scope_open();
    xp_eval(obs, code_book);
    expansion of = expand(xp, code_book);
    if (2 * (double)xp_extent(code_book, 0) * of.eps > 1) /* marks are whole numbers up to 2 k */
        return xp_scope_return(scope, label_in_chunks(xp, obs, &of, label_by_differences));
    xp_array *label = settle(xp, obs, &of, label_in_chunks(xp, obs, &of, label_by_expansion));
    xp_eval(label);
    return xp_scope_return(scope, label);
}

xp_array *vq_distances(const xp_namespace *xp, xp_array *obs, xp_array *code_book, xp_array *label)
{
    xp_scope scope = xp_scope_open();
    int64_t n = xp_extent(obs, 0), step = rows_per_chunk(xp_extent(obs, 1));
    xp_array *distance = xp->empty(XP_SHAPE(n), xp_dtype_of(obs));
    for (int64_t start = 0; start < n; start += step) {
        xp_scope round = xp_scope_open();
        xp_indices here = XP_INDEX(xp_slice(start, start + step, 1));
        xp_array *nearest = xp->take(code_book, xp_get(label, here), 0);
        xp_array *squares = xp->sum(xp->square(xp->subtract(xp_get(obs, here), nearest)), XP_OVER(1));
        if (!xp_scope_carry(round, &distance, xp_set(xp_give(distance), here, xp->sqrt(squares))))
            break;
    }
    return xp_scope_return(scope, distance);
}
