/* The vendor functions of the CUDA plug-in on doubles of cuBLAS, cuSOLVER and cuFFT: layouts, order of rows and columns,
 * what is taken. Expected values are sums by definition, and the products that factors have to give.
 * SPDX-License-Identifier: BSD-3-Clause */
#define _GNU_SOURCE /* M_PI */
#include <complex.h>
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cuda_plugin.h"
#include "driver.h"

typedef double complex number;

static const runtime *cuda;
static const fake_control *fake;
static void *queue;

#define assert_ok(call) cr_assert_eq(call, RUNTIME_OK, "%s", cuda->message())

static void start(void)
{
    cuda = cuda_plugin_on_doubles(&fake);
    assert_ok(cuda->queue_open(1, NULL, &queue));
    if (system("g++ --version >/dev/null 2>&1") != 0)
        cr_skip_test("there is no g++, which the double of NVRTC compiles with");
}

static void end(void)
{
    cr_expect_eq(fake->misuses(), 0);
    cr_expect_eq(fake->current(), -1);
    cr_expect_eq(fake->last_error(), 0);
    cuda->queue_close(queue);
}

/* ---- arrays on the device ----------------------------------------------------------------------------------------- */

typedef struct array {
    runtime_view view;
    int64_t shape[5], strides[5], count;
    number *values; /* in C order */
} array;

static size_t bytes_of(int dtype)
{
    return dtype == XP_FLOAT32 ? 4 : dtype == XP_COMPLEX128 ? 16 : 8;
}

static bool is_complex(int dtype)
{
    return dtype == XP_COMPLEX64 || dtype == XP_COMPLEX128;
}

static int real_of(int dtype)
{
    return dtype == XP_COMPLEX64 ? XP_FLOAT32 : dtype == XP_COMPLEX128 ? XP_FLOAT64 : dtype;
}

static double tolerance_of(int dtype)
{
    return real_of(dtype) == XP_FLOAT32 ? 2e-3 : 1e-10;
}

static void encode(char *to, int dtype, number value)
{
    switch (dtype) {
    case XP_FLOAT32:
        *(float *)to = (float)creal(value);
        break;
    case XP_FLOAT64:
        *(double *)to = creal(value);
        break;
    case XP_COMPLEX64:
        *(float complex *)to = (float complex)value;
        break;
    default:
        *(double complex *)to = value;
        break;
    }
}

static number decode(const char *from, int dtype)
{
    return dtype == XP_FLOAT32     ? *(const float *)from
           : dtype == XP_FLOAT64   ? *(const double *)from
           : dtype == XP_COMPLEX64 ? *(const float complex *)from
                                   : *(const double complex *)from;
}

/* Layouts of the last two axes: C order, transposed, every third element. Elements start behind 16 bytes. */
enum { LAYOUT_C, LAYOUT_T, LAYOUT_APART, N_LAYOUTS };

static array describe(int dtype, int ndim, const int64_t *shape, int layout)
{
    array a = {.count = 1};
    int64_t step = (int64_t)bytes_of(dtype) * (layout == LAYOUT_APART ? 3 : 1);
    for (int i = ndim - 1; i >= 0; i--) {
        int d = layout == LAYOUT_T && ndim > 1 && i >= ndim - 2 ? 2 * ndim - 3 - i : i;
        a.shape[d] = shape[d];
        a.strides[d] = step;
        step *= shape[d];
        a.count *= shape[d];
    }
    a.view = (runtime_view){.offset = 16, .dtype = dtype, .ndim = ndim};
    assert_ok(cuda->allocate(1, 16 + (size_t)step, &a.view.memory));
    a.values = calloc((size_t)a.count, sizeof *a.values);
    return a;
}

static void settle(array *a) /* a view points to where the array is now */
{
    a->view.shape = a->shape;
    a->view.strides = a->strides;
}

static int64_t place(const array *a, int64_t i)
{
    int64_t offset = a->view.offset;
    for (int d = a->view.ndim - 1; d >= 0; i /= a->shape[d], d--)
        offset += i % a->shape[d] * a->strides[d];
    return offset;
}

static void send(array *a)
{
    settle(a);
    char element[16];
    for (int64_t i = 0; i < a->count; i++) {
        encode(element, a->view.dtype, a->values[i]);
        a->values[i] = decode(element, a->view.dtype);
        assert_ok(cuda->upload(queue, a->view.memory, (size_t)place(a, i), element, bytes_of(a->view.dtype)));
    }
}

static void receive(array *a)
{
    char element[16];
    for (int64_t i = 0; i < a->count; i++) {
        assert_ok(cuda->download(queue, element, a->view.memory, (size_t)place(a, i), bytes_of(a->view.dtype)));
        a->values[i] = decode(element, a->view.dtype);
    }
}

static double next_random(void)
{
    static uint64_t state = 1;
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (double)(state >> 11) / 9007199254740992.0 - 0.5;
}

static array random_array(int dtype, int ndim, const int64_t *shape, int layout)
{
    array a = describe(dtype, ndim, shape, layout);
    for (int64_t i = 0; i < a.count; i++) {
        double re = next_random();
        a.values[i] = is_complex(dtype) ? re + next_random() * _Complex_I : re;
    }
    return a;
}

static void drop(array *a)
{
    cuda->release(1, a->view.memory);
    free(a->values);
}

/* ---- matrices on the host ------------------------------------------------------------------------------------------- */

static number *multiplied(const number *a, const number *b, int64_t batch, int64_t m, int64_t k, int64_t n)
{
    number *out = calloc((size_t)(batch * m * n), sizeof *out);
    for (int64_t i = 0; i < batch * m; i++)
        for (int64_t l = 0; l < k; l++)
            for (int64_t j = 0; j < n; j++)
                out[i * n + j] += a[i * k + l] * b[(i / m * k + l) * n + j];
    return out;
}

static number *dagger(const number *a, int64_t batch, int64_t m, int64_t n)
{
    number *out = calloc((size_t)(batch * m * n), sizeof *out);
    for (int64_t i = 0; i < batch * m * n; i++)
        out[i / (m * n) * m * n + i % n * m + i / n % m] = conj(a[i]);
    return out;
}

static double worst(const number *a, const number *b, int64_t count)
{
    double most = 0;
    for (int64_t i = 0; i < count; i++)
        most = isnan(cabs(a[i] - b[i])) ? INFINITY : fmax(most, cabs(a[i] - b[i]));
    return most;
}

static double from_identity(const number *a, int64_t batch, int64_t n)
{
    double most = 0;
    for (int64_t i = 0; i < batch * n * n; i++)
        most = fmax(most, cabs(a[i] - (i / n % n == i % n ? 1.0 : 0.0)));
    return most;
}

/* Whether q (m x n) has orthonormal columns. */
static double from_unitary(const number *q, int64_t batch, int64_t m, int64_t n)
{
    number *h = dagger(q, batch, m, n), *product = multiplied(h, q, batch, n, m, n);
    double result = from_identity(product, batch, n);
    free(h);
    free(product);
    return result;
}

/* ---- matmul --------------------------------------------------------------------------------------------------------- */

static void check_matmul(int dtype, const int64_t *extents, int la, int lb, int lo, bool repeats)
{
    int64_t batch = extents[0], m = extents[1], k = extents[2], n = extents[3];
    array a = random_array(dtype, 3, (int64_t[]){repeats ? 1 : batch, m, k}, la);
    array b = random_array(dtype, 3, (int64_t[]){batch, k, n}, lb);
    array out = describe(dtype, 3, (int64_t[]){batch, m, n}, lo);
    send(&a), send(&b), settle(&out);
    number *left = calloc((size_t)(batch * m * k), sizeof *left);
    for (int64_t i = 0; i < batch * m * k; i++)
        left[i] = a.values[i % a.count];
    if (repeats) {
        a.shape[0] = batch;
        a.strides[0] = 0;
    }
    runtime_status status = cuda->vendor->matmul(queue, &a.view, &b.view, &out.view);
    if (lo == LAYOUT_APART && n > 1 && m > 1) {
        cr_expect_eq(status, RUNTIME_NOT_TAKEN);
    } else {
        cr_expect_eq(status, RUNTIME_OK, "%s", cuda->message());
        receive(&out);
        number *expected = multiplied(left, b.values, batch, m, k, n);
        cr_expect_lt(worst(out.values, expected, out.count), tolerance_of(dtype), "dtype %d, layouts %d %d %d", dtype,
                     la, lb, lo);
        free(expected);
    }
    free(left);
    drop(&a), drop(&b), drop(&out);
}

Test(cuda_vendor, products_of_all_layouts)
{
    start();
    static const int64_t extents[][4] = {{1, 3, 4, 5}, {3, 2, 5, 4}, {2, 1, 6, 3}, {2, 4, 3, 1}, {1, 1, 1, 1}};
    for (int dtype = XP_FLOAT32; dtype <= XP_COMPLEX128; dtype++)
        for (int i = 0; i < 5; i++)
            for (int layouts = 0; layouts < N_LAYOUTS * N_LAYOUTS * N_LAYOUTS; layouts++)
                check_matmul(dtype, extents[i], layouts % 3, layouts / 3 % 3, layouts / 9, layouts % 2 && i == 1);
    end();
}

Test(cuda_vendor, products_that_are_not_taken)
{
    start();
    array a = random_array(XP_FLOAT64, 3, (int64_t[]){1, 2, 2}, LAYOUT_C);
    send(&a);
    runtime_view whole = a.view, none = a.view;
    whole.dtype = XP_INT64;
    cr_expect_eq(cuda->vendor->matmul(queue, &whole, &whole, &whole), RUNTIME_NOT_TAKEN);
    none.shape = (const int64_t[]){1, 2, 0};
    cr_expect_eq(cuda->vendor->matmul(queue, &none, &a.view, &a.view), RUNTIME_NOT_TAKEN);
    cr_expect_eq(cuda->vendor->matmul(queue, &a.view, &none, &none), RUNTIME_OK);
    drop(&a);
    end();
}

/* ---- factors -------------------------------------------------------------------------------------------------------- */

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
    start();
    for (int dtype = XP_FLOAT32; dtype <= XP_COMPLEX128; dtype++)
        for (int i = 0; i < STACKS; i++)
            check(dtype, &stacks[i], (dtype + i) % N_LAYOUTS);
    end();
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
    send(&a), send(&l);
    assert_ok(cuda->vendor->factor(queue, XP_FACTOR_CHOLESKY, &a.view, &l.view, 1));
    receive(&l);
    number *h = dagger(l.values, s->batch, n, n), *product = multiplied(l.values, h, s->batch, n, n, n);
    cr_expect_lt(worst(product, whole, a.count), tolerance_of(dtype), "dtype %d, order %d", dtype, (int)n);
    for (int64_t i = 0; i < a.count; i++)
        if (i % n > i / n % n)
            cr_assert_eq(l.values[i], 0.0);
    free(whole), free(h), free(product);
    drop(&a), drop(&l);
}

Test(cuda_vendor, cholesky)
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
    send(&a), send(&b), send(&x);
    assert_ok(cuda->vendor->solve(queue, &a.view, &b.view, &x.view));
    receive(&x);
    number *product = multiplied(a.values, x.values, s->batch, n, n, k);
    cr_expect_lt(worst(product, b.values, b.count), tolerance_of(dtype), "dtype %d, order %d", dtype, (int)n);
    free(product);
    drop(&a), drop(&b), drop(&x);
}

Test(cuda_vendor, solve)
{
    over_all(check_solve);
}

static void check_inverse(int dtype, const struct stack *s, int layout)
{
    int64_t n = s->small;
    array a = stack_of(dtype, s, n, n, layout), x = stack_of(dtype, s, n, n, LAYOUT_C);
    for (int64_t i = 0; i < a.count; i++)
        a.values[i] += (i / n % n + 1) % n == i % n ? (double)n : 0.0;
    send(&a), send(&x);
    assert_ok(cuda->vendor->factor(queue, XP_FACTOR_INVERSE, &a.view, &x.view, 1));
    receive(&x);
    number *product = multiplied(a.values, x.values, s->batch, n, n, n);
    cr_expect_lt(from_identity(product, s->batch, n), tolerance_of(dtype), "dtype %d, order %d", dtype, (int)n);
    free(product);
    drop(&a), drop(&x);
}

Test(cuda_vendor, inverse)
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
    send(&a), send(&det), send(&results[0]), send(&results[1]);
    const runtime_view views[2] = {results[0].view, results[1].view};
    assert_ok(cuda->vendor->factor(queue, XP_FACTOR_DET, &a.view, &det.view, 1));
    assert_ok(cuda->vendor->factor(queue, XP_FACTOR_SLOGDET, &a.view, views, 2));
    receive(&det), receive(&results[0]), receive(&results[1]);
    for (int64_t i = 0; i < s->batch; i++) {
        double logarithm;
        number sign = slogdet_of(a.values + i * n * n, n, &logarithm);
        cr_expect_lt(cabs(results[0].values[i] - sign), tolerance_of(dtype), "dtype %d, order %d", dtype, (int)n);
        cr_expect_lt(cabs(results[1].values[i] - logarithm), tolerance_of(dtype) * 20);
        if (fabs(logarithm) < 80) /* float32 ends at 88 */
            cr_expect_lt(cabs(det.values[i] / exp(logarithm) - sign), tolerance_of(dtype) * 20);
    }
    drop(&a), drop(&det), drop(&results[0]), drop(&results[1]);
}

Test(cuda_vendor, determinants)
{
    over_all(check_determinants);
}

Test(cuda_vendor, determinants_do_not_overflow_on_the_way)
{
    start();
    array a = random_array(XP_FLOAT64, 2, (int64_t[]){4, 4}, LAYOUT_C), det = random_array(XP_FLOAT64, 0, NULL, 0);
    static const double diagonal[4] = {1e200, 1e-150, 1e150, 1e-190};
    for (int i = 0; i < 16; i++)
        a.values[i] = i % 5 ? 0.0 : diagonal[i / 5];
    send(&a), send(&det);
    assert_ok(cuda->vendor->factor(queue, XP_FACTOR_DET, &a.view, &det.view, 1));
    receive(&det);
    cr_expect_float_eq(creal(det.values[0]) / 1e10, 1.0, 1e-12);
    a.values[5] = 0.0;
    send(&a);
    assert_ok(cuda->vendor->factor(queue, XP_FACTOR_DET, &a.view, &det.view, 1));
    receive(&det);
    cr_expect_eq(det.values[0], 0.0);
    drop(&a), drop(&det);
    end();
}

static void check_qr_of(int dtype, const struct stack *s, int layout, int64_t m, int64_t n, bool is_complete)
{
    int64_t k = is_complete || m < n ? m : n;
    array a = stack_of(dtype, s, m, n, layout), q = stack_of(dtype, s, m, k, LAYOUT_C);
    array r = stack_of(dtype, s, k, n, LAYOUT_C);
    send(&a), send(&q), send(&r);
    const runtime_view results[2] = {q.view, r.view};
    assert_ok(cuda->vendor->factor(queue, XP_FACTOR_QR, &a.view, results, 2));
    receive(&q), receive(&r);
    number *product = multiplied(q.values, r.values, s->batch, m, k, n);
    cr_expect_lt(worst(product, a.values, a.count), tolerance_of(dtype), "dtype %d, %d x %d", dtype, (int)m, (int)n);
    cr_expect_lt(from_unitary(q.values, s->batch, m, k), tolerance_of(dtype));
    for (int64_t i = 0; i < r.count; i++)
        if (i % n < i / n % k)
            cr_assert_eq(r.values[i], 0.0);
    free(product);
    drop(&a), drop(&q), drop(&r);
}

static void check_qr(int dtype, const struct stack *s, int layout)
{
    int64_t n = s->small < 70 ? s->small : 40;
    check_qr_of(dtype, s, layout, n, n, false);
    check_qr_of(dtype, s, layout, n + 3, n, false);
    check_qr_of(dtype, s, layout, n + 3, n, true);
    check_qr_of(dtype, s, layout, n, n + 3, true);
}

Test(cuda_vendor, qr)
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
    send(&a), send(&u), send(&vh), send(&values), send(&alone);
    const runtime_view results[3] = {u.view, values.view, vh.view};
    assert_ok(cuda->vendor->factor(queue, XP_FACTOR_SVD, &a.view, results, 3));
    assert_ok(cuda->vendor->factor(queue, XP_FACTOR_SVDVALS, &a.view, &alone.view, 1));
    receive(&u), receive(&vh), receive(&values), receive(&alone);
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
    drop(&a), drop(&u), drop(&vh), drop(&values), drop(&alone);
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

Test(cuda_vendor, svd)
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
    send(&a), send(&v), send(&w);
    const runtime_view results[2] = {w.view, v.view};
    assert_ok(cuda->vendor->factor(queue, XP_FACTOR_EIGH, &a.view, results, 2));
    receive(&v), receive(&w);
    number *left = multiplied(whole, v.values, s->batch, n, n, n), *right = calloc((size_t)a.count, sizeof *right);
    for (int64_t i = 0; i < a.count; i++)
        right[i] = v.values[i] * w.values[i / (n * n) * n + i % n];
    cr_expect_lt(worst(left, right, a.count), tolerance_of(dtype), "dtype %d, order %d", dtype, (int)n);
    cr_expect_lt(from_unitary(v.values, s->batch, n, n), tolerance_of(dtype));
    assert_ok(cuda->vendor->factor(queue, XP_FACTOR_EIGVALSH, &a.view, &w.view, 1));
    number *before = malloc(sizeof *before * (size_t)w.count);
    memcpy(before, w.values, sizeof *before * (size_t)w.count);
    receive(&w);
    cr_expect_lt(worst(before, w.values, w.count), tolerance_of(dtype));
    free(whole), free(left), free(right), free(before);
    drop(&a), drop(&v), drop(&w);
}

Test(cuda_vendor, eigh)
{
    over_all(check_eigh);
}

/* ---- matrices that do not allow it ---------------------------------------------------------------------------------- */

static void check_singular(int64_t batch)
{
    array a = random_array(XP_FLOAT64, 3, (int64_t[]){batch, 2, 2}, LAYOUT_T);
    array x = random_array(XP_FLOAT64, 3, (int64_t[]){batch, 2, 2}, LAYOUT_C);
    for (int64_t i = 0; i < a.count; i++)
        a.values[i] = i % 4 == 0 || i % 4 == 3;
    a.values[a.count - 1] = 0.0; /* the last one */
    send(&a), send(&x);
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
    send(&a);
    cr_expect_eq(cuda->vendor->factor(queue, XP_FACTOR_INVERSE, &a.view, &x.view, 1), RUNTIME_OK, "%s",
                 cuda->message());
    drop(&a), drop(&x);
}

Test(cuda_vendor, singular_matrices)
{
    start();
    check_singular(1);
    check_singular(3);
    end();
}

Test(cuda_vendor, factors_that_are_not_taken)
{
    start();
    array a = random_array(XP_FLOAT64, 3, (int64_t[]){100, 3, 3}, LAYOUT_C);
    send(&a);
    const runtime_view two[2] = {a.view, a.view};
    cr_expect_eq(cuda->vendor->factor(queue, XP_FACTOR_EIG, &a.view, two, 2), RUNTIME_NOT_TAKEN);
    cr_expect_eq(cuda->vendor->factor(queue, XP_FACTOR_QR, &a.view, two, 2), RUNTIME_NOT_TAKEN);
    drop(&a);
    end();
}

/* ---- Fourier -------------------------------------------------------------------------------------------------------- */

/* One axis, by definition. */
static number *along(const number *x, const int64_t *shape, int ndim, int axis, double sign)
{
    int64_t inner = 1, n = shape[axis], count = 1;
    for (int d = 0; d < ndim; d++) {
        inner *= d > axis ? shape[d] : 1;
        count *= shape[d];
    }
    number *out = calloc((size_t)count, sizeof *out);
    for (int64_t i = 0; i < count; i++) {
        int64_t k = i / inner % n, first = i - k * inner;
        for (int64_t j = 0; j < n; j++)
            out[i] += x[first + j * inner] * cexp(sign * 2 * M_PI * (double)(j * k % n) / (double)n * _Complex_I);
    }
    return out;
}

static number *over(const number *x, const array *a, const int64_t *shape, const int *axes, int n_axes, double sign)
{
    int64_t count = 1;
    for (int d = 0; d < a->view.ndim; d++)
        count *= shape[d];
    number *now = malloc(sizeof *now * (size_t)count);
    memcpy(now, x, sizeof *now * (size_t)count);
    for (int i = 0; i < n_axes; i++) {
        number *next = along(now, shape, a->view.ndim, axes[i], sign);
        free(now);
        now = next;
    }
    return now;
}

typedef struct fourier_case {
    int ndim;
    int64_t shape[5];
    int axes[4], n_axes;
} fourier_case;

static const fourier_case cases[] = {
    {1, {8}, {0}, 1},          {1, {7}, {0}, 1},       {2, {5, 6}, {1}, 1},       {2, {4, 6}, {0}, 1},
    {2, {3, 4}, {0, 1}, 2},    {2, {3, 5}, {1, 0}, 2}, {3, {3, 2, 4}, {0, 2}, 2}, {3, {4, 3, 2}, {1}, 1},
    {3, {2, 3, 5}, {1, 2}, 2}, {3, {2, 3, 4}, {2, 1, 0}, 3}, {4, {2, 3, 2, 4}, {0, 1, 2, 3}, 4}, {1, {1}, {0}, 1}};

static void check_complex(int dtype, const fourier_case *c, int layout, bool forward)
{
    array x = random_array(dtype, c->ndim, c->shape, layout), out = random_array(dtype, c->ndim, c->shape, LAYOUT_C);
    send(&x), send(&out);
    assert_ok(cuda->vendor->fourier(queue, forward ? XP_FOURIER_FORWARD : XP_FOURIER_INVERSE, &x.view, c->axes,
                                    c->n_axes, forward ? 1.0 : 0.25, &out.view));
    receive(&out);
    number *expected = over(x.values, &x, x.shape, c->axes, c->n_axes, forward ? -1.0 : 1.0);
    for (int64_t i = 0; i < x.count && !forward; i++)
        expected[i] *= 0.25;
    cr_expect_lt(worst(out.values, expected, out.count), tolerance_of(dtype), "dtype %d, case %d", dtype,
                 (int)(c - cases));
    free(expected);
    drop(&x), drop(&out);
}

/* Forth to a half and back from some other half, whose numbers at the ends have imaginary parts to be left out. */
static void check_halves(int dtype, const fourier_case *c, int layout)
{
    int last = c->ndim - 1, real = real_of(dtype);
    int64_t half_shape[5], n = c->shape[last], half = n / 2 + 1;
    memcpy(half_shape, c->shape, sizeof half_shape);
    half_shape[last] = half;
    array x = random_array(real, c->ndim, c->shape, layout), out = random_array(dtype, c->ndim, half_shape, LAYOUT_C);
    send(&x), send(&out);
    assert_ok(cuda->vendor->fourier(queue, XP_FOURIER_TO_HALF, &x.view, c->axes, c->n_axes, 3.0, &out.view));
    receive(&out);
    number *whole = over(x.values, &x, x.shape, c->axes, c->n_axes, -1.0);
    for (int64_t i = 0; i < out.count; i++)
        cr_assert_lt(cabs(out.values[i] - 3.0 * whole[i / half * n + i % half]), tolerance_of(dtype),
                     "dtype %d, case %d", dtype, (int)(c - cases));
    free(whole);

    array h = random_array(dtype, c->ndim, half_shape, layout), back = random_array(real, c->ndim, c->shape, LAYOUT_C);
    send(&h), send(&back);
    assert_ok(cuda->vendor->fourier(queue, XP_FOURIER_FROM_HALF, &h.view, c->axes, c->n_axes, 1.0, &back.view));
    receive(&back);
    number *middle = over(h.values, &h, h.shape, c->axes, c->n_axes - 1, 1.0);
    number *full = calloc((size_t)back.count, sizeof *full);
    for (int64_t i = 0; i < back.count; i++) {
        int64_t at = i % n, mirror = at < half ? at : n - at;
        number value = middle[i / n * half + mirror];
        full[i] = mirror == 0 || 2 * mirror == n ? creal(value) : at < half ? value : conj(value);
    }
    number *expected = along(full, back.shape, c->ndim, last, 1.0);
    cr_expect_lt(worst(back.values, expected, back.count), tolerance_of(dtype), "dtype %d, case %d", dtype,
                 (int)(c - cases));
    free(middle), free(full), free(expected);
    drop(&x), drop(&out), drop(&h), drop(&back);
}

Test(cuda_vendor, fourier)
{
    start();
    for (int dtype = XP_COMPLEX64; dtype <= XP_COMPLEX128; dtype++)
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
            for (int layout = 0; layout < N_LAYOUTS; layout++) {
                check_complex(dtype, &cases[i], layout, true);
                check_complex(dtype, &cases[i], layout, false);
                if (cases[i].axes[cases[i].n_axes - 1] == cases[i].ndim - 1)
                    check_halves(dtype, &cases[i], layout);
            }
    end();
}

Test(cuda_vendor, many_lengths_and_few_plans)
{
    start();
    for (int64_t n = 1; n <= 100; n++) /* the double has room for 64 plans */
        check_complex(XP_COMPLEX64, &(fourier_case){1, {n}, {0}, 1}, LAYOUT_C, true);
    end();
}

Test(cuda_vendor, fourier_that_is_not_taken)
{
    start();
    array x = random_array(XP_COMPLEX64, 3, (int64_t[]){100, 2, 3}, LAYOUT_C);
    send(&x);
    cr_expect_eq(cuda->vendor->fourier(queue, XP_FOURIER_FORWARD, &x.view, (int[]){1}, 1, 1.0, &x.view),
                 RUNTIME_NOT_TAKEN, "too many calls");
    cr_expect_eq(cuda->vendor->fourier(queue, XP_FOURIER_FROM_HALF, &x.view, (int[]){0}, 1, 1.0, &x.view),
                 RUNTIME_NOT_TAKEN, "a half of another axis than the last");
    drop(&x);
    end();
}

/* ---- libraries that are missing ------------------------------------------------------------------------------------- */

Test(cuda_vendor, libraries_are_described)
{
    const runtime *probe = cuda_plugin_on_doubles(&fake); /* skips where the plug-in was not built */
    cr_assert_not_null(probe);
    char *text = probe->vendor->describe();
    cr_expect_str_eq(text, "CUDA runtime 13.0.0\nNVRTC 13.0.0\ncuBLAS 13.0.0\ncuSOLVER 12.0.0\ncuFFT 12.0.0\n");
    free(text);
}

Test(cuda_vendor, some_are_there)
{
    char folder[] = "/tmp/some_cuda_XXXXXX", from[1024], to[1024];
    cr_assert_not_null(mkdtemp(folder));
    static const char *const files[] = {"libcudart.so.13", "libnvrtc.so.13", "libcublas.so.13"};
    for (int i = 0; i < 3; i++) {
        snprintf(from, sizeof from, "%s/%s", cuda_doubles_folder(), files[i]);
        snprintf(to, sizeof to, "%s/%s", folder, files[i]);
        cr_assert_eq(symlink(from, to), 0);
    }
    cuda = cuda_plugin_on(folder);
    assert_ok(cuda->queue_open(1, NULL, &queue));
    array a = random_array(XP_FLOAT64, 3, (int64_t[]){1, 2, 2}, LAYOUT_C), b = random_array(XP_FLOAT64, 3, a.shape, 0);
    send(&a), send(&b);
    cr_expect_eq(cuda->vendor->factor(queue, XP_FACTOR_INVERSE, &a.view, &b.view, 1), RUNTIME_NOT_TAKEN);
    cr_expect_not_null(strstr(cuda->message(), "libcusolver.so.12"), "%s", cuda->message());
    cr_expect_eq(cuda->vendor->matmul(queue, &a.view, &a.view, &b.view), RUNTIME_OK, "%s", cuda->message());
    char *text = cuda->vendor->describe();
    cr_expect_not_null(strstr(text, "cuBLAS 13.0.0\ncuSOLVER: "), "%s", text);
    free(text);
    for (int i = 0; i < 3; i++) {
        snprintf(to, sizeof to, "%s/%s", folder, files[i]);
        unlink(to);
    }
    rmdir(folder);
    drop(&a), drop(&b);
    cuda->queue_close(queue);
}
