/* What the standard says of norms, ranks, powers, pseudo-inverses, diagonals and traces, clause by clause.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>
#include <string.h>

#include "clauses.h"
#include "model_matrix.h"

static const int64_t shapes[][2] = {{1, 1}, {1, 4}, {4, 1}, {3, 3}, {5, 3}, {3, 5}, {8, 8}, {12, 9}};
enum { N_MATRIX_SHAPES = sizeof shapes / sizeof shapes[0] };

#define EACH_MATRIX(dtypes, dtype, stack, m, n)                                                                        \
    CLAUSE_DTYPES(dtype, dtypes)                                                                                      \
    MODEL_STACKS(stack)                                                                                                \
    for (int size_i = 0; size_i < N_MATRIX_SHAPES; size_i++)                                                           \
        for (int64_t m = shapes[size_i][0], n = shapes[size_i][1], n##_once = 1; n##_once; n##_once = 0)

static model matrices(xp_dtype dtype, xp_shape stack, int64_t rows, int64_t columns)
{
    int64_t extents[MODEL_NDIM];
    return clause_model(dtype, model_stack(stack, rows, columns, extents));
}

static double size_of(const model *x, int64_t i)
{
    return hypot(x->at[i].re, x->at[i].im);
}

static double closeness(xp_dtype dtype, int64_t n)
{
    return (10 + 4 * (double)n) * model_epsilon(dtype);
}

/* ---- diagonal, trace --------------------------------------------------------------------------------------------- */

/* Element i of a diagonal of each matrix, and how many there are. */
static int64_t diagonal_length(int64_t m, int64_t n, int64_t offset)
{
    const int64_t rows = offset < 0 ? m + offset : m, columns = offset > 0 ? n - offset : n;
    const int64_t length = rows < columns ? rows : columns;
    return length < 0 ? 0 : length;
}

static model diagonals(const model *x, int64_t offset)
{
    const int stack = x->ndim - 2;
    int64_t extents[MODEL_NDIM];
    memcpy(extents, x->shape, sizeof extents);
    extents[stack] = diagonal_length(x->shape[stack], x->shape[stack + 1], offset);
    model y = model_zeros(x->dtype, (xp_shape){stack + 1, extents});
    MODEL_EACH(y, at)
    {
        const int64_t i = at[stack];
        at[stack] = i + (offset < 0 ? -offset : 0);
        at[stack + 1] = i + (offset > 0 ? offset : 0);
        model_put(&y, flat, x, model_at(x, at));
    }
    return y;
}

static void diagonal_elements(const struct xp_device *device)
{
    CLAUSE_DTYPES(dtype, XP_TEST_ANY)
    MODEL_SHAPES(shape)
    for (int64_t offset = -5; offset <= 7 && shape.ndim >= 2; offset++) {
        const model x = clause_model(dtype, shape), expected = diagonals(&x, offset);
        EXPECT(xp_linalg_diagonal(clause_array(&x, device), offset), &expected);
    }
}

static void diagonals_far_off(const struct xp_device *device)
{
    static const int64_t offsets[] = {INT64_MIN, INT64_MIN + 1, -1000, 1000, INT64_MAX};
    const model x = clause_model(XP_FLOAT32, XP_SHAPE(2, 3, 4)), none = model_zeros(XP_FLOAT32, XP_SHAPE(2, 0));
    const model zeros = model_zeros(XP_FLOAT32, XP_SHAPE(2));
    for (int i = 0; i < 5; i++) {
        EXPECT(xp_linalg_diagonal(clause_array(&x, device), offsets[i]), &none);
        EXPECT(xp_linalg_trace(clause_array(&x, device), offsets[i], XP_DEFAULT_DTYPE), &zeros);
    }
}

/* The dtype of a trace where none is asked for. */
static xp_dtype trace_dtype(xp_dtype dtype, xp_dtype integral)
{
    if (!model_is(dtype, XP_TEST_INTEGRAL) || xp_iinfo(dtype).bits >= xp_iinfo(integral).bits)
        return dtype;
    if (model_is(dtype, XP_TEST_SIGNED))
        return integral;
    return integral == XP_INT64 ? XP_UINT64 : XP_UINT32;
}

static model traces(const model *x, int64_t offset, xp_dtype dtype)
{
    const model on = diagonals(x, offset);
    model y = model_zeros(dtype, (xp_shape){x->ndim - 2, x->shape});
    MODEL_EACH(on, at)
    model_add_product(&y, model_at(&y, at), on.at[flat], (model_number){1});
    return y;
}

static void trace_sums(const struct xp_device *device)
{
    const xp_dtype integral = xp_info_default_dtypes(device).integral;
    CLAUSE_DTYPES(dtype, XP_TEST_NUMERIC)
    MODEL_SHAPES(shape)
    for (int64_t offset = -5; offset <= 7 && shape.ndim >= 2; offset++) {
        const model x = clause_model(dtype, shape), expected = traces(&x, offset, trace_dtype(dtype, integral));
        EXPECT(xp_linalg_trace(clause_array(&x, device), offset, XP_DEFAULT_DTYPE), &expected);
    }
}

/* Sums of int8 leave int8, so that a cast behind the sum would show. */
static void trace_casts(const struct xp_device *device)
{
    CLAUSE_DTYPES(from, XP_TEST_NUMERIC)
    CLAUSE_DTYPES(to, XP_TEST_NUMERIC)
    {
        if (!xp_can_cast(from, to) || (clause_is_strict(device) && model_is(from, XP_TEST_INTEGRAL) !=
                                                                       model_is(to, XP_TEST_INTEGRAL)))
            continue;
        const model x = model_filled(from, XP_SHAPE(2, 9, 9), 100, 0), expected = traces(&x, 1, to);
        if (to != XP_INT8 && to != XP_UINT8)
            EXPECT(xp_linalg_trace(clause_array(&x, device), 1, to), &expected);
    }
}

static void trace_special(const struct xp_device *device)
{
    static const double numbers[] = {INFINITY, -INFINITY, NAN, 1, -0.0, 1e30};
    CLAUSE_DTYPES(dtype, XP_TEST_REAL_FLOATING)
    for (int i = 0; i < 36; i++) {
        model x = model_filled(dtype, XP_SHAPE(2, 2), 5, 0);
        x.at[0].re = numbers[i / 6];
        x.at[3].re = numbers[i % 6];
        const model expected = model_filled(dtype, XP_SHAPE_0D, x.at[0].re + x.at[3].re, 0);
        EXPECT_CLOSE(xp_linalg_trace(clause_array(&x, device), 0, XP_DEFAULT_DTYPE), &expected, model_epsilon(dtype));
    }
}

/* ---- matrix norms ------------------------------------------------------------------------------------------------ */

/* Of one matrix, from its elements or its singular values. */
static double matrix_norm_of(const model *x, const model *s, int64_t which, xp_matrix_norm_order order)
{
    const int64_t m = x->shape[x->ndim - 2], n = x->shape[x->ndim - 1], k = m < n ? m : n;
    const bool by_columns = order == XP_NORM_1 || order == XP_NORM_MINUS_1;
    double all = 0, sum = 0, most = 0, least = INFINITY;
    for (int64_t i = 0; i < m * n; i++)
        all += pow(size_of(x, which * m * n + i), 2);
    if (order == XP_NORM_FROBENIUS)
        return sqrt(all);
    if (order == XP_NORM_NUCLEAR || order == XP_NORM_2 || order == XP_NORM_MINUS_2) {
        for (int64_t i = 0; i < k; i++)
            sum += s->at[which * k + i].re;
        return order == XP_NORM_NUCLEAR ? sum : s->at[which * k + (order == XP_NORM_2 ? 0 : k - 1)].re;
    }
    for (int64_t i = 0; i < (by_columns ? n : m); i++) {
        sum = 0;
        for (int64_t j = 0; j < (by_columns ? m : n); j++)
            sum += size_of(x, which * m * n + (by_columns ? j * n + i : i * n + j));
        most = fmax(most, sum);
        least = fmin(least, sum);
    }
    return order == XP_NORM_1 || order == XP_NORM_INF ? most : least;
}

static void check_matrix_norms(const struct xp_device *device, bool keepdims)
{
    EACH_MATRIX(XP_TEST_FLOATING, dtype, stack, m, n)
    for (int order = XP_NORM_FROBENIUS; order <= XP_NORM_MINUS_INF; order++) {
        int64_t extents[MODEL_NDIM];
        const model x = matrices(dtype, stack, m, n), s = model_of(xp_linalg_svdvals(clause_array(&x, device)));
        model expected = model_zeros(model_real(dtype), keepdims ? model_stack(stack, 1, 1, extents) : stack);
        for (int64_t i = 0; i < expected.size; i++)
            expected.at[i].re = matrix_norm_of(&x, &s, i, (xp_matrix_norm_order)order);
        EXPECT_CLOSE(xp_linalg_matrix_norm(clause_array(&x, device), keepdims, (xp_matrix_norm_order)order), &expected,
                     closeness(dtype, m + n));
    }
}

static void matrix_norm_orders(const struct xp_device *device)
{
    check_matrix_norms(device, false);
}

static void matrix_norm_keepdims(const struct xp_device *device)
{
    check_matrix_norms(device, true);
}

/* ---- vector norms ------------------------------------------------------------------------------------------------ */

/* Sums are in long double: those of thousands of doubles are worse than the library's. */
static long double added_to_norm(long double so_far, double size, double ord)
{
    if (isinf(ord))
        return ord > 0 ? fmaxl(so_far, size) : fminl(so_far, size);
    return so_far + (ord == 0 ? size != 0 : pow(size, ord));
}

/* Over the axes of a set of bits. */
static model vector_norms(const model *x, int set, bool keepdims, double ord)
{
    int64_t extents[MODEL_NDIM];
    int ndim = 0;
    for (int i = 0; i < x->ndim; i++)
        if (keepdims || !(set >> i & 1))
            extents[ndim++] = set >> i & 1 ? 1 : x->shape[i];
    model y = model_filled(model_real(x->dtype), (xp_shape){ndim, extents}, isinf(ord) && ord < 0 ? INFINITY : 0, 0);
    MODEL_EACH(*x, at)
    {
        int64_t to[MODEL_NDIM];
        ndim = 0;
        for (int i = 0; i < x->ndim; i++)
            if (keepdims || !(set >> i & 1))
                to[ndim++] = set >> i & 1 ? 0 : at[i];
        const int64_t i = model_at(&y, to);
        y.at[i].re = added_to_norm(y.at[i].re, size_of(x, flat), ord);
    }
    for (int64_t i = 0; i < y.size && ord != 0 && !isinf(ord); i++)
        y.at[i].re = powl(y.at[i].re, 1 / (long double)ord);
    return y;
}

static void check_vector_norms(const struct xp_device *device, const double *orders, int count)
{
    CLAUSE_DTYPES(dtype, XP_TEST_FLOATING)
    MODEL_SHAPES(shape)
    for (int i = 0; i < count * 4; i++) {
        model x = clause_model(dtype, shape);
        const double ord = orders[i / 4];
        const bool keepdims = i & 1, all = i & 2;
        int axes[MODEL_NDIM], n_axes = 0, set = all ? -1 : (int)support_integer(clause_random(), 0, 1 << shape.ndim);
        int64_t reduced = 1;
        for (int axis = 0; axis < shape.ndim; axis++) {
            reduced *= set >> axis & 1 ? shape.extents[axis] : 1;
            if (!all && set >> axis & 1)
                axes[n_axes++] = clause_draws(2) ? axis : axis - shape.ndim;
        }
        if (reduced == 0 && ord < 0) /* the least of nothing, and 1 / 0 */
            continue;
        for (int64_t j = 0; j < x.size && ord < 0 && !isinf(ord); j++)
            x.at[j].re += x.at[j].re == 0; /* zeros are for another clause */
        xp_over over = all ? XP_ALL : xp_over_axes(axes, n_axes);
        const model expected = vector_norms(&x, all ? (1 << shape.ndim) - 1 : set, keepdims, ord);
        const double tolerance = closeness(dtype, 8) * (ord != 0 && fabs(ord) < 1 ? 200 : 1);
        EXPECT_CLOSE(xp_linalg_vector_norm(clause_array(&x, device), keepdims ? xp_keepdims(over) : over, ord),
                     &expected, tolerance);
    }
}

static void vector_norm_mathematical(const struct xp_device *device)
{
    static const double orders[] = {1, 2, INFINITY, 3, 1.5, 4.25};
    check_vector_norms(device, orders, 6);
}

static void vector_norm_others(const struct xp_device *device)
{
    static const double orders[] = {0, -1, -2, -INFINITY, 0.5, -1.5};
    check_vector_norms(device, orders, 6);
}

/* 1 / sum(1 / abs(a)) and its kin: a zero among the elements makes 0. */
static void vector_norm_of_zeros(const struct xp_device *device)
{
    static const double orders[] = {-1, -2, -0.5, -INFINITY};
    CLAUSE_DTYPES(dtype, XP_TEST_FLOATING)
    for (int i = 0; i < 4; i++) {
        model x = clause_model(dtype, XP_SHAPE(3, 5));
        for (int row = 0; row < 3; row++)
            x.at[row * 5 + row].re = x.at[row * 5 + row].im = 0;
        const model expected = model_zeros(model_real(dtype), XP_SHAPE(3));
        EXPECT(xp_linalg_vector_norm(clause_array(&x, device), XP_OVER(-1), orders[i]), &expected);
    }
}

/* ---- powers, ranks, pseudo-inverses ------------------------------------------------------------------------------ */

static void matrix_power_values(const struct xp_device *device)
{
    CLAUSE_DTYPES(dtype, XP_TEST_FLOATING)
    MODEL_STACKS(stack)
    for (int64_t size = 0; size < 10; size++)
        for (int64_t n = -3; n <= 7; n++) {
            int64_t extents[MODEL_NDIM];
            model x = model_draw(clause_random(), MODEL_SMALL, dtype, model_stack(stack, size, size, extents));
            const model identity = model_identity(&x, size);
            for (int64_t i = 0; i < x.size; i++)
                x.at[i].re += 7 * (double)size * identity.at[i].re;
            const model inverse = n < 0 ? model_of(xp_linalg_inv(model_upload(&x, device))) : x;
            model expected = identity;
            for (int64_t i = 0; i < llabs(n); i++)
                expected = model_matmul(&expected, &inverse);
            EXPECT_CLOSE(xp_linalg_matrix_power(clause_array(&x, device), n), &expected, 8 * closeness(dtype, size));
        }
}

/* Of rank r: r columns times r rows, each independent of the others for what stands on the diagonal. */
static model of_rank(xp_dtype dtype, xp_shape stack, int64_t m, int64_t n, int64_t rank)
{
    model a = matrices(dtype, stack, m, rank), b = matrices(dtype, stack, rank, n);
    MODEL_EACH(a, at)
    a.at[flat].re += at[stack.ndim] == at[stack.ndim + 1] ? 40 : 0;
    MODEL_EACH(b, at)
    b.at[flat].re += at[stack.ndim] == at[stack.ndim + 1] ? 40 : 0;
    return model_matmul(&a, &b);
}

static void matrix_rank_values(const struct xp_device *device)
{
    EACH_MATRIX(XP_TEST_FLOATING, dtype, stack, m, n)
    for (int64_t rank = 0; rank <= (m < n ? m : n); rank++) {
        const model x = of_rank(dtype, stack, m, n, rank);
        model expected = model_filled(xp_info_default_dtypes(device).integral, stack, (double)rank, 0);
        EXPECT(xp_linalg_matrix_rank(clause_array(&x, device), NULL), &expected);
    }
}

/* Diagonal matrices, whose singular values are known: 1, 1/8, 1/64, ... */
static void rank_by_rtol(const struct xp_device *device)
{
    static const double rtols[] = {0, 0.01, 0.1, 0.125, 0.5, 1};
    static const int ranks[] = {4, 3, 2, 1, 1, 0}; /* of those larger than rtol */
    CLAUSE_DTYPES(dtype, XP_TEST_FLOATING)
    {
        model x = model_zeros(dtype, XP_SHAPE(6, 4, 5)), rtol = model_zeros(model_real(dtype), XP_SHAPE(6));
        model expected = model_zeros(xp_info_default_dtypes(device).integral, XP_SHAPE(6));
        MODEL_EACH(x, at)
        x.at[flat].re = at[1] == at[2] ? ldexp(3, -3 * (int)at[1]) : 0;
        for (int i = 0; i < 6; i++) {
            const model one = model_filled(expected.dtype, XP_SHAPE(6), ranks[i], 0);
            rtol.at[i].re = rtols[i];
            expected.at[i].re = ranks[i];
            EXPECT(xp_linalg_matrix_rank(clause_array(&x, device), xp_scalar(rtols[i])), &one);
        }
        EXPECT(xp_linalg_matrix_rank(clause_array(&x, device), clause_array(&rtol, device)), &expected);
        model inverse = model_zeros(dtype, XP_SHAPE(6, 5, 4));
        MODEL_EACH(inverse, at)
        if (at[1] == at[2] && at[1] < ranks[at[0]])
            inverse.at[flat].re = ldexp(1, 3 * (int)at[1]) / 3;
        EXPECT_CLOSE(xp_linalg_pinv(clause_array(&x, device), clause_array(&rtol, device)), &inverse,
                     closeness(dtype, 5));
    }
}

/* Penrose's four conditions. */
static void pinv_conditions(const struct xp_device *device)
{
    EACH_MATRIX(XP_TEST_FLOATING, dtype, stack, m, n)
    {
        const model x = matrices(dtype, stack, m, n), p = model_of(xp_linalg_pinv(clause_array(&x, device), NULL));
        EXPECT_THAT(p.dtype == dtype && p.ndim == x.ndim, "dtype");
        EXPECT_THAT(p.shape[stack.ndim] == n && p.shape[stack.ndim + 1] == m, "shape");
        const model xp = model_matmul(&x, &p), px = model_matmul(&p, &x);
        const model xpx = model_matmul(&xp, &x), pxp = model_matmul(&px, &p);
        const model turned = model_adjoint(&xp), other = model_adjoint(&px);
        const double close = 100 * closeness(dtype, m + n);
        EXPECT_MODEL(&xpx, &x, close);
        EXPECT_MODEL(&pxp, &p, close);
        EXPECT_MODEL(&turned, &xp, close);
        EXPECT_MODEL(&other, &px, close);
    }
}

/* What there is of matrices without rows or columns: no rank, norms of 0, inverses of the other shape. */
static void empty_matrices(const struct xp_device *device)
{
    static const int64_t empty[][2] = {{0, 0}, {0, 3}, {3, 0}};
    CLAUSE_DTYPES(dtype, XP_TEST_FLOATING)
    MODEL_STACKS(stack)
    for (int i = 0; i < 3; i++) {
        int64_t extents[MODEL_NDIM];
        const model x = matrices(dtype, stack, empty[i][0], empty[i][1]);
        const model ranks = model_zeros(xp_info_default_dtypes(device).integral, stack);
        const model norms = model_zeros(model_real(dtype), stack);
        const model inverse = model_zeros(dtype, model_stack(stack, empty[i][1], empty[i][0], extents));
        EXPECT(xp_linalg_matrix_rank(clause_array(&x, device), NULL), &ranks);
        EXPECT(xp_linalg_pinv(clause_array(&x, device), NULL), &inverse);
        EXPECT(xp_linalg_matrix_norm(clause_array(&x, device), false, XP_NORM_FROBENIUS), &norms);
        EXPECT(xp_linalg_matrix_norm(clause_array(&x, device), false, XP_NORM_NUCLEAR), &norms);
    }
}

/* ------------------------------------------------------------------------------------------------------------------ */

static const clause clauses[] = {
    ON_DEVICE("diagonal", diagonal_elements,
              "the last two dimensions go, the diagonal's comes at the end; offset above or below"),
    ON_DEVICE("diagonal, trace", diagonals_far_off, "offsets beyond the matrix; the empty sum is 0"),
    ON_DEVICE("trace", trace_sums, "sums along the diagonal; the default dtypes for smaller integers, else that of x"),
    ON_DEVICE("trace", trace_casts, "the input should be cast to the specified dtype before the sum"),
    ON_DEVICE("trace", trace_special, "special cases as if by successive application of add"),
    ON_DEVICE("matrix_norm", matrix_norm_orders,
              "fro, nuc, 1, -1, 2, -2, inf, -inf; real of x's precision, rank two less"),
    ON_DEVICE("matrix_norm", matrix_norm_keepdims, "keepdims: the last two axes must be included as singletons"),
    ON_DEVICE("vector_norm", vector_norm_mathematical, "1, 2, inf, p >= 1 over an axis, a tuple, all; keepdims"),
    ON_DEVICE("vector_norm", vector_norm_others, "0, -1, -2, -inf, p < 1"),
    ON_DEVICE("vector_norm", vector_norm_of_zeros, "a zero among the elements: 1 / sum(1 / abs(a)) is 0"),
    ON_DEVICE("matrix_power", matrix_power_values, "identities, products, products of the inverse; the shape of x"),
    ON_DEVICE("matrix_rank", matrix_rank_values,
              "non-zero singular values of each matrix; the default integer dtype, shape(x)[:-2]"),
    ON_DEVICE("matrix_rank, pinv", rank_by_rtol,
              "rtol: a float for all, or an array by matrix; less or equal counts as zero"),
    ON_DEVICE("pinv", pinv_conditions, "the pseudo-inverse of each matrix, (..., N, M)"),
    ON_DEVICE("matrix_norm, matrix_rank, pinv", empty_matrices, "matrices that are empty"),
};

CHECKED_TEST(standard_norms, clauses)
{
    CHECK_CLAUSES("linear algebra: norms, ranks, diagonals", clauses);
}
