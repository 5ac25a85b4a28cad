/* Handles, views, constants; data in and out; single values; devices.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core_support.h"

#define DIMS(...) ((const int64_t[]){__VA_ARGS__})

static const xp_namespace *host(void)
{
    return xp_device_namespace(NULL);
}

CHECKED_TEST(arrays, new_ones_are_contiguous)
{
    for (int ndim = 0; ndim <= XP_MAX_NDIM; ndim++) {
        int64_t shape[XP_MAX_NDIM], strides[XP_MAX_NDIM], size = 1;
        for (int i = 0; i < ndim; i++)
            size *= shape[i] = i < 6 ? i % 3 + 1 : 1;
        xp_contiguous_strides(ndim, shape, 4, strides);
        xp_array *x = xp_array_new_filled(host(), XP_INT32, ndim, shape, "new");
        cr_assert(xp_ok(x));
        cr_expect(x->ndim == ndim && x->size == size && x->buffer->bytes == (size_t)size * 4);
        cr_expect_eq(memcmp(xp_extents(x), shape, (size_t)ndim * 8), 0);
        cr_expect_eq(memcmp(x->strides, strides, (size_t)ndim * 8), 0);
        cr_expect(xp_array_is_contiguous(x));
        xp_release(x);
    }
}

CHECKED_TEST(arrays, shapes_that_cannot_be)
{
    static const struct {
        int ndim;
        int64_t shape[3];
        xp_status code;
        const char *message;
    } cases[] = {
        {2, {3, -1}, XP_ERROR_VALUE, "new: shape (3, -1) has a negative extent"},
        {2, {0, -1}, XP_ERROR_VALUE, "new: shape (0, -1) has a negative extent"},
        {1, {INT64_MAX}, XP_ERROR_OVERFLOW, "new: shape (9223372036854775807,) is too large"},
        {2, {INT64_C(1) << 31, INT64_C(1) << 31}, XP_ERROR_OVERFLOW,
         "new: shape (2147483648, 2147483648) is too large"},
        {33, {1}, XP_ERROR_VALUE, "new: 33 dimensions, at most 32 are possible"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        xp_error_clear();
        cr_expect_eq(xp_array_new(host(), XP_FLOAT64, cases[i].ndim, cases[i].shape, "new"), xp_failed());
        cr_expect_eq(xp_error_code(), cases[i].code);
        cr_expect_str_eq(xp_error_message(), cases[i].message);
    }
    xp_error_clear();
    xp_array *huge = xp_array_new_filled(host(), XP_UINT8, 1, DIMS(INT64_C(1) << 60), "new");
    cr_expect_eq(huge, xp_failed());
    cr_expect_eq(xp_error_code(), XP_ERROR_MEMORY);
    cr_expect_eq(xp_error_function()[0], 'n');
}

CHECKED_TEST(arrays, questions)
{
    xp_array *x = xp_array_new_filled(host(), XP_COMPLEX64, 3, DIMS(2, 0, 5), "new");
    cr_expect_eq(xp_dtype_of(x), XP_COMPLEX64);
    cr_expect(xp_extent(x, 0) == 2 && xp_extent(x, -1) == 5 && xp_extent(x, 3) == 0 && xp_extent(x, -4) == 0);
    cr_expect_eq(xp_size(x), 0);
    cr_expect_eq(xp_device_of(x), xp_device("host"));
    xp_array *w = xp_scalar_bool(true);
    cr_expect(xp_is_weak(w) && !xp_is_weak(x) && xp_size(w) == 1 && xp_ndim(w) == 0);
    cr_expect_null(xp_device_of(w));
    cr_expect_eq(xp_dtype_of(w), XP_BOOL);
    xp_release(w);
    xp_release(x);
}

CHECKED_TEST(arrays, constants_repeat_one_element)
{
    xp_value value = {.as_float64 = 2.5};
    xp_array *x = xp_array_constant(host(), XP_FLOAT64, &value, 2, DIMS(1000, 1000), "full");
    cr_assert(xp_ok(x));
    cr_expect_eq(x->buffer->bytes, 8);
    cr_expect(x->strides[0] == 0 && x->strides[1] == 0);
    cr_expect_eq(x->size, 1000000);
    xp_array *point = xp_array_constant(host(), XP_FLOAT64, &value, 0, NULL, "full");
    cr_expect_eq(xp_to_double(point), 2.5);
    xp_release(point);
    xp_release(x);
}

CHECKED_TEST(arrays, views_share_the_buffer)
{
    xp_array *x = core_vector(6);
    xp_array *v = xp_array_view(x, 2, DIMS(2, 3), DIMS(8, -16), 32, "view");
    cr_expect_eq(v->buffer, x->buffer);
    xp_release(x);
    double out[6];
    for (int i = 0; i < 2; i++) {
        for (int k = 0; k < 3; k++)
            out[3 * i + k] = *(double *)(xp_host_address(v->buffer, v->offset) + i * v->strides[0] + k * v->strides[1]);
    }
    cr_expect_arr_eq(out, ((double[]){5, 3, 1, 6, 4, 2}), sizeof out);
    cr_expect_not(xp_array_is_contiguous(v));
    cr_expect_eq(xp_array_view(v, 2, DIMS(INT64_C(1) << 32, INT64_C(1) << 32), DIMS(0, 0), 0, "view"), xp_failed());
    cr_expect_eq(xp_error_code(), XP_ERROR_OVERFLOW);
    xp_release(v);
}

/* 100,000 arrays, each of which holds the next: as arrays hold what they are computed from. */
CHECKED_TEST(arrays, a_long_chain_is_freed_without_recursion)
{
    xp_array *x = core_vector(1);
    for (int i = 0; i < 100000; i++) {
        xp_array *outer = core_vector(1);
        atomic_store(&outer->contiguous, x);
        x = outer;
    }
    cr_expect_eq(xp_live_arrays(), 100001);
    xp_release(x);
    cr_expect_eq(xp_live_arrays(), 0);
}

CHECKED_TEST(arrays, every_allocation_fails_in_turn)
{
    for (int n = 1, fired = 1; fired; n++) {
        xp_error_clear();
        xp_fault_arm(n);
        xp_array *x = xp_array_new_filled(host(), XP_INT8, 6, DIMS(1, 2, 3, 2, 1, 2), "new");
        xp_array *w = xp_scalar_complex(1, 2);
        xp_value value = {.as_int8 = 1};
        xp_array *c = xp_array_constant(host(), XP_INT8, &value, 1, DIMS(5), "full");
        fired = xp_fault_fired();
        xp_fault_arm(0);
        cr_expect_eq(xp_ok(x) + xp_ok(w) + xp_ok(c), fired ? 2 : 3);
        cr_expect_eq(xp_error_code(), fired ? XP_ERROR_MEMORY : XP_OK);
        xp_release(x);
        xp_release(w);
        xp_release(c);
        cr_assert_lt(n, 50);
    }
}

/* ---- in and out -------------------------------------------------------------------------------------------------- */

CHECKED_TEST(arrays, from_host_and_back)
{
    const char *names[] = {"host", "strict"};
    for (int d = 0; d < 2; d++) {
        int16_t data[6] = {1, -2, 3, -4, 5, -6}, back[6];
        xp_array *x = xp_from_host(data, XP_INT16, XP_SHAPE(3, 2), xp_device(names[d]));
        data[0] = 9;
        cr_assert_eq(xp_to_host(x, back, sizeof back), XP_OK);
        cr_expect_arr_eq(back, ((int16_t[]){1, -2, 3, -4, 5, -6}), sizeof back);
        cr_expect_eq(xp_to_host(x, back, 11), XP_ERROR_VALUE);
        cr_expect_str_eq(xp_error_message(), "to_host: memory has 11 bytes, expected 12");
        xp_error_clear();
        cr_expect_eq(xp_to_host(x, NULL, 12), XP_ERROR_VALUE);
        xp_error_clear();
        if (d == 1) {
            cr_expect_null(xp_data(x));
            cr_expect_eq(xp_error_code(), XP_ERROR_DEVICE);
            xp_error_clear();
        }
        xp_release(x);
        x = xp_from_host(NULL, XP_INT16, XP_SHAPE(3, 0), xp_device(names[d]));
        cr_expect(xp_ok(x) && xp_to_host(x, NULL, 0) == XP_OK);
        xp_release(x);
    }
    cr_expect_eq(xp_from_host(NULL, XP_INT16, XP_SHAPE(3), NULL), xp_failed());
    cr_expect_str_eq(xp_error_message(), "from_host: data is not given");
    xp_error_clear();
    cr_expect_eq(xp_from_host("", XP_DEFAULT_DTYPE, XP_SHAPE(1), NULL), xp_failed());
    cr_expect_eq(xp_error_code(), XP_ERROR_TYPE);
}

static void count_release(void *context)
{
    ++*(int *)context;
}

CHECKED_TEST(arrays, borrowed_memory)
{
    double data[12];
    int released = 0;
    for (int i = 0; i < 12; i++)
        data[i] = i;
    xp_array *x = xp_borrow(data, XP_FLOAT64, XP_SHAPE(3, 4), NULL, XP_MUTABLE, count_release, &released);
    cr_expect_eq(xp_data(x), data, "no copy");
    cr_expect(x->buffer->foreign && x->buffer->read_only);
    xp_array *view = xp_array_view(x, 1, DIMS(3), DIMS(32), 8, "view");
    xp_release(x);
    cr_expect_eq(released, 0);
    xp_release(view);
    cr_expect_eq(released, 1);

    x = xp_borrow(data + 11, XP_FLOAT64, XP_SHAPE(3, 4), DIMS(-32, -8), XP_FROZEN, count_release, &released);
    cr_expect_not(x->buffer->foreign);
    cr_expect_eq(x->buffer->memory.handle, data);
    cr_expect_eq(x->buffer->bytes, 96);
    const double *flat = xp_data(x);
    for (int i = 0; i < 12; i++)
        cr_expect_eq(flat[i], 11 - i);
    cr_expect_eq(xp_data(x), flat, "the copy is kept");
    xp_release(x);
    cr_expect_eq(released, 2);
}

CHECKED_TEST(arrays, what_cannot_be_borrowed)
{
    double data[4] = {0};
    int released = 0;
    const struct {
        const void *data;
        xp_dtype dtype;
        int64_t stride;
        xp_status code;
    } cases[] = {
        {NULL, XP_FLOAT64, 8, XP_ERROR_VALUE},          {(char *)data + 1, XP_FLOAT64, 8, XP_ERROR_VALUE},
        {data, XP_FLOAT64, 9, XP_ERROR_VALUE},          {data, (xp_dtype)16, 8, XP_ERROR_TYPE},
        {data, XP_FLOAT64, INT64_MAX - 7, XP_ERROR_OVERFLOW}, {data, XP_FLOAT64, INT64_MIN, XP_ERROR_OVERFLOW},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        xp_error_clear();
        cr_expect_eq(xp_borrow(cases[i].data, cases[i].dtype, XP_SHAPE(3), &cases[i].stride, XP_MUTABLE, count_release,
                               &released), xp_failed());
        cr_expect_eq(xp_error_code(), cases[i].code, "case %zu: %s", i, xp_error_message());
    }
    xp_error_clear();
    cr_expect_not(xp_ok(xp_borrow(data, XP_INT8, (xp_shape){-1, NULL}, NULL, XP_MUTABLE, count_release, &released)));
    cr_expect_eq(released, 0, "what failed is not released");
    xp_array *x = xp_borrow(NULL, XP_INT8, XP_SHAPE(0, 3), NULL, XP_MUTABLE, count_release, &released);
    cr_expect(xp_ok(x) && xp_data(x) != NULL);
    xp_release(x);
    cr_expect_eq(released, 1);
}

CHECKED_TEST(arrays, single_values)
{
    double c[2];
    xp_scope scope = xp_scope_open();
    cr_expect_eq(xp_to_double(xp_from_host(&(float){2.5f}, XP_FLOAT32, XP_SHAPE(1, 1), NULL)), 2.5);
    cr_expect_eq(xp_to_double(xp_from_host(&(float){2.5f}, XP_FLOAT32, XP_SHAPE_0D, xp_device("strict"))), 2.5);
    cr_expect_eq(xp_to_int(xp_from_host(&(uint8_t){200}, XP_UINT8, XP_SHAPE_0D, NULL)), 200);
    cr_expect_eq(xp_to_int(xp_scalar(-2.9)), -2);
    cr_expect_eq(xp_to_int(xp_scalar_bool(true)), 1);
    cr_expect(xp_truth(xp_scalar(NAN)) && !xp_truth(xp_scalar(0)) && xp_truth(xp_scalar_complex(0, 1)));
    xp_to_complex(xp_scalar_complex(1, -2), c);
    cr_expect(c[0] == 1 && c[1] == -2);
    xp_to_complex(xp_scalar(3), c);
    cr_expect(c[0] == 3 && c[1] == 0);
    cr_expect_eq(xp_scope_close(scope), XP_OK);
}

CHECKED_TEST(arrays, values_that_there_are_not)
{
    xp_array *x = core_vector(2), *z = xp_scalar_complex(1, 2);
    cr_expect(isnan(xp_to_double(x)));
    cr_expect_str_eq(xp_error_message(), "to_double: x has 2 elements, expected 1");
    xp_error_clear();
    cr_expect_eq(xp_to_int(z), 0);
    cr_expect_str_eq(xp_error_message(), "to_int: x is complex128, which is no real number");
    xp_error_clear();
    cr_expect(isnan(xp_to_double(NULL)));
    cr_expect_str_eq(xp_error_message(), "to_double: x is not given");
    xp_error_clear();
    xp_array *large = xp_from_host(&(uint64_t){UINT64_MAX}, XP_UINT64, XP_SHAPE_0D, NULL);
    cr_expect_eq(xp_to_int(large), 0);
    cr_expect_eq(xp_error_code(), XP_ERROR_OVERFLOW);
    xp_error_clear();
    xp_release(large);
    xp_release(x);
    xp_release(z);
}

CHECKED_TEST(arrays, aliases)
{
    xp_array *x = core_vector(3);
    cr_expect_eq(xp_alias(x), x);
    xp_release(x);
    cr_expect_null(xp_alias(NULL));
    xp_scope scope = xp_scope_open();
    xp_array *second = xp_alias(x), *w = xp_alias(xp_scalar(4));
    cr_expect(second != x && second->buffer == x->buffer && second->scope != NULL);
    cr_expect_eq(xp_to_int(w), 4);
    cr_expect_eq(xp_scope_close(scope), XP_OK);
    xp_release(x);
}

/* ---- devices ----------------------------------------------------------------------------------------------------- */

CHECKED_TEST(arrays, devices_by_name)
{
    const struct xp_device *host_device = xp_device("host");
    cr_assert_not_null(host_device);
    cr_expect_eq(xp_device(NULL), host_device);
    cr_expect_eq(xp_device(""), host_device);
    cr_expect_eq(xp_device("strict:0"), xp_device("strict"));
    cr_expect_neq(xp_device("strict:1"), xp_device("strict"));
    cr_expect_str_eq(xp_device_name(xp_device("strict:1")), "strict:device1");
    cr_expect_eq(xp_device("strict:CPU_DEVICE"), xp_device("strict"));
    cr_expect_eq(xp_device("strict:2"), xp_device("strict:device2"));
    const struct xp_device *trace = xp_device("trace(strict:0)");
    cr_assert_not_null(trace);
    cr_expect_eq(trace->inner, xp_device("strict"));
    cr_expect_eq(xp_device("trace(strict)"), trace);
    cr_expect_str_eq(xp_device_name(trace), "trace(strict)");
    cr_expect_str_eq(xp_device_name(NULL), "");
    static const char *const unknown[] = {"hosts", "strict:9", "strictly", "trace()",
                                          "trace(nothing)", "trace(host", "cuda:-1"};
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        xp_error_clear();
        cr_expect_null(xp_device(unknown[i]), "%s", unknown[i]);
        cr_expect_eq(xp_error_code(), XP_ERROR_DEVICE);
    }
    cr_expect_str_eq(xp_error_message(), "device: there is no device \"cuda:-1\"");
    xp_error_clear();
}

CHECKED_TEST(arrays, namespaces_that_arrays_share)
{
    xp_array *x = core_vector(1), *y = core_vector(2), *w = xp_scalar(1);
    xp_array *z = xp_from_host(&(double){1}, XP_FLOAT64, XP_SHAPE(1), xp_device("strict"));
    cr_expect_eq(xp_array_namespace(x, NULL, w, y), host());
    cr_expect_eq(xp_array_namespace(w, z), xp_device_namespace(xp_device("strict")));
    cr_expect_eq(xp_array_namespace((xp_array *)NULL, w), host());
    const xp_namespace *inert = xp_array_namespace(x, xp_failed());
    cr_assert_not_null(inert);
    xp_error_clear();
    cr_expect_eq(xp_array_namespace(x, z), inert);
    cr_expect_str_eq(xp_error_message(), "array_namespace: arrays of two devices, host and strict");
    cr_expect_eq(xp_error_code(), XP_ERROR_DEVICE);
    xp_error_clear();
    xp_release(x);
    xp_release(y);
    xp_release(z);
    xp_release(w);
}

CHECKED_TEST(arrays, between_devices)
{
    static const char *const names[] = {"host", "strict", "strict:1", "trace(host)"};
    for (int i = 0; i < 4; i++) {
        for (int k = 0; k < 4; k++) {
            xp_scope scope = xp_scope_open();
            int32_t data[6] = {1, 2, 3, 4, 5, 6}, back[6];
            xp_array *x = xp_to_device(xp_from_host(data, XP_INT32, XP_SHAPE(2, 3), xp_device(names[i])),
                                       xp_device(names[k]));
            cr_expect_eq(xp_device_of(x), xp_device(names[k]));
            x = xp_to_device(x, xp_device("host"));
            cr_expect_eq(xp_to_host(x, back, sizeof back), XP_OK);
            cr_expect_arr_eq(back, data, sizeof data);
            cr_expect_eq(xp_scope_close(scope), XP_OK, "%s", xp_error_message());
        }
    }
    xp_array *x = core_vector(3), *same = xp_to_device(x, NULL);
    cr_expect_eq(same, x);
    xp_release(same);
    xp_release(x);
}

CHECKED_TEST(arrays, the_version)
{
    int parts[3];
    cr_assert_eq(sscanf(xp_version_string(), "%d.%d.%d", &parts[0], &parts[1], &parts[2]), 3);
    cr_expect_eq(xp_version(), parts[0] * 10000 + parts[1] * 100 + parts[2]);
}
