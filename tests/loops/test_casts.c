/* Casts between all pairs of dtypes against the rules, in extended precision.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <float.h>
#include <string.h>

#include "kernel/half.h"
#include "loop_support.h"

/* Wide enough for 64-bit integers and float64 alike. */
#if LDBL_MANT_DIG >= 64
#define HAS_WIDE_FLOATS 1
#else
#define HAS_WIDE_FLOATS 0
#endif

typedef struct parts {
    long double re, im;
} parts;

TestSuite(casts);

static parts element(const void *elements, int dtype, int i)
{
    switch (dtype) {
    case XP_INT8:
        return (parts){((const int8_t *)elements)[i], 0};
    case XP_INT16:
        return (parts){((const int16_t *)elements)[i], 0};
    case XP_INT32:
        return (parts){((const int32_t *)elements)[i], 0};
    case XP_INT64:
        return (parts){((const int64_t *)elements)[i], 0};
    case XP_UINT16:
        return (parts){((const uint16_t *)elements)[i], 0};
    case XP_UINT32:
        return (parts){((const uint32_t *)elements)[i], 0};
    case XP_UINT64:
        return (parts){((const uint64_t *)elements)[i], 0};
    case XP_FLOAT32:
        return (parts){((const float *)elements)[i], 0};
    case XP_FLOAT64:
        return (parts){((const double *)elements)[i], 0};
    case XP_COMPLEX64:
        return (parts){((const float *)elements)[2 * i], ((const float *)elements)[2 * i + 1]};
    case XP_COMPLEX128:
        return (parts){((const double *)elements)[2 * i], ((const double *)elements)[2 * i + 1]};
    default:
        return (parts){((const uint8_t *)elements)[i], 0};
    }
}

/* astype's rules: integers wrap, floating numbers truncate and saturate, NaN becomes 0. */
static long double to_integer(long double value, int from, int to)
{
    int bits = 8 * (int)xp_dtype_bytes(to);
    bool is_signed = xp_dtype_is(to, XP_KIND_SIGNED);
    long double above = ldexpl(1.0L, is_signed ? bits - 1 : bits), below = is_signed ? -above : 0.0L;
    if (isnan(value))
        return 0.0L;
    if (!xp_dtype_is(from, XP_KIND_FLOATING)) {
        long double turn = ldexpl(1.0L, bits), low = value - turn * floorl(value / turn);
        return is_signed && low >= above ? low - turn : low;
    }
    value = truncl(value) + 0.0L; /* integers have no -0 */
    return value >= above ? above - 1.0L : value < below ? below : value;
}

static parts converted(parts value, int from, int to)
{
    if (to == XP_BOOL)
        return (parts){value.re != 0.0L || value.im != 0.0L, 0.0L};
    if (xp_dtype_is(to, XP_KIND_INTEGRAL))
        return (parts){to_integer(value.re, from, to), 0.0L};
    if (to == XP_FLOAT32 || to == XP_FLOAT64)
        value.im = 0.0L;
    if (to == XP_FLOAT32 || to == XP_COMPLEX64)
        return (parts){(float)value.re, (float)value.im};
    return (parts){(double)value.re, (double)value.im};
}

static bool same(long double a, long double b) { return isnan(a) ? isnan(b) : a == b && signbit(a) == signbit(b); }

enum { N = 3000 };

/* Numbers at which a cast to some integer dtype begins to saturate, and their neighbours. */
static void add_limits(int dtype, void *elements)
{
    int at = 0;
    for (int bits = 7; bits <= 64; bits++)
        for (int sign = -1; sign <= 1; sign += 2)
            for (int step = -1; step <= 1; step++) {
                double limit = sign * ldexp(1.0, bits);
                if (dtype == XP_FLOAT64)
                    ((double *)elements)[at++] = step ? nextafter(limit, step * INFINITY) : limit;
                else if (dtype == XP_FLOAT32)
                    ((float *)elements)[at++] = step ? nextafterf((float)limit, (float)step * INFINITY) : (float)limit;
            }
    for (int i = -6; i <= 6; i++) {
        if (dtype == XP_FLOAT64)
            ((double *)elements)[at++] = i * 0.25;
        else if (dtype == XP_FLOAT32)
            ((float *)elements)[at++] = (float)i * 0.25f;
    }
}

static void check(xp_isa isa, int from, int to, const void *elements)
{
    static uint64_t results[2 * N];
    const void *inputs[1] = {elements};
    xp_operation_cast.loops((int)isa)[from * XP_N_DTYPES + to](N, inputs, results);
    for (int i = 0; i < N; i++) {
        parts value = element(elements, from, i), got = element(results, to, i), expected = converted(value, from, to);
        cr_assert(same(got.re, expected.re) && same(got.im, expected.im),
                  "%s to %s on %s: %.20Lg%+.20Lgi gives %.20Lg%+.20Lgi, expected %.20Lg%+.20Lgi", xp_dtype_name(from),
                  xp_dtype_name(to), host_isa_name(isa), value.re, value.im, got.re, got.im, expected.re, expected.im);
    }
}

Test(casts, follow_the_rules)
{
    static uint64_t elements[2 * N];
    loop_random random = {5};
    if (!HAS_WIDE_FLOATS)
        cr_skip_test("long double is too narrow to hold 64-bit integers");
    for (int from = XP_BOOL; from < XP_N_STANDARD_DTYPES; from++) {
        loop_fill(&random, (xp_dtype)from, elements, N);
        add_limits(from, elements);
        for (int isa = 0; isa <= (int)host_isa_present(); isa++)
            for (int to = XP_BOOL; to < XP_N_STANDARD_DTYPES; to++)
                check((xp_isa)isa, from, to, elements);
    }
}

Test(casts, give_the_same_at_any_length_and_address)
{
    enum { LONGEST = 67 };
    static uint64_t elements[2 * LONGEST], all[2 * LONGEST];
    static char moved[2 * LONGEST * 8 + 32], results[2 * LONGEST * 8 + 32];
    loop_random random = {6};
    for (int isa = 0; isa <= (int)host_isa_present(); isa++)
        for (int pair = 0; pair < XP_N_DTYPES * XP_N_DTYPES; pair++) {
            int from = pair / XP_N_DTYPES, to = pair % XP_N_DTYPES;
            xp_loop *loop = xp_operation_cast.loops(isa)[pair];
            cr_assert_eq(loop != NULL, from != 0 && to != 0);
            if (!loop)
                continue;
            loop_fill(&random, (xp_dtype)from, elements, LONGEST);
            loop(LONGEST, (const void *const[]){elements}, all);
            for (int n = 0; n < LONGEST; n += 3) {
                char *x = moved + n % 16, *y = results + (n + 5) % 16;
                size_t bytes = (size_t)n * xp_dtype_bytes(to);
                memcpy(x, elements, (size_t)n * xp_dtype_bytes(from));
                y[bytes] = 0x5a;
                loop(n, (const void *const[]){x}, y);
                cr_assert_eq(memcmp(y, all, bytes), 0, "%s to %s: %d elements", xp_dtype_name(from), xp_dtype_name(to),
                             n);
                cr_assert_eq(y[bytes], 0x5a, "%s to %s wrote behind %d elements", xp_dtype_name(from),
                             xp_dtype_name(to), n);
            }
        }
}

/* Scalars are converted one at a time elsewhere (core/dtype.h), to the same values; integers that do not fit are
 * refused there. */
Test(casts, agree_with_the_conversion_of_single_values)
{
    static uint64_t elements[2 * N], results[2 * N];
    loop_random random = {7};
    for (int pair = 0; pair < XP_N_DTYPES * XP_N_DTYPES; pair++) {
        int from = pair / XP_N_DTYPES, to = pair % XP_N_DTYPES;
        xp_loop *loop = xp_operation_cast.loops(XP_ISA_BASELINE)[pair];
        if (!loop)
            continue;
        loop_fill(&random, (xp_dtype)from, elements, N);
        add_limits(from, elements);
        loop(N, (const void *const[]){elements}, results);
        for (int i = 0; i < N; i++) {
            xp_value value, single;
            memcpy(&value, (char *)elements + (size_t)i * xp_dtype_bytes(from), xp_dtype_bytes(from));
            if (!xp_value_cast(&value, (xp_dtype)from, &single, (xp_dtype)to))
                continue;
            cr_assert(loop_same((xp_dtype)to, &single, (char *)results + (size_t)i * xp_dtype_bytes(to)),
                      "%s to %s: element %d", xp_dtype_name(from), xp_dtype_name(to), i);
        }
    }
}

/* ---- float16 and bfloat16: the bits of kernel/half.h, which tests/kernel/test_half.c holds against the formats --- */

enum { ALL = 65536 };

static void cast_all(int isa, xp_dtype from, xp_dtype to, int64_t n, const void *elements, void *results)
{
    xp_operation_cast.loops(isa)[from * XP_N_DTYPES + to](n, (const void *const[]){elements}, results);
}

Test(casts, every_stored_number_to_float32_and_back)
{
    static uint16_t stored[ALL], back[ALL];
    static float wide[ALL];
    for (int i = 0; i < ALL; i++)
        stored[i] = (uint16_t)i;
    for (int isa = 0; isa <= (int)host_isa_present(); isa++)
        for (int dtype = XP_FLOAT16; dtype <= XP_BFLOAT16; dtype++) {
            const bool is_half = dtype == XP_FLOAT16;
            cast_all(isa, (xp_dtype)dtype, XP_FLOAT32, ALL, stored, wide);
            cast_all(isa, XP_FLOAT32, (xp_dtype)dtype, ALL, wide, back);
            for (int i = 0; i < ALL; i++) {
                const float expected = is_half ? kernel_float_of_half(stored[i]) : kernel_float_of_bfloat(stored[i]);
                cr_assert_eq(KERNEL_BITS_OF_FLOAT(wide[i]), KERNEL_BITS_OF_FLOAT(expected), "%s %04x on %s",
                             xp_dtype_name(dtype), (unsigned)i, host_isa_name((xp_isa)isa));
                cr_assert_eq(back[i], is_half ? kernel_half_of_float(wide[i]) : kernel_bfloat_of_float(wide[i]));
            }
        }
}

/* All float32 in steps: from each 2^16 of them those around the ends and the middle. */
Test(casts, float32_to_stored_numbers)
{
    static float from[ALL];
    static uint16_t to[ALL];
    for (int isa = 0; isa <= (int)host_isa_present(); isa++)
        for (uint32_t low = 0; low < 65536; low += low == 0x1001 ? 0x0fff : low & 1 ? 0x1fff - (low & 0xfff) : 1) {
            for (uint32_t i = 0; i < ALL; i++)
                from[i] = KERNEL_FLOAT_OF_BITS(i << 16 | low);
            cast_all(isa, XP_FLOAT32, XP_FLOAT16, ALL, from, to);
            for (int i = 0; i < ALL; i++)
                cr_assert_eq(to[i], kernel_half_of_float(from[i]), "%a on %s: %04x", (double)from[i],
                             host_isa_name((xp_isa)isa), to[i]);
            cast_all(isa, XP_FLOAT32, XP_BFLOAT16, ALL, from, to);
            for (int i = 0; i < ALL; i++)
                cr_assert_eq(to[i], kernel_bfloat_of_float(from[i]), "%a on %s: %04x", (double)from[i],
                             host_isa_name((xp_isa)isa), to[i]);
        }
}

/* Of float64 any bits, and what lies next to ties and to float32's ends. */
Test(casts, float64_to_stored_numbers)
{
    static double from[ALL];
    static uint16_t to[2][ALL];
    loop_random random = {8};
    for (int round = 0; round < 8; round++) {
        loop_fill(&random, XP_FLOAT64, from, ALL);
        for (int i = 0; i < ALL && round < 3; i++) { /* few digits, and a little more */
            const uint64_t bits = (uint64_t)i << 48 | UINT64_C(0x1000000000) * (round == 1) | (round == 2);
            memcpy(&from[i], &bits, sizeof bits);
        }
        for (int isa = 0; isa <= (int)host_isa_present(); isa++) {
            cast_all(isa, XP_FLOAT64, XP_FLOAT16, ALL, from, to[0]);
            cast_all(isa, XP_FLOAT64, XP_BFLOAT16, ALL, from, to[1]);
            for (int i = 0; i < ALL; i++)
                cr_assert(to[0][i] == kernel_half_of_double(from[i]) && to[1][i] == kernel_bfloat_of_double(from[i]),
                          "%a on %s: %04x %04x", from[i], host_isa_name((xp_isa)isa), to[0][i], to[1][i]);
        }
    }
}

/* Whatever is cast to float16 or bfloat16 is rounded once: integers and float64 as single values are. */
Test(casts, stored_numbers_are_what_is_nearest)
{
    if (!HAS_WIDE_FLOATS)
        cr_skip_test("long double is too narrow to hold 64-bit integers");
    static const struct {
        int64_t integer;
        uint16_t half, bfloat;
    } cases[] = {
        {2049, 0x6800, 0x4500},                                  /* a tie of float16, to even */
        {2051, 0x6802, 0x4500},      {65519, 0x7bff, 0x4780},    {65520, 0x7c00, 0x4780},
        {-65520, 0xfc00, 0xc780},    {257, 0x5c04, 0x4380},      {259, 0x5c0c, 0x4382},
        {(INT64_C(1) << 60) + (INT64_C(1) << 52), 0x7c00, 0x5d80}, /* a tie of bfloat16 */
        {(INT64_C(1) << 60) + (INT64_C(1) << 52) + 1, 0x7c00, 0x5d81},
        {-(INT64_C(1) << 60) - (INT64_C(1) << 52) - 1, 0xfc00, 0xdd81},
        {(INT64_C(1) << 24) + (INT64_C(1) << 16) + 1, 0x7c00, 0x4b81},
    };
    for (int isa = 0; isa <= (int)host_isa_present(); isa++)
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
            uint16_t got[2];
            cast_all(isa, XP_INT64, XP_FLOAT16, 1, &cases[i].integer, &got[0]);
            cast_all(isa, XP_INT64, XP_BFLOAT16, 1, &cases[i].integer, &got[1]);
            cr_expect(got[0] == cases[i].half && got[1] == cases[i].bfloat, "%lld: %04x %04x",
                      (long long)cases[i].integer, got[0], got[1]);
            const int32_t narrow = (int32_t)cases[i].integer;
            if (narrow != cases[i].integer)
                continue;
            cast_all(isa, XP_INT32, XP_FLOAT16, 1, &narrow, &got[0]);
            cast_all(isa, XP_INT32, XP_BFLOAT16, 1, &narrow, &got[1]);
            cr_expect(got[0] == cases[i].half && got[1] == cases[i].bfloat, "%d: %04x %04x", (int)narrow, got[0],
                      got[1]);
        }
}
