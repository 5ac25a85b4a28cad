/* What the standard says of factorizations and solutions, clause by clause.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>
#include <string.h>

#include "clauses.h"
#include "model_matrix.h"

/* Matrices of one kernel for small ones, and of LAPACK. */
static const int64_t sizes[] = {0, 1, 2, 3, 5, 8, 9, 17};
enum { N_SIZES = sizeof sizes / sizeof sizes[0] };
static const int64_t shapes[][2] = {{0, 0}, {0, 3}, {3, 0}, {1, 1}, {1, 4}, {4, 1}, {3, 3}, {5, 3}, {3, 5}, {8, 8},
                                    {12, 9}, {9, 12}};
enum { N_MATRIX_SHAPES = sizeof shapes / sizeof shapes[0] };

#define EACH_SQUARE(dtype, stack, n)                                                                                   \
    CLAUSE_DTYPES(dtype, XP_TEST_FLOATING)                                                                            \
    MODEL_STACKS(stack)                                                                                                \
    for (int size_i = 0; size_i < N_SIZES; size_i++)                                                                   \
        for (int64_t n = sizes[size_i], n##_once = 1; n##_once; n##_once = 0)

#define EACH_MATRIX(dtype, stack, m, n)                                                                                \
    CLAUSE_DTYPES(dtype, XP_TEST_FLOATING)                                                                            \
    MODEL_STACKS(stack)                                                                                                \
    for (int size_i = 0; size_i < N_MATRIX_SHAPES; size_i++)                                                           \
        for (int64_t m = shapes[size_i][0], n = shapes[size_i][1], n##_once = 1; n##_once; n##_once = 0)

static model matrices(xp_dtype dtype, xp_shape stack, int64_t rows, int64_t columns)
{
    int64_t extents[MODEL_NDIM];
    return clause_model(dtype, model_stack(stack, rows, columns, extents));
}

/* Far from singular: the diagonal outweighs its row. */
static model regular(xp_dtype dtype, xp_shape stack, int64_t n)
{
    model x = matrices(dtype, stack, n, n);
    MODEL_EACH(x, at)
    if (at[x.ndim - 1] == at[x.ndim - 2])
        x.at[flat].re += 13.0 * (double)(n + 1);
    return x;
}

static model hermitian(xp_dtype dtype, xp_shape stack, int64_t n)
{
    model x = matrices(dtype, stack, n, n);
    const model other = model_adjoint(&x);
    for (int64_t i = 0; i < x.size; i++) {
        x.at[i].re += other.at[i].re;
        x.at[i].im += other.at[i].im;
    }
    return x;
}

static model positive(xp_dtype dtype, xp_shape stack, int64_t n)
{
    model x = matrices(dtype, stack, n, n);
    const model other = model_adjoint(&x), identity = model_identity(&x, n);
    x = model_matmul(&x, &other);
    for (int64_t i = 0; i < x.size; i++)
        x.at[i].re += identity.at[i].re;
    return x;
}

static double closeness(xp_dtype dtype, int64_t n)
{
    return (10 + 6 * (double)n) * model_epsilon(dtype);
}

/* Columns are orthonormal. */
static void expect_orthonormal(const model *x, double tolerance)
{
    const model adjoint = model_adjoint(x), product = model_matmul(&adjoint, x);
    const model identity = model_identity(x, x->shape[x->ndim - 1]);
    EXPECT_MODEL(&product, &identity, tolerance);
}

/* Zero below the diagonal, or above it. */
static void expect_triangle(const model *x, bool upper)
{
    bool holds = true;
    MODEL_EACH(*x, at)
    {
        const int64_t row = at[x->ndim - 2], column = at[x->ndim - 1];
        if (upper ? row > column : row < column)
            holds = holds && x->at[flat].re == 0 && x->at[flat].im == 0;
    }
    EXPECT_THAT(holds, "not triangular");
}

static void expect_shape(const model *x, xp_dtype dtype, xp_shape stack, int64_t rows, int64_t columns)
{
    int64_t extents[MODEL_NDIM];
    const xp_shape shape = model_stack(stack, rows, columns, extents);
    EXPECT_THAT(x->dtype == dtype, "%s", xp_test_dtype_name(x->dtype));
    EXPECT_THAT(x->ndim == shape.ndim && memcmp(x->shape, extents, (size_t)x->ndim * sizeof *extents) == 0,
                "%lld by %lld", (long long)rows, (long long)columns);
}

/* ---- cholesky, qr ------------------------------------------------------------------------------------------------ */

static void check_cholesky(const struct xp_device *device, bool upper)
{
    EACH_SQUARE(dtype, stack, n)
    {
        const model x = positive(dtype, stack, n);
        const model factor = model_of(xp_linalg_cholesky(clause_array(&x, device), upper));
        const model adjoint = model_adjoint(&factor);
        expect_shape(&factor, dtype, stack, n, n);
        expect_triangle(&factor, upper);
        const model product = upper ? model_matmul(&adjoint, &factor) : model_matmul(&factor, &adjoint);
        EXPECT_MODEL(&product, &x, closeness(dtype, n));
    }
}

static void cholesky_lower(const struct xp_device *device)
{
    check_cholesky(device, false);
}

static void cholesky_upper(const struct xp_device *device)
{
    check_cholesky(device, true);
}

static void check_qr(const struct xp_device *device, bool complete)
{
    EACH_MATRIX(dtype, stack, m, n)
    {
        const model x = matrices(dtype, stack, m, n);
        const xp_qr_result result = xp_linalg_qr(clause_array(&x, device), complete);
        const model q = model_of(result.q), r = model_of(result.r);
        const int64_t k = complete || m < n ? m : n;
        expect_shape(&q, dtype, stack, m, k);
        expect_shape(&r, dtype, stack, k, n);
        expect_orthonormal(&q, closeness(dtype, m));
        expect_triangle(&r, true);
        const model product = model_matmul(&q, &r);
        EXPECT_MODEL(&product, &x, closeness(dtype, m));
        MODEL_EACH(r, at)
        if (at[r.ndim - 1] == at[r.ndim - 2])
            EXPECT_THAT(r.at[flat].im == 0, "a diagonal that is not real");
    }
}

static void qr_reduced(const struct xp_device *device)
{
    check_qr(device, false);
}

static void qr_complete(const struct xp_device *device)
{
    check_qr(device, true);
}

/* ---- eigenvalues ------------------------------------------------------------------------------------------------- */

static void eigh_factors(const struct xp_device *device)
{
    EACH_SQUARE(dtype, stack, n)
    {
        const model x = hermitian(dtype, stack, n);
        const xp_eig_result result = xp_linalg_eigh(clause_array(&x, device));
        const model values = model_of(result.eigenvalues), vectors = model_of(result.eigenvectors);
        EXPECT_THAT(values.dtype == model_real(dtype) && values.ndim == stack.ndim + 1, "eigenvalues");
        EXPECT_THAT(values.shape[stack.ndim] == n, "eigenvalues");
        expect_shape(&vectors, dtype, stack, n, n);
        expect_orthonormal(&vectors, closeness(dtype, n));
        const model left = model_matmul(&x, &vectors), right = model_scaled_columns(&vectors, &values);
        EXPECT_MODEL(&left, &right, 4 * closeness(dtype, n));
        for (int64_t i = 0; i + 1 < values.size; i++) /* of our own: ascending */
            EXPECT_THAT((i + 1) % n == 0 || values.at[i].re <= values.at[i + 1].re, "not ascending");
        EXPECT_CLOSE(xp_linalg_eigvalsh(clause_array(&x, device)), &values, closeness(dtype, n));
    }
}

static void eig_factors(const struct xp_device *device)
{
    EACH_SQUARE(dtype, stack, n)
    {
        const model x = matrices(dtype, stack, n, n), wide = model_astype(&x, model_complex(dtype));
        const xp_eig_result result = xp_linalg_eig(clause_array(&x, device));
        const model values = model_of(result.eigenvalues), vectors = model_of(result.eigenvectors);
        EXPECT_THAT(values.dtype == model_complex(dtype) && values.ndim == stack.ndim + 1, "eigenvalues");
        EXPECT_THAT(values.shape[stack.ndim] == n, "eigenvalues");
        expect_shape(&vectors, model_complex(dtype), stack, n, n);
        const model left = model_matmul(&wide, &vectors), right = model_scaled_columns(&vectors, &values);
        EXPECT_MODEL(&left, &right, 8 * closeness(dtype, n));
    }
}

/* n of them, whose sum is the trace: in no order, so that nothing else of them can be compared. */
static void eigvals_values(const struct xp_device *device)
{
    EACH_SQUARE(dtype, stack, n)
    {
        const model x = matrices(dtype, stack, n, n);
        const model values = model_of(xp_linalg_eigvals(clause_array(&x, device)));
        model sums = model_zeros(values.dtype, stack), traces = model_zeros(values.dtype, stack);
        EXPECT_THAT(values.dtype == model_complex(dtype) && values.ndim == stack.ndim + 1, "eigenvalues");
        EXPECT_THAT(values.shape[stack.ndim] == n, "eigenvalues");
        MODEL_EACH(values, at)
        model_add_product(&sums, model_at(&sums, at), values.at[flat], (model_number){1});
        MODEL_EACH(x, at)
        if (at[stack.ndim] == at[stack.ndim + 1])
            model_add_product(&traces, model_at(&traces, at), x.at[flat], (model_number){1});
        EXPECT_MODEL(&sums, &traces, 40 * closeness(dtype, n));
    }
}

/* ---- inverses, solutions ----------------------------------------------------------------------------------------- */

static void inv_multiplies_back(const struct xp_device *device)
{
    EACH_SQUARE(dtype, stack, n)
    {
        const model x = regular(dtype, stack, n), inverse = model_of(xp_linalg_inv(clause_array(&x, device)));
        const model left = model_matmul(&inverse, &x), right = model_matmul(&x, &inverse);
        const model identity = model_identity(&x, n);
        expect_shape(&inverse, dtype, stack, n, n);
        EXPECT_MODEL(&left, &identity, closeness(dtype, n));
        EXPECT_MODEL(&right, &identity, closeness(dtype, n));
    }
}

/* Stacks of coefficients and of right sides that broadcast in each way. */
static void solve_matrices(const struct xp_device *device)
{
    static const struct {
        int na, nb;
        int64_t extents[6];
    } pairs[] = {{0, 0, {0}},          {1, 1, {3, 3}},    {1, 0, {3}},       {0, 1, {3}},
                 {1, 1, {1, 3}},       {2, 1, {2, 1, 3}}, {1, 2, {3, 2, 1}}, {2, 2, {2, 1, 1, 3}},
                 {1, 1, {0, 1}},       {3, 2, {2, 1, 2, 0, 1}}};
    static const int64_t columns[] = {0, 1, 4};
    CLAUSE_DTYPES(dtype, XP_TEST_FLOATING)
    for (int i = 0; i < 10; i++)
        for (int j = 0; j < N_SIZES * 3; j++) {
            const int64_t n = sizes[j / 3];
            const model a = regular(dtype, (xp_shape){pairs[i].na, pairs[i].extents}, n);
            const model b = matrices(dtype, (xp_shape){pairs[i].nb, pairs[i].extents + pairs[i].na}, n, columns[j % 3]);
            const model x = model_of(xp_linalg_solve(clause_array(&a, device), clause_array(&b, device)));
            const model product = model_matmul(&a, &x); /* the shape of the result, broadcast */
            model expected = model_zeros(dtype, model_shape_of(&product));
            MODEL_EACH(expected, at)
            {
                int64_t from[MODEL_NDIM];
                for (int axis = 0; axis < b.ndim; axis++)
                    from[axis] = b.shape[axis] == 1 ? 0 : at[expected.ndim - b.ndim + axis];
                model_put(&expected, flat, &b, model_at(&b, from));
            }
            const int most = a.ndim > b.ndim ? a.ndim : b.ndim;
            EXPECT_THAT(x.ndim == most && x.shape[most - 1] == b.shape[b.ndim - 1], "shape");
            EXPECT_MODEL(&product, &expected, closeness(dtype, n));
        }
}

/* A vector is one for all the matrices; what has two dimensions never is a stack of vectors. */
static void solve_vectors(const struct xp_device *device)
{
    EACH_SQUARE(dtype, stack, n)
    {
        const model a = regular(dtype, stack, n), b = clause_model(dtype, XP_SHAPE(n));
        const model x = model_of(xp_linalg_solve(clause_array(&a, device), clause_array(&b, device)));
        int64_t extents[MODEL_NDIM];
        EXPECT_THAT(x.dtype == dtype && x.ndim == stack.ndim + 1 && x.shape[stack.ndim] == n, "shape");
        const model column = model_reshaped(&x, model_stack(stack, n, 1, extents)), product = model_matmul(&a, &column);
        model expected = model_zeros(dtype, model_shape_of(&product));
        MODEL_EACH(expected, at)
        model_put(&expected, flat, &b, at[stack.ndim]);
        EXPECT_MODEL(&product, &expected, closeness(dtype, n));
    }
}

static void solve_refuses(const struct xp_device *device)
{
    const model a = regular(XP_FLOAT32, XP_SHAPE(2), 3), b = matrices(XP_FLOAT32, XP_SHAPE_0D, 4, 2);
    const model c = clause_model(XP_FLOAT32, XP_SHAPE(4)), d = matrices(XP_FLOAT32, XP_SHAPE(3), 3, 1);
    xp_array *x = clause_array(&a, device);
    EXPECT_FAILS(VALUE, xp_linalg_solve(x, clause_array(&b, device)));
    EXPECT_FAILS(VALUE, xp_linalg_solve(x, clause_array(&c, device)));
    EXPECT_FAILS(VALUE, xp_linalg_solve(x, clause_array(&d, device)));
    EXPECT_FAILS(VALUE, xp_linalg_solve(clause_array(&b, device), clause_array(&b, device)));
}

/* ---- singular values --------------------------------------------------------------------------------------------- */

static void check_svd(const struct xp_device *device, bool full)
{
    EACH_MATRIX(dtype, stack, m, n)
    {
        const int64_t k = m < n ? m : n;
        const model x = matrices(dtype, stack, m, n);
        const xp_svd_result result = xp_linalg_svd(clause_array(&x, device), full);
        const model u = model_of(result.u), s = model_of(result.s), vh = model_of(result.vh), v = model_adjoint(&vh);
        expect_shape(&u, dtype, stack, m, full ? m : k);
        expect_shape(&vh, dtype, stack, full ? n : k, n);
        expect_orthonormal(&u, closeness(dtype, m));
        expect_orthonormal(&v, closeness(dtype, n));
        EXPECT_THAT(s.dtype == model_real(dtype) && s.ndim == stack.ndim + 1 && s.shape[stack.ndim] == k, "s");
        for (int64_t i = 0; i < s.size; i++)
            EXPECT_THAT(s.at[i].re >= 0 && (i % k == 0 || s.at[i].re <= s.at[i - 1].re), "not descending");
        int64_t extents[MODEL_NDIM];
        model sigma = model_zeros(dtype, model_stack(stack, u.shape[stack.ndim + 1], vh.shape[stack.ndim], extents));
        MODEL_EACH(sigma, at)
        if (at[stack.ndim] == at[stack.ndim + 1])
            sigma.at[flat].re = s.at[model_at(&s, at)].re;
        const model half = model_matmul(&u, &sigma), product = model_matmul(&half, &vh);
        EXPECT_MODEL(&product, &x, closeness(dtype, m + n));
        EXPECT_CLOSE(xp_linalg_svdvals(clause_array(&x, device)), &s, closeness(dtype, m + n));
    }
}

static void svd_full(const struct xp_device *device)
{
    check_svd(device, true);
}

static void svd_reduced(const struct xp_device *device)
{
    check_svd(device, false);
}

/* ---- determinants ------------------------------------------------------------------------------------------------ */

/* By Gaussian elimination in double: good enough beside the tolerance of the dtype. */
static void determinant(const model *x, int64_t which, int64_t n, double det[2])
{
    double re[17 * 17], im[17 * 17];
    det[0] = 1;
    det[1] = 0;
    for (int64_t i = 0; i < n * n; i++) {
        re[i] = (double)x->at[which * n * n + i].re;
        im[i] = (double)x->at[which * n * n + i].im;
    }
    for (int64_t k = 0; k < n; k++) {
        const double pr = re[k * n + k], pi = im[k * n + k], norm = pr * pr + pi * pi, was = det[0];
        det[0] = was * pr - det[1] * pi;
        det[1] = was * pi + det[1] * pr;
        for (int64_t i = k + 1; i < n; i++) {
            const double ar = re[i * n + k], ai = im[i * n + k];
            const double fr = (ar * pr + ai * pi) / norm, fi = (ai * pr - ar * pi) / norm;
            for (int64_t j = k; j < n; j++) {
                re[i * n + j] -= fr * re[k * n + j] - fi * im[k * n + j];
                im[i * n + j] -= fr * im[k * n + j] + fi * re[k * n + j];
            }
        }
    }
}

static void det_values(const struct xp_device *device)
{
    EACH_SQUARE(dtype, stack, n)
    {
        const model x = regular(dtype, stack, n);
        const xp_slogdet_result result = xp_linalg_slogdet(clause_array(&x, device));
        model det = model_zeros(dtype, stack), sign = det, logs = model_zeros(model_real(dtype), stack);
        sign = model_zeros(dtype, stack);
        for (int64_t i = 0; i < det.size; i++) {
            double value[2];
            determinant(&x, i, n, value);
            const double size = hypot(value[0], value[1]);
            det.at[i].re = value[0];
            det.at[i].im = value[1];
            sign.at[i].re = value[0] / size;
            sign.at[i].im = value[1] / size;
            logs.at[i].re = log(size);
        }
        if (n < 9 || model_epsilon(dtype) < 1e-10) /* float32 does not reach further */
            EXPECT_CLOSE(xp_linalg_det(clause_array(&x, device)), &det, closeness(dtype, n));
        EXPECT_CLOSE(result.sign, &sign, closeness(dtype, n));
        EXPECT_CLOSE(result.logabsdet, &logs, closeness(dtype, n));
    }
}

static void slogdet_of_zero(const struct xp_device *device)
{
    EACH_SQUARE(dtype, stack, n)
    {
        model x = regular(dtype, stack, n);
        if (n == 0)
            continue;
        MODEL_EACH(x, at)
        if (at[stack.ndim] == n - 1)
            x.at[flat].re = x.at[flat].im = 0;
        const xp_slogdet_result result = xp_linalg_slogdet(clause_array(&x, device));
        const model zeros = model_zeros(dtype, stack), logs = model_filled(model_real(dtype), stack, -INFINITY, 0);
        EXPECT(result.sign, &zeros);
        EXPECT(result.logabsdet, &logs);
        EXPECT(xp_linalg_det(clause_array(&x, device)), &zeros);
    }
}

/* ------------------------------------------------------------------------------------------------------------------ */

static const clause clauses[] = {
    ON_DEVICE("cholesky", cholesky_lower,
              "lower: x = L L^H for each matrix; lower-triangular, the shape and dtype of x"),
    ON_DEVICE("cholesky", cholesky_upper, "upper: x = U^H U; upper-triangular"),
    ON_DEVICE("det", det_values, "the determinant of each square matrix, 0-d of one; the dtype of x"),
    ON_DEVICE("slogdet", det_values, "the sign in the dtype of x, the logarithm in its real dtype, of shape(x)[:-2]"),
    ON_DEVICE("slogdet", slogdet_of_zero, "if the determinant is zero: sign 0, logabsdet -infinity"),
    ON_DEVICE("eig", eig_factors, "x v = lambda v; complex of x's precision, (..., M) and (..., M, M)"),
    ON_DEVICE("eigvals", eigvals_values, "(..., M), complex of x's precision"),
    ON_DEVICE("eigh, eigvalsh", eigh_factors,
              "x = Q diag Q^H, Q orthogonal of x's dtype, eigenvalues real of its precision"),
    ON_DEVICE("inv", inv_multiplies_back, "x^-1 x = x x^-1 = I for each matrix; the shape of x"),
    ON_DEVICE("qr", qr_reduced, "reduced: (..., M, K) and (..., K, N); orthonormal columns, a real diagonal"),
    ON_DEVICE("qr", qr_complete, "complete: (..., M, M) and (..., M, N)"),
    ON_DEVICE("solve", solve_matrices, "AX = B for each matrix; the leading axes broadcast"),
    ON_DEVICE("solve", solve_vectors, "x2 of shape (M,): shape(x1)[:-2] + (M,)"),
    ON_DEVICE("solve", solve_refuses, "shapes must be compatible"),
    ON_DEVICE("svd, svdvals", svd_full, "full: U (..., M, M), Vh (..., N, N), S (..., K) real and descending"),
    ON_DEVICE("svd, svdvals", svd_reduced, "reduced: U (..., M, K), Vh (..., K, N)"),
};

CHECKED_TEST(standard_factors, clauses)
{
    CHECK_CLAUSES("linear algebra: factors, solutions", clauses);
}
