/* float16 and bfloat16 through the functions of the standard: computed in float32, and rounded to the dtype.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "core/dtype.h"
#include "scixp/xp/functions.h"
#include "scixp/xp/strict.h"
#include "support.h"

#define N 6000 /* above what is computed at the call */

static const char *const devices[] = {"host", "trace(host)"};
#define EACH_DEVICE(device)                                                                                            \
    for (int d_ = 0; d_ < 2; d_++)                                                                                     \
        for (const struct xp_device *device = xp_device(devices[d_]); device; device = NULL)

/* Numbers of a dtype: whole ones and fractions, NaN and infinities among them where `wild`. */
static xp_array *numbers(int64_t n, xp_dtype dtype, bool wild, uint64_t seed, const struct xp_device *device)
{
    static uint16_t stored[N];
    support_random random = {seed};
    for (int64_t i = 0; i < n; i++) {
        const xp_value value = {.as_float64 = support_uniform(&random, -4, 4) * (i % 3 ? 1 : 0.01)};
        xp_value cast;
        xp_value_cast(&value, XP_FLOAT64, &cast, dtype);
        stored[i] = wild && i % 7 == 0 ? (uint16_t)support_integer(&random, 0, 65536) : cast.as_uint16;
    }
    return xp_from_host(stored, dtype, XP_SHAPE(n), device);
}

/* ---- what a function gives is what it gives for float32, rounded ------------------------------------------------- */

typedef xp_array *function(xp_array *x, xp_array *y);

#define OF(name, expression)                                                                                           \
    static xp_array *name(xp_array *x, xp_array *y)                                                                    \
    {                                                                                                                  \
        (void)y;                                                                                                       \
        return expression;                                                                                             \
    }
#define UNARY(ROW)                                                                                                     \
    ROW(abs) ROW(acos) ROW(acosh) ROW(asin) ROW(asinh) ROW(atan) ROW(atanh) ROW(ceil) ROW(conj) ROW(cos) ROW(cosh)     \
    ROW(exp) ROW(expm1) ROW(floor) ROW(imag) ROW(is_finite) ROW(is_inf) ROW(is_nan) ROW(log) ROW(log1p) ROW(log2)      \
    ROW(log10) ROW(logical_not) ROW(negative) ROW(positive) ROW(real) ROW(reciprocal) ROW(round) ROW(sign)             \
    ROW(sign_bit) ROW(sin) ROW(sinh) ROW(square) ROW(sqrt) ROW(tan) ROW(tanh) ROW(trunc)
#define BINARY(ROW)                                                                                                    \
    ROW(add) ROW(atan2) ROW(copysign) ROW(divide) ROW(equal) ROW(floor_divide) ROW(greater) ROW(greater_equal)         \
    ROW(hypot) ROW(less) ROW(less_equal) ROW(logaddexp) ROW(logical_and) ROW(logical_or) ROW(logical_xor) ROW(maximum) \
    ROW(minimum) ROW(multiply) ROW(not_equal) ROW(pow) ROW(remainder) ROW(subtract)
#define REDUCTIONS(ROW)                                                                                                \
    ROW(sum) ROW(prod) ROW(mean) ROW(var) ROW(std) ROW(min) ROW(max) ROW(any) ROW(all) ROW(argmin) ROW(argmax)         \
    ROW(count_nonzero)
#define ONE(name) OF(of_##name, xp_##name(x))
#define TWO(name) OF(of_##name, xp_##name(x, y))
#define REDUCED(name) OF(of_##name, xp_##name(xp_reshape(x, XP_SHAPE(-1, 20)), XP_OVER(0)))
UNARY(ONE)
BINARY(TWO)
REDUCTIONS(REDUCED)

static xp_array *positions_of(xp_array *x)
{
    return xp_astype(xp_arange(0, (double)xp_extent(x, 0), 3, XP_INT64, xp_device_of(x)), XP_INT64, false);
}

static xp_array *matrices(xp_array *x) { return xp_reshape(x, XP_SHAPE(-1, 4, 5)); }
static xp_array *swapped(xp_array *x) { return xp_reshape(x, XP_SHAPE(-1, 5, 4)); }

OF(clip, xp_clip(x, xp_scalar(-1), xp_scalar_int(2)))
OF(where, xp_where(xp_less(x, y), x, y))
OF(sort, xp_sort(x, 0, false, true))
OF(sort_down, xp_sort(xp_reshape(x, XP_SHAPE(-1, 20)), 0, true, true))
OF(argsort, xp_argsort(x, 0, false, true))
OF(partition, xp_sort(xp_get(xp_extra_partition(x, 50, 0), XP_INDEX(xp_slice(0, 50, 1))), 0, false, true))
OF(argpartition, xp_extra_argpartition(xp_get(x, XP_INDEX(xp_slice(0, 40, 1))), 20, 0))
OF(median, xp_extra_median(xp_reshape(x, XP_SHAPE(-1, 20)), XP_OVER(0)))
OF(quantile, xp_extra_quantile(x, xp_scalar(0.3), XP_ALL, XP_QUANTILE_LINEAR))
OF(cumulative_sum, xp_cumulative_sum(x, 0, XP_DEFAULT_DTYPE, true))
OF(cumulative_prod, xp_cumulative_prod(x, 0, XP_DEFAULT_DTYPE, false))
OF(searchsorted, xp_searchsorted(xp_sort(x, 0, false, true), y, true, NULL))
OF(searchsorted_scalar, xp_searchsorted(xp_sort(x, 0, false, true), xp_get(y, XP_INDEX(xp_at(3))), false, NULL))
OF(search_lines, xp_extra_searchsorted(xp_sort(xp_reshape(x, XP_SHAPE(-1, 20)), -1, false, true),
                                       xp_reshape(y, XP_SHAPE(-1, 20)), false))
OF(isin, xp_extra_isin(x, xp_get(y, XP_INDEX(xp_slice(0, 40, 1))), false, false))
OF(unique_values, xp_unique_values(x))
OF(unique_counts, xp_unique_all(x).counts)
OF(unique_inverse, xp_unique_inverse(x).inverse_indices)
OF(matmul, xp_matmul(matrices(x), swapped(y)))
OF(vecdot, xp_vecdot(matrices(x), matrices(y), -1))
OF(tensordot, xp_tensordot(xp_reshape(x, XP_SHAPE(4, -1)), xp_reshape(y, XP_SHAPE(4, -1)), &(const int){1},
                           &(const int){1}, 1))
OF(outer, xp_linalg_outer(xp_get(x, XP_INDEX(xp_slice(0, 90, 1))), y))
OF(trace, xp_linalg_trace(matrices(x), 1, XP_DEFAULT_DTYPE))
OF(vector_norm, xp_linalg_vector_norm(xp_multiply(x, xp_scalar(1024.0)), XP_ALL, 2))
OF(matrix_norm, xp_linalg_matrix_norm(matrices(x), false, XP_NORM_FROBENIUS))
OF(scatter_add, xp_extra_scatter_add(x, xp_remainder(positions_of(x), xp_scalar_int(5)),
                                     xp_get(y, XP_INDEX(xp_slice(0, (xp_extent(y, 0) + 2) / 3, 1))), 0))
OF(at_add, xp_extra_at_add(x, XP_INDEX(xp_slice(1, XP_END, 2)), xp_scalar(0.3)))
OF(take, xp_take(x, positions_of(x), 0))
OF(masked, xp_get(x, XP_INDEX(xp_mask(xp_less(x, y)))))
OF(concat, xp_concat((xp_array *const[]){x, y}, 2, 0))
OF(tril, xp_tril(matrices(x), 1))
OF(flip, xp_flip(x, XP_ALL))
OF(roll, xp_roll(x, 5, 0))
OF(repeat, xp_repeat(x, 2, 0))
OF(set, xp_set(x, XP_INDEX(xp_slice(2, XP_END, 3)), xp_scalar(0.1)))
OF(put, xp_extra_put(x, positions_of(x), y))
OF(diff, xp_diff(x, 0, 1, NULL, NULL))
OF(nanmax, xp_extra_nanmax(x, XP_ALL))

typedef struct row {
    const char *name;
    function *of;
} row;
#define ROW(name) {#name, of_##name},
#define OWN(name) {#name, name},

/* Single steps, and functions that compute in float32 until their result is there. */
static const row rows[] = {
    UNARY(ROW) BINARY(ROW) REDUCTIONS(ROW) OWN(clip) OWN(where) OWN(sort) OWN(sort_down) OWN(argsort) OWN(partition)
    OWN(argpartition) OWN(median) OWN(quantile) OWN(cumulative_sum) OWN(cumulative_prod) OWN(searchsorted)
    OWN(searchsorted_scalar) OWN(search_lines) OWN(isin) OWN(unique_values) OWN(unique_counts) OWN(unique_inverse)
    OWN(matmul) OWN(vecdot) OWN(tensordot) OWN(outer) OWN(trace) OWN(matrix_norm) OWN(scatter_add) OWN(take)
    OWN(masked) OWN(concat) OWN(tril) OWN(flip) OWN(roll) OWN(repeat) OWN(put) OWN(diff) OWN(nanmax)
};

static xp_array *as_float32(xp_array *x) { return xp_astype(x, XP_FLOAT32, false); }

static void expect_rounded(const row *r, xp_array *x, xp_array *y)
{
    const xp_dtype dtype = xp_dtype_of(x);
    xp_scope scope = xp_scope_open();
    xp_try attempt = xp_try_open();
    xp_array *wide = r->of(as_float32(x), as_float32(y));
    if (xp_ok(wide))
        xp_eval(wide);
    const xp_status status = xp_try_close(attempt, &wide);
    if (status == XP_ERROR_UNSUPPORTED) { /* a device without the slot */
        xp_assert_closes(scope);
        return;
    }
    xp_array *got = r->of(x, y);
    cr_assert(xp_ok(got) && status == XP_OK, "%s: %s", r->name, xp_error_message());
    xp_array *expected = xp_dtype_of(wide) == XP_FLOAT32 ? xp_astype(wide, dtype, false) : wide;
    const char *failure = xp_test_equal(got, expected);
    cr_assert_null(failure, "%s of %s: %s", r->name, xp_dtype_name(dtype), failure);
    xp_assert_closes(scope);
}

CHECKED_TEST(storage, results_are_those_of_float32_rounded)
{
    EACH_DEVICE(device)
        XP_TEST_DTYPES(dtype, XP_TEST_STORAGE)
            for (int wild = 0; wild < 2; wild++)
                for (int64_t n = 60; n <= N; n += N - 60) {
                    xp_scope scope = xp_scope_open();
                    xp_array *x = numbers(n, dtype, wild, 1, device), *y = numbers(n, dtype, wild, 2, device);
                    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
                        expect_rounded(&rows[i], x, y);
                    xp_assert_closes(scope);
                }
}

CHECKED_TEST(storage, layouts)
{
    XP_TEST_DTYPES(dtype, XP_TEST_STORAGE)
    {
        xp_scope scope = xp_scope_open();
        xp_array *x = numbers(N, dtype, true, 3, NULL), *y = numbers(N, dtype, true, 4, NULL);
        xp_array *views[][2] = {
            {xp_get(x, XP_INDEX(xp_slice(0, 1200, 20))), xp_get(y, XP_INDEX(xp_slice(60, XP_END, -1)))},
            {xp_flip(x, XP_ALL), xp_get(y, XP_INDEX(xp_slice(0, XP_END, 1)))},
            {xp_reshape(xp_matrix_transpose(xp_reshape(x, XP_SHAPE(60, 100))), XP_SHAPE(-1)), xp_flip(y, XP_ALL)},
            {xp_broadcast_to(xp_get(x, XP_INDEX(xp_at(5))), XP_SHAPE(60)), xp_get(y, XP_INDEX(xp_slice(7, 67, 1)))},
        };
        for (size_t v = 0; v < sizeof views / sizeof views[0]; v++) {
            xp_array *first = xp_get(views[v][0], XP_INDEX(xp_slice(0, 60, 1)));
            xp_array *second = xp_get(views[v][1], XP_INDEX(xp_slice(0, 60, 1)));
            for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
                expect_rounded(&rows[i], first, second);
        }
        xp_array *none = xp_zeros(XP_SHAPE(0), dtype, NULL);
        xp_assert_equal(xp_add(none, none), none);
        cr_expect_eq(xp_to_double(xp_sum(none, XP_ALL)), 0.0);
        xp_array *single = xp_get(x, XP_INDEX(xp_at(1)));
        xp_assert_equal(xp_add(single, single), xp_multiply(single, xp_scalar_int(2)));
        xp_assert_closes(scope);
    }
}

/* Of these some steps are single ones, so they are near the result of float32 only. */
CHECKED_TEST(storage, functions_of_several_steps)
{
    static const row several[] = {OWN(at_add) OWN(set) OWN(vector_norm)};
    XP_TEST_DTYPES(dtype, XP_TEST_STORAGE)
        for (size_t i = 0; i < sizeof several / sizeof several[0]; i++) {
            xp_scope scope = xp_scope_open();
            xp_array *x = numbers(60, dtype, false, 5, NULL);
            xp_array *got = several[i].of(x, x), *wide = several[i].of(as_float32(x), as_float32(x));
            cr_assert_eq(xp_dtype_of(got), dtype, "%s", several[i].name);
            xp_assert_close(as_float32(got), wide, 0.02, 0.02);
            xp_assert_closes(scope);
        }
}

/* ---- arithmetic against what is exact ---------------------------------------------------------------------------- */

static uint16_t rounded(double value, xp_dtype dtype)
{
    xp_value cast;
    xp_value_cast(&(xp_value){.as_float64 = value}, XP_FLOAT64, &cast, dtype);
    return cast.as_uint16;
}

static double value_of(uint16_t stored, xp_dtype dtype)
{
    return xp_value_real(&(xp_value){.as_uint16 = stored}, dtype);
}

/* float64 has the sum, the difference and the product of two such numbers exactly (bfloat16's within the exponents that
 * are drawn), and the quotient and the root with more than twice the digits and two. */
CHECKED_TEST(storage, arithmetic_rounds_the_exact_result_once)
{
    static uint16_t a[N], b[N], got[N];
    support_random random = {6};
    XP_TEST_DTYPES(dtype, XP_TEST_STORAGE)
    {
        for (int i = 0; i < N; i++) {
            a[i] = (uint16_t)support_integer(&random, 0, 65536);
            b[i] = i % 2 ? (uint16_t)support_integer(&random, 0, 65536) : (uint16_t)(a[i] + i % 64 - 32);
        }
        xp_scope scope = xp_scope_open();
        xp_array *x = xp_from_host(a, dtype, XP_SHAPE(N), NULL), *y = xp_from_host(b, dtype, XP_SHAPE(N), NULL);
        xp_array *results[] = {xp_add(x, y), xp_subtract(x, y), xp_multiply(x, y), xp_divide(x, y), xp_sqrt(x)};
        for (int k = 0; k < 5; k++) {
            cr_assert_eq(xp_to_host(results[k], got, sizeof got), XP_OK);
            for (int i = 0; i < N; i++) {
                const double p = value_of(a[i], dtype), q = value_of(b[i], dtype);
                const double exact = k == 0 ? p + q : k == 1 ? p - q : k == 2 ? p * q : k == 3 ? p / q : sqrt(p);
                if (fabs(exact) < 0x1p-120 && exact != 0) /* float32 is subnormal there, too, and rounds twice */
                    continue;
                cr_assert(isnan(exact) ? isnan(value_of(got[i], dtype)) : got[i] == rounded(exact, dtype),
                          "%d of %a and %a as %s: %04x", k, p, q, xp_dtype_name(dtype), got[i]);
            }
        }
        xp_assert_closes(scope);
    }
}

/* Every step of a chain rounds, fused or not: the same bits as one call at a time. */
CHECKED_TEST(storage, chains_round_at_each_step)
{
    XP_TEST_DTYPES(dtype, XP_TEST_STORAGE)
    {
        xp_scope scope = xp_scope_open();
        const struct xp_device *trace = xp_device("trace(host)");
        xp_array *x = numbers(N, dtype, false, 7, trace), *y = numbers(N, dtype, false, 8, trace);
        xp_trace_reset(trace);
        xp_array *fused = xp_sqrt(xp_abs(xp_add(xp_multiply(x, y), xp_multiply(x, xp_scalar(0.3)))));
        xp_eval(fused);
        cr_expect_eq(xp_test_counts(trace).launches, 1, "one pass");
        xp_array *product = xp_multiply(x, y), *scaled = xp_multiply(x, xp_scalar(0.3));
        xp_eval(product, scaled);
        xp_array *sum = xp_add(product, scaled);
        xp_eval(sum);
        xp_array *size = xp_abs(sum);
        xp_eval(size);
        xp_assert_equal(fused, xp_sqrt(size));
        xp_assert_closes(scope);
    }
}

/* A scalar beside an array is of the array's dtype. */
CHECKED_TEST(storage, scalars_are_rounded_to_the_dtype)
{
    EACH_DEVICE(device)
        XP_TEST_DTYPES(dtype, XP_TEST_STORAGE)
            for (int64_t n = 3; n <= N; n += N - 3) {
                xp_scope scope = xp_scope_open();
                xp_array *x = xp_full(XP_SHAPE(n), xp_scalar(0.1), dtype, device);
                xp_array *tenth = xp_full(XP_SHAPE(1), xp_scalar(0.1), XP_FLOAT32, device);
                cr_expect(xp_truth(xp_all(xp_equal(x, xp_scalar(0.1)), XP_ALL)));
                cr_expect_not(xp_truth(xp_any(xp_equal(x, tenth), XP_ALL)));
                cr_expect_eq(xp_dtype_of(xp_add(x, xp_scalar_int(1))), dtype);
                cr_expect_eq(xp_dtype_of(xp_add(x, xp_scalar_bool(true))), dtype);
                cr_expect_eq(xp_dtype_of(xp_multiply(x, xp_scalar_complex(0, 1))), XP_COMPLEX64);
                const double most = xp_to_double(xp_max(xp_add(x, xp_scalar_int(1000000)), XP_ALL));
                cr_expect_eq(isinf(most) != 0, dtype == XP_FLOAT16);
                cr_expect_eq(xp_to_int(xp_searchsorted(x, xp_scalar(0.1), false, NULL)), 0);
                xp_assert_closes(scope);
            }
}

/* ---- dtypes of results ------------------------------------------------------------------------------------------- */

CHECKED_TEST(storage, promotion_of_arrays)
{
    static const struct {
        xp_dtype other, result; /* XP_DEFAULT_DTYPE: its own */
    } pairs[] = {
        {XP_BOOL, XP_DEFAULT_DTYPE}, {XP_INT8, XP_DEFAULT_DTYPE}, {XP_UINT8, XP_DEFAULT_DTYPE}, {XP_INT16, XP_FLOAT32},
        {XP_UINT16, XP_FLOAT32}, {XP_INT32, XP_FLOAT64}, {XP_UINT64, XP_FLOAT64}, {XP_FLOAT32, XP_FLOAT32},
        {XP_FLOAT64, XP_FLOAT64}, {XP_COMPLEX64, XP_COMPLEX64}, {XP_COMPLEX128, XP_COMPLEX128},
    };
    XP_TEST_DTYPES(dtype, XP_TEST_STORAGE)
    {
        xp_scope scope = xp_scope_open();
        xp_array *x = xp_full(XP_SHAPE(3), xp_scalar(1.5), dtype, NULL);
        for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
            xp_array *y = xp_ones(XP_SHAPE(3), pairs[i].other, NULL);
            const xp_dtype expected = pairs[i].result ? pairs[i].result : dtype;
            xp_array *const both[] = {x, y};
            cr_expect_eq(xp_result_type(both, 2), expected);
            xp_assert_equal(xp_multiply(x, y), xp_full(XP_SHAPE(3), xp_scalar(1.5), expected, NULL));
            cr_expect_eq(xp_dtype_of(xp_concat(both, 2, 0)), expected);
            cr_expect_eq(xp_can_cast(pairs[i].other, dtype), expected == dtype);
            cr_expect_eq(xp_can_cast(dtype, pairs[i].other), expected == pairs[i].other);
        }
        const xp_dtype other = dtype == XP_FLOAT16 ? XP_BFLOAT16 : XP_FLOAT16;
        xp_array *y = xp_full(XP_SHAPE(3), xp_scalar(0.5), other, NULL);
        xp_assert_equal(xp_add(x, y), xp_full(XP_SHAPE(3), xp_scalar(2.0), XP_FLOAT32, NULL));
        cr_expect(xp_is_dtype(dtype, XP_KIND_FLOAT) && !xp_is_dtype(dtype, XP_KIND_INTEGRAL));
        xp_assert_closes(scope);
    }
    cr_expect_eq(xp_finfo(XP_FLOAT16).max, 65504);
    cr_expect(xp_finfo(XP_BFLOAT16).eps == 0x1p-7 && xp_finfo(XP_BFLOAT16).bits == 16);
    cr_expect_eq(xp_info_dtypes(XP_KIND_ANY, NULL, 0, NULL), 13, "the standard's");
}

CHECKED_TEST(storage, dtypes_of_reductions)
{
    XP_TEST_DTYPES(dtype, XP_TEST_STORAGE)
    {
        xp_scope scope = xp_scope_open();
        xp_array *x = xp_full(XP_SHAPE(4096), xp_scalar(16.0), dtype, NULL);
        cr_expect_eq(xp_dtype_of(xp_sum(x, XP_ALL)), dtype);
        cr_expect_eq(xp_to_double(xp_sum(x, xp_result_dtype(XP_ALL, XP_FLOAT32))), 65536.0);
        cr_expect_eq(isinf(xp_to_double(xp_sum(x, XP_ALL))), dtype == XP_FLOAT16);
        cr_expect_eq(xp_to_double(xp_mean(x, XP_ALL)), 16.0); /* its sum would be infinite */
        cr_expect_eq(xp_dtype_of(xp_sum(xp_ones(XP_SHAPE(3), XP_INT64, NULL), xp_result_dtype(XP_ALL, dtype))), dtype);
        cr_expect_eq(xp_dtype_of(xp_cumulative_sum(xp_ones(XP_SHAPE(3), XP_INT64, NULL), 0, dtype, false)), dtype);
        cr_expect_eq(xp_dtype_of(xp_cumulative_sum(x, 0, XP_FLOAT64, false)), XP_FLOAT64);
        cr_expect_eq(xp_dtype_of(xp_argmax(x, XP_ALL)), XP_INT64);
        xp_assert_closes(scope);
    }
}

/* Factorizations, solutions and Fourier transforms give float32 and complex64, as they do for float32. */
CHECKED_TEST(storage, linear_algebra_and_transforms_give_float32)
{
    XP_TEST_DTYPES(dtype, XP_TEST_STORAGE)
    {
        xp_scope scope = xp_scope_open();
        xp_array *x = numbers(36, dtype, false, 9, NULL);
        x = xp_matmul(xp_reshape(x, XP_SHAPE(6, 6)), xp_matrix_transpose(xp_reshape(x, XP_SHAPE(6, 6))));
        x = xp_add(x, xp_multiply(xp_eye(6, 6, 0, dtype, NULL), xp_scalar(8.0)));
        xp_array *wide = as_float32(x), *b = xp_get(x, XP_INDEX(xp_at(2)));
        cr_expect_eq(xp_dtype_of(x), dtype);
        xp_assert_equal(xp_linalg_cholesky(x, false), xp_linalg_cholesky(wide, false));
        xp_assert_equal(xp_linalg_det(x), xp_linalg_det(wide));
        xp_assert_equal(xp_linalg_inv(x), xp_linalg_inv(wide));
        xp_assert_equal(xp_linalg_svdvals(x), xp_linalg_svdvals(wide));
        xp_assert_equal(xp_linalg_eigvalsh(x), xp_linalg_eigvalsh(wide));
        xp_assert_equal(xp_linalg_eigvals(x), xp_linalg_eigvals(wide));
        xp_assert_equal(xp_linalg_qr(x, false).r, xp_linalg_qr(wide, false).r);
        xp_assert_equal(xp_linalg_solve(x, b), xp_linalg_solve(wide, as_float32(b)));
        xp_assert_equal(xp_linalg_pinv(x, NULL), xp_linalg_pinv(wide, NULL));
        xp_assert_equal(xp_linalg_matrix_rank(x, NULL), xp_linalg_matrix_rank(wide, NULL));
        for (int64_t n = -1; n <= 3; n++)
            xp_assert_equal(xp_linalg_matrix_power(x, n), xp_astype(xp_linalg_matrix_power(wide, n), dtype, false));
        xp_assert_equal(xp_fft_fft(b, 0, -1, XP_FFT_BACKWARD), xp_fft_fft(as_float32(b), 0, -1, XP_FFT_BACKWARD));
        xp_assert_equal(xp_fft_rfft(b, 8, -1, XP_FFT_ORTHO), xp_fft_rfft(as_float32(b), 8, -1, XP_FFT_ORTHO));
        xp_assert_equal(xp_fft_fftn(x, NULL, NULL, 0, XP_FFT_ORTHO), xp_fft_fftn(wide, NULL, NULL, 0, XP_FFT_ORTHO));
        cr_expect_eq(xp_dtype_of(xp_fft_fft(b, 0, -1, XP_FFT_BACKWARD)), XP_COMPLEX64);
        xp_assert_closes(scope);
    }
}

/* ---- made, moved, refused ---------------------------------------------------------------------------------------- */

static void expect_same(xp_array *x, xp_array *wide)
{
    xp_assert_equal(x, xp_astype(wide, xp_dtype_of(x), false));
}

CHECKED_TEST(storage, arrays_are_made_in_the_dtype)
{
    EACH_DEVICE(device)
        XP_TEST_DTYPES(dtype, XP_TEST_STORAGE)
        {
            xp_scope scope = xp_scope_open();
            expect_same(xp_arange(0, 7, 1, dtype, device), xp_arange(0, 7, 1, XP_FLOAT64, device));
            expect_same(xp_arange(0, 1, 0.1, dtype, device), xp_arange(0, 1, 0.1, XP_FLOAT64, device));
            expect_same(xp_linspace(0, 1, 7, true, dtype, device), xp_linspace(0, 1, 7, true, XP_FLOAT64, device));
            expect_same(xp_eye(3, 4, 1, dtype, device), xp_eye(3, 4, 1, XP_INT8, device));
            expect_same(xp_fft_fftfreq(5, 0.3, dtype, device), xp_fft_fftfreq(5, 0.3, XP_FLOAT64, device));
            expect_same(xp_ones(XP_SHAPE(2), dtype, device), xp_full(XP_SHAPE(2), xp_scalar_int(1), dtype, device));
            xp_array *x = numbers(50, dtype, false, 10, device);
            xp_assert_identical(xp_to_device(x, xp_device("host")), numbers(50, dtype, false, 10, NULL));
            uint16_t bits[50], more[50];
            float wide[50];
            cr_assert_eq(xp_to_host(x, bits, sizeof bits), XP_OK);
            xp_assert_identical(xp_from_host(bits, dtype, XP_SHAPE(50), device), x);
            cr_assert_eq(xp_eval_into(wide, XP_FLOAT32, XP_SHAPE(50), NULL, x), XP_OK);
            cr_assert_eq(xp_eval_into(more, dtype, XP_SHAPE(50), NULL, xp_astype(x, XP_FLOAT64, false)), XP_OK);
            cr_expect_arr_eq(bits, more, sizeof bits);
            cr_expect_eq((double)wide[7], xp_to_double(xp_get(x, XP_INDEX(xp_at(7)))));
            xp_array *borrowed = xp_borrow(bits, dtype, XP_SHAPE(25), (const int64_t[]){4}, XP_FROZEN, NULL, NULL);
            xp_assert_identical(borrowed, xp_get(numbers(50, dtype, false, 10, NULL), XP_INDEX(xp_slice(0, 50, 2))));
            xp_assert_closes(scope);
        }
}

CHECKED_TEST(storage, what_makes_no_sense_is_refused)
{
    XP_TEST_DTYPES(dtype, XP_TEST_STORAGE)
    {
        xp_scope scope = xp_scope_open();
        xp_array *x = xp_ones(XP_SHAPE(3), dtype, NULL), *z = xp_ones(XP_SHAPE(3), XP_COMPLEX64, NULL);
        xp_rng rng = xp_rng_seed(1);
        xp_assert_fails(xp_bitwise_and(x, x), XP_ERROR_TYPE, NULL);
        xp_assert_fails(xp_bitwise_invert(x), XP_ERROR_TYPE, NULL);
        xp_assert_fails(xp_bitwise_left_shift(x, x), XP_ERROR_TYPE, NULL);
        xp_assert_fails(xp_nextafter(x, x), XP_ERROR_TYPE, NULL);
        xp_assert_fails(xp_take(x, x, 0), XP_ERROR_TYPE, NULL);
        xp_assert_fails(xp_get(x, XP_INDEX(xp_positions(x))), XP_ERROR_TYPE, NULL);
        xp_assert_fails(xp_astype(z, dtype, false), XP_ERROR_TYPE, NULL);
        xp_assert_fails(xp_set(x, XP_INDEX(xp_at(0)), xp_scalar_complex(0, 1)), XP_ERROR_TYPE, NULL);
        xp_assert_fails(xp_where(x, x, x), XP_ERROR_TYPE, NULL);
        xp_assert_fails((xp_iinfo(dtype), xp_failed()), XP_ERROR_TYPE, NULL);
        char message[100];
        snprintf(message, sizeof message, "uniform: does not take %s, which is for storage: use float32",
                 xp_dtype_name(dtype));
        xp_assert_fails(xp_random_uniform(&rng, XP_SHAPE(3), dtype, NULL), XP_ERROR_TYPE, message);
        xp_assert_closes(scope);
    }
}

/* The standard has no such dtypes: devices that go by it have none. */
CHECKED_TEST(storage, strict_devices_have_none)
{
    static const char *const strict[] = {"strict", "strict:device1", "strict:no_float64", "strict:no_x64"};
    const uint16_t bits[] = {0x3c00, 0x4000};
    for (size_t i = 0; i < sizeof strict / sizeof strict[0]; i++)
        XP_TEST_DTYPES(dtype, XP_TEST_STORAGE)
        {
            const struct xp_device *device = xp_device(strict[i]);
            xp_scope scope = xp_scope_open();
            char message[100];
            snprintf(message, sizeof message, "zeros: the device %s has no %s", strict[i], xp_dtype_name(dtype));
            xp_assert_fails(xp_zeros(XP_SHAPE(2), dtype, device), XP_ERROR_TYPE, message);
            xp_assert_fails(xp_from_host(bits, dtype, XP_SHAPE(2), device), XP_ERROR_TYPE, NULL);
            xp_assert_fails(xp_astype(xp_ones(XP_SHAPE(2), XP_FLOAT32, device), dtype, false), XP_ERROR_TYPE, NULL);
            xp_assert_fails(xp_to_device(xp_from_host(bits, dtype, XP_SHAPE(2), NULL), device), XP_ERROR_TYPE, NULL);
            xp_assert_closes(scope);
        }
}

/* ---- temporaries ------------------------------------------------------------------------------------------------- */

static const row made_of_temporaries[] = {OWN(of_add) OWN(of_equal) OWN(where) OWN(of_sum) OWN(of_argmax) OWN(sort)
                                          OWN(matmul) OWN(cumulative_sum) OWN(unique_counts) OWN(median)
                                          OWN(scatter_add)};
enum { N_MADE = sizeof made_of_temporaries / sizeof made_of_temporaries[0] };

CHECKED_TEST(storage, outside_a_scope_none_are_left)
{
    XP_TEST_DTYPES(dtype, XP_TEST_STORAGE)
        for (int64_t n = 60; n <= N; n += N - 60) {
            xp_array *x = numbers(n, dtype, false, 11, NULL);
            const xp_test_live before = xp_test_live_now();
            xp_array *half = xp_scalar(0.5), *one = xp_scalar_int(1);
            xp_array *results[] = {xp_add(x, x), xp_add(x, half), xp_equal(x, one), xp_sum(x, XP_ALL),
                                   xp_argmin(x, XP_ALL), xp_sort(x, 0, false, true), xp_vecdot(x, x, -1), half, one};
            for (size_t i = 0; i < sizeof results / sizeof results[0]; i++) {
                xp_assert_ok(results[i]);
                xp_release(results[i]);
            }
            xp_assert_no_leaks(before);
            xp_release(x);
        }
}

CHECKED_TEST(storage, failing_allocations)
{
    for (int64_t n = 60; n <= N; n += N - 60) {
        xp_array *x = numbers(n, XP_FLOAT16, false, 12, NULL), *y = numbers(n, XP_FLOAT16, false, 13, NULL);
        for (int i = 0; i < N_MADE; i++)
            XP_TEST_EVERY_ALLOCATION(round) {
                xp_scope scope = xp_scope_open();
                xp_array *result = made_of_temporaries[i].of(x, y);
                xp_eval(result);
                const xp_status status = xp_scope_close(scope);
                xp_assert_that(status == (xp_test_fault_fired() ? XP_ERROR_MEMORY : XP_OK), "%s, round %lld",
                               made_of_temporaries[i].name, round);
            }
        xp_release(x);
        xp_release(y);
    }
}
