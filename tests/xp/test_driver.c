/* The seam: a device from a driver of a page has the whole namespace, and says what it cannot do.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "simple.h"
#include "support.h"

static xp_array *matrix(xp_dtype dtype, const struct xp_device *device)
{
    return support_ramp(-7.5, 0.37, dtype, XP_SHAPE(30, 7), device);
}

/* Elementwise work has the host's bits: programs, casts, scalars, broadcasting and views mean the same. */
static xp_array *expression(xp_array *x)
{
    xp_array *row = xp_get(x, XP_INDEX(xp_at(3)));
    xp_array *turned = xp_flip(xp_matrix_transpose(x), XP_OVER(1));
    xp_array *index = xp_astype(xp_arange(0, 30, 1, XP_INT64, xp_device_of(x)), xp_dtype_of(x), true);
    xp_array *y = xp_add(xp_multiply(xp_subtract(x, row), xp_scalar(2.0)), xp_matrix_transpose(turned));
    xp_array *z = xp_add(xp_matrix_transpose(y), index);
    return xp_where(xp_less(z, xp_scalar(10.0)), xp_abs(z), xp_sqrt(xp_abs(z)));
}

CHECKED_TEST(driver, a_device_of_a_page_computes_what_the_host_computes)
{
    XP_TEST_DTYPES(dtype, XP_TEST_REAL_FLOATING) {
        xp_scope scope = xp_scope_open();
        xp_array *here = expression(matrix(dtype, xp_device("host")));
        xp_array *there = expression(matrix(dtype, simple_device()));
        cr_assert_eq(xp_device_of(there), simple_device());
        const char *difference = support_differ(here, there);
        xp_assert_that(!difference, "%s: %s", xp_test_dtype_name(dtype), difference);
        xp_assert_closes(scope);
    }
}

typedef xp_array *reduce(xp_array *x, xp_over over);

CHECKED_TEST(driver, reductions_agree_with_the_host)
{
    static reduce *const reductions[] = {xp_sum, xp_prod, xp_mean, xp_var, xp_std, xp_min,
                                         xp_max, xp_any,  xp_all,  xp_argmin, xp_argmax, xp_count_nonzero};
    const xp_over overs[] = {XP_OVER(0), XP_OVER(1), XP_OVER(0, 1), xp_keepdims(XP_OVER(0))};
    for (int i = 0; i < (int)(sizeof reductions / sizeof *reductions); i++)
        for (int k = 0; k < 4; k++) {
            bool takes_one_axis = reductions[i] == xp_argmin || reductions[i] == xp_argmax;
            if (takes_one_axis && k == 2)
                continue;
            xp_scope scope = xp_scope_open();
            xp_array *here = reductions[i](matrix(XP_FLOAT64, xp_device("host")), overs[k]);
            xp_array *there = reductions[i](matrix(XP_FLOAT64, simple_device()), overs[k]);
            const char *difference = xp_test_close(xp_to_device(there, xp_device("host")), here, 1e-12, 1e-12);
            xp_assert_that(!difference, "reduction %d over %d: %s", i, k, difference);
            xp_assert_closes(scope);
        }
}

/* More operands than the driver takes: the graph cuts. */
CHECKED_TEST(driver, the_limit_of_inputs_is_kept)
{
    xp_scope scope = xp_scope_open();
    xp_array *total = matrix(XP_FLOAT64, simple_device());
    for (int i = 0; i < 30; i++)
        total = xp_add(total, matrix(XP_FLOAT64, simple_device()));
    xp_assert_close(total, xp_multiply(matrix(XP_FLOAT64, simple_device()), xp_scalar(31.0)), 1e-13, 0);
    xp_assert_closes(scope);
}

CHECKED_TEST(driver, what_it_lacks_is_an_error_that_names_function_and_device)
{
    xp_scope scope = xp_scope_open();
    xp_array *x = matrix(XP_FLOAT64, simple_device());
    xp_set_transfer_policy(XP_TRANSFER_FORBID);
    xp_try attempt = xp_try_open();
    cr_assert_not(xp_ok(xp_matmul(x, xp_matrix_transpose(x))));
    cr_assert(strstr(xp_error_message(), "matmul") && strstr(xp_error_message(), "simple"), "%s", xp_error_message());
    cr_assert_eq(xp_try_close(attempt, NULL), XP_ERROR_UNSUPPORTED);
    xp_assert_fails(xp_data(x), XP_ERROR_DEVICE, NULL);
    xp_assert_closes(scope);
}

/* ---- what drivers and native functions are written with ---------------------------------------------------------- */

CHECKED_TEST(driver, views_say_where_elements_lie)
{
    xp_scope scope = xp_scope_open();
    xp_array *x = xp_matrix_transpose(xp_add(matrix(XP_FLOAT64, xp_device("host")), xp_scalar(1.0)));
    xp_view view;
    cr_assert(xp_view_of(x, "work", &view));
    cr_assert(view.dtype == XP_FLOAT64 && view.ndim == 2 && view.shape[0] == 7 && view.shape[1] == 30);
    const char *start = (const char *)xp_buffer_memory(view.buffer).handle + view.offset;
    cr_assert_eq(*(const double *)(start + 2 * view.strides[0] + 3 * view.strides[1]), -7.5 + 0.37 * 23 + 1);
    xp_assert_fails(xp_view_of(NULL, "work", &view), XP_ERROR_VALUE, "work: an array is not given");
    xp_assert_fails(xp_view_of(xp_fail(XP_ERROR_VALUE, "f", NULL, "f: no"), "work", &view), XP_ERROR_VALUE, "f: no");
    xp_assert_closes(scope);
}

CHECKED_TEST(driver, new_arrays_are_written_through_their_view)
{
    xp_scope scope = xp_scope_open();
    const xp_namespace *xp = xp_device_namespace(xp_device("host"));
    xp_view view;
    xp_array *x = xp_new_array(xp, XP_SHAPE(2, 2), XP_INT32, "work", &view);
    int32_t *elements = xp_buffer_memory(view.buffer).handle;
    for (int i = 0; i < 4; i++)
        elements[i] = i;
    xp_assert_equal(x, support_ramp(0, 1, XP_INT32, XP_SHAPE(2, 2), NULL));
    xp_assert_fails(xp_new_array(xp, XP_SHAPE(-1), XP_INT32, "work", &view), XP_ERROR_VALUE, NULL);
    xp_assert_closes(scope);
}

static void count_release(void *context)
{
    ++*(int *)context;
}

CHECKED_TEST(driver, memory_of_somebody_elses_is_wrapped_for_any_device)
{
    double elements[] = {1, 2, 3, 4, 5, 6};
    int released = 0;
    const xp_view layout = {.offset = 8, .dtype = XP_FLOAT64, .ndim = 2, .shape = (const int64_t[]){2, 2},
                            .strides = (const int64_t[]){16, 8}};
    xp_scope scope = xp_scope_open();
    xp_array *x = xp_wrap(xp_device("host"), (xp_memory){.handle = elements}, sizeof elements, &layout, XP_FROZEN,
                          count_release, &released);
    const double expected[] = {2, 3, 4, 5};
    xp_assert_close_to(x, expected, XP_FLOAT64, XP_SHAPE(2, 2), 0, 0);
    xp_assert_closes(scope);
    cr_assert_eq(released, 1);
}

CHECKED_TEST(driver, layouts_beyond_the_memory_are_refused)
{
    double elements[6] = {0};
    int released = 0;
    const struct xp_device *host = xp_device("host");
    const int64_t shape[] = {2, 2}, down[] = {-16, 8}, far[] = {48, 8}, odd[] = {12, 8}, huge[] = {INT64_MAX, 8};
    const int64_t *const strides[] = {down, far, odd, huge};
    for (int i = 0; i < 4; i++) {
        const xp_view layout = {.dtype = XP_FLOAT64, .ndim = 2, .shape = shape, .strides = strides[i]};
        xp_assert_fails(xp_wrap(host, (xp_memory){.handle = elements}, sizeof elements, &layout, XP_FROZEN,
                                count_release, &released),
                        XP_ERROR_VALUE, "wrap: layout does not fit into the 48 bytes of the memory");
    }
    const xp_view nothing = {.dtype = XP_N_DTYPES};
    xp_assert_fails(xp_wrap(host, (xp_memory){.handle = elements}, 8, &nothing, XP_FROZEN, NULL, NULL), XP_ERROR_TYPE,
                    "wrap: dtype 16 is none of the 15");
    const xp_view shapeless = {.dtype = XP_FLOAT64, .ndim = 33};
    xp_assert_fails(xp_wrap(host, (xp_memory){.handle = elements}, 8, &shapeless, XP_FROZEN, NULL, NULL), XP_ERROR_VALUE,
                    "wrap: shape has 33 dimensions, expected 0 to 32");
    xp_assert_fails(xp_wrap(host, (xp_memory){.handle = elements}, 8, NULL, XP_FROZEN, NULL, NULL), XP_ERROR_VALUE,
                    "wrap: layout is not given");
    cr_assert_eq(released, 0);
}

static xp_array *own_negative(xp_array *x)
{
    return xp_generic_namespace(xp_device_of(x))->negative(xp_generic_namespace(xp_device_of(x))->negative(x));
}

CHECKED_TEST(driver, a_table_like_another_with_functions_of_its_own)
{
    const xp_namespace native = {.size = sizeof native, .negative = own_negative};
    xp_driver driver = {.size = sizeof driver};
    xp_driver_like(&driver, xp_device("host"));
    cr_assert(driver.size == sizeof driver && driver.matmul && !driver.native);
    driver.native = &native;
    const struct xp_device *device = xp_device_register("hostlike", &driver, NULL, NULL);
    cr_assert(device && xp_device("hostlike") == device);
    cr_assert_eq(xp_generic_namespace(xp_device("host")), xp_device_namespace(xp_device("host")));

    xp_scope scope = xp_scope_open();
    xp_array *x = matrix(XP_FLOAT64, device);
    xp_assert_equal(xp_negative(x), x);
    xp_assert_equal(xp_generic_namespace(device)->negative(x), xp_subtract(xp_scalar(0.0), x));
    xp_assert_equal(xp_generic_namespace(device)->zeros(XP_SHAPE(30, 7), XP_FLOAT64), xp_multiply(x, xp_scalar(0.0)));
    xp_assert_closes(scope);

    xp_driver first_fields = {.size = offsetof(xp_driver, allocate)};
    xp_driver_like(&first_fields, xp_device("host"));
    cr_assert(first_fields.size == offsetof(xp_driver, allocate) && !first_fields.allocate);
}

/* What is sorted is partitioned: that serves where a table ends before the slot. */
CHECKED_TEST(driver, a_table_of_older_days_lacks_later_slots)
{
    xp_driver driver = {.size = offsetof(xp_driver, partition)};
    xp_driver_like(&driver, xp_device("host"));
    cr_assert(driver.sort && !driver.partition);
    const struct xp_device *device = xp_device_register("older", &driver, NULL, NULL);
    cr_assert(device);
    xp_scope scope = xp_scope_open();
    const double numbers[] = {5, 1, 4, 2, 3, 1};
    xp_array *x = xp_from_host(numbers, XP_FLOAT64, XP_SHAPE(6), device);
    xp_assert_equal(xp_extra_partition(x, 2, 0), xp_sort(x, 0, false, true));
    xp_assert_equal(xp_extra_argpartition(x, -1, 0), xp_argsort(x, 0, false, true));
    xp_assert_fails(xp_extra_partition(x, 6, 0), XP_ERROR_INDEX, "partition: kth is 6, out of bounds for extent 6");
    xp_assert_closes(scope);
}

CHECKED_TEST(driver, it_can_be_traced_like_any_other)
{
    xp_scope scope = xp_scope_open();
    (void)simple_device();
    const struct xp_device *trace = xp_device("trace(simple)");
    xp_array *x = matrix(XP_FLOAT64, trace);
    xp_trace_reset(trace);
    cr_assert_eq(xp_to_double(xp_sum(xp_multiply(x, xp_scalar(0.0)), XP_ALL)), 0);
    xp_counts counts = xp_test_counts(trace);
    cr_assert_eq(counts.launches, 1);
    cr_assert_eq(counts.bytes_read, 30 * 7 * 8);
    cr_assert_eq(counts.downloads, 1);
    xp_assert_closes(scope);
}

CHECKED_TEST(driver, a_driver_of_another_version_is_refused)
{
    xp_driver driver = simple_driver;
    driver.version = XP_DRIVER_VERSION + 1;
    xp_assert_fails(xp_device_register("simple:1", &driver, NULL, NULL), XP_ERROR_DEVICE, NULL);
    driver = simple_driver;
    driver.size = 0;
    xp_assert_fails(xp_device_register("simple:2", &driver, NULL, NULL), XP_ERROR_DEVICE, NULL);
    (void)simple_device();
    xp_assert_fails(xp_device_register("simple", &simple_driver, NULL, NULL), XP_ERROR_DEVICE, NULL);
    xp_assert_fails(xp_device("abacus"), XP_ERROR_DEVICE, "device: there is no device \"abacus\"");
}
