/* Products of the CUDA plug-in on a double of cuBLAS, for all layouts; and what it does where libraries are missing.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cuda_arrays.h"

/* ---- matmul ------------------------------------------------------------------------------------------------------ */

static void check_matmul(int dtype, const int64_t *extents, int la, int lb, int lo, bool repeats)
{
    int64_t batch = extents[0], m = extents[1], k = extents[2], n = extents[3];
    array a = random_array(dtype, 3, (int64_t[]){repeats ? 1 : batch, m, k}, la);
    array b = random_array(dtype, 3, (int64_t[]){batch, k, n}, lb);
    array out = new_array(dtype, 3, (int64_t[]){batch, m, n}, lo);
    send_array(&a), send_array(&b), settle(&out);
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
        receive_array(&out);
        number *expected = multiplied(left, b.values, batch, m, k, n);
        cr_expect_lt(worst(out.values, expected, out.count), tolerance_of(dtype), "dtype %d, layouts %d %d %d", dtype,
                     la, lb, lo);
        free(expected);
    }
    free(left);
    drop_array(&a), drop_array(&b), drop_array(&out);
}

Test(cuda_vendor, products_of_all_layouts)
{
    start_doubles();
    static const int64_t extents[][4] = {{1, 3, 4, 5}, {3, 2, 5, 4}, {2, 1, 6, 3}, {2, 4, 3, 1}, {1, 1, 1, 1}};
    static const int dtypes[] = {XP_FLOAT32, XP_FLOAT64, XP_COMPLEX64, XP_COMPLEX128, XP_FLOAT16, XP_BFLOAT16};
    for (int d = 0; d < 6; d++)
        for (int i = 0; i < 5; i++)
            for (int layouts = 0; layouts < N_LAYOUTS * N_LAYOUTS * N_LAYOUTS; layouts++)
                check_matmul(dtypes[d], extents[i], layouts % 3, layouts / 3 % 3, layouts / 9, layouts % 2 && i == 1);
    end_doubles();
}

/* Sums of float16 and bfloat16 are made in float32: what is added to 1 here would be lost in either dtype. */
Test(cuda_vendor, products_are_added_up_in_float32)
{
    start_doubles();
    const int64_t k = 4098;
    for (int dtype = XP_FLOAT16; dtype <= XP_BFLOAT16; dtype++) {
        array a = new_array(dtype, 3, (int64_t[]){1, 1, k}, LAYOUT_C), b = new_array(dtype, 3, (int64_t[]){1, k, 1}, 0);
        array out = new_array(dtype, 3, (int64_t[]){1, 1, 1}, LAYOUT_C);
        for (int64_t i = 0; i < k; i++) {
            a.values[i] = i == 0 ? 1.0 : i == k - 1 ? -1.0 : 0.00048828125;
            b.values[i] = 1.0;
        }
        send_array(&a), send_array(&b), settle(&out);
        cr_expect_eq(cuda->vendor->matmul(queue, &a.view, &b.view, &out.view), RUNTIME_OK, "%s", cuda->message());
        receive_array(&out);
        cr_expect_eq(creal(out.values[0]), 2.0, "%g", creal(out.values[0]));
        drop_array(&a), drop_array(&b), drop_array(&out);
    }
    end_doubles();
}

Test(cuda_vendor, devices_without_bfloat16)
{
    setenv("FAKE_CUDA_MAJOR", "7", 1);
    start_doubles();
    array a = random_array(XP_BFLOAT16, 3, (int64_t[]){1, 2, 2}, LAYOUT_C), b = random_array(XP_FLOAT16, 3, a.shape, 0);
    send_array(&a), send_array(&b);
    cr_expect_eq(cuda->vendor->matmul(queue, &a.view, &a.view, &a.view), RUNTIME_NOT_TAKEN);
    cr_expect_eq(cuda->vendor->matmul(queue, &b.view, &b.view, &b.view), RUNTIME_OK, "%s", cuda->message());
    drop_array(&a), drop_array(&b);
    end_doubles();
}

Test(cuda_vendor, products_that_are_not_taken)
{
    start_doubles();
    array a = random_array(XP_FLOAT64, 3, (int64_t[]){1, 2, 2}, LAYOUT_C);
    send_array(&a);
    runtime_view whole = a.view, none = a.view;
    whole.dtype = XP_INT64;
    cr_expect_eq(cuda->vendor->matmul(queue, &whole, &whole, &whole), RUNTIME_NOT_TAKEN);
    none.shape = (const int64_t[]){1, 2, 0};
    cr_expect_eq(cuda->vendor->matmul(queue, &none, &a.view, &a.view), RUNTIME_NOT_TAKEN);
    cr_expect_eq(cuda->vendor->matmul(queue, &a.view, &none, &none), RUNTIME_OK);
    drop_array(&a);
    end_doubles();
}

/* ---- libraries that are missing ---------------------------------------------------------------------------------- */

Test(cuda_vendor, libraries_are_described)
{
    const runtime *probe = cuda_plugin_on_doubles(&fake); /* skips where the plug-in was not built */
    cr_assert_not_null(probe);
    char *text = probe->vendor->describe();
    cr_expect_str_eq(text, "CUDA runtime 13.0.0\nNVRTC 13.0.0\ncuBLAS 13.0.0\ncuSOLVER 12.0.0\ncuFFT 12.0.0\nCUB\n");
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
    send_array(&a), send_array(&b);
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
    drop_array(&a), drop_array(&b);
    cuda->queue_close(queue);
}
