/* The prelude's helpers, compiled as the host compiles kernels.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <string.h>

#define XP_REAL_BITS 64
#include "kernel/prelude.h"

/* What stands at -9 .. 12 around the axis a b c d, as scipy.ndimage documents its modes; k is the constant. */
Test(prelude, borders_lead_where_scipys_modes_do)
{
    static const struct {
        int mode;
        const char *expected;
    } modes[] = {
        {XP_BORDER_CONSTANT, "kkkkkkkkkabcdkkkkkkkkk"},
        {XP_BORDER_NEAREST, "aaaaaaaaaabcdddddddddd"},
        {XP_BORDER_REFLECT, "aabcddcbaabcddcbaabcdd"},
        {XP_BORDER_MIRROR, "dcbabcdcbabcdcbabcdcba"},
        {XP_BORDER_WRAP, "dabcdabcdabcdabcdabcda"},
    };
    for (size_t m = 0; m < sizeof modes / sizeof modes[0]; m++) {
        char found[23] = {0};
        for (int i = 0; i < 22; i++) {
            xp_index at = xp_border(i - 9, 4, modes[m].mode);
            found[i] = at < 0 ? 'k' : (char)('a' + at);
        }
        cr_expect_str_eq(found, modes[m].expected, "mode %d: %s", modes[m].mode, found);
    }
}

Test(prelude, an_axis_of_one_element_has_one_answer)
{
    for (int mode = XP_BORDER_NEAREST; mode <= XP_BORDER_WRAP; mode++)
        for (xp_index i = -5; i <= 5; i++)
            cr_expect_eq(xp_border(i, 1, mode), 0, "mode %d at %d", mode, (int)i);
    cr_expect_eq(xp_border(-1, 1, XP_BORDER_CONSTANT), -1);
    cr_expect_eq(xp_border(INT64_MIN / 4, 7, XP_BORDER_WRAP), (INT64_MIN / 4) % 7 + 7);
}

Test(prelude, complex_numbers)
{
    xp_complex a = xp_complex_of(3, -4), b = xp_complex_of(-1, 2);
    xp_complex sum = xp_complex_add(a, b), rest = xp_complex_subtract(a, b), product = xp_complex_multiply(a, b);
    cr_expect(sum.re == 2 && sum.im == -2);
    cr_expect(rest.re == 4 && rest.im == -6);
    cr_expect(product.re == 5 && product.im == 10);
    cr_expect_eq(xp_complex_conj(a).im, 4);
    cr_expect_eq(xp_complex_square(a), 25);
}

Test(prelude, numbers_have_all_their_digits)
{
    cr_expect_eq(XP_PI, acos(-1));
    cr_expect_eq(XP_TWO_PI, 2 * acos(-1));
    cr_expect_eq(XP_HALF_PI, acos(0));
    cr_expect_eq(XP_E, exp(1));
    cr_expect_eq(XP_LN2, log(2));
    cr_expect_eq(XP_SQRT2, sqrt(2));
    cr_expect_eq(REAL_EPSILON, nextafter(1, 2) - 1);
    cr_expect(REAL_LARGEST < REAL_INFINITY && nextafter(REAL_LARGEST, REAL_INFINITY) == REAL_INFINITY);
    cr_expect(REAL_NAN != REAL_NAN);
    cr_expect_eq(XP_MULTIPLY_ADD(3.0, 4.0, 5.0), 17);
    cr_expect_eq(XP_MATH(sqrt)(2.25), 1.5);
}

/* Whole numbers add up exactly in any order; the lanes only show where numbers vanish in larger ones. */
Test(prelude, sums_are_exact_and_in_lanes)
{
    double x[100];
    for (int i = 0; i < 100; i++)
        x[i] = i * i - 1000;
    for (int first = 0; first < 40; first += 13)
        for (int last = first; last <= 100; last++) {
            double expected = 0;
            for (int i = first; i < last; i++)
                expected += x[i];
            cr_expect_eq(xp_wide_sum(x, first, last), expected, "%d to %d", first, last);
        }
    memset(x, 0, sizeof x);
    x[0] = 1e16;
    x[XP_SUM_LANES] = 1;
    x[1] = x[1 + XP_SUM_LANES] = 1;
    cr_expect_eq(xp_wide_sum(x, 0, 100), 1e16 + 2, "1e16 + 1 in the first lane, 2 in the next");
}
