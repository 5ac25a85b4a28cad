/* Factorizations and solutions of the CUDA plug-in on doubles of cuSOLVER and cuBLAS, for all layouts. What is expected
 * are the products that factors have to give.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cuda_arrays.h"

/* ---- factors ----------------------------------------------------------------------------------------------------- */

/* Stacks of one and of several; orders on both sides of where functions for stacks of small matrices end. */
static const struct stack {
    int ndim;
    int64_t lead[2], batch, small;
} stacks[] = {{2, {1, 1}, 1, 4}, {2, {1, 1}, 1, 70}, {3, {3, 1}, 3, 5}, {4, {2, 2}, 4, 1}, {3, {2, 1}, 2, 130}};
enum { STACKS = sizeof stacks / sizeof stacks[0] };

static array stack_of(int dtype, const struct stack *s, int64_t m, int64_t n, int layout)
{
    int64_t shape[4] = {s->lead[0], s->lead[1]};
    shape[s->ndim - 2] = m;
    shape[s->ndim - 1] = n;
    return random_array(dtype, s->ndim, shape, layout);
}

/* Makes it Hermitian, and positive definite by adding to its diagonal. */
static void make_hermitian(array *a, int64_t batch, int64_t n, double shift)
{
    number *h = dagger(a->values, batch, n, n);
    for (int64_t i = 0; i < a->count; i++)
        a->values[i] = a->values[i] + h[i] + (i / n % n == i % n ? shift : 0.0);
    free(h);
}

typedef void check_function(int dtype, const struct stack *s, int layout);

static void over_all(check_function *check)
{
    start_doubles();
    for (int dtype = XP_FLOAT32; dtype <= XP_COMPLEX128; dtype++)
        for (int i = 0; i < STACKS; i++)
            check(dtype, &stacks[i], (dtype + i) % N_LAYOUTS);
    end_doubles();
}

static void check_cholesky(int dtype, const struct stack *s, int layout)
{
    int64_t n = s->small;
    array a = stack_of(dtype, s, n, n, layout), l = stack_of(dtype, s, n, n, LAYOUT_C);
    make_hermitian(&a, s->batch, n, 3.0 * (double)n);
    number *whole = malloc(sizeof *whole * (size_t)a.count);
    for (int64_t i = 0; i < a.count; i++) {
        whole[i] = a.values[i];
        if (i % n > i / n % n)
            a.values[i] = 1e6; /* the upper triangle is not read */
    }
    send_array(&a), send_array(&l);
    assert_ok(cuda->vendor->factor(queue, XP_FACTOR_CHOLESKY, &a.view, &l.view, 1));
    receive_array(&l);
    number *h = dagger(l.values, s->batch, n, n), *product = multiplied(l.values, h, s->batch, n, n, n);
    cr_expect_lt(worst(product, whole, a.count), tolerance_of(dtype), "dtype %d, order %d", dtype, (int)n);
    for (int64_t i = 0; i < a.count; i++)
        if (i % n > i / n % n)
            cr_assert_eq(l.values[i], 0.0);
    free(whole), free(h), free(product);
    drop_array(&a), drop_array(&l);
}

Test(cuda_factors, cholesky)
{
    over_all(check_cholesky);
}

static void check_solve(int dtype, const struct stack *s, int layout)
{
    int64_t n = s->small, k = 3;
    array a = stack_of(dtype, s, n, n, layout), b = stack_of(dtype, s, n, k, (layout + 1) % N_LAYOUTS);
    array x = stack_of(dtype, s, n, k, LAYOUT_C);
    for (int64_t i = 0; i < a.count; i++)
        a.values[i] += (i / n % n + 1) % n == i % n ? (double)n : 0.0; /* pivots are away from the diagonal */
    send_array(&a), send_array(&b), send_array(&x);
    assert_ok(cuda->vendor->solve(queue, &a.view, &b.view, &x.view));
    receive_array(&x);
    number *product = multiplied(a.values, x.values, s->batch, n, n, k);
    cr_expect_lt(worst(product, b.values, b.count), tolerance_of(dtype), "dtype %d, order %d", dtype, (int)n);
    free(product);
    drop_array(&a), drop_array(&b), drop_array(&x);
}

Test(cuda_factors, solve)
{
    over_all(check_solve);
}

static void check_inverse(int dtype, const struct stack *s, int layout)
{
    int64_t n = s->small;
    array a = stack_of(dtype, s, n, n, layout), x = stack_of(dtype, s, n, n, LAYOUT_C);
    for (int64_t i = 0; i < a.count; i++)
        a.values[i] += (i / n % n + 1) % n == i % n ? (double)n : 0.0;
    send_array(&a), send_array(&x);
    assert_ok(cuda->vendor->factor(queue, XP_FACTOR_INVERSE, &a.view, &x.view, 1));
    receive_array(&x);
    number *product = multiplied(a.values, x.values, s->batch, n, n, n);
    cr_expect_lt(from_identity(product, s->batch, n), tolerance_of(dtype), "dtype %d, order %d", dtype, (int)n);
    free(product);
    drop_array(&a), drop_array(&x);
}

Test(cuda_factors, inverse)
{
    over_all(check_inverse);
}

/* By elimination with the largest pivot: (sign, log of the absolute value). */
static number slogdet_of(const number *matrix, int64_t n, double *logarithm)
{
    number *a = malloc(sizeof *a * (size_t)(n * n)), sign = 1.0;
    memcpy(a, matrix, sizeof *a * (size_t)(n * n));
    *logarithm = 0.0;
    for (int64_t k = 0; k < n; k++) {
        int64_t best = k;
        for (int64_t i = k + 1; i < n; i++)
            best = cabs(a[i * n + k]) > cabs(a[best * n + k]) ? i : best;
        for (int64_t j = 0; j < n && best != k; j++) {
            number t = a[k * n + j];
            a[k * n + j] = a[best * n + j];
            a[best * n + j] = t;
        }
        sign *= (best == k ? 1.0 : -1.0) * a[k * n + k] / cabs(a[k * n + k]);
        *logarithm += log(cabs(a[k * n + k]));
        for (int64_t i = k + 1; i < n; i++)
            for (int64_t j = n - 1; j >= k; j--)
                a[i * n + j] -= a[i * n + k] / a[k * n + k] * a[k * n + j];
    }
    free(a);
    return sign;
}

static void check_determinants(int dtype, const struct stack *s, int layout)
{
    int64_t n = s->small, shape[2] = {s->lead[0], s->lead[1]};
    array a = stack_of(dtype, s, n, n, layout), det = random_array(dtype, s->ndim - 2, shape, LAYOUT_C);
    array results[2] = {random_array(dtype, s->ndim - 2, shape, LAYOUT_C),
                        random_array(real_of(dtype), s->ndim - 2, shape, LAYOUT_C)};
    send_array(&a), send_array(&det), send_array(&results[0]), send_array(&results[1]);
    const runtime_view views[2] = {results[0].view, results[1].view};
    assert_ok(cuda->vendor->factor(queue, XP_FACTOR_DET, &a.view, &det.view, 1));
    assert_ok(cuda->vendor->factor(queue, XP_FACTOR_SLOGDET, &a.view, views, 2));
    receive_array(&det), receive_array(&results[0]), receive_array(&results[1]);
    for (int64_t i = 0; i < s->batch; i++) {
        double logarithm;
        number sign = slogdet_of(a.values + i * n * n, n, &logarithm);
        cr_expect_lt(cabs(results[0].values[i] - sign), tolerance_of(dtype), "dtype %d, order %d", dtype, (int)n);
        cr_expect_lt(cabs(results[1].values[i] - logarithm), tolerance_of(dtype) * 20);
        if (fabs(logarithm) < 80) /* float32 ends at 88 */
            cr_expect_lt(cabs(det.values[i] / exp(logarithm) - sign), tolerance_of(dtype) * 20);
    }
    drop_array(&a), drop_array(&det), drop_array(&results[0]), drop_array(&results[1]);
}

Test(cuda_factors, determinants)
{
    over_all(check_determinants);
}

Test(cuda_factors, determinants_do_not_overflow_on_the_way)
{
    start_doubles();
    array a = random_array(XP_FLOAT64, 2, (int64_t[]){4, 4}, LAYOUT_C), det = random_array(XP_FLOAT64, 0, NULL, 0);
    static const double diagonal[4] = {1e200, 1e-150, 1e150, 1e-190};
    for (int i = 0; i < 16; i++)
        a.values[i] = i % 5 ? 0.0 : diagonal[i / 5];
    send_array(&a), send_array(&det);
    assert_ok(cuda->vendor->factor(queue, XP_FACTOR_DET, &a.view, &det.view, 1));
    receive_array(&det);
    cr_expect_float_eq(creal(det.values[0]) / 1e10, 1.0, 1e-12);
    a.values[5] = 0.0;
    send_array(&a);
    assert_ok(cuda->vendor->factor(queue, XP_FACTOR_DET, &a.view, &det.view, 1));
    receive_array(&det);
    cr_expect_eq(det.values[0], 0.0);
    drop_array(&a), drop_array(&det);
    end_doubles();
}

static void check_qr_of(int dtype, const struct stack *s, int layout, int64_t m, int64_t n, bool is_complete)
{
    int64_t k = is_complete || m < n ? m : n;
    array a = stack_of(dtype, s, m, n, layout), q = stack_of(dtype, s, m, k, LAYOUT_C);
    array r = stack_of(dtype, s, k, n, LAYOUT_C);
    send_array(&a), send_array(&q), send_array(&r);
    const runtime_view results[2] = {q.view, r.view};
    assert_ok(cuda->vendor->factor(queue, XP_FACTOR_QR, &a.view, results, 2));
    receive_array(&q), receive_array(&r);
    number *product = multiplied(q.values, r.values, s->batch, m, k, n);
    cr_expect_lt(worst(product, a.values, a.count), tolerance_of(dtype), "dtype %d, %d x %d", dtype, (int)m, (int)n);
    cr_expect_lt(from_unitary(q.values, s->batch, m, k), tolerance_of(dtype));
    for (int64_t i = 0; i < r.count; i++)
        if (i % n < i / n % k)
            cr_assert_eq(r.values[i], 0.0);
    free(product);
    drop_array(&a), drop_array(&q), drop_array(&r);
}

static void check_qr(int dtype, const struct stack *s, int layout)
{
    int64_t n = s->small < 70 ? s->small : 40;
    check_qr_of(dtype, s, layout, n, n, false);
    check_qr_of(dtype, s, layout, n + 3, n, false);
    check_qr_of(dtype, s, layout, n + 3, n, true);
    check_qr_of(dtype, s, layout, n, n + 3, true);
}

Test(cuda_factors, qr)
{
    over_all(check_qr);
}

static void check_svd_of(int dtype, const struct stack *s, int layout, int64_t m, int64_t n, bool is_full)
{
    int64_t k = m < n ? m : n, left = is_full ? m : k, right = is_full ? n : k, shape[3] = {s->lead[0], s->lead[1]};
    shape[s->ndim - 2] = k;
    array a = stack_of(dtype, s, m, n, layout), u = stack_of(dtype, s, m, left, LAYOUT_C);
    array vh = stack_of(dtype, s, right, n, LAYOUT_C), values = random_array(real_of(dtype), s->ndim - 1, shape, 0);
    array alone = random_array(real_of(dtype), s->ndim - 1, shape, 0);
    send_array(&a), send_array(&u), send_array(&vh), send_array(&values), send_array(&alone);
    const runtime_view results[3] = {u.view, values.view, vh.view};
    assert_ok(cuda->vendor->factor(queue, XP_FACTOR_SVD, &a.view, results, 3));
    assert_ok(cuda->vendor->factor(queue, XP_FACTOR_SVDVALS, &a.view, &alone.view, 1));
    receive_array(&u), receive_array(&vh), receive_array(&values), receive_array(&alone);
    cr_expect_lt(worst(values.values, alone.values, values.count), tolerance_of(dtype));
    number *middle = calloc((size_t)(s->batch * left * right), sizeof *middle);
    for (int64_t i = 0; i < values.count; i++) {
        middle[i / k * left * right + i % k * right + i % k] = values.values[i];
        cr_assert(i % k == 0 || creal(values.values[i]) <= creal(values.values[i - 1]));
    }
    number *part = multiplied(u.values, middle, s->batch, m, left, right);
    number *product = multiplied(part, vh.values, s->batch, m, right, n), *v = dagger(vh.values, s->batch, right, n);
    cr_expect_lt(worst(product, a.values, a.count), tolerance_of(dtype), "dtype %d, %d x %d", dtype, (int)m, (int)n);
    cr_expect_lt(from_unitary(u.values, s->batch, m, left), tolerance_of(dtype));
    cr_expect_lt(from_unitary(v, s->batch, n, right), tolerance_of(dtype));
    free(middle), free(part), free(product), free(v);
    drop_array(&a), drop_array(&u), drop_array(&vh), drop_array(&values), drop_array(&alone);
}

static void check_svd(int dtype, const struct stack *s, int layout)
{
    int64_t n = s->small < 70 ? s->small : 40;
    check_svd_of(dtype, s, layout, n, n, false);
    for (int is_full = 0; is_full < 2; is_full++) {
        check_svd_of(dtype, s, layout, n + 2, n, is_full);
        check_svd_of(dtype, s, layout, n, n + 2, is_full);
    }
}

Test(cuda_factors, svd)
{
    over_all(check_svd);
}

static void check_eigh(int dtype, const struct stack *s, int layout)
{
    int64_t n = s->small, shape[3] = {s->lead[0], s->lead[1]};
    shape[s->ndim - 2] = n;
    array a = stack_of(dtype, s, n, n, layout), v = stack_of(dtype, s, n, n, LAYOUT_C);
    array w = random_array(real_of(dtype), s->ndim - 1, shape, 0);
    make_hermitian(&a, s->batch, n, 0.0);
    number *whole = malloc(sizeof *whole * (size_t)a.count);
    for (int64_t i = 0; i < a.count; i++) {
        whole[i] = a.values[i];
        if (i % n > i / n % n)
            a.values[i] = 1e6; /* the lower triangle alone is read */
    }
    send_array(&a), send_array(&v), send_array(&w);
    const runtime_view results[2] = {w.view, v.view};
    assert_ok(cuda->vendor->factor(queue, XP_FACTOR_EIGH, &a.view, results, 2));
    receive_array(&v), receive_array(&w);
    number *left = multiplied(whole, v.values, s->batch, n, n, n), *right = calloc((size_t)a.count, sizeof *right);
    for (int64_t i = 0; i < a.count; i++)
        right[i] = v.values[i] * w.values[i / (n * n) * n + i % n];
    cr_expect_lt(worst(left, right, a.count), tolerance_of(dtype), "dtype %d, order %d", dtype, (int)n);
    cr_expect_lt(from_unitary(v.values, s->batch, n, n), tolerance_of(dtype));
    assert_ok(cuda->vendor->factor(queue, XP_FACTOR_EIGVALSH, &a.view, &w.view, 1));
    number *before = malloc(sizeof *before * (size_t)w.count);
    memcpy(before, w.values, sizeof *before * (size_t)w.count);
    receive_array(&w);
    cr_expect_lt(worst(before, w.values, w.count), tolerance_of(dtype));
    free(whole), free(left), free(right), free(before);
    drop_array(&a), drop_array(&v), drop_array(&w);
}

Test(cuda_factors, eigh)
{
    over_all(check_eigh);
}

/* ---- matrices that do not allow it ------------------------------------------------------------------------------- */

static void check_singular(int64_t batch)
{
    array a = random_array(XP_FLOAT64, 3, (int64_t[]){batch, 2, 2}, LAYOUT_T);
    array x = random_array(XP_FLOAT64, 3, (int64_t[]){batch, 2, 2}, LAYOUT_C);
    for (int64_t i = 0; i < a.count; i++)
        a.values[i] = i % 4 == 0 || i % 4 == 3;
    a.values[a.count - 1] = 0.0; /* the last one */
    send_array(&a), send_array(&x);
    char expected[40];
    snprintf(expected, sizeof expected, "matrix %d is singular", (int)batch - 1);
    cr_expect_eq(cuda->vendor->factor(queue, XP_FACTOR_INVERSE, &a.view, &x.view, 1), RUNTIME_SINGULAR);
    cr_expect_not_null(strstr(cuda->message(), expected), "%s", cuda->message());
    cr_expect_eq(cuda->vendor->solve(queue, &a.view, &x.view, &x.view), RUNTIME_SINGULAR);
    cr_expect_not_null(strstr(cuda->message(), expected), "%s", cuda->message());
    cr_expect_eq(cuda->vendor->factor(queue, XP_FACTOR_CHOLESKY, &a.view, &x.view, 1), RUNTIME_SINGULAR);
    a.values[a.count - 2] = NAN;
    a.values[a.count - 4] = 0.0;
    a.values[a.count - 3] = 0.0;
    send_array(&a);
    cr_expect_eq(cuda->vendor->factor(queue, XP_FACTOR_INVERSE, &a.view, &x.view, 1), RUNTIME_OK, "%s",
                 cuda->message());
    drop_array(&a), drop_array(&x);
}

Test(cuda_factors, singular_matrices)
{
    start_doubles();
    check_singular(1);
    check_singular(3);
    end_doubles();
}

Test(cuda_factors, factors_that_are_not_taken)
{
    start_doubles();
    array a = random_array(XP_FLOAT64, 3, (int64_t[]){100, 3, 3}, LAYOUT_C);
    send_array(&a);
    const runtime_view two[2] = {a.view, a.view};
    cr_expect_eq(cuda->vendor->factor(queue, XP_FACTOR_EIG, &a.view, two, 2), RUNTIME_NOT_TAKEN);
    cr_expect_eq(cuda->vendor->factor(queue, XP_FACTOR_QR, &a.view, two, 2), RUNTIME_NOT_TAKEN);
    drop_array(&a);
    for (int64_t n = 64; n <= 65; n++) {
        a = random_array(XP_FLOAT64, 3, (int64_t[]){9, n, n}, LAYOUT_C);
        array q = new_array(XP_FLOAT64, 3, a.shape, LAYOUT_C), r = new_array(XP_FLOAT64, 3, a.shape, LAYOUT_C);
        settle(&a), settle(&q), settle(&r);
        const runtime_view both[2] = {q.view, r.view};
        cr_expect_eq(cuda->vendor->factor(queue, XP_FACTOR_QR, &a.view, both, 2),
                     n == 64 ? RUNTIME_NOT_TAKEN : RUNTIME_OK, "order %d", (int)n);
        drop_array(&a), drop_array(&q), drop_array(&r);
    }
    end_doubles();
}
