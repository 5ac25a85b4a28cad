/* What the strict devices refuse, behaviour by behaviour, as array-api-strict does.
 *
 * Its behaviours that concern Python's objects have no counterpart: dtypes are numbers, so there are no strings and no
 * foreign dtype objects to refuse (that a number is one of the 13 is tested); arrays have no constructor to call, are
 * not iterated over and have no attribute T (matrix_transpose is its mT); shapes and repetitions are xp_shape and
 * nothing else; results that are lists or tuples there come in memory of the caller. reshape() has no copy=False.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "support.h"

static const struct xp_device *strict(void)
{
    return xp_device("strict");
}

static xp_array *vector(xp_dtype dtype)
{
    return support_ramp(1, 1, dtype, XP_SHAPE(4), strict());
}

static xp_array *matrix(void)
{
    return support_ramp(1, 1, XP_FLOAT64, XP_SHAPE(3, 4), strict());
}

#define REFUSED(code, expression, message) xp_assert_fails(expression, XP_ERROR_##code, message)

/* Whether the expression gives an array, and its values can be had; an error is forgotten. */
#define TRY(accepted, expression)                                                                                      \
    do {                                                                                                               \
        xp_try attempt = xp_try_open();                                                                                \
        xp_array *result = (expression);                                                                               \
        (accepted) = xp_ok(result) && xp_eval(result) == XP_OK;                                                        \
        (void)!xp_try_close(attempt, NULL);                                                                            \
    } while (0)

#define RULE_TEST(name)                                                                                                \
    static void rule_##name(void);                                                                                     \
    CHECKED_TEST(strict_rules, name)                                                                                   \
    {                                                                                                                  \
        xp_scope scope = xp_scope_open();                                                                              \
        rule_##name();                                                                                                 \
        xp_assert_closes(scope);                                                                                       \
    }                                                                                                                  \
    static void rule_##name(void)

/* ---- dtypes ------------------------------------------------------------------------------------------------------ */

RULE_TEST(dtypes_are_the_thirteen)
{
    REFUSED(TYPE, xp_zeros(XP_SHAPE(2), XP_FLOAT16, strict()), "zeros: the device strict has no float16");
    REFUSED(TYPE, xp_zeros(XP_SHAPE(2), (xp_dtype)16, strict()), "zeros: dtype 16 is unknown");
    REFUSED(TYPE, xp_astype(vector(XP_INT8), (xp_dtype)-1, false), "astype: dtype -1 is unknown");
    REFUSED(TYPE, xp_astype(vector(XP_INT8), XP_DEFAULT_DTYPE, false), "astype: dtype is not given");
}

/* Whether the standard's table has the pair: of one kind, signed with unsigned but for uint64, float with complex. */
static bool is_in_the_table(xp_dtype a, xp_dtype b)
{
    const unsigned kinds[] = {XP_TEST_SIGNED | XP_TEST_UNSIGNED, XP_TEST_REAL_FLOATING | XP_TEST_COMPLEX};
    if (a == b)
        return true;
    for (int i = 0; i < 2; i++)
        if ((kinds[i] >> a & 1) && (kinds[i] >> b & 1)) {
            bool is_mixed = (XP_TEST_SIGNED >> a & 1) != (XP_TEST_SIGNED >> b & 1);
            return i == 1 || !is_mixed || (a != XP_UINT64 && b != XP_UINT64);
        }
    return false;
}

RULE_TEST(only_the_standards_promotions)
{
    XP_TEST_DTYPES(a, XP_TEST_ANY) {
        XP_TEST_DTYPES(b, XP_TEST_ANY) {
            xp_array *x = vector(a), *y = vector(b), *const both[] = {x, y};
            bool found[5];
            TRY(found[0], xp_equal(x, y));
            TRY(found[1], xp_where(xp_equal(x, x), x, y));
            TRY(found[2], xp_concat(both, 2, 0));
            TRY(found[3], xp_stack(both, 2, 0));
            xp_try attempt = xp_try_open();
            found[4] = xp_result_type(both, 2) != XP_DEFAULT_DTYPE;
            (void)!xp_try_close(attempt, NULL);
            for (int i = 0; i < 5; i++)
                cr_expect_eq(found[i], is_in_the_table(a, b), "%d: %s with %s", i, xp_test_dtype_name(a),
                             xp_test_dtype_name(b));
        }
    }
    REFUSED(TYPE, xp_matmul(vector(XP_FLOAT32), vector(XP_INT32)),
            "matmul: the standard does not promote float32 with int32");
    REFUSED(TYPE, xp_searchsorted(vector(XP_FLOAT32), vector(XP_INT8), false, NULL),
            "searchsorted: the standard does not promote float32 with int8");
}

RULE_TEST(scalars_go_with_their_kind_and_those_above)
{
    static const struct {
        double value;
        unsigned takes; /* the dtypes of arrays that it goes with */
    } scalars[] = {{1, XP_TEST_NUMERIC}, {1.5, XP_TEST_FLOATING}};
    XP_TEST_DTYPES(dtype, XP_TEST_ANY) {
        xp_array *x = vector(dtype), *made[] = {xp_scalar(1), xp_scalar(1.5)};
        bool accepted;
        for (int i = 0; i < 2; i++) {
            TRY(accepted, xp_equal(x, made[i]));
            cr_expect_eq(accepted, (scalars[i].takes >> dtype & 1) != 0, "%g with %s", scalars[i].value,
                         xp_test_dtype_name(dtype));
        }
        TRY(accepted, xp_equal(x, xp_scalar_bool(true)));
        cr_expect_eq(accepted, dtype == XP_BOOL, "bool with %s", xp_test_dtype_name(dtype));
        TRY(accepted, xp_equal(x, xp_scalar_complex(1, 1)));
        cr_expect_eq(accepted, (XP_TEST_FLOATING >> dtype & 1) != 0, "complex with %s", xp_test_dtype_name(dtype));
    }
    cr_expect_eq(xp_dtype_of(xp_add(vector(XP_FLOAT32), xp_scalar_complex(0, 1))), XP_COMPLEX64);
    REFUSED(OVERFLOW, xp_add(vector(XP_INT8), xp_scalar(128)), "add: 128 does not fit into int8");
    REFUSED(TYPE, xp_add(xp_scalar(1), xp_scalar(2)), "add: needs an array, got scalars only");
    REFUSED(TYPE, xp_where(vector(XP_BOOL), xp_scalar(1.0), xp_scalar(2.0)),
            "where: needs an array, got scalars only");
    REFUSED(TYPE, xp_searchsorted(vector(XP_INT32), xp_scalar(1.5), false, NULL),
            "searchsorted: the standard does not compare int32 with a floating scalar");
    REFUSED(TYPE, xp_add(vector(XP_INT32), xp_scalar(1.5)), "add: the standard does not promote int32 with float64");
}

/* ---- categories, from the reference ------------------------------------------------------------------------------ */

static const struct category {
    const char *name;
    xp_array *(*one)(xp_array *);
    xp_array *(*two)(xp_array *, xp_array *);
    unsigned accepts;
} categories[] = {
#define XP_TEST_DISCRETE (XP_TEST_BOOL | XP_TEST_INTEGRAL)
#define XP_TEST_FLOAT XP_TEST_REAL_FLOATING
#define ONE(name, kind) {#name, xp_##name, NULL, XP_TEST_##kind},
#define TWO(name, kind) {#name, NULL, xp_##name, XP_TEST_##kind},
    ONE(abs, NUMERIC) ONE(acos, FLOATING) ONE(acosh, FLOATING) TWO(add, NUMERIC) ONE(asin, FLOATING)
    ONE(asinh, FLOATING) ONE(atan, FLOATING) TWO(atan2, FLOAT) ONE(atanh, FLOATING) TWO(bitwise_and, DISCRETE)
    TWO(bitwise_left_shift, INTEGRAL) ONE(bitwise_invert, DISCRETE) TWO(bitwise_or, DISCRETE)
    TWO(bitwise_right_shift, INTEGRAL) TWO(bitwise_xor, DISCRETE) ONE(ceil, REAL) ONE(conj, NUMERIC)
    TWO(copysign, FLOAT) ONE(cos, FLOATING) ONE(cosh, FLOATING) TWO(divide, FLOATING) TWO(equal, ANY)
    ONE(exp, FLOATING) ONE(expm1, FLOATING) ONE(floor, REAL) TWO(floor_divide, REAL) TWO(greater, REAL)
    TWO(greater_equal, REAL) TWO(hypot, FLOAT) ONE(imag, COMPLEX) ONE(is_finite, NUMERIC) ONE(is_inf, NUMERIC)
    ONE(is_nan, NUMERIC) TWO(less, REAL) TWO(less_equal, REAL) ONE(log, FLOATING) ONE(log1p, FLOATING)
    ONE(log2, FLOATING) ONE(log10, FLOATING) TWO(logaddexp, FLOAT) TWO(logical_and, BOOL) ONE(logical_not, BOOL)
    TWO(logical_or, BOOL) TWO(logical_xor, BOOL) TWO(maximum, REAL) TWO(minimum, REAL) TWO(multiply, NUMERIC)
    ONE(negative, NUMERIC) TWO(nextafter, FLOAT) TWO(not_equal, ANY) ONE(positive, NUMERIC) TWO(pow, NUMERIC)
    ONE(real, NUMERIC) ONE(reciprocal, FLOATING) TWO(remainder, REAL) ONE(round, NUMERIC) ONE(sign, NUMERIC)
    ONE(sign_bit, FLOAT) ONE(sin, FLOATING) ONE(sinh, FLOATING) ONE(square, NUMERIC) ONE(sqrt, FLOATING)
    TWO(subtract, NUMERIC) ONE(tan, FLOATING) ONE(tanh, FLOATING) ONE(trunc, REAL)
#undef ONE
#undef TWO
};

RULE_TEST(each_elementwise_function_keeps_to_its_category)
{
    for (size_t i = 0; i < sizeof categories / sizeof categories[0]; i++) {
        const struct category *c = &categories[i];
        XP_TEST_DTYPES(dtype, XP_TEST_ANY) {
            xp_array *x = vector(dtype);
            bool accepted;
            TRY(accepted, c->one ? c->one(x) : c->two(x, x));
            cr_expect_eq(accepted, (c->accepts >> dtype & 1) != 0, "%s of %s", c->name, xp_test_dtype_name(dtype));
        }
    }
}

static xp_array *sum(xp_array *x) { return xp_sum(x, XP_ALL); }
static xp_array *prod(xp_array *x) { return xp_prod(x, XP_ALL); }
static xp_array *mean(xp_array *x) { return xp_mean(x, XP_ALL); }
static xp_array *var(xp_array *x) { return xp_var(x, XP_ALL); }
static xp_array *std_dev(xp_array *x) { return xp_std(x, XP_ALL); }
static xp_array *min(xp_array *x) { return xp_min(x, XP_ALL); }
static xp_array *argmax(xp_array *x) { return xp_argmax(x, XP_ALL); }
static xp_array *all(xp_array *x) { return xp_all(x, XP_ALL); }
static xp_array *running_sum(xp_array *x) { return xp_cumulative_sum(x, 0, XP_DEFAULT_DTYPE, false); }
static xp_array *running_product(xp_array *x) { return xp_cumulative_prod(x, 0, XP_DEFAULT_DTYPE, false); }
static xp_array *search(xp_array *x) { return xp_searchsorted(x, x, false, NULL); }
static xp_array *clip(xp_array *x) { return xp_clip(x, x, NULL); }
static xp_array *matmul(xp_array *x) { return xp_matmul(x, x); }
static xp_array *vecdot(xp_array *x) { return xp_vecdot(x, x, -1); }
static xp_array *cholesky(xp_array *x)
{
    return xp_linalg_cholesky(xp_astype(xp_eye(2, 2, 0, XP_INT8, strict()), xp_dtype_of(x), false), false);
}
static xp_array *svd(xp_array *x) { return xp_linalg_svd(xp_reshape(x, XP_SHAPE(2, 2)), true).s; }

RULE_TEST(so_do_reductions_and_linear_algebra)
{
    static const struct {
        const char *name;
        xp_array *(*function)(xp_array *);
        unsigned accepts;
    } cases[] = {
        {"sum", sum, XP_TEST_NUMERIC},
        {"prod", prod, XP_TEST_NUMERIC},
        {"mean", mean, XP_TEST_FLOATING},
        {"var", var, XP_TEST_REAL_FLOATING},
        {"std", std_dev, XP_TEST_REAL_FLOATING},
        {"min", min, XP_TEST_REAL},
        {"argmax", argmax, XP_TEST_REAL},
        {"all", all, XP_TEST_ANY},
        {"cumulative_sum", running_sum, XP_TEST_NUMERIC},
        {"cumulative_prod", running_product, XP_TEST_NUMERIC},
        {"searchsorted", search, XP_TEST_REAL},
        {"clip", clip, XP_TEST_REAL},
        {"matmul", matmul, XP_TEST_NUMERIC},
        {"vecdot", vecdot, XP_TEST_NUMERIC},
        {"cholesky", cholesky, XP_TEST_FLOATING},
        {"svd", svd, XP_TEST_FLOATING},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        XP_TEST_DTYPES(dtype, XP_TEST_ANY) {
            bool accepted;
            TRY(accepted, cases[i].function(vector(dtype)));
            cr_expect_eq(accepted, (cases[i].accepts >> dtype & 1) != 0, "%s of %s", cases[i].name,
                         xp_test_dtype_name(dtype));
        }
}

/* To bool nothing is dropped: the standard says what becomes True, though array-api-strict refuses that, too. */
RULE_TEST(astype_does_not_drop_imaginary_parts)
{
    XP_TEST_DTYPES(from, XP_TEST_COMPLEX)
    XP_TEST_DTYPES(to, XP_TEST_ANY) {
        bool accepted;
        TRY(accepted, xp_astype(vector(from), to, false));
        cr_expect_eq(accepted, ((XP_TEST_COMPLEX | XP_TEST_BOOL) >> to & 1) != 0, "to %s", xp_test_dtype_name(to));
    }
}

/* ---- values and devices ------------------------------------------------------------------------------------------ */

RULE_TEST(every_result_is_an_array_and_values_are_those_of_0_d_ones)
{
    xp_array *x = vector(XP_FLOAT64), *one = xp_ones(XP_SHAPE(1), XP_FLOAT64, strict());
    cr_expect(xp_ndim(xp_sum(x, XP_ALL)) == 0 && xp_device_of(xp_sum(x, XP_ALL)) == strict());
    cr_expect_eq(xp_to_double(xp_sum(x, XP_ALL)), 10);
    REFUSED(TYPE, xp_to_double(one), "to_double: the standard takes values of 0-d arrays, x has 1 dimension");
    REFUSED(TYPE, xp_to_int(xp_reshape(one, XP_SHAPE(1, 1))),
            "to_int: the standard takes values of 0-d arrays, x has 2 dimensions");
    REFUSED(TYPE, xp_truth(one), "truth: the standard takes values of 0-d arrays, x has 1 dimension");
    cr_expect_eq(xp_to_double(xp_to_device(one, xp_device("host"))), 1, "other devices take any single element");
}

RULE_TEST(devices_do_not_mix_and_nothing_moves_by_itself)
{
    const struct xp_device *other = xp_device("strict:device1");
    xp_array *x = vector(XP_FLOAT64), *y = support_ramp(1, 1, XP_FLOAT64, XP_SHAPE(4), other);
    REFUSED(DEVICE, xp_add(x, y), NULL);
    REFUSED(DEVICE, xp_device_namespace(strict())->add(x, y), "add: operands on devices strict and strict:device1");
    REFUSED(DEVICE, xp_set(x, XP_INDEX(xp_slice(0, 4, 1)), y), "set: operands on devices strict and strict:device1");
    REFUSED(DEVICE, xp_asarray(y, XP_DEFAULT_DTYPE, false, strict()),
            "asarray: x is on device strict:device1, not on strict");
    cr_expect_eq(xp_device_of(xp_device_namespace(other)->asarray(y, XP_FLOAT32, true)), other);
    REFUSED(DEVICE, xp_to_host(y, &(double[4]){0}, 32),
            "to_host: data leaves the device strict:device1 by to_device alone");
}

RULE_TEST(shifts_by_less_than_nothing)
{
    xp_array *x = vector(XP_INT32), *back = support_ramp(2, -1, XP_INT32, XP_SHAPE(4), strict());
    REFUSED(VALUE, xp_bitwise_left_shift(x, back), "bitwise_left_shift: the standard shifts by no negative numbers");
    REFUSED(VALUE, xp_bitwise_right_shift(x, xp_scalar(-1)),
            "bitwise_right_shift: the standard shifts by no negative numbers");
    xp_assert_ok(xp_bitwise_left_shift(x, xp_scalar(3)));
    xp_assert_ok(xp_bitwise_left_shift(vector(XP_UINT8), vector(XP_UINT8)));
    xp_array *here = xp_to_device(x, xp_device("host"));
    xp_assert_ok(xp_bitwise_left_shift(here, xp_scalar(-1)));
}

RULE_TEST(limits_of_another_kind_and_limits_that_cross)
{
    xp_array *x = vector(XP_FLOAT32), *i = vector(XP_INT32);
    REFUSED(TYPE, xp_clip(x, i, NULL), "clip: min has dtype int32, x has float32");
    REFUSED(TYPE, xp_clip(i, NULL, xp_scalar(2.5)), "clip: max is a scalar of dtype float64, x has int32");
    REFUSED(VALUE, xp_clip(x, xp_scalar(3.0), xp_scalar(2.0)),
            "clip: the standard leaves open what min beyond max means");
    REFUSED(VALUE, xp_clip(x, x, xp_scalar(2)), "clip: the standard leaves open what min beyond max means");
    REFUSED(VALUE, xp_clip(i, vector(XP_INT8), support_ramp(4, -1, XP_INT16, XP_SHAPE(4), strict())),
            "clip: the standard leaves open what min beyond max means");
    xp_assert_ok(xp_clip(x, xp_scalar(2.0), xp_scalar(2.0)));
    xp_assert_ok(xp_clip(x, xp_scalar(XP_NAN), x));
}

/* ---- indexing ---------------------------------------------------------------------------------------------------- */

RULE_TEST(every_axis_is_indexed)
{
    xp_array *x = matrix();
    static const char *const missing = "get: the standard indexes every axis: end with an ellipsis";
    REFUSED(INDEX, xp_get(x, XP_INDEX(xp_at(0))), missing);
    REFUSED(INDEX, xp_get(x, XP_INDEX(xp_newaxis(), xp_slice(0, 1, 1))), missing);
    REFUSED(INDEX, xp_get(x, ((xp_indices){0, NULL})), missing);
    xp_assert_ok(xp_get(x, XP_INDEX(xp_at(0), xp_ellipsis())));
    xp_assert_ok(xp_get(x, XP_INDEX(xp_at(0), xp_newaxis(), xp_at(1))));
    xp_assert_ok(xp_get(xp_sum(x, XP_ALL), ((xp_indices){0, NULL})));
    xp_assert_ok(xp_get(x, XP_INDEX(xp_mask(xp_greater(xp_sum(x, XP_OVER(1)), xp_scalar(3.0))))));
    REFUSED(INDEX, xp_set(x, XP_INDEX(xp_at(0)), xp_scalar(1.0)),
            "set: the standard indexes every axis: end with an ellipsis");
}

/* The standard's bounds: [-n, n] going up; start [-n, n - 1] and stop [-n - 1, n - 1] going down. */
RULE_TEST(slices_keep_within_their_axis)
{
    enum { N = 4 };
    xp_array *x = vector(XP_INT32), *nothing = xp_zeros(XP_SHAPE(0), XP_INT8, strict());
    for (int64_t step = -2; step <= 2; step++)
        for (int64_t start = -N - 2; start <= N + 2 && step != 0; start++)
            for (int64_t stop = -N - 2; stop <= N + 2; stop++) {
                bool accepted, fits = step > 0 ? start >= -N && start <= N && stop >= -N && stop <= N
                                               : start >= -N && start < N && stop >= -N - 1 && stop < N;
                TRY(accepted, xp_get(x, XP_INDEX(xp_slice(start, stop, step))));
                cr_expect_eq(accepted, fits, "%d:%d:%d", (int)start, (int)stop, (int)step);
            }
    REFUSED(INDEX, xp_get(x, XP_INDEX(xp_slice(0, 5, 1))),
            "get: the standard clips no slices, and one reaches beyond its axis");
    REFUSED(INDEX, xp_get(matrix(), XP_INDEX(xp_ellipsis(), xp_slice(0, 5, 1))),
            "get: the standard clips no slices, and one reaches beyond its axis");
    xp_assert_ok(xp_get(matrix(), XP_INDEX(xp_ellipsis(), xp_slice(0, 4, 1))));
    xp_assert_ok(xp_get(nothing, XP_INDEX(xp_slice(XP_END, XP_END, -1))));
    xp_assert_ok(xp_get(nothing, XP_INDEX(xp_slice(0, 0, -1))));
}

RULE_TEST(masks_stand_alone_and_are_of_bool)
{
    xp_array *mask = xp_greater(vector(XP_INT8), xp_scalar(2));
    REFUSED(INDEX, xp_get(matrix(), XP_INDEX(xp_ellipsis(), xp_mask(mask))),
            "get: the standard has no arrays of positions beside anything but integers");
    REFUSED(TYPE, xp_get(vector(XP_INT8), XP_INDEX(xp_mask(vector(XP_INT8)))),
            "get: mask has dtype int8, expected bool");
}

RULE_TEST(values_that_are_set_promote_to_the_target)
{
    xp_array *x = vector(XP_INT32);
    const xp_index_item first = xp_slice(0, 4, 1);
    XP_TEST_DTYPES(dtype, XP_TEST_ANY) {
        bool accepted, fits = dtype == XP_INT8 || dtype == XP_INT16 || dtype == XP_INT32 || dtype == XP_UINT8 ||
                              dtype == XP_UINT16;
        TRY(accepted, xp_set(x, XP_INDEX(first), vector(dtype)));
        cr_expect_eq(accepted, fits, "%s", xp_test_dtype_name(dtype));
    }
    REFUSED(TYPE, xp_set(x, XP_INDEX(first), xp_scalar(1.0)), "set: the standard does not promote float64 to int32");
    REFUSED(TYPE, xp_set(vector(XP_FLOAT32), XP_INDEX(first), xp_scalar_complex(1, 1)),
            "set: the standard does not promote complex128 to float32");
    xp_assert_ok(xp_set(vector(XP_FLOAT32), XP_INDEX(first), xp_scalar(1)));
    REFUSED(INDEX, xp_set(x, XP_INDEX(first, xp_newaxis()), xp_scalar(1)), "set: the standard sets no new axes");
}

/* The nearest thing to an operator that works in place: it may take over x's buffer, and keeps x's dtype. */
RULE_TEST(nothing_changes_its_dtype_in_place)
{
    xp_array *x = vector(XP_FLOAT32);
    REFUSED(TYPE, xp_extra_at_set(xp_give(x), XP_INDEX(xp_at(0)), xp_ones(XP_SHAPE_0D, XP_FLOAT64, strict())),
            "at_set: the standard does not promote float64 to float32");
    xp_array *y = xp_extra_at_set(xp_give(x), XP_INDEX(xp_at(0)), xp_scalar(7));
    cr_expect_eq(xp_dtype_of(y), XP_FLOAT32);
    cr_expect_eq(xp_dtype_of(xp_add(xp_give(y), xp_ones(XP_SHAPE(4), XP_FLOAT64, strict()))), XP_FLOAT64);
}

RULE_TEST(take_wants_lists_of_positions_and_an_axis)
{
    xp_array *at = xp_arange(0, 2, 1, XP_INT64, strict());
    REFUSED(VALUE, xp_take(matrix(), xp_reshape(at, XP_SHAPE(1, 2)), 0),
            "take: the standard takes 1-d indices, these have 2 dimensions");
    REFUSED(VALUE, xp_take(matrix(), xp_scalar(1), 0), "take: the standard takes 1-d indices, these have 0 dimensions");
    REFUSED(VALUE, xp_take(matrix(), at, XP_FLAT), "take: the standard asks for an axis where x is not 1-d");
    REFUSED(TYPE, xp_take(matrix(), vector(XP_FLOAT32), 0),
            "take: indices has dtype float32, expected an integer dtype");
    xp_assert_ok(xp_take(matrix(), at, 0));
    xp_assert_ok(xp_take(vector(XP_INT8), at, XP_FLAT));
}

/* ---- other functions --------------------------------------------------------------------------------------------- */

RULE_TEST(transposes_are_of_matrices)
{
    REFUSED(VALUE, xp_matrix_transpose(vector(XP_INT8)), "matrix_transpose: x has 1 dimension, expected at least 2");
}

RULE_TEST(arrays_are_no_fill_values)
{
    xp_array *value = xp_sum(vector(XP_FLOAT64), XP_ALL);
    REFUSED(TYPE, xp_full(XP_SHAPE(2), value, XP_DEFAULT_DTYPE, strict()),
            "full: the standard fills with scalars, fill_value is an array");
    REFUSED(TYPE, xp_full_like(vector(XP_FLOAT64), value, XP_DEFAULT_DTYPE),
            "full_like: the standard fills with scalars, fill_value is an array");
    REFUSED(TYPE, xp_zeros(XP_SHAPE(2), XP_FLOAT64, xp_device("strict:no_float64")),
            "zeros: the device strict:no_float64 has no float64");
}

RULE_TEST(conditions_are_of_bool)
{
    xp_array *x = vector(XP_FLOAT64);
    REFUSED(TYPE, xp_where(x, x, x), "where: condition has dtype float64, expected bool");
    REFUSED(DEVICE,
            xp_where(xp_ones(XP_SHAPE(4), XP_BOOL, xp_device("strict:device1")), x, x), NULL);
}

RULE_TEST(shapes_fit_the_elements)
{
    REFUSED(VALUE, xp_reshape(matrix(), XP_SHAPE(5, -1)),
            "reshape: shape (5, -1) does not fit the elements of (3, 4)");
    REFUSED(VALUE, xp_tile(matrix(), XP_SHAPE(-1)), "tile: -1 repetitions, expected 0 or more");
}

/* ---- functions whose time is yet to come in some builds ---------------------------------------------------------- */

/* Refused with this code; what is not in this build refuses everything. */
#define REFUSED_IF_THERE(code, expression)                                                                             \
    do {                                                                                                               \
        xp_try attempt = xp_try_open();                                                                                \
        (void)(expression);                                                                                            \
        bool is_there = !strstr(xp_error_message(), "not in this build");                                              \
        xp_status status = xp_try_close(attempt, NULL);                                                                \
        cr_expect(status == (is_there ? XP_ERROR_##code : XP_ERROR_UNSUPPORTED), #expression ": status %d",            \
                  (int)status);                                                                                        \
    } while (0)

RULE_TEST(transforms_take_complex_or_real_numbers_but_not_both)
{
    const xp_fft *fft = xp_device_namespace(strict())->fft;
    xp_array *x = vector(XP_FLOAT32), *z = vector(XP_COMPLEX64);
    REFUSED_IF_THERE(TYPE, fft->fft(x, 0, -1, XP_FFT_BACKWARD));
    REFUSED_IF_THERE(TYPE, fft->ifft(x, 0, -1, XP_FFT_BACKWARD));
    REFUSED_IF_THERE(TYPE, fft->irfft(x, 0, -1, XP_FFT_BACKWARD));
    REFUSED_IF_THERE(TYPE, fft->hfft(x, 0, -1, XP_FFT_BACKWARD));
    REFUSED_IF_THERE(TYPE, fft->fftn(x, NULL, NULL, 1, XP_FFT_BACKWARD));
    REFUSED_IF_THERE(TYPE, fft->ifftn(x, NULL, NULL, 1, XP_FFT_BACKWARD));
    REFUSED_IF_THERE(TYPE, fft->irfftn(x, NULL, NULL, 1, XP_FFT_BACKWARD));
    REFUSED_IF_THERE(TYPE, fft->rfft(z, 0, -1, XP_FFT_BACKWARD));
    REFUSED_IF_THERE(TYPE, fft->ihfft(z, 0, -1, XP_FFT_BACKWARD));
    REFUSED_IF_THERE(TYPE, fft->rfftn(z, NULL, NULL, 1, XP_FFT_BACKWARD));
    REFUSED_IF_THERE(TYPE, fft->fftshift(vector(XP_INT32), XP_ALL));
}

RULE_TEST(linear_algebra_is_of_floating_numbers)
{
    const xp_linalg *linalg = xp_device_namespace(strict())->linalg;
    xp_array *whole = xp_eye(2, 2, 0, XP_INT64, strict()), *truth = vector(XP_BOOL);
    REFUSED_IF_THERE(TYPE, linalg->inv(whole));
    REFUSED_IF_THERE(TYPE, linalg->det(whole));
    REFUSED_IF_THERE(TYPE, linalg->solve(whole, whole));
    REFUSED_IF_THERE(TYPE, linalg->qr(whole, false));
    REFUSED_IF_THERE(TYPE, linalg->eigh(whole));
    REFUSED_IF_THERE(TYPE, linalg->pinv(whole, NULL));
    REFUSED_IF_THERE(TYPE, linalg->vector_norm(whole, XP_ALL, 2));
    REFUSED_IF_THERE(TYPE, linalg->matrix_norm(whole, false, XP_NORM_1));
    REFUSED_IF_THERE(TYPE, linalg->outer(truth, truth));
    REFUSED_IF_THERE(TYPE, linalg->trace(xp_ones(XP_SHAPE(2, 2), XP_BOOL, strict()), 0, XP_DEFAULT_DTYPE));
    REFUSED_IF_THERE(VALUE, linalg->matrix_rank(vector(XP_FLOAT64), NULL));
}

RULE_TEST(sorting_is_of_real_numbers_and_isin_of_integers)
{
    REFUSED_IF_THERE(TYPE, xp_sort(vector(XP_BOOL), -1, false, true));
    REFUSED_IF_THERE(TYPE, xp_argsort(vector(XP_COMPLEX64), -1, false, true));
    REFUSED_IF_THERE(TYPE, xp_isin(vector(XP_FLOAT64), vector(XP_FLOAT64), false));
}

RULE_TEST(grids_are_of_one_dtype_and_device)
{
    xp_array *results[2];
    xp_array *const dtypes[] = {vector(XP_FLOAT32), vector(XP_FLOAT64)};
    xp_array *const devices[] = {vector(XP_FLOAT64),
                                 support_ramp(1, 1, XP_FLOAT64, XP_SHAPE(4), xp_device("strict:device1"))};
    const xp_namespace *xp = xp_device_namespace(strict());
    REFUSED_IF_THERE(TYPE, xp->meshgrid(dtypes, 2, XP_INDEXING_XY, results));
    REFUSED_IF_THERE(DEVICE, xp->meshgrid(devices, 2, XP_INDEXING_XY, results));
}

RULE_TEST(nothing_is_nonzero_in_a_0_d_array)
{
    xp_array *results[1];
    REFUSED_IF_THERE(VALUE, xp_nonzero(xp_sum(vector(XP_FLOAT64), XP_ALL), results, 0));
}
