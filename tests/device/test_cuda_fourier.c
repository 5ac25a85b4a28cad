/* Fourier transforms of the CUDA plug-in on a double of cuFFT. Expected values are sums by definition.
 * SPDX-License-Identifier: BSD-3-Clause */
#define _GNU_SOURCE /* M_PI */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cuda_arrays.h"

/* ---- Fourier ----------------------------------------------------------------------------------------------------- */

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
    send_array(&x), send_array(&out);
    assert_ok(cuda->vendor->fourier(queue, forward ? XP_FOURIER_FORWARD : XP_FOURIER_INVERSE, &x.view, c->axes,
                                    c->n_axes, forward ? 1.0 : 0.25, &out.view));
    receive_array(&out);
    number *expected = over(x.values, &x, x.shape, c->axes, c->n_axes, forward ? -1.0 : 1.0);
    for (int64_t i = 0; i < x.count && !forward; i++)
        expected[i] *= 0.25;
    cr_expect_lt(worst(out.values, expected, out.count), tolerance_of(dtype), "dtype %d, case %d", dtype,
                 (int)(c - cases));
    free(expected);
    drop_array(&x), drop_array(&out);
}

/* Forth to a half and back from some other half, whose numbers at the ends have imaginary parts to be left out. */
static void check_halves(int dtype, const fourier_case *c, int layout)
{
    int last = c->ndim - 1, real = real_of(dtype);
    int64_t half_shape[5], n = c->shape[last], half = n / 2 + 1;
    memcpy(half_shape, c->shape, sizeof half_shape);
    half_shape[last] = half;
    array x = random_array(real, c->ndim, c->shape, layout), out = random_array(dtype, c->ndim, half_shape, LAYOUT_C);
    send_array(&x), send_array(&out);
    assert_ok(cuda->vendor->fourier(queue, XP_FOURIER_TO_HALF, &x.view, c->axes, c->n_axes, 3.0, &out.view));
    receive_array(&out);
    number *whole = over(x.values, &x, x.shape, c->axes, c->n_axes, -1.0);
    for (int64_t i = 0; i < out.count; i++)
        cr_assert_lt(cabs(out.values[i] - 3.0 * whole[i / half * n + i % half]), tolerance_of(dtype),
                     "dtype %d, case %d", dtype, (int)(c - cases));
    free(whole);

    array h = random_array(dtype, c->ndim, half_shape, layout), back = random_array(real, c->ndim, c->shape, LAYOUT_C);
    send_array(&h), send_array(&back);
    assert_ok(cuda->vendor->fourier(queue, XP_FOURIER_FROM_HALF, &h.view, c->axes, c->n_axes, 1.0, &back.view));
    receive_array(&back);
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
    drop_array(&x), drop_array(&out), drop_array(&h), drop_array(&back);
}

Test(cuda_fourier, fourier)
{
    start_doubles();
    for (int dtype = XP_COMPLEX64; dtype <= XP_COMPLEX128; dtype++)
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
            for (int layout = 0; layout < N_LAYOUTS; layout++) {
                check_complex(dtype, &cases[i], layout, true);
                check_complex(dtype, &cases[i], layout, false);
                if (cases[i].axes[cases[i].n_axes - 1] == cases[i].ndim - 1)
                    check_halves(dtype, &cases[i], layout);
            }
    end_doubles();
}

Test(cuda_fourier, many_lengths_and_few_plans)
{
    start_doubles();
    for (int64_t n = 1; n <= 100; n++) /* the double has room for 64 plans */
        check_complex(XP_COMPLEX64, &(fourier_case){1, {n}, {0}, 1}, LAYOUT_C, true);
    end_doubles();
}

Test(cuda_fourier, fourier_that_is_not_taken)
{
    start_doubles();
    array x = random_array(XP_COMPLEX64, 3, (int64_t[]){100, 2, 3}, LAYOUT_C);
    send_array(&x);
    cr_expect_eq(cuda->vendor->fourier(queue, XP_FOURIER_FORWARD, &x.view, (int[]){1}, 1, 1.0, &x.view),
                 RUNTIME_NOT_TAKEN, "too many calls");
    cr_expect_eq(cuda->vendor->fourier(queue, XP_FOURIER_FROM_HALF, &x.view, (int[]){0}, 1, 1.0, &x.view),
                 RUNTIME_NOT_TAKEN, "a half of another axis than the last");
    drop_array(&x);
    end_doubles();
}
