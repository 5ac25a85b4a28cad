/* Scans, sorts and selections of the CUDA plug-in on a double of the module with CUB's algorithms: what is taken, keys
 * that have the order of the elements, layouts.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cuda_arrays.h"
#include "providers/cuda/cub/keys.h"

/* ---- keys -------------------------------------------------------------------------------------------------------- */

static uint64_t bits_of(double x, int bytes)
{
    uint64_t bits = 0;
    float narrow = (float)x;
    memcpy(&bits, bytes == 8 ? (void *)&x : (void *)&narrow, (size_t)bytes);
    return bits;
}

/* Whether the first one comes first. */
static bool is_before(double a, double b)
{
    return isnan(b) ? !isnan(a) : a < b;
}

Test(cuda_cub, keys_have_the_order_of_floating_numbers)
{
    static const double numbers[] = {-INFINITY, -3e38, -1.5, -1e-45, -0.0, 0.0, 1e-45, 1e-38, 1.0, 3e38, INFINITY, NAN,
                                     -NAN};
    enum { COUNT = sizeof numbers / sizeof numbers[0] };
    for (int bytes = 4; bytes <= 8; bytes += 4)
        for (int i = 0; i < COUNT; i++)
            for (int j = 0; j < COUNT; j++) {
                double a = bytes == 4 ? (float)numbers[i] : numbers[i], b = bytes == 4 ? (float)numbers[j] : numbers[j];
                uint64_t p = cuda_cub_key(bits_of(a, bytes), bytes, CUDA_CUB_FLOAT, false);
                uint64_t q = cuda_cub_key(bits_of(b, bytes), bytes, CUDA_CUB_FLOAT, false);
                cr_expect_eq(p < q, is_before(a, b), "%g and %g, %d bytes", a, b, bytes);
                p = cuda_cub_key(bits_of(a, bytes), bytes, CUDA_CUB_FLOAT, true);
                q = cuda_cub_key(bits_of(b, bytes), bytes, CUDA_CUB_FLOAT, true);
                cr_expect_eq(p > q, is_before(a, b), "%g and %g, %d bytes, descending", a, b, bytes);
                cr_expect(bytes == 8 || (p >> 32 == 0 && q >> 32 == 0));
            }
}

static void check_integers(int64_t a, int64_t b, int bytes, bool descending)
{
    const uint64_t all = bytes == 8 ? UINT64_MAX : (UINT64_C(1) << (8 * bytes)) - 1;
    for (cuda_cub_order order = CUDA_CUB_UNSIGNED; order <= CUDA_CUB_SIGNED; order++) {
        uint64_t x = (uint64_t)a & all, y = (uint64_t)b & all;
        uint64_t p = cuda_cub_key(x, bytes, order, descending), q = cuda_cub_key(y, bytes, order, descending);
        bool is_less = order == CUDA_CUB_SIGNED ? a < b : x < y;
        cr_expect_eq(descending ? p > q : p < q, is_less, "%d bytes, %d and %d", bytes, (int)a, (int)b);
        cr_expect_eq(cuda_cub_integer(p, bytes, order, descending), x);
    }
}

Test(cuda_cub, keys_have_the_order_of_integers)
{
    static const int64_t numbers[] = {-128, -127, -1, 0, 1, 2, 126, 127};
    for (int bytes = 1; bytes <= 8; bytes *= 2)
        for (int i = 0; i < 64; i++) {
            check_integers(numbers[i / 8], numbers[i % 8], bytes, false);
            check_integers(numbers[i / 8], numbers[i % 8], bytes, true);
        }
}

/* ---- the functions ----------------------------------------------------------------------------------------------- */

typedef struct line { /* 1-d, `step` bytes from element to element */
    int64_t n, step;
    runtime_view view;
} line;

static void make_line(line *l, int dtype, int64_t n, int bytes, int gap, const void *elements)
{
    *l = (line){.n = n, .step = bytes * gap};
    l->view = (runtime_view){.offset = 16, .dtype = dtype, .ndim = 1, .shape = &l->n, .strides = &l->step};
    assert_ok(cuda->allocate(1, 16 + (size_t)(n * l->step), &l->view.memory));
    for (int64_t i = 0; i < n && elements; i++)
        assert_ok(cuda->upload(queue, l->view.memory, (size_t)(16 + i * l->step), (const char *)elements + i * bytes,
                               (size_t)bytes));
}

static void read_line(const line *l, int bytes, void *elements)
{
    for (int64_t i = 0; i < l->n; i++)
        assert_ok(cuda->download(queue, (char *)elements + i * bytes, l->view.memory, (size_t)(16 + i * l->step),
                                 (size_t)bytes));
}

static void check_sort(bool descending, const double *sorted, const int64_t *order)
{
    static const double numbers[] = {3.0, NAN, -0.0, -2.0, 0.0, INFINITY, -2.0, 1.0};
    double values[8];
    int64_t positions[8];
    line x, v, p;
    make_line(&x, XP_FLOAT64, 8, 8, 2, numbers);
    make_line(&v, XP_FLOAT64, 8, 8, 3, NULL);
    make_line(&p, XP_INT64, 8, 8, 1, NULL);
    assert_ok(cuda->vendor->sort(queue, &x.view, 0, descending, true, &v.view, NULL));
    read_line(&v, 8, values);
    assert_ok(cuda->vendor->sort(queue, &x.view, 0, descending, true, NULL, &p.view));
    read_line(&p, 8, positions);
    for (int i = 0; i < 8; i++) {
        cr_expect(values[i] == sorted[i] || (isnan(values[i]) && isnan(sorted[i])), "%d: %g", i, values[i]);
        cr_expect_eq(signbit(values[i]) != 0 && !isnan(values[i]), signbit(sorted[i]) != 0 && !isnan(sorted[i]));
        cr_expect_eq(positions[i], order[i], "%d: %d", i, (int)positions[i]);
    }
    assert_ok(cuda->vendor->sort(queue, &x.view, 0, descending, true, &v.view, &p.view));
    read_line(&v, 8, values);
    cr_expect_eq(values[descending ? 7 : 0], -2.0);
}

Test(cuda_cub, sorts_keep_the_order_of_equals)
{
    start_doubles();
    check_sort(false, (double[]){-2.0, -2.0, -0.0, 0.0, 1.0, 3.0, INFINITY, NAN}, (int64_t[]){3, 6, 2, 4, 7, 0, 5, 1});
    check_sort(true, (double[]){NAN, INFINITY, 3.0, 1.0, -0.0, 0.0, -2.0, -2.0}, (int64_t[]){1, 5, 0, 7, 2, 4, 3, 6});
    end_doubles();
}

Test(cuda_cub, integers_are_sorted_with_their_sign)
{
    start_doubles();
    static const int16_t numbers[] = {5, -3, 32767, -32768, 0};
    static const uint8_t bytes[] = {5, 253, 0, 128, 127};
    int16_t values[5];
    uint8_t small[5];
    line x, v;
    make_line(&x, XP_INT16, 5, 2, 1, numbers);
    make_line(&v, XP_INT16, 5, 2, 1, NULL);
    assert_ok(cuda->vendor->sort(queue, &x.view, 0, true, false, &v.view, NULL));
    read_line(&v, 2, values);
    cr_expect_arr_eq(values, ((const int16_t[]){32767, 5, 0, -3, -32768}), sizeof values);
    make_line(&x, XP_UINT8, 5, 1, 1, bytes);
    make_line(&v, XP_UINT8, 5, 1, 1, NULL);
    assert_ok(cuda->vendor->sort(queue, &x.view, 0, false, false, &v.view, NULL));
    read_line(&v, 1, small);
    cr_expect_arr_eq(small, ((const uint8_t[]){0, 5, 127, 128, 253}), sizeof small);
    end_doubles();
}

Test(cuda_cub, scans_of_integers)
{
    start_doubles();
    static const int32_t numbers[] = {3, -5, 2147483647, 4};
    int32_t results[4];
    line x, out;
    make_line(&x, XP_INT32, 4, 4, 1, numbers);
    make_line(&out, XP_INT32, 4, 4, 1, NULL);
    assert_ok(cuda->vendor->scan(queue, XP_REDUCE_SUM, &x.view, 0, &out.view));
    read_line(&out, 4, results);
    cr_expect_arr_eq(results, ((const int32_t[]){3, -2, 2147483645, -2147483647}), sizeof results);
    assert_ok(cuda->vendor->scan(queue, XP_REDUCE_PROD, &x.view, 0, &out.view));
    read_line(&out, 4, results);
    cr_expect_arr_eq(results, ((const int32_t[]){3, -15, -2147483633, 60}), sizeof results);
    cr_expect_eq(cuda->vendor->scan(queue, XP_REDUCE_MAX, &x.view, 0, &out.view), RUNTIME_NOT_TAKEN);
    end_doubles();
}

Test(cuda_cub, elements_by_a_mask)
{
    start_doubles();
    static const float numbers[] = {1, 2, 3, 4, 5};
    static const uint8_t mask[] = {0, 1, 1, 0, 1};
    float results[3];
    line x, m, out;
    make_line(&x, XP_FLOAT32, 5, 4, 1, numbers);
    make_line(&m, XP_BOOL, 5, 1, 1, mask);
    make_line(&out, XP_FLOAT32, 3, 4, 1, NULL);
    assert_ok(cuda->vendor->compress(queue, &x.view, &m.view, &out.view));
    read_line(&out, 4, results);
    cr_expect_arr_eq(results, ((const float[]){2, 3, 5}), sizeof results);
    out.n = 0;
    assert_ok(cuda->vendor->compress(queue, &x.view, &m.view, &out.view));
    end_doubles();
}

Test(cuda_cub, what_is_not_taken)
{
    start_doubles();
    line x, y;
    make_line(&x, XP_FLOAT64, 6, 8, 2, NULL);
    make_line(&y, XP_INT64, 6, 8, 2, NULL);
    cr_expect_eq(cuda->vendor->scan(queue, XP_REDUCE_SUM, &x.view, 0, &x.view), RUNTIME_NOT_TAKEN,
                 "the order of floating sums differs from run to run");
    cr_expect_eq(cuda->vendor->scan(queue, XP_REDUCE_SUM, &y.view, 0, &y.view), RUNTIME_NOT_TAKEN, "apart");
    cr_expect_eq(cuda->vendor->compress(queue, &x.view, &y.view, &x.view), RUNTIME_NOT_TAKEN);
    runtime_view lines = x.view, numbers = x.view;
    lines.ndim = 2;
    lines.shape = (const int64_t[]){2, 3};
    lines.strides = (const int64_t[]){24, 8};
    numbers.dtype = XP_COMPLEX64;
    cr_expect_eq(cuda->vendor->sort(queue, &lines, 1, false, true, &lines, NULL), RUNTIME_NOT_TAKEN, "two lines");
    cr_expect_eq(cuda->vendor->sort(queue, &numbers, 0, false, true, &numbers, NULL), RUNTIME_NOT_TAKEN, "complex");
    end_doubles();
}
