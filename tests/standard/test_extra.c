/* Functions that are made of others: what golden values do not show. Laziness, views, single steps that fail, exact
 * errors, ends of ranges.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "extra.h"

#define SUITE standard_extra

static xp_array *zeros(xp_dtype dtype, xp_shape shape, const struct xp_device *device)
{
    return xp_zeros(shape, dtype, device);
}

/* ---- laziness and views ------------------------------------------------------------------------------------------ */

/* What the documentation says forces nothing launches nothing, on operands too large to be computed at the call. */
CHECKED_TEST(standard_extra, forces_nothing)
{
    xp_scope scope = xp_scope_open();
    const struct xp_device *trace = xp_device("trace(host)");
    xp_array *x = support_ramp(-5, 0.25, XP_FLOAT64, XP_SHAPE(200, 200), trace), *results[8];
    xp_array *i = xp_arange(0, 40000, 1, XP_DEFAULT_DTYPE, trace), *row = xp_get(x, XP_INDEX(xp_at(3)));
    i = xp_asarray(i, XP_DEFAULT_DTYPE, XP_COPY_ALWAYS, trace);
    const int axes[] = {0, -1}, back[] = {1, 0};
    xp_trace_reset(trace);
    xp_tril(x, 1);
    xp_triu(x, -1);
    xp_meshgrid((xp_array *const[]){row, row, row}, 3, XP_INDEXING_XY, results);
    xp_diff(x, 0, 1, NULL, NULL);
    xp_extra_angle(x, true);
    xp_extra_deg2rad(x);
    xp_extra_rad2deg(x);
    xp_extra_sinc(x);
    xp_extra_atleast_nd(x, 7);
    xp_extra_expand_dims(x, axes, 2);
    xp_extra_moveaxis(x, axes, back, 2);
    xp_extra_swapaxes(x, 0, 1);
    xp_extra_isclose(x, x, 1e-5, 1e-8, true);
    xp_extra_nan_to_num(x, NULL);
    xp_extra_nanmax(x, XP_ALL);
    xp_extra_nanmin(x, XP_OVER(0));
    xp_extra_nansum(x, XP_OVER(1));
    xp_extra_one_hot(i, 50, XP_FLOAT32, 0);
    xp_extra_unravel_index(i, XP_SHAPE(200, 200), results, 2);
    xp_extra_diag_indices(100000, trace);
    xp_promote((xp_array *const[]){x, row}, 2, XP_PROMOTE_BROADCAST, results);
    xp_counts counts = xp_test_counts(trace);
    cr_assert_eq(counts.launches, 0);
    cr_assert_lt(counts.bytes_allocated, 1024, "constants alone");
    xp_assert_closes(scope);
}

/* Differences of something pending are one pass over what it is made of. */
CHECKED_TEST(standard_extra, differences_fuse)
{
    xp_scope scope = xp_scope_open();
    const struct xp_device *trace = xp_device("trace(host)");
    xp_array *x = support_ramp(-5, 0.25, XP_FLOAT64, XP_SHAPE(40000), trace);
    xp_array *d = xp_diff(x, 0, 1, NULL, NULL);
    xp_trace_reset(trace);
    xp_assert_equal(xp_max(d, XP_ALL), xp_scalar(0.25));
    cr_assert_leq(xp_test_counts(trace).passes, 1);
    xp_assert_closes(scope);
}

CHECKED_TEST(standard_extra, views_are_views)
{
    xp_scope scope = xp_scope_open();
    const struct xp_device *host = xp_device("host");
    xp_array *x = support_ramp(0, 1, XP_FLOAT64, XP_SHAPE(4, 5), host), *parts[4], *grid[2];
    const char *memory = xp_data(x);
    xp_array *row = xp_get(x, XP_INDEX(xp_at(0)));
    cr_assert(xp_unstack(x, 0, parts, 4));
    for (int i = 0; i < 4; i++)
        cr_assert_eq((const char *)xp_data(parts[i]), memory + 40 * i);
    cr_assert_eq((const char *)xp_data(xp_extra_reshape(x, XP_SHAPE(20), XP_COPY_NEVER)), memory);
    cr_assert_neq((const char *)xp_data(xp_extra_reshape(x, XP_SHAPE(20), XP_COPY_ALWAYS)), memory);
    cr_assert_eq((const char *)xp_data(xp_asarray(x, XP_FLOAT64, XP_COPY_NEVER, host)), memory);
    cr_assert_neq((const char *)xp_data(xp_copy(x)), memory);
    /* a grid of a terabyte and windows as large take up nothing */
    xp_array *wide = xp_broadcast_to(xp_get(x, XP_INDEX(xp_at(0), xp_at(1))), XP_SHAPE(1 << 20));
    cr_assert(xp_meshgrid((xp_array *const[]){wide, row}, 2, XP_INDEXING_IJ, grid));
    xp_assert_ok(xp_extra_sliding_window(wide, (const int64_t[]){1 << 19}, NULL, 1));
    cr_assert_eq(xp_extent(grid[0], 0), 1 << 20);
    xp_assert_closes(scope);
}

EXTRA_TEST(several_axes)
{
    xp_array *x = support_ramp(0, 1, XP_FLOAT64, XP_SHAPE(2, 3, 4), device);
    const int sources[] = {0, 1, 2}, destinations[] = {-1, 0, 1};
    xp_assert_equal(xp_extra_moveaxis(x, sources, destinations, 3), xp_permute_dims(x, (const int[]){1, 2, 0}, 3));
    xp_assert_equal(xp_extra_moveaxis(x, NULL, NULL, 0), x);
    xp_assert_equal(xp_extra_roll(x, NULL, NULL, 0), x);
    xp_assert_equal(xp_extra_roll(x, (const int64_t[]){INT64_MAX, INT64_MIN}, (const int[]){2, 1}, 2),
                    xp_roll(xp_roll(x, INT64_MAX % 4, 2), INT64_MIN % 3, 1));
    xp_assert_equal(xp_extra_atleast_nd(x, 2), x);
    xp_assert_equal(xp_extra_repeat(x, xp_scalar(2), 1), xp_repeat(x, 2, 1));
    xp_array *none = zeros(XP_FLOAT32, XP_SHAPE(0, 3), device);
    xp_assert_equal(xp_extra_repeat(none, zeros(XP_INT32, XP_SHAPE(0), device), 0), none);
    xp_assert_equal(xp_extra_repeat(x, zeros(XP_UINT64, XP_SHAPE(1), device), 2),
                    zeros(XP_FLOAT64, XP_SHAPE(2, 3, 0), device));
    /* every window of a 0-d array, and windows of windows */
    xp_array *point = xp_sum(x, XP_ALL);
    xp_assert_equal(xp_extra_sliding_window(point, NULL, NULL, 0), point);
    xp_array *windows = xp_extra_sliding_window(xp_flip(x, XP_OVER(2)), (const int64_t[]){2}, (const int[]){1}, 1);
    windows = xp_extra_sliding_window(windows, (const int64_t[]){3}, (const int[]){2}, 1);
    xp_assert_equal(xp_get(windows, XP_INDEX(xp_at(1), xp_at(1), xp_at(0), xp_at(0), xp_at(2))),
                    xp_get(x, XP_INDEX(xp_at(1), xp_at(1), xp_at(1))));
}

/* A moving sum over windows of pending work: computed once, not once for each window. */
CHECKED_TEST(standard_extra, windows_compute_once)
{
    xp_scope scope = xp_scope_open();
    const struct xp_device *trace = xp_device("trace(host)");
    xp_array *x = support_ramp(0, 1, XP_FLOAT64, XP_SHAPE(20000), trace);
    xp_array *windows = xp_extra_sliding_window(xp_sqrt(xp_square(x)), (const int64_t[]){100}, NULL, 1);
    xp_trace_reset(trace);
    xp_array *sums = xp_sum(windows, XP_OVER(-1));
    xp_assert_equal(xp_get(sums, XP_INDEX(xp_at(7))), xp_scalar(7.0 * 100 + 4950));
    cr_assert_eq(xp_test_counts(trace).passes, 1);
    xp_assert_closes(scope);
}

/* ---- values ------------------------------------------------------------------------------------------------------ */

EXTRA_TEST(clip_brings_limits_into_range)
{
    xp_array *x = INTEGERS(XP_UINT8, 0, 7, 200, 255);
    xp_assert_equal(xp_clip(x, xp_scalar(-5), NULL), x);
    xp_assert_equal(xp_clip(x, xp_scalar(6), xp_scalar(300)), INTEGERS(XP_UINT8, 6, 7, 200, 255));
    xp_assert_equal(xp_clip(x, xp_scalar(256), NULL), INTEGERS(XP_UINT8, 255, 255, 255, 255));
    xp_assert_equal(xp_clip(x, NULL, xp_scalar(-1)), INTEGERS(XP_UINT8, 0, 0, 0, 0));
    xp_array *wide = xp_asarray(xp_scalar(INT64_MAX), XP_UINT64, XP_COPY_IF_NEEDED, device);
    xp_assert_equal(xp_clip(INTEGERS(XP_INT32, -3, 4), NULL, wide), INTEGERS(XP_INT32, -3, 4));
    xp_array *high = xp_asarray(xp_scalar(INT64_MIN), XP_INT64, XP_COPY_IF_NEEDED, device);
    xp_assert_equal(xp_clip(x, NULL, high), INTEGERS(XP_UINT8, 0, 0, 0, 0));
    xp_array *y = DOUBLES(XP_SHAPE(3), -1, NAN, 5), *limits = DOUBLES(XP_SHAPE(3), 0, 0, NAN);
    xp_assert_equal(xp_clip(y, limits, NULL), DOUBLES(XP_SHAPE(3), 0, NAN, NAN));
    xp_assert_equal(xp_clip(y, NULL, NULL), y);
}

EXTRA_TEST(ranges_are_exact)
{
    const int64_t big = INT64_MAX - 3;
    xp_array *x = xp_extra_arange(xp_scalar(big), xp_scalar(INT64_MAX), NULL, XP_DEFAULT_DTYPE, device);
    cr_assert_eq(xp_size(x), 3);
    cr_assert_eq(xp_to_int(xp_get(x, XP_INDEX(xp_at(2)))), INT64_MAX - 1);
    x = xp_extra_arange(xp_scalar(INT64_MAX), xp_scalar(INT64_MIN), xp_scalar(INT64_MIN), XP_INT64, device);
    cr_assert_eq(xp_size(x), 2);
    cr_assert_eq(xp_to_int(xp_get(x, XP_INDEX(xp_at(1)))), -1);
    xp_assert_equal(xp_extra_arange(NULL, xp_scalar(3), NULL, XP_DEFAULT_DTYPE, device), INTEGERS(XP_INT64, 0, 1, 2));
    xp_assert_equal(xp_extra_arange(NULL, xp_scalar(2.0), xp_scalar(0.5), XP_DEFAULT_DTYPE, device),
                    DOUBLES(XP_SHAPE(4), 0, 0.5, 1, 1.5));
    xp_assert_equal(xp_extra_arange(NULL, xp_scalar(2.0), NULL, XP_DEFAULT_DTYPE, device), DOUBLES(XP_SHAPE(2), 0, 1));
    xp_assert_equal(xp_extra_arange(xp_scalar(3), xp_scalar(-1), xp_scalar(-2), XP_FLOAT32, device),
                    support_array((const double[]){3, 1}, XP_FLOAT32, XP_SHAPE(2), device));
    xp_assert_equal(xp_extra_linspace(xp_scalar(0), xp_scalar(1), 3, true, XP_DEFAULT_DTYPE, device),
                    DOUBLES(XP_SHAPE(3), 0, 0.5, 1));
}

EXTRA_TEST(integers_are_close_exactly)
{
    const int64_t big = INT64_C(1) << 60;
    xp_array *a = xp_asarray(xp_scalar(big), XP_INT64, XP_COPY_IF_NEEDED, device);
    xp_assert_equal(xp_extra_isclose(a, xp_scalar(big + 1), 0.0, 0.5, false), xp_scalar_bool(false));
    xp_assert_equal(xp_extra_isclose(a, xp_scalar(big + 1), 0.0, 1.0, false), xp_scalar_bool(true));
    xp_array *least = xp_asarray(xp_scalar(INT64_MIN), XP_INT64, XP_COPY_IF_NEEDED, device);
    xp_assert_equal(xp_extra_isclose(least, xp_scalar(INT64_MAX), 0.0, 1e19, false), xp_scalar_bool(false));
    xp_assert_equal(xp_extra_isclose(least, xp_scalar(INT64_MAX), 0.0, 2e19, false), xp_scalar_bool(true));
    xp_array *truth = xp_equal(a, a);
    xp_assert_equal(xp_extra_isclose(truth, xp_scalar_bool(false), 0.0, 0.5, false), xp_scalar_bool(false));
    xp_assert_equal(xp_extra_isclose(truth, xp_scalar_bool(false), 0.0, 1.0, false), xp_scalar_bool(true));
    xp_array *infinite = DOUBLES(XP_SHAPE(2), INFINITY, NAN);
    xp_assert_equal(xp_extra_isclose(infinite, xp_scalar(1.0), INFINITY, 0, false),
                    xp_logical_not(xp_is_nan(infinite)));
}

/* sinc within 4 ulps of values from the exact reduction in long double. */
EXTRA_TEST(sinc_is_accurate)
{
    support_random random = {7};
    for (int i = 0; i < 2000; i++) {
        double x = support_uniform(&random, -1, 1) * pow(10, support_uniform(&random, -12, 15));
        const long double pi = acosl(-1.0L), near = roundl((long double)x);
        const long double sine = sinl(((long double)x - near) * pi);
        long double exact = (fmodl(near, 2.0L) == 0.0L ? sine : -sine) / (x * pi);
        xp_array *y = xp_extra_sinc(DOUBLES(XP_SHAPE_0D, x));
        xp_assert_that(fabs(xp_to_double(y) - (double)exact) <= 4 * 2.3e-16 * fabs((double)exact),
                       "sinc(%.17g) is %.17g, expected %.17g", x, xp_to_double(y), (double)exact);
    }
    xp_assert_equal(xp_extra_sinc(DOUBLES(XP_SHAPE(4), 0, -0.0, 1e300, 5e-324)), DOUBLES(XP_SHAPE(4), 1, 1, 0, 1));
}

EXTRA_TEST(signs_and_nan)
{
    const double pi = XP_PI;
    xp_assert_equal(xp_extra_angle(DOUBLES(XP_SHAPE(4), 0.0, -0.0, -2, NAN), false),
                    DOUBLES(XP_SHAPE(4), 0, pi, pi, NAN));
    xp_assert_equal(xp_extra_nanmax(DOUBLES(XP_SHAPE(3), NAN, -INFINITY, NAN), XP_ALL), xp_scalar(-INFINITY));
    xp_assert_equal(xp_extra_nansum(DOUBLES(XP_SHAPE(2), NAN, NAN), XP_ALL), xp_scalar(0.0));
    xp_assert_equal(xp_extra_nan_to_num(DOUBLES(XP_SHAPE(2), NAN, 1), xp_scalar(INFINITY)),
                    DOUBLES(XP_SHAPE(2), INFINITY, 1));
    const double parts[] = {1, NAN, -INFINITY, 2, 3, INFINITY}, replaced[] = {1, 5, -1.7976931348623157e308, 2, 3,
                                                                              1.7976931348623157e308};
    xp_assert_equal(xp_extra_nan_to_num(xp_from_host(parts, XP_COMPLEX128, XP_SHAPE(3), device), xp_scalar(5)),
                    xp_from_host(replaced, XP_COMPLEX128, XP_SHAPE(3), device));
    const double zeros_of[] = {-0.0, 0.0, 0.0, -0.0, -0.0, -0.0, -0.0, 2, 3, -0.0, -0.0, NAN, NAN, -0.0};
    const double signs[] = {-0.0, 0.0, 0.0, -0.0, -0.0, -0.0, -0.0, 2, 3, -0.0, -0.0, -0.0, -0.0, -0.0};
    xp_assert_identical(xp_extra_nan_to_num(xp_from_host(zeros_of, XP_COMPLEX128, XP_SHAPE(7), device), xp_scalar(-0.0)),
                        xp_from_host(signs, XP_COMPLEX128, XP_SHAPE(7), device));
    xp_assert_equal(xp_tril(DOUBLES(XP_SHAPE(2, 2), NAN, NAN, 1, -0.0), 0), DOUBLES(XP_SHAPE(2, 2), NAN, 0, 1, -0.0));
    xp_assert_equal(xp_extra_one_hot(INTEGERS(XP_INT8, 1, -1, 3), 3, XP_UINT8, -1),
                    support_array((const double[]){0, 1, 0, 0, 0, 0, 0, 0, 0}, XP_UINT8, XP_SHAPE(3, 3), device));
    xp_array *many = xp_extra_one_hot(INTEGERS(XP_UINT8, 3), 1000, XP_INT64, 0);
    xp_assert_equal(xp_sum(many, XP_ALL), xp_scalar(1));
}

/* What only moves elements, or puts zeros beside them. */
static xp_array *moved(xp_array *x, int how)
{
    const int axes[] = {2, 0}, back[] = {0, 1};
    const int64_t widths[] = {1, 0, 2}, shifts[] = {1, -2};
    xp_array *repeats = xp_arange(0, 3, 1, XP_INT8, xp_device_of(x)), *results[3];
    switch (how) {
    case 0: return xp_tril(x, 1);
    case 1: return xp_triu(x, 0);
    case 2: return xp_extra_create_diagonal(x, -2);
    case 3: return xp_extra_pad(x, widths, NULL, NULL);
    case 4: return xp_extra_roll(x, shifts, axes, 2);
    case 5: return xp_extra_repeat(x, repeats, 1);
    case 6: return xp_extra_moveaxis(x, axes, back, 2);
    case 7: return xp_extra_sliding_window(x, widths, axes + 1, 1);
    case 8: return xp_extra_reshape(x, XP_SHAPE(4, -1), XP_COPY_ALWAYS);
    case 9: return xp_unstack(x, 1, results, 3) ? results[2] : xp_failed();
    default: return NULL;
    }
}

/* They do the same to every dtype, in every one of these layouts. */
EXTRA_TEST(moves_every_dtype)
{
    const int turn[] = {2, 1, 0};
    xp_array *numbers = xp_remainder(support_ramp(0, 1, XP_INT16, XP_SHAPE(2, 3, 4), device), xp_scalar(5));
    XP_TEST_DTYPES(dtype, XP_TEST_ANY)
    {
        xp_array *x = xp_astype(numbers, dtype, false);
        xp_array *const layouts[] = {x, xp_flip(xp_copy(xp_flip(x, XP_ALL)), XP_ALL),
                                     xp_permute_dims(xp_copy(xp_permute_dims(x, turn, 3)), turn, 3)};
        for (int how = 0; moved(numbers, how); how++)
            for (int layout = 0; layout < 3; layout++)
                xp_assert_equal(moved(layouts[layout], how), xp_astype(moved(numbers, how), dtype, false));
    }
}

/* Round trips: triangles add up to the whole, indices come back, padding is cut off again. */
EXTRA_TEST(round_trips)
{
    xp_array *x = support_ramp(1, 1, XP_INT32, XP_SHAPE(3, 5, 7), device), *places[3], *flat;
    for (int64_t k = -6; k <= 8; k++)
        xp_assert_equal(xp_add(xp_tril(x, k), xp_triu(x, k + 1)), x);
    flat = xp_arange(0, 105, 1, XP_DEFAULT_DTYPE, device);
    cr_assert(xp_extra_unravel_index(flat, XP_SHAPE(3, 5, 7), places, 3));
    xp_array *again = xp_add(xp_multiply(xp_add(xp_multiply(places[0], xp_scalar(5)), places[1]), xp_scalar(7)),
                             places[2]);
    xp_assert_equal(again, flat);
    xp_array *padded = xp_extra_pad(x, (const int64_t[]){1, 0, 2}, (const int64_t[]){0, 3, 1}, xp_scalar(-9));
    xp_assert_equal(xp_get(padded, XP_INDEX(xp_slice(1, 4, 1), xp_slice(0, 5, 1), xp_slice(2, 9, 1))), x);
    xp_assert_equal(xp_sum(padded, XP_ALL), xp_scalar(105 * 53 - 9 * (4 * 8 * 10 - 105)));
    xp_assert_equal(xp_cumulative_sum(xp_diff(x, 1, 1, zeros(XP_INT32, XP_SHAPE(3, 1, 7), device), NULL), 1, XP_INT32,
                                      false), x);
    xp_index_pair lower = xp_extra_tril_indices(40, 3, 17, device), upper = xp_extra_triu_indices(40, 4, 17, device);
    cr_assert_eq(xp_size(lower.rows) + xp_size(upper.rows), 40 * 17);
    xp_assert_equal(xp_max(xp_subtract(lower.columns, lower.rows), XP_ALL), xp_scalar(3));
    xp_assert_equal(xp_min(xp_subtract(upper.columns, upper.rows), XP_ALL), xp_scalar(4));
}

EXTRA_TEST(broadcast_shapes)
{
    (void)device;
    int64_t extents[XP_MAX_NDIM];
    cr_assert_eq(xp_broadcast_shapes(NULL, 0, extents), 0);
    const xp_shape shapes[] = {XP_SHAPE(3, 1), XP_SHAPE_0D, XP_SHAPE(0), XP_SHAPE(2, 1, 1)};
    cr_assert_eq(xp_broadcast_shapes(shapes, 4, extents), 3);
    cr_assert(extents[0] == 2 && extents[1] == 3 && extents[2] == 0);
    const xp_shape wrong[] = {XP_SHAPE(3, 2), XP_SHAPE(3)}, negative[] = {XP_SHAPE(-3)};
    xp_assert_fails(xp_broadcast_shapes(wrong, 2, extents), XP_ERROR_VALUE,
                    "broadcast_shapes: shapes (3, 2) and (3,) do not broadcast");
    xp_assert_fails(xp_broadcast_shapes(negative, 1, extents), XP_ERROR_VALUE,
                    "broadcast_shapes: shape (-3,) has a negative extent");
}

/* ---- promotion --------------------------------------------------------------------------------------------------- */

EXTRA_TEST(promotion)
{
    xp_array *x = INTEGERS(XP_INT8, 1, 2), *y = support_ramp(0, 1, XP_INT32, XP_SHAPE(3, 1), device), *results[4];
    xp_array *const arrays[] = {x, NULL, xp_scalar(7), y};
    cr_assert(xp_promote(arrays, 4, XP_PROMOTE_PLAIN, results));
    xp_assert_equal(results[0], INTEGERS(XP_INT32, 1, 2));
    cr_assert_null(results[1]);
    xp_assert_equal(results[2], xp_full(XP_SHAPE_0D, xp_scalar(7), XP_INT32, device));
    cr_assert(xp_promote(arrays, 4, XP_PROMOTE_FLOATING | XP_PROMOTE_BROADCAST, results));
    xp_assert_equal(results[0], DOUBLES(XP_SHAPE(3, 2), 1, 2, 1, 2, 1, 2));
    xp_assert_equal(results[2], DOUBLES(XP_SHAPE(3, 2), 7, 7, 7, 7, 7, 7));
    xp_assert_equal(results[3], DOUBLES(XP_SHAPE(3, 2), 0, 0, 1, 1, 2, 2));
    cr_assert_eq(xp_promoted_dtype(arrays, 4, XP_PROMOTE_FLOATING), XP_FLOAT64);
    cr_assert_eq(xp_promoted_dtype(arrays, 4, XP_PROMOTE_PLAIN), XP_INT32);
    cr_assert_eq(xp_default_dtype(device, XP_KIND_COMPLEX), XP_COMPLEX128);
    xp_array *const scalars[] = {xp_scalar(7), NULL}, *const lengths[] = {x, INTEGERS(XP_INT8, 1, 2, 3)};
    xp_assert_fails(xp_promote(scalars, 2, XP_PROMOTE_PLAIN, results), XP_ERROR_VALUE,
                    "promote: needs at least one array that is no scalar");
    xp_assert_fails(xp_promote(lengths, 2, XP_PROMOTE_BROADCAST, results), XP_ERROR_VALUE,
                    "promote: shapes (2,) and (3,) do not broadcast");
    xp_assert_fails(xp_default_dtype(device, XP_KIND_BOOL), XP_ERROR_VALUE,
                    "default_dtype: kind is 1, expected XP_KIND_FLOAT, XP_KIND_COMPLEX or XP_KIND_INTEGRAL");
    cr_assert(xp_is_host(xp_device("host")) && !xp_is_host(NULL));
}

/* ---- bad input --------------------------------------------------------------------------------------------------- */

EXTRA_TEST(refuses)
{
    xp_array *x = zeros(XP_FLOAT64, XP_SHAPE(2, 3), device), *line = zeros(XP_FLOAT64, XP_SHAPE(3), device);
    xp_array *results[4], *point = zeros(XP_FLOAT64, XP_SHAPE_0D, device), *i = zeros(XP_INT32, XP_SHAPE(3), device);
    const int twice[] = {0, 0}, beyond[] = {0, 5};
    const int64_t negative[] = {0, -1}, large[] = {4};
#define VALUE_ERROR(expression, message) xp_assert_fails(expression, XP_ERROR_VALUE, message)
#define INDEX_ERROR(expression, message) xp_assert_fails(expression, XP_ERROR_INDEX, message)
#define TYPE_ERROR(expression, message) xp_assert_fails(expression, XP_ERROR_TYPE, message)
    VALUE_ERROR(xp_tril(line, 0), "tril: x has 1 dimension, expected at least 2");
    VALUE_ERROR(xp_triu(point, 0), "triu: x has 0 dimensions, expected at least 2");
    VALUE_ERROR(xp_meshgrid(&x, 1, XP_INDEXING_XY, results), "meshgrid: arrays has 2 dimensions, expected 0 or 1");
    INDEX_ERROR(xp_unstack(x, 2, results, 2), "unstack: axis 2 is out of bounds for an array of 2 dimensions");
    VALUE_ERROR(xp_unstack(x, 1, results, 2), "unstack: room for 2 results, there are 3");
    VALUE_ERROR(xp_unstack(point, 0, results, 1), "unstack: x has 0 dimensions, expected at least 1");
    VALUE_ERROR(xp_diff(x, 0, -1, NULL, NULL), "diff: n is -1, expected 0 or more");
    INDEX_ERROR(xp_diff(x, 2, 1, NULL, NULL), "diff: axis 2 is out of bounds for an array of 2 dimensions");
    VALUE_ERROR(xp_diff(x, 0, 1, line, NULL), "diff: shapes (3,) and (2, 3) do not fit together");
    VALUE_ERROR(xp_extra_expand_dims(x, twice, 2), "expand_dims: axis 0 is named twice");
    INDEX_ERROR(xp_extra_expand_dims(x, beyond, 2),
                "expand_dims: axes 5 is out of bounds for an array of 4 dimensions");
    VALUE_ERROR(xp_extra_atleast_nd(x, 33), "atleast_nd: 33 dimensions, at most 32 are possible");
    VALUE_ERROR(xp_extra_moveaxis(x, twice, twice, 2), "moveaxis: axis 0 is named twice");
    VALUE_ERROR(xp_extra_moveaxis(line, beyond, beyond, 2), "moveaxis: 2 sources for an array of 1 dimensions");
    INDEX_ERROR(xp_extra_swapaxes(x, 0, -3), "swapaxes: axis2 -3 is out of bounds for an array of 2 dimensions");
    INDEX_ERROR(xp_extra_roll(x, negative, beyond, 2), "roll: axes 5 is out of bounds for an array of 2 dimensions");
    VALUE_ERROR(xp_extra_sliding_window(line, large, NULL, 1),
                "sliding_window: a window of 4 does not fit axis 0 of extent 3");
    VALUE_ERROR(xp_extra_sliding_window(line, NULL, NULL, 1), "sliding_window: window is not given");
    VALUE_ERROR(xp_extra_pad(x, negative, NULL, NULL), "pad: a width of -1 on axis 1, expected 0 or more");
    TYPE_ERROR(xp_extra_pad(x, NULL, NULL, xp_scalar_complex(0, 1)),
               "pad: constant_value is complex, dtype is float64");
    VALUE_ERROR(xp_extra_create_diagonal(point, 0), "create_diagonal: x has 0 dimensions, expected 1 to 31");
    VALUE_ERROR(xp_extra_repeat(line, xp_negative(xp_ones_like(i, XP_DEFAULT_DTYPE)), 0),
                "repeat: -1 repeats, expected 0 or more");
    VALUE_ERROR(xp_extra_repeat(x, i, 0), "repeat: repeats of shape (3,) do not fit an extent of 2");
    TYPE_ERROR(xp_extra_repeat(line, line, 0), "repeat: repeats has dtype float64, expected an integer dtype");
    VALUE_ERROR(xp_extra_unravel_index(i, XP_SHAPE(2, 2), results, 3),
                "unravel_index: room for 3 results, there are 2");
    VALUE_ERROR(xp_extra_unravel_index(i, XP_SHAPE(2, 0), results, 2), "unravel_index: shape (2, 0) has no elements");
    VALUE_ERROR(xp_extra_one_hot(i, -1, XP_FLOAT32, 0), "one_hot: num_classes is -1, expected 0 or more");
    TYPE_ERROR(xp_extra_one_hot(line, 3, XP_FLOAT32, 0), "one_hot: x has dtype float64, expected an integer dtype");
    VALUE_ERROR(xp_extra_nanmax(zeros(XP_FLOAT32, XP_SHAPE(0), device), XP_ALL),
                "nanmax: nothing to choose from in shape (0,)");
    INDEX_ERROR(xp_extra_nansum(x, XP_OVER(2)), "nansum: axis 2 is out of bounds for an array of 2 dimensions");
    TYPE_ERROR(xp_extra_nanmin(zeros(XP_COMPLEX64, XP_SHAPE(2), device), XP_ALL),
               "nanmin: a has dtype complex64, expected a real numeric dtype");
    TYPE_ERROR(xp_extra_sinc(zeros(XP_COMPLEX64, XP_SHAPE(2), device)),
               strncmp(xp_device_name(device), "strict", 6) == 0
                   ? "sinc: x has dtype complex64, expected float32 or float64"
                   : "sinc: x has dtype complex64, expected a real numeric dtype");
    VALUE_ERROR(xp_extra_tril_indices(-1, 0, 2, device), "tril_indices: a matrix of -1 by 2 has a negative extent");
    VALUE_ERROR(xp_extra_diag_indices(-1, device), "diag_indices: shape (-1,) has a negative extent");
    VALUE_ERROR(xp_extra_reshape(xp_matrix_transpose(support_ramp(0, 1, XP_INT8, XP_SHAPE(2, 3), device)), XP_SHAPE(6),
                                 XP_COPY_NEVER),
                "reshape: shape (6,) cannot be had of (3, 2) without a copy");
    VALUE_ERROR(xp_asarray(x, XP_FLOAT32, XP_COPY_NEVER, device),
                "asarray: float64 cannot become an array of float32 without a copy");
    VALUE_ERROR(xp_asarray(xp_scalar(1.0), XP_FLOAT32, XP_COPY_NEVER, device),
                "asarray: a scalar cannot become an array of float32 without a copy");
    VALUE_ERROR(xp_extra_arange(NULL, xp_scalar(3), xp_scalar(0), XP_INT8, device), "arange: step is 0");
    VALUE_ERROR(xp_extra_arange(NULL, NULL, NULL, XP_INT8, device), "arange: stop is not given");
    TYPE_ERROR(xp_extra_arange(NULL, point, NULL, XP_INT8, device), "arange: stop is an array, expected a scalar");
    TYPE_ERROR(xp_extra_arange(NULL, xp_scalar(3), NULL, XP_BOOL, device),
               "arange: dtype is bool, expected a real numeric dtype");
    TYPE_ERROR(xp_extra_linspace(xp_scalar_complex(0, 1), xp_scalar(1), 3, true, XP_FLOAT32, device),
               "linspace: dtype is float32, the ends are complex");
}

/* ---- memory ------------------------------------------------------------------------------------------------------ */

CHECKED_TEST(standard_extra, every_allocation_fails_in_turn)
{
    XP_TEST_PROVIDERS(device)
    {
        XP_TEST_EVERY_ALLOCATION(round)
        {
            xp_scope scope = xp_scope_open();
            xp_array *x = support_ramp(1, 1, XP_FLOAT64, XP_SHAPE(6, 4), device), *results[6];
            seen s = {0};
            xp_array *cond = xp_greater(x, xp_scalar(20.0)), *line = xp_get(x, XP_INDEX(xp_at(0), xp_ellipsis()));
            xp_array *last[] = {
                xp_extra_apply_where(cond, (xp_array *const[]){x, line}, 2, root_plus, negated, NULL, &s),
                xp_extra_pad(x, (const int64_t[]){1, 2}, (const int64_t[]){0, 1}, NULL),
                xp_diff(x, 0, 2, xp_get(x, XP_INDEX(xp_slice(0, 1, 1), xp_ellipsis())), NULL),
                xp_extra_repeat(x, xp_arange(0, 6, 1, XP_INT8, device), 0),
                xp_extra_roll(x, (const int64_t[]){1, 2}, (const int[]){0, 1}, 2),
                xp_extra_create_diagonal(x, 1),
                xp_extra_tril_indices(4, 1, 3, device).columns,
                xp_extra_nan_to_num(xp_extra_sinc(x), NULL),
            };
            xp_unstack(x, 0, results, 6);
            xp_meshgrid((xp_array *const[]){line, line}, 2, XP_INDEXING_XY, results);
            xp_promote((xp_array *const[]){x, line, xp_scalar(1)}, 3, XP_PROMOTE_BROADCAST, results);
            xp_eval_all(last, sizeof last / sizeof last[0]);
            xp_status status = xp_scope_close(scope);
            xp_assert_that(status == (xp_test_fault_fired() ? XP_ERROR_MEMORY : XP_OK),
                           "allocation %lld: status %d, %s", round, (int)status, xp_error_message());
            xp_error_clear();
        }
    }
}

/* Without a scope the caller owns each result and nothing else, of functions that give several, too. */
CHECKED_TEST(standard_extra, nothing_is_left_without_a_scope)
{
    XP_TEST_PROVIDERS(device)
    {
        seen s = {0};
        xp_array *x = support_ramp(1, 1, XP_FLOAT32, XP_SHAPE(4, 3), device), *parts[4], *both[2], *grid[2], *at[2];
        xp_array *cond = xp_is_finite(x), *i = xp_arange(0, 3, 1, XP_INT16, device);
        xp_unstack(x, 0, parts, 4);
        xp_promote((xp_array *const[]){parts[0], x}, 2, XP_PROMOTE_FLOATING | XP_PROMOTE_BROADCAST, both);
        xp_meshgrid((xp_array *const[]){parts[0], parts[1]}, 2, XP_INDEXING_XY, grid);
        xp_extra_unravel_index(i, XP_SHAPE(2, 2), at, 2);
        xp_index_pair pair = xp_extra_triu_indices(3, 0, 4, device);
        xp_array *results[] = {
            parts[0], parts[1], parts[2], parts[3], both[0], both[1], grid[0], grid[1], at[0], at[1], pair.rows,
            pair.columns, cond, i, xp_tril(x, 0), xp_diff(x, 0, 2, x, NULL), xp_clip(i, i, NULL), xp_copy(x),
            xp_extra_angle(i, true), xp_extra_apply_where(cond, &x, 1, negated, NULL, x, &s), xp_extra_sinc(x),
            xp_extra_create_diagonal(x, -1), xp_extra_isclose(x, parts[0], 0, 1, true), xp_extra_nan_to_num(x, NULL),
            xp_extra_nanmax(x, XP_OVER(0)), xp_extra_nansum(x, XP_ALL), xp_extra_one_hot(i, 4, XP_FLOAT32, -1),
            xp_extra_pad(x, NULL, NULL, NULL), xp_extra_repeat(x, i, 1), xp_extra_sliding_window(x, NULL, NULL, 0),
            xp_extra_roll(x, (const int64_t[]){1}, (const int[]){1}, 1), xp_extra_moveaxis(x, NULL, NULL, 0),
            xp_extra_reshape(x, XP_SHAPE(12), XP_COPY_ALWAYS), xp_extra_expand_dims(x, NULL, 0), x,
        };
        for (size_t j = 0; j < sizeof results / sizeof results[0]; j++) {
            xp_assert_ok(results[j]);
            xp_release(results[j]);
        }
        xp_assert_no_leaks(((xp_test_live){0, 0, 0}));
    }
}
