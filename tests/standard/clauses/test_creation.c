/* What the standard says of the functions that make arrays, clause by clause.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>

#include "clauses.h"
#include "scixp/xp/dlpack.h"
#include "scixp/xp/dlpack_structs.h"

static xp_dtype default_float(const struct xp_device *device)
{
    return xp_info_default_dtypes(device).real_floating;
}

/* ---- arange ------------------------------------------------------------------------------------------------------ */

static const struct {
    double start, stop, step;
    int64_t length;
} ranges[] = {
    {0, 5, 1, 5}, {2, 9, 3, 3}, {2, 8, 3, 2}, {9, 2, -3, 3}, {0, 0, 1, 0}, {3, 3, -2, 0}, {5, 0, 1, 0}, {0, 5, -1, 0},
    {0, 1, 0.25, 4}, {0, 1.1, 0.25, 5}, {1, -1, -0.5, 4}, {-3, 4, 7, 1}, {0, 1, 10, 1}, {-5, -4.5, 1, 1},
    {4, -4, -8, 1}, {7, 100, 1, 93}, {0, 1e6, 1e3, 1000}, {0.5, 4.5, 1, 4}, {0, 1, 2, 1}, {10, -10, -20, 1},
    {0, 1000.5, 1, 1001},
};
enum { N_RANGES = sizeof ranges / sizeof ranges[0] };

static void arange_length(const struct xp_device *device)
{
    for (int i = 0; i < N_RANGES; i++) {
        xp_array *x = xp_arange(ranges[i].start, ranges[i].stop, ranges[i].step, XP_DEFAULT_DTYPE, device);
        EXPECT_THAT(xp_ndim(x) == 1 && xp_extent(x, 0) == ranges[i].length, "range %d: %lld", i,
                    (long long)xp_extent(x, 0));
    }
}

/* As the formula has it in doubles, whatever is lost there. */
static void arange_any_length(const struct xp_device *device)
{
    for (int i = 0; i < 3000; i++) {
        const double tenths = clause_draws(2) ? 10 : 7;
        const double start = (double)support_integer(clause_random(), -60, 60) / tenths;
        const double stop = (double)support_integer(clause_random(), -60, 60) / tenths;
        const double step = (double)support_integer(clause_random(), 1, 30) / tenths * (clause_draws(2) ? 1 : -1);
        const double length = fmax(0, ceil((stop - start) / step));
        xp_array *x = xp_arange(start, stop, step, XP_DEFAULT_DTYPE, device);
        EXPECT_THAT((double)xp_size(x) == length, "(%g, %g, %g): %g", start, stop, step, (double)xp_size(x));
    }
}

static void arange_dtype(const struct xp_device *device)
{
    const xp_default_dtypes defaults = xp_info_default_dtypes(device);
    EXPECT_THAT(xp_dtype_of(xp_arange(0, 5, 1, XP_DEFAULT_DTYPE, device)) == defaults.integral, "integers");
    xp_array *const floats[] = {xp_arange(0.5, 5, 1, XP_DEFAULT_DTYPE, device),
                                xp_arange(0, 5.5, 1, XP_DEFAULT_DTYPE, device),
                                xp_arange(0, 5, 0.5, XP_DEFAULT_DTYPE, device),
                                xp_extra_arange(NULL, xp_scalar(5.0), NULL, XP_DEFAULT_DTYPE, device)};
    for (int i = 0; i < 4; i++)
        EXPECT_THAT(xp_dtype_of(floats[i]) == defaults.real_floating, "floats %d", i);
    CLAUSE_DTYPES(dtype, XP_TEST_REAL)
        EXPECT_THAT(xp_dtype_of(xp_arange(0, 5, 1, dtype, device)) == dtype, "given");
}

static void arange_values(const struct xp_device *device)
{
    CLAUSE_DTYPES(dtype, XP_TEST_REAL)
    for (int i = 0; i < N_RANGES; i++) {
        const double last = ranges[i].start + (double)(ranges[i].length - 1) * ranges[i].step;
        const bool whole = floor(ranges[i].start) == ranges[i].start && floor(ranges[i].step) == ranges[i].step;
        const bool negative = fmin(ranges[i].start, last) < 0;
        if (!model_is(dtype, XP_TEST_FLOATING) && (!whole || fmax(fabs(ranges[i].start), fabs(last)) > 120))
            continue;
        if (model_is(dtype, XP_TEST_UNSIGNED) && negative)
            continue;
        model expected = model_zeros(dtype, XP_SHAPE(ranges[i].length));
        for (int64_t j = 0; j < expected.size; j++)
            expected.at[j].re = ranges[i].start + (double)j * ranges[i].step;
        EXPECT(xp_arange(ranges[i].start, ranges[i].stop, ranges[i].step, dtype, device), &expected);
    }
}

static void arange_step(const struct xp_device *device)
{
    EXPECT_FAILS(VALUE, xp_arange(0, 5, 0, XP_DEFAULT_DTYPE, device));
    EXPECT_FAILS(VALUE, xp_extra_arange(NULL, xp_scalar(3), xp_scalar(0), XP_DEFAULT_DTYPE, device));
}

static void arange_one_argument(const struct xp_device *device)
{
    model expected = model_zeros(xp_info_default_dtypes(device).integral, XP_SHAPE(4));
    for (int i = 0; i < 4; i++)
        expected.at[i].re = i;
    EXPECT(xp_extra_arange(NULL, xp_scalar(4), NULL, XP_DEFAULT_DTYPE, device), &expected);
    EXPECT_THAT(xp_size(xp_extra_arange(NULL, xp_scalar(-4), NULL, XP_DEFAULT_DTYPE, device)) == 0, "none");
}

/* ---- asarray ----------------------------------------------------------------------------------------------------- */

static void asarray_scalars(const struct xp_device *device)
{
    const xp_default_dtypes defaults = xp_info_default_dtypes(device);
    xp_array *const scalars[] = {xp_scalar_bool(true), xp_scalar(7), xp_scalar(0.5), xp_scalar_complex(0.5, -2)};
    const xp_dtype dtypes[] = {XP_BOOL, defaults.integral, defaults.real_floating, defaults.complex_floating};
    const double re[] = {1, 7, 0.5, 0.5}, im[] = {0, 0, 0, -2};
    for (int i = 0; i < 4; i++) {
        const model expected = model_filled(dtypes[i], XP_SHAPE_0D, re[i], im[i]);
        EXPECT(xp_asarray(scalars[i], XP_DEFAULT_DTYPE, XP_COPY_IF_NEEDED, device), &expected);
    }
    CLAUSE_DTYPES(dtype, XP_TEST_NUMERIC)
    {
        const model expected = model_filled(dtype, XP_SHAPE_0D, 7, 0);
        EXPECT(xp_asarray(xp_scalar(7), dtype, XP_COPY_IF_NEEDED, device), &expected);
    }
}

static void asarray_arrays(const struct xp_device *device)
{
    CLAUSE_DTYPES(dtype, XP_TEST_ANY)
    MODEL_SHAPES(shape)
    {
        const model x = clause_model(dtype, shape);
        for (int copy = XP_COPY_IF_NEEDED; copy <= XP_COPY_NEVER; copy++)
            EXPECT(xp_asarray(clause_array(&x, device), XP_DEFAULT_DTYPE, (xp_copy_policy)copy, device), &x);
    }
}

/* Memory is shared where two tensors of DLPack have one address; a device that shares none is asked elsewhere. */
static const void *address_of(xp_array *x)
{
    xp_try attempt = xp_try_open();
    struct DLManagedTensorVersioned *tensor = xp_export_dlpack(x, NULL);
    (void)!xp_try_close(attempt, NULL);
    if (!tensor)
        return NULL;
    const void *address = (const char *)tensor->dl_tensor.data + tensor->dl_tensor.byte_offset;
    tensor->deleter(tensor);
    return address;
}

static void asarray_copy(const struct xp_device *device)
{
    CLAUSE_DTYPES(dtype, XP_TEST_ANY)
    {
        const model m = clause_model(dtype, XP_SHAPE(3, 4));
        xp_array *x = model_upload(&m, device);
        xp_array *copy = xp_asarray(x, XP_DEFAULT_DTYPE, XP_COPY_ALWAYS, device);
        xp_array *same = xp_asarray(x, XP_DEFAULT_DTYPE, XP_COPY_NEVER, device);
        xp_array *also = xp_asarray(x, dtype, XP_COPY_IF_NEEDED, device);
        const void *address = address_of(x);
        EXPECT_THAT(address_of(same) == address && address_of(also) == address, "not reused");
        EXPECT_THAT(!address || address_of(copy) != address, "not copied");
        EXPECT(copy, &m);
        const xp_dtype other = dtype == XP_COMPLEX64 ? XP_BOOL : XP_COMPLEX64;
        EXPECT_FAILS(VALUE, xp_asarray(x, other, XP_COPY_NEVER, device));
    }
}

/* ---- empty, zeros, ones, full and what takes after another array ------------------------------------------------- */

static void constants_default_dtype(const struct xp_device *device)
{
    const xp_dtype dtype = default_float(device);
    MODEL_SHAPES(shape)
    {
        const model zeros = model_zeros(dtype, shape), ones = model_filled(dtype, shape, 1, 0);
        EXPECT(xp_zeros(shape, XP_DEFAULT_DTYPE, device), &zeros);
        EXPECT(xp_ones(shape, XP_DEFAULT_DTYPE, device), &ones);
        xp_array *empty = xp_empty(shape, XP_DEFAULT_DTYPE, device);
        const model contents = model_of(empty);
        EXPECT(empty, &contents);
        EXPECT_THAT(xp_dtype_of(empty) == dtype && xp_ndim(empty) == shape.ndim, "empty");
    }
}

static void constants_dtypes(const struct xp_device *device)
{
    CLAUSE_DTYPES(dtype, XP_TEST_ANY)
    MODEL_SHAPES(shape)
    {
        const model zeros = model_zeros(dtype, shape), ones = model_filled(dtype, shape, 1, 0);
        EXPECT(xp_zeros(shape, dtype, device), &zeros);
        EXPECT(xp_ones(shape, dtype, device), &ones);
        xp_array *empty = xp_empty(shape, dtype, device);
        EXPECT_THAT(xp_dtype_of(empty) == dtype && xp_size(empty) == zeros.size, "empty");
    }
}

static void full_infers(const struct xp_device *device)
{
    const xp_default_dtypes defaults = xp_info_default_dtypes(device);
    MODEL_SHAPES(shape)
    {
        const model truth = model_filled(XP_BOOL, shape, 1, 0), whole = model_filled(defaults.integral, shape, -3, 0);
        const model real = model_filled(defaults.real_floating, shape, 2.5, 0);
        const model complex = model_filled(defaults.complex_floating, shape, 1, -2);
        EXPECT(xp_full(shape, xp_scalar_bool(true), XP_DEFAULT_DTYPE, device), &truth);
        EXPECT(xp_full(shape, xp_scalar(-3), XP_DEFAULT_DTYPE, device), &whole);
        EXPECT(xp_full(shape, xp_scalar(2.5), XP_DEFAULT_DTYPE, device), &real);
        EXPECT(xp_full(shape, xp_scalar_complex(1, -2), XP_DEFAULT_DTYPE, device), &complex);
    }
}

static void full_every_element(const struct xp_device *device)
{
    CLAUSE_DTYPES(dtype, XP_TEST_ANY)
    MODEL_SHAPES(shape)
    {
        const model expected = model_filled(dtype, shape, dtype == XP_BOOL ? 1 : 42, 0);
        xp_array *value = dtype == XP_BOOL ? xp_scalar_bool(true) : xp_scalar(42);
        EXPECT(xp_full(shape, value, dtype, device), &expected);
    }
}

static void likes_infer(const struct xp_device *device)
{
    CLAUSE_DTYPES(dtype, XP_TEST_ANY)
    MODEL_SHAPES(shape)
    {
        const model m = clause_model(dtype, shape), zeros = model_zeros(dtype, shape);
        const model ones = model_filled(dtype, shape, 1, 0);
        xp_array *x = clause_array(&m, device);
        xp_array *one = dtype == XP_BOOL ? xp_scalar_bool(true) : xp_scalar(1);
        EXPECT(xp_zeros_like(x, XP_DEFAULT_DTYPE), &zeros);
        EXPECT(xp_ones_like(x, XP_DEFAULT_DTYPE), &ones);
        EXPECT(xp_full_like(x, one, XP_DEFAULT_DTYPE), &ones);
        xp_array *empty = xp_empty_like(x, XP_DEFAULT_DTYPE);
        const model contents = model_of(empty);
        EXPECT(empty, &contents);
        EXPECT_THAT(xp_dtype_of(empty) == dtype && xp_size(empty) == m.size, "empty_like");
    }
}

static void likes_dtype(const struct xp_device *device)
{
    const model m = clause_model(default_float(device), XP_SHAPE(2, 3));
    xp_array *x = clause_array(&m, device);
    CLAUSE_DTYPES(dtype, XP_TEST_ANY)
    {
        const model zeros = model_zeros(dtype, XP_SHAPE(2, 3)), ones = model_filled(dtype, XP_SHAPE(2, 3), 1, 0);
        EXPECT(xp_zeros_like(x, dtype), &zeros);
        EXPECT(xp_ones_like(x, dtype), &ones);
        EXPECT(xp_full_like(x, dtype == XP_BOOL ? xp_scalar_bool(true) : xp_scalar(1), dtype), &ones);
        EXPECT_THAT(xp_dtype_of(xp_empty_like(x, dtype)) == dtype, "empty_like");
    }
}

/* ---- eye --------------------------------------------------------------------------------------------------------- */

static void eye_diagonals(const struct xp_device *device)
{
    static const int64_t shapes[][2] = {{4, 4}, {3, 5}, {5, 3}, {0, 3}, {3, 0}, {0, 0}, {1, 1}, {1, 4}};
    CLAUSE_DTYPES(dtype, XP_TEST_ANY)
    for (int i = 0; i < 8; i++)
        for (int64_t k = -7; k <= 7; k++) {
            model expected = model_zeros(dtype, XP_SHAPE(shapes[i][0], shapes[i][1]));
            MODEL_EACH(expected, at)
            expected.at[flat].re = at[1] - at[0] == k;
            EXPECT(xp_eye(shapes[i][0], shapes[i][1], k, dtype, device), &expected);
        }
}

static void eye_default_dtype(const struct xp_device *device)
{
    EXPECT_THAT(xp_dtype_of(xp_eye(3, 3, 0, XP_DEFAULT_DTYPE, device)) == default_float(device), "dtype");
}

static void eye_far_diagonals(const struct xp_device *device)
{
    static const int64_t ends[] = {INT64_MIN, INT64_MIN + 1, -INT32_MAX, INT32_MAX, INT64_MAX - 1, INT64_MAX};
    const model zeros = model_zeros(XP_INT32, XP_SHAPE(3, 4));
    for (int i = 0; i < 6; i++)
        EXPECT(xp_eye(3, 4, ends[i], XP_INT32, device), &zeros);
}

/* ---- from_dlpack ------------------------------------------------------------------------------------------------- */

static void from_dlpack_data(const struct xp_device *device)
{
    CLAUSE_DTYPES(dtype, XP_TEST_ANY)
    MODEL_SHAPES(shape)
    for (int copy = XP_COPY_IF_NEEDED; copy <= XP_COPY_ALWAYS; copy++) {
        const model m = clause_model(dtype, shape);
        struct DLManagedTensorVersioned *tensor = xp_export_dlpack(clause_array(&m, xp_device("host")), NULL);
        EXPECT(xp_from_dlpack(tensor, (xp_copy_policy)copy, device), &m);
    }
}

static void from_dlpack_copy(const struct xp_device *device)
{
    const model m = clause_model(XP_FLOAT32, XP_SHAPE(2, 3));
    const bool is_apart = clause_is_strict(device) || !xp_test_can(device, XP_TEST_HOST_MEMORY);
    for (int copy = XP_COPY_IF_NEEDED; copy <= XP_COPY_NEVER; copy++) {
        struct DLManagedTensorVersioned *tensor = xp_export_dlpack(model_upload(&m, xp_device("host")), NULL);
        const void *address = tensor->dl_tensor.data;
        if (copy == XP_COPY_NEVER && is_apart) { /* it has memory of its own */
            EXPECT_FAILS(VALUE, xp_from_dlpack(tensor, XP_COPY_NEVER, device));
            tensor->deleter(tensor);
            continue;
        }
        xp_array *x = xp_from_dlpack(tensor, (xp_copy_policy)copy, device);
        EXPECT(x, &m);
        if (xp_test_can(device, XP_TEST_HOST_MEMORY))
            EXPECT_THAT((xp_data(x) == address) == (copy != XP_COPY_ALWAYS), "copy is %d", copy);
    }
}

/* ---- linspace ---------------------------------------------------------------------------------------------------- */

static void linspace_values(const struct xp_device *device)
{
    static const double ends[][2] = {{0, 1}, {1, -1}, {-3, 7}, {0.1, 0.7}, {2, 2}, {-1e6, 1e-3}};
    CLAUSE_DTYPES(dtype, XP_TEST_FLOATING)
    for (int i = 0; i < 6; i++)
        for (int endpoint = 0; endpoint < 2; endpoint++)
            for (int64_t num = 0; num < 12; num++) {
                model expected = model_zeros(dtype, XP_SHAPE(num));
                const double intervals = fmax((double)(endpoint ? num - 1 : num), 1);
                for (int64_t j = 0; j < num; j++)
                    expected.at[j].re = ends[i][0] + (ends[i][1] - ends[i][0]) / intervals * (double)j;
                EXPECT_CLOSE(xp_linspace(ends[i][0], ends[i][1], num, endpoint, dtype, device), &expected,
                             2 * model_epsilon(dtype));
            }
}

/* In the dtype of the result, the ends are exactly those asked for. */
static void linspace_ends(const struct xp_device *device)
{
    CLAUSE_DTYPES(dtype, XP_TEST_REAL_FLOATING)
    for (int64_t num = 2; num < 300; num += 7) {
        const double start = support_uniform(clause_random(), -10, 10), stop = support_uniform(clause_random(), -3, 3);
        const model x = model_of(xp_linspace(start, stop, num, true, dtype, device));
        const bool single = dtype == XP_FLOAT32;
        EXPECT_THAT(x.at[0].re == (single ? (double)(float)start : start), "start");
        EXPECT_THAT(x.at[num - 1].re == (single ? (double)(float)stop : stop), "stop of %d", (int)num);
    }
}

static void linspace_half_open(const struct xp_device *device)
{
    for (int64_t num = 1; num < 60; num++) {
        const model closed = model_of(xp_linspace(-2.5, 7.25, num + 1, true, XP_FLOAT32, device));
        model open = model_zeros(XP_FLOAT32, XP_SHAPE(num));
        for (int64_t i = 0; i < num; i++)
            model_put(&open, i, &closed, i);
        EXPECT(xp_linspace(-2.5, 7.25, num, false, XP_FLOAT32, device), &open);
    }
}

static void linspace_dtype(const struct xp_device *device)
{
    const xp_default_dtypes defaults = xp_info_default_dtypes(device);
    EXPECT_THAT(xp_dtype_of(xp_linspace(0, 1, 3, true, XP_DEFAULT_DTYPE, device)) == defaults.real_floating, "real");
    const model expected = model_zeros(defaults.complex_floating, XP_SHAPE(5));
    for (int i = 0; i < 5; i++) {
        expected.at[i].re = 1 + 0.5 * i;
        expected.at[i].im = 2 - i;
    }
    xp_array *first = xp_scalar_complex(1, 2), *last = xp_scalar_complex(3, -2);
    EXPECT_CLOSE(xp_extra_linspace(first, last, 5, true, XP_DEFAULT_DTYPE, device), &expected,
                 model_epsilon(expected.dtype));
    EXPECT_THAT(xp_dtype_of(xp_extra_linspace(xp_scalar(0), last, 5, true, XP_DEFAULT_DTYPE, device)) == expected.dtype,
                "one end");
    EXPECT_FAILS(VALUE, xp_linspace(0, 1, -1, true, XP_DEFAULT_DTYPE, device));
}

/* ---- meshgrid ---------------------------------------------------------------------------------------------------- */

static void check_meshgrid(const struct xp_device *device, xp_dtype dtype, int count, xp_meshgrid_indexing indexing)
{
    xp_array *arrays[6], *results[6];
    model m[6];
    int64_t shape[6];
    for (int i = 0; i < count; i++) {
        m[i] = clause_model(dtype, XP_SHAPE(support_integer(clause_random(), i == 2 ? 0 : 1, 4)));
        arrays[i] = clause_array(&m[i], device);
        shape[i] = m[i].size;
    }
    const bool swapped = indexing == XP_INDEXING_XY && count > 1;
    if (swapped) {
        shape[0] = m[1].size;
        shape[1] = m[0].size;
    }
    EXPECT_THAT(xp_meshgrid(arrays, count, indexing, results), "%s", xp_error_message());
    for (int i = 0; i < count; i++) {
        model expected = model_zeros(dtype, (xp_shape){count, shape});
        MODEL_EACH(expected, at)
        model_put(&expected, flat, &m[i], at[swapped && i < 2 ? 1 - i : i]);
        EXPECT(results[i], &expected);
    }
}

static void meshgrid_ij(const struct xp_device *device)
{
    CLAUSE_DTYPES(dtype, XP_TEST_NUMERIC)
    for (int count = 1; count <= 6; count++)
        check_meshgrid(device, dtype, count, XP_INDEXING_IJ);
}

static void meshgrid_xy(const struct xp_device *device)
{
    CLAUSE_DTYPES(dtype, XP_TEST_NUMERIC)
    for (int count = 1; count <= 6; count++)
        check_meshgrid(device, dtype, count, XP_INDEXING_XY);
}

static void meshgrid_none(const struct xp_device *device)
{
    (void)device;
    EXPECT_THAT(xp_meshgrid(NULL, 0, XP_INDEXING_XY, NULL), "%s", xp_error_message());
}

/* ---- tril, triu -------------------------------------------------------------------------------------------------- */

static void check_triangle(const struct xp_device *device, xp_array *(*take)(xp_array *, int64_t), bool upper)
{
    static const int64_t far[] = {INT64_MIN, INT64_MAX};
    CLAUSE_DTYPES(dtype, XP_TEST_ANY)
    MODEL_SHAPES(shape)
    for (int64_t i = -6; i <= 8 && shape.ndim >= 2; i++) {
        const int64_t k = i <= 6 ? i : far[i - 7];
        const model m = clause_model(dtype, shape);
        model expected = model_zeros(dtype, shape);
        MODEL_EACH(m, at)
        {
            const int64_t diagonal = at[m.ndim - 1] - at[m.ndim - 2];
            if (upper ? diagonal >= k : diagonal <= k)
                model_put(&expected, flat, &m, flat);
        }
        EXPECT(take(clause_array(&m, device), k), &expected);
    }
}

static void tril_elements(const struct xp_device *device)
{
    check_triangle(device, xp_tril, false);
}

static void triu_elements(const struct xp_device *device)
{
    check_triangle(device, xp_triu, true);
}

static void triangles_zero_nan(const struct xp_device *device)
{
    CLAUSE_DTYPES(dtype, XP_TEST_FLOATING)
    {
        const model m = model_filled(dtype, XP_SHAPE(3, 3), NAN, INFINITY);
        const model lower = model_of(xp_tril(model_upload(&m, device), 0)), upper = model_of(
            xp_triu(model_upload(&m, device), 0));
        MODEL_EACH(m, at)
        {
            EXPECT_THAT(at[1] <= at[0] || (lower.at[flat].re == 0 && lower.at[flat].im == 0), "above");
            EXPECT_THAT(at[1] >= at[0] || (upper.at[flat].re == 0 && upper.at[flat].im == 0), "below");
        }
    }
}

static const clause clauses[] = {
    ON_DEVICE("arange", arange_length,
              "the length must be ceil((stop-start)/step) if the signs agree, and 0 otherwise"),
    ON_DEVICE("arange", arange_any_length, "the same where rounding decides"),
    ON_DEVICE("arange", arange_dtype,
              "dtype None: the default integer dtype if all are integers, else the default real one"),
    ON_DEVICE("arange", arange_values, "evenly spaced values within the half-open interval [start, stop)"),
    ON_DEVICE("arange", arange_step, "step must not be 0"),
    ON_DEVICE("arange", arange_one_argument, "if stop is not specified, the default starting value is 0"),
    ON_DEVICE("asarray", asarray_scalars, "the dtype of scalars: bool, or the default integer, real or complex dtype"),
    ON_DEVICE("asarray", asarray_arrays, "an array containing the data from obj"),
    ON_DEVICE("asarray", asarray_copy, "True must copy, False must never copy, None must reuse memory if possible"),
    ON_DEVICE("empty, ones, zeros", constants_default_dtype, "dtype None: must be the default real floating dtype"),
    ON_DEVICE("empty, ones, zeros", constants_dtypes, "the shape and dtype asked for; ones are 1 + 0j"),
    ON_DEVICE("empty_like, full_like, ones_like, zeros_like", likes_infer, "the shape, dtype and device of x"),
    ON_DEVICE("empty_like, full_like, ones_like, zeros_like", likes_dtype, "the dtype asked for"),
    ON_DEVICE("eye", eye_diagonals, "ones on the kth diagonal and zeros elsewhere; complex ones are 1 + 0j"),
    ON_DEVICE("eye", eye_default_dtype, "dtype None: must be the default real floating dtype"),
    ON_DEVICE("eye", eye_far_diagonals, "k beyond the extents: no ones"),
    ON_DEVICE("from_dlpack", from_dlpack_data, "an array containing the data in x, on the device asked for"),
    ON_DEVICE("from_dlpack", from_dlpack_copy,
              "copy: True must copy, False must never copy and raise, None must reuse memory"),
    ON_DEVICE("full", full_infers, "dtype None: bool, or the default integer, real or complex dtype, by fill_value"),
    ON_DEVICE("full", full_every_element, "every element is equal to fill_value"),
    ON_DEVICE("linspace", linspace_values, "the spacing is (stop - start) / (N - 1)"),
    ON_DEVICE("linspace", linspace_ends, "endpoint True: over the closed interval [start, stop]"),
    ON_DEVICE("linspace", linspace_half_open, "endpoint False: num + 1 numbers ending with stop, and stop excluded"),
    ON_DEVICE("linspace", linspace_dtype,
              "dtype None: the default complex dtype if one end is complex, else the default real one"),
    ON_DEVICE("meshgrid", meshgrid_ij, "ij: each returned array must have the shape (N1, N2, N3, ..., Nn)"),
    ON_DEVICE("meshgrid", meshgrid_xy,
              "xy: each returned array must have the shape (N2, N1, N3, ..., Nn); of one, no effect"),
    ON_DEVICE("meshgrid", meshgrid_none, "an arbitrary number of arrays: none too"),
    ON_DEVICE("tril", tril_elements, "elements above diagonal k must be zeroed; the same shape and dtype as x"),
    ON_DEVICE("triu", triu_elements, "elements below diagonal k must be zeroed; the same shape and dtype as x"),
    ON_DEVICE("tril, triu", triangles_zero_nan, "zeroed, whatever stood there"),
};

CHECKED_TEST(standard_creation, clauses)
{
    CHECK_CLAUSES("creation functions", clauses);
}
