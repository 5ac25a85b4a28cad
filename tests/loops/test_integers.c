/* Integer loops against plain arithmetic in 128 bits, and the rules for what C leaves undefined.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "loop_support.h"

typedef __int128 wide;

TestSuite(integers);

/* ---- what each operation means, over numbers of any size -------------------------------------------------------- */

static wide floor_quotient(wide a, wide b, int bits)
{
    (void)bits;
    if (b == 0)
        return 0;
    wide quotient = a / b;
    return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

static wide floor_rest(wide a, wide b, int bits) { return b == 0 ? 0 : a - floor_quotient(a, b, bits) * b; }

static wide power(wide a, wide b, int bits)
{
    if (b < 0)
        return a == 1 ? 1 : a == -1 ? (b % 2 ? -1 : 1) : 0;
    unsigned __int128 product = 1, base = (unsigned __int128)a, mask = ((unsigned __int128)1 << bits) - 1;
    for (; b; b /= 2, base = base * base & mask)
        if (b % 2)
            product = product * base & mask;
    return (wide)product;
}

static wide shifted_left(wide a, wide b, int bits)
{
    return b < 0 || b >= bits ? 0 : (wide)((unsigned __int128)a << b);
}
static wide shifted_right(wide a, wide b, int bits) { return b < 0 ? 0 : b >= bits ? (a < 0 ? -1 : 0) : a >> b; }
static wide sum(wide a, wide b, int bits) { return (void)bits, a + b; }
static wide difference(wide a, wide b, int bits) { return (void)bits, a - b; }
static wide product_of(wide a, wide b, int bits)
{
    return (void)bits, (wide)((unsigned __int128)a * (unsigned __int128)b);
}
static wide both(wide a, wide b, int bits) { return (void)bits, a & b; }
static wide either(wide a, wide b, int bits) { return (void)bits, a | b; }
static wide one_of(wide a, wide b, int bits) { return (void)bits, a ^ b; }
static wide larger(wide a, wide b, int bits) { return (void)bits, a > b ? a : b; }
static wide smaller(wide a, wide b, int bits) { return (void)bits, a < b ? a : b; }
static wide is_equal(wide a, wide b, int bits) { return (void)bits, a == b; }
static wide is_other(wide a, wide b, int bits) { return (void)bits, a != b; }
static wide is_less(wide a, wide b, int bits) { return (void)bits, a < b; }
static wide is_most(wide a, wide b, int bits) { return (void)bits, a <= b; }
static wide is_more(wide a, wide b, int bits) { return (void)bits, a > b; }
static wide is_least(wide a, wide b, int bits) { return (void)bits, a >= b; }
static wide truth_of_both(wide a, wide b, int bits) { return (void)bits, a && b; }
static wide truth_of_either(wide a, wide b, int bits) { return (void)bits, a || b; }
static wide truth_of_one(wide a, wide b, int bits) { return (void)bits, !a != !b; }
static wide opposite(wide a, wide b, int bits) { return (void)b, (void)bits, -a; }
static wide itself(wide a, wide b, int bits) { return (void)b, (void)bits, a; }
static wide nothing(wide a, wide b, int bits) { return (void)a, (void)b, (void)bits, 0; }
static wide always(wide a, wide b, int bits) { return (void)a, (void)b, (void)bits, 1; }
static wide square_of(wide a, wide b, int bits) { return (void)b, product_of(a, a, bits); }
static wide size_of(wide a, wide b, int bits) { return (void)b, (void)bits, a < 0 ? -a : a; }
static wide sign_of(wide a, wide b, int bits) { return (void)b, (void)bits, (a > 0) - (a < 0); }
static wide is_negative(wide a, wide b, int bits) { return (void)b, (void)bits, a < 0; }
static wide inverted(wide a, wide b, int bits) { return (void)b, (void)bits, ~a; }
static wide is_zero(wide a, wide b, int bits) { return (void)b, (void)bits, !a; }

static const struct {
    const xp_operation *operation;
    wide (*meaning)(wide a, wide b, int bits);
} cases[] = {
    {&xp_operation_add, sum},
    {&xp_operation_subtract, difference},
    {&xp_operation_multiply, product_of},
    {&xp_operation_floor_divide, floor_quotient},
    {&xp_operation_remainder, floor_rest},
    {&xp_operation_pow, power},
    {&xp_operation_negative, opposite},
    {&xp_operation_positive, itself},
    {&xp_operation_square, square_of},
    {&xp_operation_abs, size_of},
    {&xp_operation_sign, sign_of},
    {&xp_operation_maximum, larger},
    {&xp_operation_minimum, smaller},
    {&xp_operation_conj, itself},
    {&xp_operation_real, itself},
    {&xp_operation_imag, nothing},
    {&xp_operation_ceil, itself},
    {&xp_operation_floor, itself},
    {&xp_operation_trunc, itself},
    {&xp_operation_round, itself},
    {&xp_operation_equal, is_equal},
    {&xp_operation_not_equal, is_other},
    {&xp_operation_less, is_less},
    {&xp_operation_less_equal, is_most},
    {&xp_operation_greater, is_more},
    {&xp_operation_greater_equal, is_least},
    {&xp_operation_is_nan, nothing},
    {&xp_operation_is_inf, nothing},
    {&xp_operation_is_finite, always},
    {&xp_operation_sign_bit, is_negative},
    {&xp_operation_logical_and, truth_of_both},
    {&xp_operation_logical_or, truth_of_either},
    {&xp_operation_logical_xor, truth_of_one},
    {&xp_operation_logical_not, is_zero},
    {&xp_operation_bitwise_and, both},
    {&xp_operation_bitwise_or, either},
    {&xp_operation_bitwise_xor, one_of},
    {&xp_operation_bitwise_invert, inverted},
    {&xp_operation_bitwise_left_shift, shifted_left},
    {&xp_operation_bitwise_right_shift, shifted_right},
    {&xp_operation_copy, itself},
};
enum { CASES = sizeof cases / sizeof cases[0] };

/* ---- running them ---------------------------------------------------------------------------------------------------
 */

static wide element(const void *elements, xp_dtype dtype, int i)
{
    switch (dtype) {
    case XP_INT8:
        return ((const int8_t *)elements)[i];
    case XP_INT16:
        return ((const int16_t *)elements)[i];
    case XP_INT32:
        return ((const int32_t *)elements)[i];
    case XP_INT64:
        return ((const int64_t *)elements)[i];
    case XP_UINT16:
        return ((const uint16_t *)elements)[i];
    case XP_UINT32:
        return ((const uint32_t *)elements)[i];
    case XP_UINT64:
        return (wide)((const uint64_t *)elements)[i];
    default: /* bool and uint8 */
        return ((const uint8_t *)elements)[i];
    }
}

/* The number that is left of `value` in a dtype: wrapped to its width. */
static wide wrapped(wide value, xp_dtype dtype)
{
    int bits = 8 * (int)xp_dtype_bytes((int)dtype);
    if (dtype == XP_BOOL)
        return value != 0;
    wide low = value & (((wide)1 << bits) - 1);
    return xp_dtype_is((int)dtype, XP_KIND_SIGNED) && (low >> (bits - 1)) ? low - ((wide)1 << bits) : low;
}

enum { N = 3000 };

static void check(int i, xp_isa isa, xp_dtype dtype, const void *a, const void *b)
{
    static uint64_t results[N];
    const xp_operation *operation = cases[i].operation;
    xp_loop *loop = operation->loops((int)isa)[dtype];
    if (!loop)
        return;
    const void *inputs[2] = {a, b};
    loop(N, inputs, results);
    xp_dtype result_dtype = loop_result_dtype(operation, dtype);
    for (int j = 0; j < N; j++) {
        wide x = element(a, dtype, j), y = element(b, dtype, j), got = element(results, result_dtype, j);
        wide expected = wrapped(cases[i].meaning(x, y, 8 * (int)xp_dtype_bytes((int)dtype)), result_dtype);
        cr_assert(got == expected, "%s.%s on %s of %lld and %lld is %lld, expected %lld", operation->name,
                  xp_dtype_name((int)dtype), host_isa_name(isa), (long long)x, (long long)y, (long long)got,
                  (long long)expected);
    }
}

Test(integers, are_those_of_plain_arithmetic)
{
    static uint64_t a[N], b[N];
    loop_random random = {3};
    for (int dtype = XP_INT8; dtype <= XP_UINT64; dtype++) {
        loop_fill(&random, (xp_dtype)dtype, a, N);
        loop_fill(&random, (xp_dtype)dtype, b, N);
        for (int isa = 0; isa <= (int)host_isa_present(); isa++)
            for (int i = 0; i < CASES; i++)
                check(i, (xp_isa)isa, (xp_dtype)dtype, a, b);
    }
}

/* Every pair of 8-bit numbers, every shift and every divisor with them. */
Test(integers, all_pairs_of_8_bits)
{
    static uint8_t a[N], b[N];
    for (int first = 0; first < 65536; first += N) {
        for (int j = 0; j < N; j++) {
            a[j] = (uint8_t)((first + j) >> 8);
            b[j] = (uint8_t)(first + j);
        }
        for (int isa = 0; isa <= (int)host_isa_present(); isa++)
            for (int i = 0; i < CASES; i++) {
                check(i, (xp_isa)isa, XP_INT8, a, b);
                check(i, (xp_isa)isa, XP_UINT8, a, b);
            }
    }
}

Test(integers, bool_is_a_truth_value)
{
    static uint8_t a[N], b[N];
    static const xp_operation *const taken[] = {
        &xp_operation_add,         &xp_operation_multiply,    &xp_operation_abs,        &xp_operation_maximum,
        &xp_operation_minimum,     &xp_operation_floor,       &xp_operation_equal,      &xp_operation_less,
        &xp_operation_logical_and, &xp_operation_logical_xor, &xp_operation_bitwise_or, &xp_operation_bitwise_xor,
        &xp_operation_is_finite,   &xp_operation_is_nan,      &xp_operation_logical_not};
    for (int j = 0; j < N; j++) {
        a[j] = j & 1;
        b[j] = (j >> 1) & 1;
    }
    for (int isa = 0; isa <= (int)host_isa_present(); isa++)
        for (size_t t = 0; t < sizeof taken / sizeof taken[0]; t++)
            for (int i = 0; i < CASES; i++)
                if (cases[i].operation == taken[t])
                    check(i, (xp_isa)isa, XP_BOOL, a, b);
    for (int isa = 0; isa <= (int)host_isa_present(); isa++) {
        uint8_t inverted_bool[2], values[2] = {0, 1};
        const void *inputs[1] = {values};
        xp_operation_bitwise_invert.loops(isa)[XP_BOOL](2, inputs, inverted_bool);
        cr_assert(inverted_bool[0] == 1 && inverted_bool[1] == 0);
    }
}

Test(integers, where_selects_by_element_size)
{
    static uint64_t a[2 * N], b[2 * N], results[2 * N];
    static uint8_t truth[N];
    loop_random random = {4};
    loop_fill(&random, XP_BOOL, truth, N);
    for (int isa = 0; isa <= (int)host_isa_present(); isa++)
        for (int dtype = XP_BOOL; dtype < XP_N_STANDARD_DTYPES; dtype++) {
            size_t bytes = xp_dtype_bytes(dtype);
            loop_fill(&random, (xp_dtype)dtype, a, N);
            loop_fill(&random, (xp_dtype)dtype, b, N);
            const void *inputs[3] = {truth, a, b};
            xp_operation_where.loops(isa)[dtype](N, inputs, results);
            for (size_t j = 0; j < N; j++)
                cr_assert_eq(memcmp((char *)results + j * bytes, (char *)(truth[j] ? a : b) + j * bytes, bytes), 0,
                             "where.%s on %s, element %d", xp_dtype_name(dtype), host_isa_name((xp_isa)isa), (int)j);
        }
}
