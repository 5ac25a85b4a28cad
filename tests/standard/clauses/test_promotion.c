/* Type promotion: the standard's tables through every function that promotes, what lies beyond them, Python's scalars.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "clauses.h"

/* Codes of the standard's tables, which stand here as they do there; 0 where it has no promotion. */
enum {
    __ = XP_DEFAULT_DTYPE, b1 = XP_BOOL, i1 = XP_INT8, i2 = XP_INT16, i4 = XP_INT32, i8 = XP_INT64, u1 = XP_UINT8,
    u2 = XP_UINT16, u4 = XP_UINT32, u8 = XP_UINT64, f4 = XP_FLOAT32, f8 = XP_FLOAT64, c8 = XP_COMPLEX64,
    cc = XP_COMPLEX128
};
static const int of_the_standard[XP_N_DTYPES][XP_N_DTYPES] = {
    /*        __  b1  i1  i2  i4  i8  u1  u2  u4  u8  f4  f8  c8  cc */
    [b1] = {__, b1, __, __, __, __, __, __, __, __, __, __, __, __},
    [i1] = {__, __, i1, i2, i4, i8, i2, i4, i8, __, __, __, __, __},
    [i2] = {__, __, i2, i2, i4, i8, i2, i4, i8, __, __, __, __, __},
    [i4] = {__, __, i4, i4, i4, i8, i4, i4, i8, __, __, __, __, __},
    [i8] = {__, __, i8, i8, i8, i8, i8, i8, i8, __, __, __, __, __},
    [u1] = {__, __, i2, i2, i4, i8, u1, u2, u4, u8, __, __, __, __},
    [u2] = {__, __, i4, i4, i4, i8, u2, u2, u4, u8, __, __, __, __},
    [u4] = {__, __, i8, i8, i8, i8, u4, u4, u4, u8, __, __, __, __},
    [u8] = {__, __, __, __, __, __, u8, u8, u8, u8, __, __, __, __},
    [f4] = {__, __, __, __, __, __, __, __, __, __, f4, f8, c8, cc},
    [f8] = {__, __, __, __, __, __, __, __, __, __, f8, f8, cc, cc},
    [c8] = {__, __, __, __, __, __, __, __, __, __, c8, cc, c8, cc},
    [cc] = {__, __, __, __, __, __, __, __, __, __, cc, cc, cc, cc},
};

/* Beyond the standard, as NumPy 2 has it: bool gives way, an integer joins the smallest floating dtype that holds all
 * integers of up to 16 bits, or else float64. */
static xp_dtype beyond_the_standard(xp_dtype a, xp_dtype b)
{
    const unsigned narrow = 1u << i1 | 1u << i2 | 1u << u1 | 1u << u2;
    if (a == XP_BOOL || b == XP_BOOL)
        return a == XP_BOOL ? b : a;
    if (!model_is(a, XP_TEST_FLOATING) && !model_is(b, XP_TEST_FLOATING))
        return XP_FLOAT64; /* uint64 with a signed one */
    const xp_dtype floating = model_is(a, XP_TEST_FLOATING) ? a : b, whole = floating == a ? b : a;
    if (model_is(whole, narrow))
        return floating;
    return model_is(floating, XP_TEST_COMPLEX) ? XP_COMPLEX128 : XP_FLOAT64;
}

/* ---- functions of two arrays that promote ------------------------------------------------------------------------ */

static xp_array *by_concat(xp_array *a, xp_array *b)
{
    return xp_concat((xp_array *const[]){a, b}, 2, XP_FLAT);
}

static xp_array *by_stack(xp_array *a, xp_array *b)
{
    return xp_stack((xp_array *const[]){a, b}, 2, -1);
}

static xp_array *by_where(xp_array *a, xp_array *b)
{
    return xp_where(xp_equal(a, a), a, b);
}

static xp_array *by_tensordot(xp_array *a, xp_array *b)
{
    return xp_tensordot(a, b, NULL, NULL, 1);
}

static xp_array *by_vecdot(xp_array *a, xp_array *b)
{
    return xp_vecdot(a, b, -1);
}

static xp_array *by_cross(xp_array *a, xp_array *b)
{
    return xp_linalg_cross(a, b, -1);
}

static xp_array *by_solve(xp_array *a, xp_array *b)
{
    return xp_linalg_solve(xp_multiply(xp_eye(3, 3, 0, xp_dtype_of(a), xp_device_of(a)), a), b);
}

static const struct {
    const char *name;
    xp_array *(*call)(xp_array *, xp_array *);
    unsigned takes;
    bool scalars, zero_dim; /* whether it takes those */
} functions[] = {
    {"add", xp_add, XP_TEST_NUMERIC, true, true},
    {"subtract", xp_subtract, XP_TEST_NUMERIC, true, true},
    {"multiply", xp_multiply, XP_TEST_NUMERIC, true, true},
    {"divide", xp_divide, XP_TEST_FLOATING, true, true},
    {"floor_divide", xp_floor_divide, XP_TEST_REAL, true, true},
    {"remainder", xp_remainder, XP_TEST_REAL, true, true},
    {"pow", xp_pow, XP_TEST_NUMERIC, true, true},
    {"maximum", xp_maximum, XP_TEST_REAL, true, true},
    {"minimum", xp_minimum, XP_TEST_REAL, true, true},
    {"atan2", xp_atan2, XP_TEST_REAL_FLOATING, true, true},
    {"hypot", xp_hypot, XP_TEST_REAL_FLOATING, true, true},
    {"logaddexp", xp_logaddexp, XP_TEST_REAL_FLOATING, true, true},
    {"copysign", xp_copysign, XP_TEST_REAL_FLOATING, true, true},
    {"nextafter", xp_nextafter, XP_TEST_REAL_FLOATING, true, true},
    {"bitwise_and", xp_bitwise_and, XP_TEST_INTEGRAL | XP_TEST_BOOL, true, true},
    {"bitwise_or", xp_bitwise_or, XP_TEST_INTEGRAL | XP_TEST_BOOL, true, true},
    {"bitwise_xor", xp_bitwise_xor, XP_TEST_INTEGRAL | XP_TEST_BOOL, true, true},
    {"where", by_where, XP_TEST_ANY, true, true},
    {"concat", by_concat, XP_TEST_ANY, false, true},
    {"stack", by_stack, XP_TEST_ANY, false, true},
    {"matmul", xp_matmul, XP_TEST_NUMERIC, false, false},
    {"tensordot", by_tensordot, XP_TEST_NUMERIC, false, false},
    {"vecdot", by_vecdot, XP_TEST_NUMERIC, false, false},
    {"outer", xp_linalg_outer, XP_TEST_NUMERIC, false, false},
    {"cross", by_cross, XP_TEST_NUMERIC, false, false},
    {"solve", by_solve, XP_TEST_FLOATING, false, false},
};
enum { N_FUNCTIONS = sizeof functions / sizeof functions[0] };

/* Small positive numbers, which no function fails on. */
static xp_array *array_of(xp_dtype dtype, int ndim, const struct xp_device *device)
{
    model m = clause_model(dtype, (xp_shape){ndim, (const int64_t[]){3, 3}});
    for (int64_t i = 0; i < m.size; i++)
        m.at[i].re = (double)support_integer(clause_random(), 1, 3);
    return clause_array(&m, device);
}

/* The table's dtype where the device has it, else XP_DEFAULT_DTYPE: such pairs do not promote there. */
static xp_dtype promoted(xp_dtype a, xp_dtype b)
{
    const xp_dtype dtype = (xp_dtype)of_the_standard[a][b];
    return dtype && clause_next_dtype((xp_dtype)(dtype - 1), XP_TEST_DTYPE(dtype)) == dtype ? dtype : XP_DEFAULT_DTYPE;
}

#define EACH_PAIR(a, b)                                                                                                \
    CLAUSE_DTYPES(a, XP_TEST_ANY)                                                                                     \
    CLAUSE_DTYPES(b, XP_TEST_ANY)

static void tables(const struct xp_device *device)
{
    EACH_PAIR(a, b)
    for (int i = 0; i < N_FUNCTIONS; i++) {
        const xp_dtype expected = promoted(a, b);
        if (expected == XP_DEFAULT_DTYPE || !model_is(a, functions[i].takes) || !model_is(b, functions[i].takes))
            continue;
        xp_array *result = functions[i].call(array_of(a, 1, device), array_of(b, 1, device));
        EXPECT_THAT(xp_eval(result) == XP_OK && xp_dtype_of(result) == expected, "%s of %s and %s gives %s: %s",
                    functions[i].name, xp_test_dtype_name(a), xp_test_dtype_name(b),
                    xp_test_dtype_name(xp_dtype_of(result)), xp_error_message());
    }
}

/* The values are those of operands that had the promoted dtype before. */
static void operands_are_cast(const struct xp_device *device)
{
    EACH_PAIR(a, b)
    for (int i = 0; i < N_FUNCTIONS; i++) {
        const xp_dtype to = promoted(a, b);
        if (to == XP_DEFAULT_DTYPE || !model_is(a, functions[i].takes) || !model_is(b, functions[i].takes))
            continue;
        xp_array *x = array_of(a, 1, device), *y = array_of(b, 1, device);
        const model expected = model_of(functions[i].call(xp_astype(x, to, false), xp_astype(y, to, false)));
        EXPECT_CLOSE(functions[i].call(x, y), &expected, 4 * model_epsilon(to));
    }
}

static void result_type(const struct xp_device *device)
{
    EACH_PAIR(a, b)
    {
        xp_array *const both[] = {array_of(a, 2, device), array_of(b, 0, device)};
        const xp_dtype expected = promoted(a, b);
        if (expected != XP_DEFAULT_DTYPE)
            EXPECT_THAT(xp_result_type(both, 2) == expected, "%s and %s", xp_test_dtype_name(a), xp_test_dtype_name(b));
        else if (clause_is_strict(device))
            EXPECT_FAILS(TYPE, xp_result_type(both, 2));
        else
            EXPECT_THAT(xp_result_type(both, 2) == beyond_the_standard(a, b), "%s and %s", xp_test_dtype_name(a),
                        xp_test_dtype_name(b));
    }
}

/* Within signed integers with those unsigned ones that have a table, and within the floating dtypes. */
static void order_of_operands(const struct xp_device *device)
{
    EACH_PAIR(a, b)
    CLAUSE_DTYPES(c, XP_TEST_ANY)
    {
        const xp_dtype first = promoted(a, b), last = promoted(b, c), ends = promoted(a, c);
        if (!first || !last || !ends || !promoted(first, c) || !promoted(a, last) || !promoted(ends, b))
            continue;
        xp_array *const x[] = {array_of(a, 1, device), array_of(b, 1, device), array_of(c, 1, device)};
        static const int orders[][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
        for (int i = 0; i < 6; i++) {
            xp_array *const ordered[] = {x[orders[i][0]], x[orders[i][1]], x[orders[i][2]]};
            const xp_dtype expected = promoted(first, c);
            EXPECT_THAT(xp_result_type(ordered, 3) == expected, "result_type, order %d", i);
            EXPECT_THAT(xp_dtype_of(xp_concat(ordered, 3, 0)) == expected, "concat, order %d", i);
        }
    }
}

static void zero_dimensional(const struct xp_device *device)
{
    EACH_PAIR(a, b)
    for (int i = 0; i < N_FUNCTIONS; i++) {
        const xp_dtype expected = promoted(a, b);
        if (expected == XP_DEFAULT_DTYPE || !functions[i].zero_dim || !model_is(a, functions[i].takes) ||
            !model_is(b, functions[i].takes) || functions[i].call == by_stack)
            continue;
        EXPECT_THAT(xp_dtype_of(functions[i].call(array_of(a, 0, device), array_of(b, 2, device))) == expected,
                    "%s of 0-d %s and %s", functions[i].name, xp_test_dtype_name(a), xp_test_dtype_name(b));
        EXPECT_THAT(xp_dtype_of(functions[i].call(array_of(a, 2, device), array_of(b, 0, device))) == expected,
                    "%s of %s and 0-d %s", functions[i].name, xp_test_dtype_name(a), xp_test_dtype_name(b));
    }
}

/* Strict devices refuse; the others do as NumPy 2. */
static void outside_the_tables(const struct xp_device *device)
{
    EACH_PAIR(a, b)
    for (int i = 0; i < N_FUNCTIONS; i++) {
        if (promoted(a, b) || (functions[i].takes != XP_TEST_ANY && functions[i].takes != XP_TEST_NUMERIC))
            continue;
        xp_array *x = array_of(a, 1, device), *y = array_of(b, 1, device);
        if (clause_is_strict(device))
            EXPECT_FAILS(TYPE, functions[i].call(x, y));
        else if (model_is(a, functions[i].takes) && model_is(b, functions[i].takes))
            EXPECT_THAT(xp_dtype_of(functions[i].call(x, y)) == beyond_the_standard(a, b), "%s of %s and %s: %s",
                        functions[i].name, xp_test_dtype_name(a), xp_test_dtype_name(b), xp_error_message());
    }
}

/* ---- Python's scalars -------------------------------------------------------------------------------------------- */

/* The dtype of the 0-d array that the standard makes of a scalar beside an array: XP_DEFAULT_DTYPE where it says
 * nothing. */
static xp_dtype scalar_becomes(xp_kind kind, xp_dtype dtype)
{
    static const unsigned takes[] = {XP_TEST_BOOL, XP_TEST_NUMERIC, XP_TEST_FLOATING, XP_TEST_FLOATING};
    const int row = kind == XP_KIND_BOOL ? 0 : kind == XP_KIND_SIGNED ? 1 : kind == XP_KIND_FLOAT ? 2 : 3;
    if (!model_is(dtype, takes[row]))
        return XP_DEFAULT_DTYPE;
    return kind == XP_KIND_COMPLEX ? model_complex(dtype) : dtype;
}

static void scalars(const struct xp_device *device)
{
    static const xp_kind kinds[] = {XP_KIND_BOOL, XP_KIND_SIGNED, XP_KIND_FLOAT, XP_KIND_COMPLEX};
    CLAUSE_DTYPES(dtype, XP_TEST_ANY)
    for (int k = 0; k < 4; k++)
        for (int i = 0; i < N_FUNCTIONS; i++) {
            xp_array *const all[] = {xp_scalar_bool(true), xp_scalar(2), xp_scalar(1.5), xp_scalar_complex(2, -1)};
            const xp_dtype becomes = scalar_becomes(kinds[k], dtype);
            if (becomes == XP_DEFAULT_DTYPE || !functions[i].scalars || !model_is(becomes, functions[i].takes) ||
                !model_is(dtype, functions[i].takes))
                continue;
            xp_array *x = array_of(dtype, 2, device);
            xp_array *zero_dim = xp_asarray(all[k], becomes, XP_COPY_IF_NEEDED, device);
            const model right = model_of(functions[i].call(x, zero_dim));
            EXPECT(functions[i].call(x, all[k]), &right);
            if (functions[i].call == by_where) /* its condition would have no device */
                continue;
            const model left = model_of(functions[i].call(zero_dim, x));
            EXPECT(functions[i].call(all[k], x), &left);
            EXPECT_THAT(xp_result_type((xp_array *const[]){all[k], x}, 2) == right.dtype ||
                        functions[i].takes != XP_TEST_NUMERIC, "result_type");
        }
}

static void scalars_outside(const struct xp_device *device)
{
    static const xp_kind kinds[] = {XP_KIND_BOOL, XP_KIND_SIGNED, XP_KIND_FLOAT, XP_KIND_COMPLEX};
    CLAUSE_DTYPES(dtype, XP_TEST_ANY)
    for (int k = 0; k < 4; k++) {
        xp_array *const all[] = {xp_scalar_bool(true), xp_scalar(2), xp_scalar(1.5), xp_scalar_complex(2, -1)};
        if (scalar_becomes(kinds[k], dtype) != XP_DEFAULT_DTYPE)
            continue;
        xp_array *x = array_of(dtype, 2, device);
        if (clause_is_strict(device)) {
            EXPECT_FAILS(TYPE, xp_multiply(x, all[k]));
            EXPECT_FAILS(TYPE, xp_result_type((xp_array *const[]){all[k], x}, 2));
        } else if (kinds[k] != XP_KIND_BOOL || !model_is(dtype, XP_TEST_BOOL)) {
            const xp_dtype result = xp_result_type((xp_array *const[]){all[k], x}, 2);
            EXPECT_THAT(xp_dtype_of(xp_where(xp_equal(x, x), x, all[k])) == result, "%s", xp_test_dtype_name(dtype));
        }
    }
}

/* ------------------------------------------------------------------------------------------------------------------ */

static const clause clauses[] = {
    ON_DEVICE("type promotion", tables, "the tables of signed, unsigned, mixed integer and floating dtypes"),
    ON_DEVICE("type promotion", operands_are_cast, "operands are cast to the common result type"),
    ON_DEVICE("type promotion", order_of_operands,
              "with more than two operands the result does not depend on their order"),
    ON_DEVICE("type promotion", zero_dimensional, "zero-dimensional arrays must be subject to the same rules"),
    ON_DEVICE("type promotion", outside_the_tables, "beyond the tables: refused, or by documented rules of our own"),
    ON_DEVICE("mixing arrays with Python scalars", scalars, "as a 0-d array of the array's dtype, or its complex one"),
    ON_DEVICE("mixing arrays with Python scalars", scalars_outside,
              "what is not specified is refused, or by our own rules"),
    ON_DEVICE("result_type", result_type, "the dtype resulting from an operation involving the input arrays"),
};

CHECKED_TEST(standard_promotion, clauses)
{
    CHECK_CLAUSES("type promotion", clauses);
}
