/* Shapes, strides, broadcasting, axes.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "core_support.h"

#define DIMS(...) ((const int64_t[]){__VA_ARGS__})

CHECKED_TEST(shapes, size_and_overflow)
{
    int64_t size = -1;
    cr_expect(xp_shape_size(0, NULL, 8, &size) && size == 1);
    cr_expect(xp_shape_size(3, DIMS(2, 3, 4), 8, &size) && size == 24);
    cr_expect(xp_shape_size(3, DIMS(2, 0, 4), 8, &size) && size == 0);
    cr_expect(xp_shape_size(1, DIMS(INT64_MAX), 1, &size) && size == INT64_MAX);
    cr_expect_not(xp_shape_size(1, DIMS(INT64_MAX), 2, &size));
    cr_expect_not(xp_shape_size(2, DIMS(INT64_C(1) << 32, INT64_C(1) << 31), 1, &size));
    cr_expect_not(xp_shape_size(3, DIMS(INT64_C(1) << 32, 0, INT64_C(1) << 32), 1, &size), "as in NumPy");
    cr_expect_not(xp_shape_size(2, DIMS(2, -1), 1, &size));
}

CHECKED_TEST(shapes, texts)
{
    char text[XP_SHAPE_TEXT];
    int64_t many[XP_MAX_NDIM];
    cr_expect_str_eq(xp_shape_text(0, NULL, text), "()");
    cr_expect_str_eq(xp_shape_text(1, DIMS(3), text), "(3,)");
    cr_expect_str_eq(xp_shape_text(2, DIMS(3, 4), text), "(3, 4)");
    for (int i = 0; i < XP_MAX_NDIM; i++)
        many[i] = INT64_MAX;
    xp_shape_text(XP_MAX_NDIM, many, text);
    cr_expect_lt(strlen(text), (size_t)XP_SHAPE_TEXT);
    cr_expect_not_null(strstr(text, ", ...)"));
}

static xp_array *shaped(int ndim, const int64_t *shape)
{
    return xp_array_new(xp_device_namespace(NULL), XP_FLOAT32, ndim, shape, "shaped");
}

CHECKED_TEST(shapes, broadcasting)
{
    static const struct {
        int a, b, result;
        int64_t shapes[3][4];
    } cases[] = {
        {0, 0, 0, {{0}, {0}, {0}}},
        {0, 2, 2, {{0}, {2, 3}, {2, 3}}},
        {1, 2, 2, {{3}, {2, 3}, {2, 3}}},
        {2, 2, 2, {{2, 1}, {1, 3}, {2, 3}}},
        {3, 2, 3, {{4, 1, 3}, {2, 1}, {4, 2, 3}}},
        {2, 1, 2, {{0, 1}, {5}, {0, 5}}},
        {1, 1, 1, {{1}, {0}, {0}}},
        {4, 1, 4, {{1, 2, 3, 1}, {7}, {1, 2, 3, 7}}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        xp_scope scope = xp_scope_open();
        int64_t shape[XP_MAX_NDIM];
        int ndim;
        xp_array *a = shaped(cases[i].a, cases[i].shapes[0]), *b = shaped(cases[i].b, cases[i].shapes[1]);
        cr_expect(xp_broadcast_shape("add", 2, (xp_array *[]){a, b}, &ndim, shape));
        cr_expect_eq(ndim, cases[i].result);
        cr_expect_arr_eq(shape, cases[i].shapes[2], (size_t)ndim * sizeof *shape);
        cr_expect(xp_broadcast_shape("add", 2, (xp_array *[]){b, a}, &ndim, shape));
        cr_expect_arr_eq(shape, cases[i].shapes[2], (size_t)ndim * sizeof *shape);
        cr_expect_eq(xp_scope_close(scope), XP_OK);
    }
}

CHECKED_TEST(shapes, what_does_not_broadcast)
{
    int64_t shape[XP_MAX_NDIM];
    int ndim;
    xp_scope scope = xp_scope_open();
    xp_array *a = shaped(2, DIMS(3, 4)), *b = shaped(1, DIMS(5));
    cr_expect_not(xp_broadcast_shape("add", 2, (xp_array *[]){a, b}, &ndim, shape));
    cr_expect_str_eq(xp_error_message(), "add: shapes (3, 4) and (5,) do not broadcast");
    cr_expect_eq(xp_scope_close(scope), XP_ERROR_VALUE);
}

CHECKED_TEST(shapes, strides)
{
    int64_t strides[4];
    xp_contiguous_strides(3, DIMS(2, 3, 4), 8, strides);
    cr_expect_arr_eq(strides, DIMS(96, 32, 8), 24);
    xp_contiguous_strides(3, DIMS(2, 0, 4), 8, strides);
    cr_expect_arr_eq(strides, DIMS(32, 32, 8), 24);
    xp_broadcast_strides(2, DIMS(3, 1), DIMS(-8, 8), 4, DIMS(5, 1, 3, 6), strides);
    cr_expect_arr_eq(strides, DIMS(0, 0, -8, 0), 32);
    xp_broadcast_strides(1, DIMS(1), DIMS(8), 1, DIMS(1), strides);
    cr_expect_eq(strides[0], 8, "an extent of 1 that stays 1 does not repeat");
}

/* ---- reshaping: what NumPy gives without a copy ------------------------------------------------------------------ */

typedef struct reshape_case {
    int ndim, to_ndim;
    bool fits;
    int64_t shape[4], strides[4], to_shape[4], to_strides[4];
} reshape_case;

CHECKED_TEST(shapes, reshape_without_a_copy)
{
    static const reshape_case cases[] = {
        {2, 1, true, {2, 3}, {24, 8}, {6}, {8}},
        {1, 2, true, {6}, {8}, {2, 3}, {24, 8}},
        {1, 2, true, {6}, {-8}, {2, 3}, {-24, -8}},
        {2, 1, false, {2, 3}, {8, 16}, {6}, {0}},
        {2, 2, false, {2, 3}, {8, 16}, {3, 2}, {0}},
        {2, 3, true, {2, 3}, {8, 16}, {2, 1, 3}, {8, 8, 16}},
        {3, 2, true, {2, 3, 4}, {200, 32, 8}, {2, 12}, {200, 8}},
        {3, 2, false, {2, 3, 4}, {200, 32, 8}, {6, 4}, {0}},
        {3, 3, true, {4, 3, 2}, {100, 16, 8}, {2, 2, 6}, {200, 100, 8}},
        {3, 1, true, {1, 5, 1}, {999, 16, 999}, {5}, {16}},
        {1, 3, true, {5}, {16}, {1, 5, 1}, {80, 16, 8}},
        {2, 1, true, {3, 4}, {0, 0}, {12}, {0}},
        {2, 1, false, {3, 4}, {0, 8}, {12}, {0}},
        {0, 2, true, {0}, {0}, {1, 1}, {8, 8}},
        {2, 0, true, {1, 1}, {8, 8}, {0}, {0}},
        {2, 2, true, {0, 3}, {7, 9}, {5, 0}, {8, 8}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const reshape_case *c = &cases[i];
        int64_t strides[4] = {0};
        bool fits = xp_reshape_strides(c->ndim, c->shape, c->strides, c->to_ndim, c->to_shape, 8, strides);
        cr_expect_eq(fits, c->fits, "case %zu", i);
        for (int k = 0; fits && k < c->to_ndim; k++) {
            if (c->to_shape[k] > 1) /* others are free */
                cr_expect_eq(strides[k], c->to_strides[k], "case %zu axis %d", i, k);
        }
    }
}

/* ---- axes -------------------------------------------------------------------------------------------------------- */

CHECKED_TEST(shapes, axes)
{
    xp_scope scope = xp_scope_open();
    cr_expect_eq(xp_check_axis("roll", "axis", -1, 3), 2);
    cr_expect_eq(xp_check_axis("roll", "axis", 0, 3), 0);
    cr_expect_eq(xp_check_axis("roll", "axis", 3, 3), -1);
    cr_expect_str_eq(xp_error_message(), "roll: axis 3 is out of bounds for an array of 3 dimensions");
    xp_error_clear();
    cr_expect_eq(xp_check_axis("roll", "axis", -4, 3), -1);
    cr_expect_eq(xp_scope_close(scope), XP_ERROR_INDEX);
}

static void expect_axes(xp_over over, int ndim, uint32_t expected)
{
    uint32_t axes = 0;
    cr_expect(xp_check_over("sum", over, ndim, &axes), "%s", xp_error_message());
    cr_expect_eq(axes, expected);
}

static void expect_no_axes(xp_over over, int ndim, xp_status code)
{
    uint32_t axes;
    xp_error_clear();
    cr_expect_not(xp_check_over("sum", over, ndim, &axes));
    cr_expect_eq(xp_error_code(), code, "%s", xp_error_message());
}

CHECKED_TEST(shapes, what_reductions_run_over)
{
    expect_axes(XP_ALL, 0, 0);
    expect_axes(XP_ALL, 3, 7);
    expect_axes(XP_ALL, 32, UINT32_MAX);
    expect_axes(XP_OVER(0), 3, 1);
    expect_axes(XP_OVER(-1), 3, 4);
    expect_axes(XP_OVER(0, -1), 3, 5);
    expect_axes(xp_over_axes(NULL, 0), 3, 0);
    expect_axes(XP_OVER(31, -32), 32, UINT32_C(1) << 31 | 1);
    expect_no_axes(XP_OVER(3), 3, XP_ERROR_INDEX);
    expect_no_axes(XP_OVER(-4), 3, XP_ERROR_INDEX);
    cr_expect_str_eq(xp_error_message(), "sum: axis -4 is out of bounds for an array of 3 dimensions");
    expect_no_axes(XP_OVER(0), 0, XP_ERROR_INDEX);
    expect_no_axes(XP_OVER(0, 0), 3, XP_ERROR_VALUE);
    expect_no_axes(XP_OVER(2, -1), 3, XP_ERROR_VALUE);
    expect_no_axes(XP_OVER(32), 3, XP_ERROR_VALUE);
    expect_no_axes(XP_OVER(-33), 3, XP_ERROR_VALUE);
    xp_over over = xp_result_dtype(xp_correction(xp_keepdims(XP_OVER(1)), 1.5), XP_INT8);
    cr_expect(over.front == 2 && over.keepdims && over.correction == 1.5 && over.dtype == XP_INT8);
    xp_error_clear();
}
