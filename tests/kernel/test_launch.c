/* Launching a kernel: parameters, layouts, optional arrays, errors, and what the build makes of a text.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "core/alloc.h"
#include "kernel/launch.h"
#include "simple.h"
#include "support.h"

extern const xp_kernel scale_kernel;

#define ROWS 37
#define COLUMNS 53

typedef struct scaled {
    xp_array *out, *sums;
    bool done;
} scaled;

static scaled scale(xp_array *x, double factor, xp_array *shift, int64_t base)
{
    const xp_namespace *xp = xp_array_namespace(x);
    scaled result = {xp_launch_output(xp, XP_SHAPE(ROWS, COLUMNS), xp_dtype_of(x), "scale"),
                     xp_launch_output(xp, XP_SHAPE(COLUMNS), XP_FLOAT64, "scale"), false};
    xp_array *const arrays[] = {x, shift, result.out, result.sums};
    result.done = xp_launch(&scale_kernel, "scale", xp_dtype_of(x), (const int64_t[]){ROWS * COLUMNS, COLUMNS}, arrays,
                            (const xp_number[]){{.real = factor}, {.index = base}}, 1000);
    return result;
}

/* The same by array expressions. */
static void check(scaled actual, xp_array *x, double factor, xp_array *shift, int64_t base)
{
    xp_dtype dtype = xp_dtype_of(x);
    xp_array *out = xp_multiply(x, xp_scalar(factor));
    if (shift)
        out = xp_add(out, xp_astype(shift, dtype, false));
    xp_assert_that(actual.done, "%s", xp_error_message());
    xp_assert_identical(actual.out, out);
    xp_array *sums = xp_add(xp_sum(xp_astype(out, XP_FLOAT64, false), XP_OVER(0)), xp_scalar((double)base));
    xp_assert_close(actual.sums, sums, 1e-13, 1e-13);
}

static xp_array *ramp(xp_dtype dtype, int64_t rows, int64_t columns, const struct xp_device *device)
{
    return support_ramp(-3, 0.25, dtype, XP_SHAPE(rows, columns), device);
}

CHECKED_TEST(launch, every_layout_on_every_provider)
{
    XP_TEST_PROVIDERS(device)
    {
        XP_TEST_DTYPES(dtype, XP_TEST_REAL_FLOATING)
        {
            xp_scope scope = xp_scope_open();
            xp_array *plain = ramp(dtype, ROWS, COLUMNS, device);
            xp_array *wide = ramp(dtype, ROWS, 3 * COLUMNS, device);
            xp_array *row = ramp(dtype, 1, COLUMNS, device);
            xp_array *layouts[] = {
                plain,
                xp_matrix_transpose(ramp(dtype, COLUMNS, ROWS, device)),
                xp_get(wide, XP_INDEX(xp_ellipsis(), xp_slice(1, XP_END, 3))),
                xp_flip(plain, XP_OVER(0, 1)),
                xp_broadcast_to(row, XP_SHAPE(ROWS, COLUMNS)),
                xp_add(plain, xp_scalar(1.0)), /* pending */
            };
            xp_array *shift = support_ramp(0, 1, XP_INT32, XP_SHAPE(ROWS, COLUMNS), device);
            for (size_t i = 0; i < sizeof layouts / sizeof layouts[0]; i++) {
                check(scale(layouts[i], 1.5, NULL, 7), layouts[i], 1.5, NULL, 7);
                check(scale(layouts[i], -2, shift, 0), layouts[i], -2, shift, 0);
            }
            xp_assert_closes(scope);
        }
    }
}

CHECKED_TEST(launch, an_empty_index_space_runs_nothing)
{
    xp_scope scope = xp_scope_open();
    xp_array *x = ramp(XP_FLOAT64, ROWS, COLUMNS, xp_device("host"));
    scaled result = scale(x, 2, NULL, 0);
    xp_array *const arrays[] = {x, NULL, result.out, result.sums};
    cr_expect(xp_launch(&scale_kernel, "scale", XP_FLOAT64, (const int64_t[]){0, 0}, arrays,
                        (const xp_number[]){{.real = 9}, {.index = 9}}, 0));
    check(result, x, 2, NULL, 0);
    xp_assert_closes(scope);
}

CHECKED_TEST(launch, misuse_is_an_error_that_names_the_parameter)
{
    xp_scope scope = xp_scope_open();
    const xp_namespace *xp = xp_array_namespace(ramp(XP_FLOAT64, 2, 2, xp_device("host")));
    xp_array *x = ramp(XP_FLOAT64, ROWS, COLUMNS, xp_device("host"));
    xp_array *out = xp_launch_output(xp, XP_SHAPE(ROWS, COLUMNS), XP_FLOAT64, "scale");
    xp_array *sums = xp_launch_output(xp, XP_SHAPE(COLUMNS), XP_FLOAT64, "scale");
    xp_array *view = xp_get(out, XP_INDEX(xp_ellipsis()));
    xp_array *there = ramp(XP_FLOAT64, ROWS, COLUMNS, xp_device("strict"));
    const struct {
        xp_array *x, *shift, *out, *sums;
        xp_dtype real;
        xp_status code;
        const char *message;
    } cases[] = {
        {x, x, out, sums, XP_FLOAT64, XP_ERROR_TYPE,
         "scale: shift of the kernel scale has dtype float64, expected int32"},
        {x, NULL, out, sums, XP_FLOAT32, XP_ERROR_TYPE,
         "scale: x of the kernel scale has dtype float64, expected float32"},
        {there, NULL, xp_launch_output(xp, XP_SHAPE(ROWS, COLUMNS), XP_FLOAT64, "scale"), sums, XP_FLOAT64,
         XP_ERROR_DEVICE, "scale: out of the kernel scale is on another device"},
        {x, NULL, out, sums, XP_FLOAT64, XP_ERROR_VALUE, "scale: out of the kernel scale is no fresh array"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        xp_array *const arrays[] = {cases[i].x, cases[i].shift, cases[i].out, cases[i].sums};
        xp_assert_fails(xp_launch(&scale_kernel, "scale", cases[i].real, (const int64_t[]){ROWS * COLUMNS, COLUMNS},
                                  arrays, (const xp_number[]){{.real = 1}, {.index = 0}}, 0),
                        cases[i].code, cases[i].message);
    }
    (void)view;
    xp_assert_closes(scope);
}

/* A driver without the slot has the host do it; nothing is computed elsewhere in silence. */
CHECKED_TEST(launch, a_device_without_launches)
{
    xp_scope scope = xp_scope_open();
    xp_array *x = ramp(XP_FLOAT64, ROWS, COLUMNS, simple_device()), *shift = ramp(XP_INT32, ROWS, COLUMNS, NULL);
    xp_array *here = xp_to_device(x, xp_device("host"));
    const scaled there = scale(x, 2.5, xp_to_device(shift, simple_device()), 7), expected = scale(here, 2.5, shift, 7);
    xp_assert_that(there.done, "%s", xp_error_message());
    cr_assert_eq(support_warnings(), 1);
    cr_assert_str_eq(support_last_warning(),
                     "scale: the device simple has no kernel scale for float64: done on the host "
                     "(SCIXP_TRANSFER=allow says nothing, forbid makes it an error)");
    xp_assert_identical(xp_to_device(there.out, xp_device("host")), expected.out);
    xp_assert_identical(xp_to_device(there.sums, xp_device("host")), expected.sums);
    xp_set_transfer_policy(XP_TRANSFER_FORBID);
    xp_assert_fails(scale(x, 1, NULL, 0), XP_ERROR_UNSUPPORTED,
                    "scale: the device simple has no kernel scale for float64, and transfers to the host are forbidden "
                    "(SCIXP_TRANSFER)");
    xp_assert_closes(scope);
}

CHECKED_TEST(launch, no_allocation_may_fail_unnoticed)
{
    xp_array *columns = ramp(XP_FLOAT32, COLUMNS, ROWS, xp_device("host")), *x = xp_matrix_transpose(columns);
    XP_TEST_EVERY_ALLOCATION(round)
    {
        xp_scope scope = xp_scope_open();
        bool done = scale(x, 1, NULL, 0).done;
        cr_expect_eq(done, !xp_test_fault_fired(), "round %lld", round);
        cr_expect_eq(xp_scope_close(scope), done ? XP_OK : XP_ERROR_MEMORY, "round %lld", round);
    }
    xp_release(x);
    xp_release(columns);
}

CHECKED_TEST(launch, the_descriptor_has_what_the_text_says)
{
    cr_assert_eq(scale_kernel.n_passes, 2);
    cr_expect_str_eq(scale_kernel.passes[0].name, "scale_each");
    cr_expect_str_eq(scale_kernel.passes[1].name, "scale_sum");
    cr_expect_eq(scale_kernel.n_arrays, 4);
    cr_expect_eq(scale_kernel.n_numbers, 6);
    cr_expect_eq(scale_kernel.n_dtypes, 2);
    const xp_parameter *step = &scale_kernel.parameters[3];
    cr_expect_str_eq(step->name, "x_step_1");
    cr_expect(step->kind == XP_PARAMETER_STEP && step->of == 0 && step->axis == 1);
    cr_expect_null(xp_kernel_source(&scale_kernel, XP_DIALECT_C, XP_INT32, 0), "none of its dtypes");
    char *text = xp_kernel_source(&scale_kernel, XP_DIALECT_OPENCL, XP_FLOAT32, 0);
    cr_assert(text);
    cr_expect(strstr(text, "__kernel void scale_sum_entry(xp_index xp_count, xp_index xp_stretch, xp_index x_extent_0, "
                           "xp_index x_extent_1, __global REAL *out, xp_index out_first, xp_index base, "
                           "__global double *sums, xp_index sums_first)"));
    cr_expect(!strstr(text, "XP_ITEMS 1") && !strstr(text, "scale_each_processor("), "no bodies for stretches");
    xp_dealloc(text);
}

static void expect_in(const char *text, const char *part) { cr_expect(strstr(text, part), "no %s in the text", part); }

CHECKED_TEST(launch, bodies_for_stretches_are_in_the_texts_for_their_groups)
{
    const xp_pass *each = &scale_kernel.passes[0], *sum = &scale_kernel.passes[1];
    cr_expect(each->processor_indices == 8 && each->group_indices == 0 && !each->shared);
    cr_expect(sum->processor_indices == 0 && sum->group_indices == 2);
    cr_expect_str_eq(sum->shared, "scale_parts");
    cr_expect(xp_pass_has_stretches(each, 1) && !xp_pass_has_stretches(each, 256) && !xp_pass_has_stretches(each, 0));
    cr_expect(!xp_pass_has_stretches(sum, 1) && xp_pass_has_stretches(sum, 256) && !xp_pass_has_stretches(sum, 0));
    char *text = xp_kernel_source(&scale_kernel, XP_DIALECT_OPENCL, XP_FLOAT64, 1);
    cr_assert(text);
    expect_in(text, "#define XP_ITEMS 1\n");
    expect_in(text, "scale_each_processor(xp_at, xp_last, x + x_first,");
    expect_in(text, "scale_sum(xp_at, x_extent_0,");
    xp_dealloc(text);
    text = xp_kernel_source(&scale_kernel, XP_DIALECT_CUDA, XP_FLOAT64, 256);
    cr_assert(text);
    expect_in(text, "#define XP_ITEMS 256\n");
    expect_in(text, "XP_LOCAL scale_parts xp_shared;\n");
    expect_in(text, "scale_sum_group(xp_at, xp_last, &xp_shared, x_extent_0,");
    expect_in(text, "scale_each(xp_at, x + x_first,");
    xp_dealloc(text);
}
