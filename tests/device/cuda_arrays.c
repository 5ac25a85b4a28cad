/* Arrays on the double of a CUDA device, and matrices on the host.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "cuda_arrays.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/half.h"

const runtime *cuda;
const fake_control *fake;
void *queue;

void start_doubles(void)
{
    cuda = cuda_plugin_on_doubles(&fake);
    assert_ok(cuda->queue_open(1, NULL, &queue));
    if (system("g++ --version >/dev/null 2>&1") != 0)
        cr_skip_test("there is no g++, which the double of NVRTC compiles with");
}

void end_doubles(void)
{
    cr_expect_eq(fake->misuses(), 0);
    cr_expect_eq(fake->current(), -1);
    cr_expect_eq(fake->last_error(), 0);
    cuda->queue_close(queue);
}

/* ---- arrays on the device ---------------------------------------------------------------------------------------- */

static bool is_half(int dtype)
{
    return dtype == XP_FLOAT16 || dtype == XP_BFLOAT16;
}

static size_t bytes_of(int dtype)
{
    return is_half(dtype) ? 2 : dtype == XP_FLOAT32 ? 4 : dtype == XP_COMPLEX128 ? 16 : 8;
}

bool is_complex(int dtype)
{
    return dtype == XP_COMPLEX64 || dtype == XP_COMPLEX128;
}

int real_of(int dtype)
{
    return dtype == XP_COMPLEX64 ? XP_FLOAT32 : dtype == XP_COMPLEX128 ? XP_FLOAT64 : dtype;
}

double tolerance_of(int dtype)
{
    return is_half(dtype) ? 1e-2 : real_of(dtype) == XP_FLOAT32 ? 2e-3 : 1e-10;
}

static void encode(char *to, int dtype, number value)
{
    switch (dtype) {
    case XP_FLOAT16:
        *(unsigned short *)to = kernel_half_of_double(creal(value));
        break;
    case XP_BFLOAT16:
        *(unsigned short *)to = kernel_bfloat_of_double(creal(value));
        break;
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
    return dtype == XP_FLOAT16     ? kernel_float_of_half(*(const unsigned short *)from)
           : dtype == XP_BFLOAT16  ? kernel_float_of_bfloat(*(const unsigned short *)from)
           : dtype == XP_FLOAT32   ? *(const float *)from
           : dtype == XP_FLOAT64   ? *(const double *)from
           : dtype == XP_COMPLEX64 ? *(const float complex *)from
                                   : *(const double complex *)from;
}

array new_array(int dtype, int ndim, const int64_t *shape, int layout)
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

void settle(array *a)
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

void send_array(array *a)
{
    settle(a);
    char element[16];
    for (int64_t i = 0; i < a->count; i++) {
        encode(element, a->view.dtype, a->values[i]);
        a->values[i] = decode(element, a->view.dtype);
        assert_ok(cuda->upload(queue, a->view.memory, (size_t)place(a, i), element, bytes_of(a->view.dtype)));
    }
}

void receive_array(array *a)
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

array random_array(int dtype, int ndim, const int64_t *shape, int layout)
{
    array a = new_array(dtype, ndim, shape, layout);
    for (int64_t i = 0; i < a.count; i++) {
        double re = next_random();
        a.values[i] = is_complex(dtype) ? re + next_random() * _Complex_I : re;
    }
    return a;
}

void drop_array(array *a)
{
    cuda->release(1, a->view.memory);
    free(a->values);
}

/* ---- matrices on the host ---------------------------------------------------------------------------------------- */

number *multiplied(const number *a, const number *b, int64_t batch, int64_t m, int64_t k, int64_t n)
{
    number *out = calloc((size_t)(batch * m * n), sizeof *out);
    for (int64_t i = 0; i < batch * m; i++)
        for (int64_t l = 0; l < k; l++)
            for (int64_t j = 0; j < n; j++)
                out[i * n + j] += a[i * k + l] * b[(i / m * k + l) * n + j];
    return out;
}

number *dagger(const number *a, int64_t batch, int64_t m, int64_t n)
{
    number *out = calloc((size_t)(batch * m * n), sizeof *out);
    for (int64_t i = 0; i < batch * m * n; i++)
        out[i / (m * n) * m * n + i % n * m + i / n % m] = conj(a[i]);
    return out;
}

double worst(const number *a, const number *b, int64_t count)
{
    double most = 0;
    for (int64_t i = 0; i < count; i++)
        most = isnan(cabs(a[i] - b[i])) ? INFINITY : fmax(most, cabs(a[i] - b[i]));
    return most;
}

double from_identity(const number *a, int64_t batch, int64_t n)
{
    double most = 0;
    for (int64_t i = 0; i < batch * n * n; i++)
        most = fmax(most, cabs(a[i] - (i / n % n == i % n ? 1.0 : 0.0)));
    return most;
}

double from_unitary(const number *q, int64_t batch, int64_t m, int64_t n)
{
    number *h = dagger(q, batch, m, n), *product = multiplied(h, q, batch, n, m, n);
    double result = from_identity(product, batch, n);
    free(h);
    free(product);
    return result;
}
