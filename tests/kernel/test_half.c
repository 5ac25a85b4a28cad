/* The bits of float16 and bfloat16 against what their formats say, in float64 and long double.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <float.h>
#include <math.h>
#include <string.h>

#include "kernel/half.h"

/* A format of 16 bits: how many of them are the fraction, and the exponent of the least normal number. */
typedef struct format {
    const char *name;
    int fraction, least;
    float (*widen)(unsigned short);
    unsigned short (*of_float)(float);
    unsigned short (*of_double)(double);
} format;

static float widen_half(unsigned short a) { return kernel_float_of_half(a); }
static float widen_bfloat(unsigned short a) { return kernel_float_of_bfloat(a); }
static unsigned short half_of_float(float a) { return kernel_half_of_float(a); }
static unsigned short bfloat_of_float(float a) { return kernel_bfloat_of_float(a); }
static unsigned short half_of_double(double a) { return kernel_half_of_double(a); }
static unsigned short bfloat_of_double(double a) { return kernel_bfloat_of_double(a); }

static const format formats[] = {
    {"float16", 10, -14, widen_half, half_of_float, half_of_double},
    {"bfloat16", 7, -126, widen_bfloat, bfloat_of_float, bfloat_of_double},
};
#define EACH_FORMAT(f) for (const format *f = formats; f < formats + 2; f++)

/* What the bits mean: sign, exponent, fraction. */
static double meaning(const format *f, unsigned bits)
{
    const unsigned most = (1u << (15 - f->fraction)) - 1, exponent = bits >> f->fraction & most;
    const double fraction = (double)(bits & ((1u << f->fraction) - 1)) * ldexp(1, -f->fraction);
    double value = exponent == most ? (fraction > 0 ? NAN : INFINITY)
                   : exponent == 0  ? ldexp(fraction, f->least)
                                    : ldexp(1 + fraction, f->least + (int)exponent - 1);
    return bits >> 15 ? -value : value;
}

/* Rounded to the format, ties to even, by the current rounding of long double: to whole steps of the value's size. */
static double nearest(const format *f, long double value)
{
    if (isnan(value) || isinf(value) || value == 0)
        return (double)value;
    int exponent = ilogbl(value);
    if (exponent < f->least)
        exponent = f->least;
    const long double rounded = ldexpl(rintl(ldexpl(value, f->fraction - exponent)), exponent - f->fraction);
    return fabsl(rounded) >= ldexpl(1, 2 - f->least) ? copysign(INFINITY, (double)value) : (double)rounded;
}

static bool same(double a, double b)
{
    return isnan(a) ? isnan(b) : a == b && !signbit(a) == !signbit(b);
}

static void expect_nearest(const format *f, double value)
{
    const unsigned short got = f->of_double(value);
    cr_assert(same(meaning(f, got), nearest(f, value)) && (!signbit(value) || got >> 15), "%s of %a is %04x", f->name,
              value, got);
    if ((double)(float)value == value || isnan(value))
        cr_assert_eq(f->of_float((float)value), got, "%s of %a", f->name, value);
}

Test(half, every_number_is_what_its_bits_mean)
{
    EACH_FORMAT(f)
        for (unsigned bits = 0; bits < 65536; bits++) {
            const float value = f->widen((unsigned short)bits);
            cr_assert(same((double)value, meaning(f, bits)), "%s %04x is %a", f->name, bits, (double)value);
        }
}

Test(half, every_number_comes_back)
{
    EACH_FORMAT(f)
        for (unsigned bits = 0; bits < 65536; bits++) {
            const bool is_nan = isnan(meaning(f, bits));
            const unsigned expected = is_nan ? bits | 1u << (f->fraction - 1) : bits; /* NaNs are quiet */
            cr_assert_eq(f->of_float(f->widen((unsigned short)bits)), expected, "%s %04x", f->name, bits);
            cr_assert_eq(f->of_double((double)f->widen((unsigned short)bits)), expected, "%s %04x", f->name, bits);
        }
}

/* Between each number and the next: the tie, and what lies next to it and to the numbers, in float32 and float64. */
Test(half, rounds_to_the_nearest_at_every_boundary)
{
    EACH_FORMAT(f) {
        const unsigned infinity = meaning(f, 0x7c00) == INFINITY ? 0x7c00 : 0x7f80;
        for (unsigned bits = 0; bits < infinity; bits++) {
            const double low = meaning(f, bits);
            const double high = bits + 1 == infinity ? ldexp(1, 2 - f->least) : meaning(f, bits + 1);
            const double at[] = {low, (low + high) / 2, high};
            for (int i = 0; i < 3; i++)
                for (int sign = -1; sign <= 1; sign += 2) {
                    const double value = sign * at[i];
                    expect_nearest(f, value);
                    expect_nearest(f, nextafter(value, INFINITY));
                    expect_nearest(f, nextafter(value, -INFINITY));
                    expect_nearest(f, (double)nextafterf((float)value, INFINITY));
                    expect_nearest(f, (double)nextafterf((float)value, -INFINITY));
                }
        }
    }
}

Test(half, what_is_beyond)
{
    EACH_FORMAT(f) {
        const double odd[] = {0.0, -0.0, INFINITY, -INFINITY, NAN, 1e300, -1e300, 1e-300, -1e-300, 0x1p-1074, 0x1p-149,
                              0x1p-150, 0x1.8p-149, 0x1p128, 0x1.fffffffffffffp127, 0x1.fp127, 65520, 0x1.ffdfffp15};
        for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++)
            expect_nearest(f, odd[i]);
    }
    cr_expect_eq(kernel_half_of_double(65519.999999999), 0x7bff);
    cr_expect_eq(kernel_half_of_double(65520.0), 0x7c00);
    cr_expect_eq(kernel_bfloat_of_double(1e300), 0x7f80);
    cr_expect_eq(kernel_half_of_float(KERNEL_FLOAT_OF_BITS(0xff802000u)), 0xfe01); /* a NaN's sign and fraction stay */
    cr_expect_eq(kernel_bfloat_of_float(KERNEL_FLOAT_OF_BITS(0x7f800001u)), 0x7fc0);
}

static uint64_t next_random(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state >> 11 ^ *state << 31;
}

/* Any bits, and numbers of the formats' sizes with all the digits of float64. */
Test(half, random_numbers)
{
    uint64_t state = 1;
    EACH_FORMAT(f)
        for (int i = 0; i < 300000; i++) {
            const uint64_t bits = next_random(&state);
            double value;
            memcpy(&value, &bits, sizeof value);
            expect_nearest(f, value);
            const double fraction = 1 + (double)(next_random(&state) >> 12) * 0x1p-52;
            expect_nearest(f, ldexp(fraction, (int)(next_random(&state) % 60) - 30 + (f->fraction == 7 ? 100 : 0)));
        }
}

/* Integers by way of a float32 that is rounded to odd: long double holds them all. */
Test(half, integers_are_rounded_once)
{
    uint64_t state = 2;
    if (LDBL_MANT_DIG < 64)
        cr_skip_test("long double is too narrow to hold 64-bit integers");
    EACH_FORMAT(f)
        for (int i = 0; i < 200000; i++) {
            const int shift = (int)(next_random(&state) % 64);
            const uint64_t high = (UINT64_C(1) << 63 | next_random(&state)) >> shift;
            /* near the tie, which float64 would see */
            const uint64_t low = high >> (f->fraction + 1) | high >> (f->fraction + 2);
            const uint64_t value = i & 1 ? high : (high & ~low) | 1;
            const int64_t natural = (int64_t)(value >> 1);
            const double whole = meaning(f, f->of_float(kernel_odd_float_of_ulong(value)));
            const double negative = meaning(f, f->of_float(kernel_odd_float_of_long(-natural)));
            cr_assert(same(whole, nearest(f, (long double)value)), "%s of %llu", f->name, (unsigned long long)value);
            cr_assert(negative == nearest(f, -(long double)natural), "%s of -%lld", f->name, (long long)natural);
        }
    EACH_FORMAT(f) {
        cr_expect_eq(f->of_float(kernel_odd_float_of_long(0)), 0);
        cr_expect(same(meaning(f, f->of_float(kernel_odd_float_of_long(INT64_MIN))), nearest(f, -0x1p63L)));
        cr_expect(same(meaning(f, f->of_float(kernel_odd_float_of_ulong(UINT64_MAX))), nearest(f, 0x1p64L)));
    }
}
