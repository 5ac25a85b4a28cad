/* Promotion against the standard's table, casts of single values.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core_support.h"

static xp_dtype named(const char *code)
{
    static const char *const codes[] = {"?",  "b",  "i1", "i2", "i4", "i8", "u1",
                                        "u2", "u4", "u8", "f4", "f8", "c8", "c16", "f2", "bf"};
    for (int i = 0; i < XP_N_DTYPES; i++) {
        if (strcmp(codes[i], code) == 0)
            return (xp_dtype)i;
    }
    cr_assert_fail("no dtype %s", code);
    return XP_DEFAULT_DTYPE;
}

/* "i1 u1 i2": the first two promote to the third, in either order. */
static void expect_promotion(const char *row)
{
    char a[4], b[4], result[4];
    cr_assert_eq(sscanf(row, "%3s %3s %3s", a, b, result), 3);
    cr_expect_eq(xp_promotion[named(a)][named(b)], named(result), "%s", row);
    cr_expect_eq(xp_promotion[named(b)][named(a)], named(result), "%s", row);
}

/* Source: Array API standard 2025.12, "Type promotion rules". */
CHECKED_TEST(dtypes, promotion_of_the_standard)
{
    static const char *const rows[] = {
        "b b b",    "i1 i1 i1", "i1 i2 i2", "i1 i4 i4", "i1 i8 i8", "i2 i2 i2",    "i2 i4 i4",   "i2 i8 i8",
        "i4 i4 i4", "i4 i8 i8", "i8 i8 i8", "u1 u1 u1", "u1 u2 u2", "u1 u4 u4",    "u1 u8 u8",   "u2 u2 u2",
        "u2 u4 u4", "u2 u8 u8", "u4 u4 u4", "u4 u8 u8", "u8 u8 u8", "i1 u1 i2",    "i1 u2 i4",   "i1 u4 i8",
        "i2 u1 i2", "i2 u2 i4", "i2 u4 i8", "i4 u1 i4", "i4 u2 i4", "i4 u4 i8",    "i8 u1 i8",   "i8 u2 i8",
        "i8 u4 i8", "f4 f4 f4", "f4 f8 f8", "f8 f8 f8", "c8 c8 c8", "c8 c16 c16",  "c16 c16 c16", "f4 c8 c8",
        "f4 c16 c16", "f8 c8 c16", "f8 c16 c16",
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        expect_promotion(rows[i]);
}

/* Source: numpy.promote_types of NumPy 2.4. */
CHECKED_TEST(dtypes, promotion_beyond_the_standard)
{
    static const char *const rows[] = {
        "i1 u8 f8", "i2 u8 f8", "i4 u8 f8",  "i8 u8 f8",  "i1 f4 f4",  "i2 f4 f4",  "i4 f4 f8",  "i8 f4 f8",
        "u1 f4 f4", "u2 f4 f4", "u4 f4 f8",  "u8 f4 f8",  "i1 f8 f8",  "i8 f8 f8",  "u8 f8 f8",  "i1 c8 c8",
        "i2 c8 c8", "i4 c8 c16", "i8 c8 c16", "u1 c8 c8", "u2 c8 c8",  "u4 c8 c16", "u8 c8 c16", "i8 c16 c16",
        "u8 c16 c16",
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        expect_promotion(rows[i]);
    /* NumPy's for float16; ml_dtypes 0.6 has those of bool, 8 bits and float32 on for bfloat16, and no others */
    static const char *const stored[] = {"b", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f4", "f8", "c8", "c16"};
    static const char *const results[] = {"",   "",   "f4", "f8", "f8", "",   "f4",
                                          "f8", "f8", "f4", "f8", "c8", "c16"};
    for (size_t i = 0; i < sizeof stored / sizeof stored[0]; i++)
        for (xp_dtype dtype = XP_FLOAT16; dtype <= XP_BFLOAT16; dtype++) {
            const xp_dtype result = results[i][0] ? named(results[i]) : dtype;
            cr_expect_eq(xp_promotion[dtype][named(stored[i])], result, "%s with %s", xp_dtype_name(dtype), stored[i]);
            cr_expect_eq(xp_promotion[named(stored[i])][dtype], result, "%s with %s", stored[i], xp_dtype_name(dtype));
        }
    expect_promotion("f2 f2 f2");
    expect_promotion("bf bf bf");
    expect_promotion("f2 bf f4");
    for (int dtype = 0; dtype < XP_N_DTYPES; dtype++) {
        cr_expect_eq(xp_promotion[dtype][XP_DEFAULT_DTYPE], dtype);
        cr_expect_eq(xp_promotion[XP_BOOL][dtype], dtype == XP_DEFAULT_DTYPE ? XP_BOOL : dtype);
    }
}

/* Source: NumPy 2.4, np.result_type(np.<dtype>, True | 2 | 2.0 | 2j). */
CHECKED_TEST(dtypes, promotion_with_scalars)
{
    static const xp_dtype weak[] = {XP_BOOL, XP_INT64, XP_FLOAT64, XP_COMPLEX128};
    static const char *const rows[XP_N_DTYPES] = {
        [XP_BOOL] = "b i8 f8 c16",       [XP_INT8] = "i1 i1 f8 c16",   [XP_INT16] = "i2 i2 f8 c16",
        [XP_INT32] = "i4 i4 f8 c16",     [XP_INT64] = "i8 i8 f8 c16",  [XP_UINT8] = "u1 u1 f8 c16",
        [XP_UINT16] = "u2 u2 f8 c16",    [XP_UINT32] = "u4 u4 f8 c16", [XP_UINT64] = "u8 u8 f8 c16",
        [XP_FLOAT32] = "f4 f4 f4 c8",    [XP_FLOAT64] = "f8 f8 f8 c16", [XP_COMPLEX64] = "c8 c8 c8 c8",
        [XP_COMPLEX128] = "c16 c16 c16 c16", [XP_FLOAT16] = "f2 f2 f2 c8", [XP_BFLOAT16] = "bf bf bf c8",
    };
    for (int dtype = 1; dtype < XP_N_DTYPES; dtype++) {
        char result[4][4];
        sscanf(rows[dtype], "%3s %3s %3s %3s", result[0], result[1], result[2], result[3]);
        for (int i = 0; i < 4; i++)
            cr_expect_eq(xp_promote_weak((xp_dtype)dtype, weak[i]), named(result[i]), "%s", xp_dtype_name(dtype));
    }
    cr_expect_eq(xp_promote_weak(XP_DEFAULT_DTYPE, XP_INT64), XP_INT64);
}

CHECKED_TEST(dtypes, facts)
{
    static const size_t bytes[] = {0, 1, 1, 2, 4, 8, 1, 2, 4, 8, 4, 8, 8, 16, 2, 2};
    for (int dtype = 0; dtype < XP_N_DTYPES; dtype++)
        cr_expect_eq(xp_dtype_bytes(dtype), bytes[dtype]);
    cr_expect_str_eq(xp_dtype_name(XP_COMPLEX64), "complex64");
    cr_expect(xp_dtype_is(XP_UINT8, XP_KIND_INTEGRAL) && !xp_dtype_is(XP_BOOL, XP_KIND_NUMERIC));
    cr_expect_eq(xp_floating_dtype(XP_INT16), XP_FLOAT32);
    cr_expect_eq(xp_floating_dtype(XP_INT32), XP_FLOAT64);
    cr_expect_eq(xp_floating_dtype(XP_COMPLEX64), XP_COMPLEX64);
    for (int dtype = XP_FLOAT16; dtype <= XP_BFLOAT16; dtype++) {
        cr_expect_eq(xp_dtypes[dtype].kind, XP_KIND_FLOAT);
        cr_expect_eq(xp_floating_dtype((xp_dtype)dtype), dtype);
        cr_expect_eq(xp_real_dtype((xp_dtype)dtype), dtype);
        cr_expect_eq(xp_complex_dtype((xp_dtype)dtype), XP_COMPLEX64);
        cr_expect_eq(xp_loop_dtype(dtype), XP_FLOAT32);
    }
    cr_expect_eq(xp_loop_dtype(XP_COMPLEX128), XP_COMPLEX128);
    cr_expect_eq(xp_real_dtype(XP_COMPLEX128), XP_FLOAT64);
    cr_expect_eq(xp_real_dtype(XP_INT8), XP_INT8);
    cr_expect_eq(xp_complex_dtype(XP_FLOAT32), XP_COMPLEX64);
    cr_expect_eq(xp_complex_dtype(XP_INT64), XP_COMPLEX128);
    cr_expect(xp_can_cast_same_kind(XP_FLOAT64, XP_FLOAT32) && xp_can_cast_same_kind(XP_INT64, XP_UINT8));
    cr_expect(!xp_can_cast_same_kind(XP_FLOAT32, XP_INT64) && !xp_can_cast_same_kind(XP_COMPLEX64, XP_FLOAT64));
    cr_expect(xp_can_cast_same_kind(XP_BOOL, XP_INT8) && !xp_can_cast_same_kind(XP_INT8, XP_BOOL));
}

/* ---- casts ------------------------------------------------------------------------------------------------------- */

static xp_value from_double(double value, xp_dtype to)
{
    xp_value cast = {.as_uint64 = 0};
    cr_expect(xp_value_cast(&(xp_value){.as_float64 = value}, XP_FLOAT64, &cast, to));
    return cast;
}

CHECKED_TEST(dtypes, float_to_integer_truncates_and_saturates)
{
    cr_expect_eq(from_double(-2.9, XP_INT8).as_int8, -2);
    cr_expect_eq(from_double(300.0, XP_INT8).as_int8, 127);
    cr_expect_eq(from_double(-300.0, XP_INT8).as_int8, -128);
    cr_expect_eq(from_double(127.9, XP_INT8).as_int8, 127);
    cr_expect_eq(from_double(-0.9, XP_UINT16).as_uint16, 0);
    cr_expect_eq(from_double(-5.0, XP_UINT16).as_uint16, 0);
    cr_expect_eq(from_double(1e9, XP_UINT16).as_uint16, 65535);
    cr_expect_eq(from_double(2147483647.5, XP_INT32).as_int32, INT32_MAX);
    cr_expect_eq(from_double(-2147483649.0, XP_INT32).as_int32, INT32_MIN);
    cr_expect_eq(from_double(9.3e18, XP_INT64).as_int64, INT64_MAX);
    cr_expect_eq(from_double(-INFINITY, XP_INT64).as_int64, INT64_MIN);
    cr_expect_eq(from_double(1.8e19, XP_UINT64).as_uint64, UINT64_C(18000000000000000000));
    cr_expect_eq(from_double(INFINITY, XP_UINT64).as_uint64, UINT64_MAX);
    for (int dtype = XP_INT8; dtype <= XP_UINT64; dtype++)
        cr_expect_eq(from_double(NAN, (xp_dtype)dtype).as_uint64, 0);
}

CHECKED_TEST(dtypes, to_bool_is_not_zero)
{
    cr_expect_eq(from_double(0.0, XP_BOOL).as_uint8, 0);
    cr_expect_eq(from_double(-0.0, XP_BOOL).as_uint8, 0);
    cr_expect_eq(from_double(1e-300, XP_BOOL).as_uint8, 1);
    cr_expect_eq(from_double(NAN, XP_BOOL).as_uint8, 1);
    xp_value value, imaginary = {.as_complex128 = {0.0, -1.0}};
    xp_value_cast(&imaginary, XP_COMPLEX128, &value, XP_BOOL);
    cr_expect_eq(value.as_uint8, 1);
}

CHECKED_TEST(dtypes, whole_numbers_wrap_and_say_whether_they_fit)
{
    static const struct {
        int64_t value;
        xp_dtype dtype;
        bool fits;
        uint64_t bits;
    } cases[] = {
        {127, XP_INT8, true, 127},          {128, XP_INT8, false, 0x80},        {-128, XP_INT8, true, 0x80},
        {-129, XP_INT8, false, 0x7f},       {255, XP_UINT8, true, 255},         {256, XP_UINT8, false, 0},
        {-1, XP_UINT8, false, 255},         {-1, XP_UINT64, false, UINT64_MAX}, {INT64_MAX, XP_UINT64, true, INT64_MAX},
        {INT64_MIN, XP_INT64, true, UINT64_C(1) << 63}, {INT32_MIN, XP_INT32, true, UINT64_C(1) << 31},
        {INT64_C(1) << 31, XP_INT32, false, UINT64_C(1) << 31},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        xp_value cast = {.as_uint64 = 0}, value = {.as_int64 = cases[i].value};
        cr_expect_eq(xp_value_cast(&value, XP_INT64, &cast, cases[i].dtype), cases[i].fits, "case %zu", i);
        cr_expect_eq(cast.as_uint64, cases[i].bits, "case %zu", i);
    }
}

CHECKED_TEST(dtypes, stored_numbers_round_once)
{
    /* by way of float32 these would be ties */
    cr_expect_eq(from_double(1.0 + 0x1p-11 + 0x1p-40, XP_FLOAT16).as_uint16, 0x3c01);
    cr_expect_eq(from_double(1.0 + 0x1p-11, XP_FLOAT16).as_uint16, 0x3c00);
    cr_expect_eq(from_double(1.0 + 0x1p-8 + 0x1p-40, XP_BFLOAT16).as_uint16, 0x3f81);
    cr_expect_eq(from_double(-1e6, XP_FLOAT16).as_uint16, 0xfc00);
    cr_expect_eq(from_double(0x1p-24, XP_FLOAT16).as_uint16, 1);
    xp_value value = {.as_int64 = (INT64_C(1) << 60) + (INT64_C(1) << 52) + 1}, cast;
    xp_value_cast(&value, XP_INT64, &cast, XP_BFLOAT16);
    cr_expect_eq(cast.as_uint16, 0x5d81);
    value.as_int64 = -value.as_int64;
    xp_value_cast(&value, XP_INT64, &cast, XP_BFLOAT16);
    cr_expect_eq(cast.as_uint16, 0xdd81);
    cast.as_uint16 = 0x8001;
    cr_expect_eq(xp_value_real(&cast, XP_FLOAT16), -0x1p-24);
    cr_expect_eq(xp_value_real(&cast, XP_BFLOAT16), -0x1p-133);
}

CHECKED_TEST(dtypes, large_integers_round_once)
{
    /* by way of float64 this would round to a tie first and then the wrong way */
    xp_value value = {.as_int64 = (INT64_C(1) << 60) + (INT64_C(1) << 36) + 1}, cast;
    xp_value_cast(&value, XP_INT64, &cast, XP_FLOAT32);
    cr_expect_eq(cast.as_float32, (float)value.as_int64);
    value.as_uint64 = UINT64_MAX;
    xp_value_cast(&value, XP_UINT64, &cast, XP_COMPLEX64);
    cr_expect_eq(cast.as_complex64[0], 18446744073709551616.0f);
    cr_expect_eq(cast.as_complex64[1], 0.0f);
}

CHECKED_TEST(dtypes, every_dtype_to_every_other_keeps_one)
{
    for (int from = 1; from < XP_N_DTYPES; from++) {
        xp_value one;
        xp_value_cast(&(xp_value){.as_uint8 = 1}, XP_BOOL, &one, (xp_dtype)from);
        for (int to = 1; to < XP_N_DTYPES; to++) {
            xp_value cast;
            cr_expect(xp_value_cast(&one, (xp_dtype)from, &cast, (xp_dtype)to));
            cr_expect_eq(xp_value_real(&cast, (xp_dtype)to), 1.0, "%s to %s", xp_dtype_name(from), xp_dtype_name(to));
            cr_expect_eq(xp_value_imag(&cast, (xp_dtype)to), 0.0);
        }
    }
}
