/* Reductions on a device: random programs against a plain evaluation, and whole arrays against the host.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "../host/reduced.h"
#include "providers/device/device.h"
#include "support.h"
#include "tested.h"

/* ---- random programs --------------------------------------------------------------------------------------------- */

#define DRIVER(call)                                                                                                   \
    do {                                                                                                               \
        xp_status status_ = (call);                                                                                    \
        if (status_ != XP_OK)                                                                                          \
            xp_driver_failed(status_, #call);                                                                          \
        cr_assert_eq(status_, XP_OK, "%s\n%s", xp_error_message(), support_last_warning());                           \
    } while (0)

/* The same operands with their memory on the device, and back again after the program has run. */
static void run_on(const struct xp_device *device, sample *s)
{
    static xp_buffer buffers[HOST_OPERANDS];
    static xp_operands operands;
    const xp_driver *driver = device->driver;
    operands = s->operands;
    sample_reset(s);
    for (int i = 0; i < HOST_OPERANDS; i++) {
        if (!s->memory[i])
            continue;
        buffers[i] = (xp_buffer){.bytes = s->bytes[i]};
        DRIVER(driver->allocate(device, s->bytes[i], &buffers[i].memory));
        DRIVER(driver->upload(device, &buffers[i], 0, s->memory[i], s->bytes[i]));
    }
    for (int i = 0; i < s->program.n_inputs; i++)
        if (operands.inputs[i].buffer)
            operands.inputs[i].buffer = &buffers[operands.inputs[i].buffer - s->buffers];
    for (int i = 0; i < s->program.n_outputs; i++)
        operands.outputs[i].buffer = &buffers[operands.outputs[i].buffer - s->buffers];
    DRIVER(driver->run(device, &s->program, &operands));
    for (int i = 0; i < HOST_OPERANDS; i++)
        if (s->memory[i]) {
            DRIVER(driver->download(device, s->memory[i], &buffers[i], 0, s->bytes[i]));
            driver->release(device, buffers[i].memory, s->bytes[i]);
        }
}

CHECKED_TEST(device_reductions, random_programs)
{
    static sample s;
    const struct xp_device *device = tested_device();
    for (uint64_t seed = 0; seed < 14; seed++) {
        sample_random random = {seed * 15485863 + 1};
        reduced_make(&s, &random, seed % 2 == 0 ? 60000 : 3000);
        run_on(device, &s);
        reduced_check(&s, host_isa_present(), seed);
        sample_free(&s);
    }
}

/* ---- launches ---------------------------------------------------------------------------------------------------- */

static int launches;
static const runtime *inner;

static runtime_status counted_launch(void *queue, void *kernel, uint64_t groups, uint32_t group_items,
                                     const runtime_argument *arguments, int n_arguments)
{
    launches++;
    return inner->launch(queue, kernel, groups, group_items, arguments, n_arguments);
}

/* The device under test with launches counted. */
static const struct xp_device *counted_device(void)
{
    static runtime table;
    inner = device_state_of(tested_device())->runtime;
    table = *inner;
    table.launch = counted_launch;
    const struct xp_device *device = device_register(&table, 0, "counted:0");
    cr_assert_not_null(device);
    return device;
}

static uint64_t programs_of(const struct xp_device *device)
{
    const device_programs *programs = &device_state_of(device)->programs;
    return programs->compiled + programs->loaded;
}

/* Numbers in [-1, 1) of some pattern, on the device. */
static xp_array *pattern(const struct xp_device *device, xp_shape shape)
{
    int64_t n = 1;
    for (int i = 0; i < shape.ndim; i++)
        n *= shape.extents[i];
    double *values = malloc((size_t)(n + 1) * sizeof *values);
    for (int64_t i = 0; i < n; i++)
        values[i] = (double)(i * 7919 % 2001 - 1000) / 1001.0;
    xp_array *x = xp_from_host(values, XP_FLOAT64, shape, device);
    free(values);
    return x;
}

static int launches_of(xp_array *x, xp_over over)
{
    int before = launches;
    xp_array *mean = xp_mean(x, over), *var = xp_var(x, xp_correction(over, 1)), *max = xp_max(x, over);
    xp_eval(mean, var, max);
    return launches - before;
}

CHECKED_TEST(device_reductions, launches_and_programs)
{
    const struct xp_device *device = counted_device();
    xp_scope scope = xp_scope_open();
    xp_array *long_row = pattern(device, XP_SHAPE(1, 300000)), *rows = pattern(device, XP_SHAPE(3000, 40));
    xp_array *columns = pattern(device, XP_SHAPE(5000, 300));
    cr_assert_eq(launches_of(rows, XP_OVER(1)), 1); /* all three at once */
    cr_assert_eq(launches_of(long_row, XP_OVER(1)), 2);
    cr_assert_eq(launches_of(columns, XP_OVER(0)), 2);
    cr_assert_eq(launches_of(xp_multiply(xp_add(long_row, xp_scalar(2.0)), long_row), XP_ALL), 2);

    uint64_t programs = programs_of(device);
    launches_of(pattern(device, XP_SHAPE(2000, 77)), XP_OVER(1));
    launches_of(pattern(device, XP_SHAPE(1, 400001)), XP_OVER(1));
    launches_of(pattern(device, XP_SHAPE(7000, 200)), XP_OVER(0));
    launches_of(xp_multiply(xp_add(long_row, xp_scalar(3.5)), long_row), XP_ALL);
    cr_assert_eq(programs_of(device), programs); /* other shapes and scalars, the same kernels */
    xp_assert_closes(scope);
}

/* ---- against the host -------------------------------------------------------------------------------------------- */

/* Shapes that take several pieces, one, or nearly nothing; of each, what is reduced. */
static const struct {
    int64_t shape[3];
    xp_over over;
} spaces[] = {
    {{1, 1, 200001}, {.all = 1}},  {{3, 50000, 1}, {.front = 2}}, {{1, 50000, 3}, {.front = 2}},
    {{40, 30, 50}, {.front = 5}},  {{700, 9, 20}, {.front = 3}},  {{20, 3000, 40}, {.front = 2}},
    {{2000, 5, 7}, {.front = 6}},  {{64, 65, 63}, {.front = 0}},
};

/* Sums of numbers that are positive on the whole differ in the last bits only; what is chosen or counted does not. */
static void hold_against_host(xp_array *device_x, xp_array *host_x, xp_over over, bool orders)
{
    xp_array *const on_device[] = {xp_sum(device_x, over), xp_mean(device_x, over), xp_count_nonzero(device_x, over),
                                   xp_any(device_x, over), xp_all(device_x, over)};
    xp_array *const on_host[] = {xp_sum(host_x, over), xp_mean(host_x, over), xp_count_nonzero(host_x, over),
                                 xp_any(host_x, over), xp_all(host_x, over)};
    const double tolerance = xp_dtype_of(host_x) == XP_FLOAT32 || xp_dtype_of(host_x) == XP_COMPLEX64 ? 2e-5 : 1e-12;
    for (int i = 0; i < 5; i++)
        xp_assert_close(xp_to_device(on_device[i], xp_device("host")), on_host[i], tolerance, tolerance);
    if (!orders)
        return;
    xp_array *const chosen[] = {xp_min(device_x, over), xp_max(device_x, over)};
    xp_array *const wanted[] = {xp_min(host_x, over), xp_max(host_x, over)};
    for (int i = 0; i < 2; i++)
        xp_assert_equal(xp_to_device(chosen[i], xp_device("host")), wanted[i]);
    xp_over corrected = xp_correction(over, 1);
    xp_assert_close(xp_to_device(xp_std(device_x, corrected), xp_device("host")), xp_std(host_x, corrected), 1e-6,
                    1e-12);
}

CHECKED_TEST(device_reductions, whole_arrays)
{
    static const xp_dtype some_dtypes[] = {XP_FLOAT64, XP_FLOAT32, XP_INT8, XP_COMPLEX64};
    const struct xp_device *device = tested_device();
    for (size_t i = 0; i < sizeof spaces / sizeof spaces[0]; i++)
        for (size_t d = 0; d < sizeof some_dtypes / sizeof some_dtypes[0]; d++) {
            if (d != i % 4) /* each space with one dtype: kernels take time to compile */
                continue;
            xp_scope scope = xp_scope_open();
            xp_array *x = pattern(xp_device("host"), (xp_shape){3, spaces[i].shape});
            x = xp_multiply(xp_add(x, xp_scalar(0.25)), xp_scalar(d == 2 ? 80.0 : 3.0));
            x = xp_astype(x, some_dtypes[d], true);
            hold_against_host(xp_to_device(x, device), x, spaces[i].over, some_dtypes[d] != XP_COMPLEX64);
            xp_assert_closes(scope);
        }
}

/* ---- positions --------------------------------------------------------------------------------------------------- */

/* Ties go to the first, NaN wins, also where the axes lie in another order in memory. */
CHECKED_TEST(device_reductions, positions)
{
    const struct xp_device *device = tested_device();
    xp_scope scope = xp_scope_open();
    enum { ROWS = 300, COLUMNS = 500 };
    static float values[ROWS * COLUMNS];
    for (int i = 0; i < ROWS * COLUMNS; i++)
        values[i] = (float)(i * 31 % 97);
    xp_array *x = xp_from_host(values, XP_FLOAT32, XP_SHAPE(ROWS, COLUMNS), device);
    xp_array *turned = xp_permute_dims(x, (const int[]){1, 0}, 2);
    int64_t first = 0, first_turned = -1;
    while (values[first] != 96)
        first++;
    for (int64_t c = 0; c < COLUMNS && first_turned < 0; c++)
        for (int64_t r = 0; r < ROWS && first_turned < 0; r++)
            if (values[r * COLUMNS + c] == 96)
                first_turned = c * ROWS + r;
    cr_assert_eq(xp_to_int(xp_argmax(x, XP_ALL)), first);
    cr_assert_eq(xp_to_int(xp_argmax(turned, XP_ALL)), first_turned);
    values[7 * COLUMNS + 3] = values[200 * COLUMNS + 1] = NAN;
    x = xp_from_host(values, XP_FLOAT32, XP_SHAPE(ROWS, COLUMNS), device);
    turned = xp_permute_dims(x, (const int[]){1, 0}, 2);
    cr_assert_eq(xp_to_int(xp_argmin(x, XP_ALL)), 7 * COLUMNS + 3);
    cr_assert_eq(xp_to_int(xp_argmin(turned, XP_ALL)), 1 * ROWS + 200);
    cr_assert(isnan(xp_to_double(xp_max(x, XP_ALL))) && isnan(xp_to_double(xp_min(x, XP_ALL))));
    xp_assert_closes(scope);
}

/* ---- nothing, and little ----------------------------------------------------------------------------------------- */

CHECKED_TEST(device_reductions, of_nothing)
{
    const struct xp_device *device = tested_device();
    xp_scope scope = xp_scope_open();
    xp_array *x = xp_zeros(XP_SHAPE(3, 0), XP_FLOAT64, device);
    double sums[3], means[3], vars[3];
    cr_assert_eq(xp_to_host(xp_sum(x, XP_OVER(1)), sums, sizeof sums), XP_OK);
    cr_assert_eq(xp_to_host(xp_mean(x, XP_OVER(1)), means, sizeof means), XP_OK);
    cr_assert_eq(xp_to_host(xp_var(x, XP_OVER(1)), vars, sizeof vars), XP_OK);
    for (int i = 0; i < 3; i++)
        cr_assert(sums[i] == 0 && !signbit(sums[i]) && isnan(means[i]) && isnan(vars[i]));
    cr_assert_eq(xp_to_double(xp_prod(x, XP_ALL)), 1.0);
    cr_assert(xp_truth(xp_all(x, XP_ALL)) && !xp_truth(xp_any(x, XP_ALL)));
    cr_assert_eq(xp_size(xp_sum(x, XP_OVER(0))), 0);
    xp_array *zeros = xp_negative(xp_zeros(XP_SHAPE(100000), XP_FLOAT64, device));
    cr_assert(signbit(xp_to_double(xp_sum(zeros, XP_ALL)))); /* of -0s it is -0 */
    xp_array *one = xp_ones(XP_SHAPE(1), XP_FLOAT32, device);
    cr_assert_eq(xp_to_double(xp_var(one, XP_ALL)), 0.0);
    cr_assert(isnan(xp_to_double(xp_var(one, xp_correction(XP_ALL, 1)))));
    cr_assert(isnan(xp_to_double(xp_std(x, xp_correction(XP_ALL, -1)))));
    xp_assert_closes(scope);
}

/* Products begin with their first element: what stands for none would make NaN of an infinity. */
CHECKED_TEST(device_reductions, complex_products_of_infinities)
{
    const struct xp_device *device = tested_device();
    xp_scope scope = xp_scope_open();
    xp_array *x = xp_full(XP_SHAPE(3, 70), xp_scalar_complex(INFINITY, 2), XP_COMPLEX64, device);
    xp_array *first = xp_get(x, XP_INDEX(xp_ellipsis(), xp_slice(0, 1, 1)));
    xp_array *as_it_is = xp_get(x, XP_INDEX(xp_ellipsis(), xp_at(0)));
    xp_assert_equal(xp_prod(first, XP_OVER(1)), as_it_is);
    xp_assert_equal(xp_prod(xp_matrix_transpose(first), XP_OVER(0)), as_it_is);
    xp_array *none = xp_get(x, XP_INDEX(xp_ellipsis(), xp_slice(0, 0, 1)));
    xp_assert_identical(xp_prod(none, XP_OVER(1)), xp_ones_like(as_it_is, XP_DEFAULT_DTYPE));
    xp_assert_closes(scope);
}

/* ---- accuracy, and the same bits --------------------------------------------------------------------------------- */

/* The error does not grow with the number of values: here a simple loop would be off by 1e-11 and more. */
CHECKED_TEST(device_reductions, accuracy)
{
    enum { N = 3000000 };
    const struct xp_device *device = tested_device();
    xp_scope scope = xp_scope_open();
    double *values = malloc(N * sizeof *values);
    long double sum = 0, mean, squares = 0;
    for (int i = 0; i < N; i++) {
        values[i] = 1e6 + (double)(i * 7919LL % 1000) / 999.0;
        sum += values[i];
    }
    mean = sum / N;
    for (int i = 0; i < N; i++)
        squares += (values[i] - mean) * (values[i] - mean);
    xp_array *row = xp_from_host(values, XP_FLOAT64, XP_SHAPE(N), device);
    xp_array *columns = xp_from_host(values, XP_FLOAT64, XP_SHAPE(N / 20, 20), device);
    cr_assert_float_eq(xp_to_double(xp_sum(row, XP_ALL)) / (double)sum, 1.0, 1e-15);
    cr_assert_float_eq(xp_to_double(xp_var(row, XP_ALL)) / (double)(squares / N), 1.0, 1e-14);
    cr_assert_float_eq(xp_to_double(xp_sum(xp_mean(columns, XP_OVER(0)), XP_ALL)) / (double)(mean * 20), 1.0, 1e-15);
    xp_array *single = xp_from_host(values, XP_FLOAT64, XP_SHAPE(N), device);
    single = xp_astype(xp_subtract(single, xp_scalar(1e6)), XP_FLOAT32, true);
    cr_assert_float_eq(xp_to_double(xp_mean(single, XP_ALL)), (double)(mean - 1e6L), 1e-7);
    free(values);
    xp_assert_closes(scope);
}

enum { ROWS = 3001, COLUMNS = 29 };

/* Deviations of values at `base`, of which the first rows and columns lie `apart` from the others. */
static void check_deviations(double base, double apart)
{
    const struct xp_device *device = tested_device();
    xp_scope scope = xp_scope_open();
    static double values[ROWS][COLUMNS], stds[ROWS];
    for (int i = 0; i < ROWS; i++)
        for (int j = 0; j < COLUMNS; j++)
            values[i][j] = base + (double)((i * 7919LL + j * 104729LL) % 1000) / 1024.0 + (i * j == 0 ? apart : 0);
    for (int axis = 0; axis < 2; axis++) {
        const int kept = axis == 0 ? COLUMNS : ROWS, reduced = axis == 0 ? ROWS : COLUMNS;
        for (int k = 0; k < kept; k++) {
            long double mean = 0, squares = 0;
            for (int i = 0; i < reduced; i++)
                mean += (axis == 0 ? values[i][k] : values[k][i]) / (long double)reduced;
            for (int i = 0; i < reduced; i++) {
                const long double d = (axis == 0 ? values[i][k] : values[k][i]) - mean;
                squares += d * d;
            }
            stds[k] = (double)sqrtl(squares / reduced);
        }
        xp_array *x = xp_from_host(values, XP_FLOAT64, XP_SHAPE(ROWS, COLUMNS), device);
        xp_array *expected = xp_from_host(stds, XP_FLOAT64, XP_SHAPE(kept), device);
        xp_assert_close(xp_std(x, XP_OVER(axis)), expected, 1e-14, 0);
    }
    xp_assert_closes(scope);
}

/* Nor with the distance of values from 0: their differences are exact. */
CHECKED_TEST(device_reductions, deviations_far_from_zero)
{
    check_deviations(1e9, 0);
}

/* Nor with that of the first value from all others. */
CHECKED_TEST(device_reductions, deviations_behind_an_outlier)
{
    check_deviations(0, 1e5);
}

/* Neither the number of processors nor gaps between elements change a bit. */
CHECKED_TEST(device_reductions, same_bits)
{
    const struct xp_device *device = tested_device();
    device_state *state = device_state_of(device);
    const int units = state->about.compute_units;
    xp_scope scope = xp_scope_open();
    xp_array *x = pattern(device, XP_SHAPE(400, 301)), *doubled = pattern(device, XP_SHAPE(400, 602));
    xp_array *strided = xp_get(doubled, XP_INDEX(xp_slice(XP_END, XP_END, 1), xp_slice(XP_END, XP_END, 2)));
    xp_array *packed = xp_add(strided, xp_scalar(0.0));
    xp_eval(packed);
    const xp_over overs[] = {XP_ALL, XP_OVER(0), XP_OVER(1)};
    for (int i = 0; i < 3; i++) {
        xp_array *few = xp_sum(x, overs[i]);
        xp_eval(few);
        state->about.compute_units = 1000;
        xp_array *many = xp_sum(x, overs[i]);
        xp_eval(many);
        state->about.compute_units = units;
        cr_assert_null(support_differ(few, many));
        cr_assert_null(support_differ(xp_var(strided, overs[i]), xp_var(packed, overs[i])));
    }
    xp_assert_closes(scope);
}
