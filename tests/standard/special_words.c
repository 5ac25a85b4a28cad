/* What the words and formulas of the table of special cases mean.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>
#include <string.h>

#include "special_cases.h"

#define PI 3.14159265358979323846

bool special_same(double a, double b)
{
    return isnan(a) ? isnan(b) : a == b && signbit(a) == signbit(b);
}

/* At most a few steps of the dtype away. */
static bool is_close(const special_call *call, double v, double expected)
{
    if (isnan(expected) || isinf(expected) || expected == 0)
        return special_same(v, expected);
    return fabs(v - expected) <= 4 * call->eps * fabs(expected) + 4 * call->eps * call->smallest;
}

/* Rounded to the dtype. For one sum, product or quotient of float32 the way by double gives the same bits. */
static double rounded(const special_call *call, double v)
{
    return call->eps > 1e-10 ? (double)(float)v : v;
}

/* ---- words ------------------------------------------------------------------------------------------------------- */

#define WORD(name, condition)                                                                                          \
    static bool name(const special_call *call, double v)                                                               \
    {                                                                                                                  \
        (void)call;                                                                                                    \
        return condition;                                                                                              \
    }
WORD(is_any, true || v == 0)
WORD(is_number, !isnan(v))
WORD(is_nan, isnan(v))
WORD(is_plus_nan, isnan(v) && !signbit(v))
WORD(is_minus_nan, isnan(v) && signbit(v))
WORD(is_inf, isinf(v))
WORD(is_plus_inf, v == INFINITY)
WORD(is_minus_inf, v == -INFINITY)
WORD(is_zero, v == 0)
WORD(is_plus_zero, v == 0 && !signbit(v))
WORD(is_minus_zero, v == 0 && signbit(v))
WORD(is_one, v == 1)
WORD(is_minus_one, v == -1)
WORD(is_finite, isfinite(v))
WORD(is_nonzero, v < 0 || v > 0)
WORD(is_normal, isfinite(v) && fabs(v) >= call->smallest)
WORD(is_positive, v > 0)
WORD(is_negative, v < 0)
WORD(is_above_one, v > 1)
WORD(is_below_one, v < 1)
WORD(is_below_minus_one, v < -1)
WORD(is_large, fabs(v) > 1)
WORD(is_small, fabs(v) < 1)
WORD(is_whole, isfinite(v) && floor(v) == v)
WORD(is_odd, fabs(fmod(v, 2)) == 1)
WORD(is_halfway, fabs(fmod(v, 1)) == 0.5)
WORD(is_signed_plus, !isnan(v) && !signbit(v))
WORD(is_signed_minus, !isnan(v) && signbit(v))
WORD(is_equal, v == call->x[0].re)
WORD(is_opposite, v == -call->x[0].re)
WORD(has_same_sign, signbit(v) == signbit(call->x[0].re))
WORD(has_other_sign, signbit(v) != signbit(call->x[0].re))
WORD(is_below_second, v < call->x[1].re)
WORD(is_x1, special_same(v, call->x[0].re))
WORD(is_x2, special_same(v, call->x[1].re))
WORD(is_abs_x1, special_same(v, fabs(call->x[0].re)))
WORD(is_minus_abs_x1, special_same(v, -fabs(call->x[0].re)))
WORD(is_abs_x2, special_same(v, fabs(call->x[1].re)))
WORD(is_abs_b, special_same(v, fabs(call->x[0].im)))
WORD(is_pi, is_close(call, v, PI))
WORD(is_minus_pi, is_close(call, v, -PI))
WORD(is_half_pi, is_close(call, v, PI / 2))
WORD(is_minus_half_pi, is_close(call, v, -PI / 2))
WORD(is_some_half_pi, is_close(call, fabs(v), PI / 2))
WORD(is_quarter_pi, is_close(call, v, PI / 4))
WORD(is_minus_quarter_pi, is_close(call, v, -PI / 4))
WORD(is_three_quarters_pi, is_close(call, v, 3 * PI / 4))
WORD(is_minus_three_quarters_pi, is_close(call, v, -3 * PI / 4))

static const struct {
    const char *text;
    special_word *word;
} words[] = {
    {"any", is_any}, {"number", is_number}, {"nan", is_nan}, {"+nan", is_plus_nan}, {"-nan", is_minus_nan},
    {"inf", is_inf}, {"+inf", is_plus_inf}, {"-inf", is_minus_inf}, {"0", is_zero}, {"+0", is_plus_zero},
    {"-0", is_minus_zero}, {"1", is_one}, {"-1", is_minus_one}, {"finite", is_finite}, {"nonzero", is_nonzero},
    {"normal", is_normal}, {">0", is_positive}, {"<0", is_negative}, {">1", is_above_one}, {"<1", is_below_one},
    {"<-1", is_below_minus_one}, {"|x|>1", is_large}, {"|x|<1", is_small}, {"whole", is_whole}, {"odd", is_odd},
    {"halfway", is_halfway}, {"signed+", is_signed_plus}, {"signed-", is_signed_minus}, {"equal", is_equal},
    {"opposite", is_opposite}, {"same-sign", has_same_sign}, {"other-sign", has_other_sign},
    {"below-x2", is_below_second}, {"x1", is_x1},
    {"x2", is_x2}, {"|x1|", is_abs_x1}, {"-|x1|", is_minus_abs_x1}, {"|x2|", is_abs_x2}, {"|a|", is_abs_x1},
    {"|b|", is_abs_b}, {"+pi", is_pi}, {"-pi", is_minus_pi}, {"+pi/2", is_half_pi}, {"-pi/2", is_minus_half_pi},
    {"pi/2", is_some_half_pi}, {"+pi/4", is_quarter_pi}, {"-pi/4", is_minus_quarter_pi},
    {"+3pi/4", is_three_quarters_pi}, {"-3pi/4", is_minus_three_quarters_pi}, {"true", is_one}, {"false", is_zero},
};

special_word *special_find_word(const char *text)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(words[i].text, text) == 0)
            return words[i].word;
    return NULL;
}

/* ---- formulas ---------------------------------------------------------------------------------------------------- */

/* Real results are rounded once, as IEEE 754 says; complex ones stand for several operations. */
static bool is_result(const special_call *call, special_number y, double re, double im)
{
    re = rounded(call, re);
    im = rounded(call, im);
    return call->is_complex ? is_close(call, y.re, re) && is_close(call, y.im, im) : special_same(y.re, re);
}

static bool is_sum(const special_call *call, special_number y)
{
    const special_number *x = call->x;
    return is_result(call, y, x[0].re + x[1].re, x[0].im + x[1].im);
}

static bool is_difference(const special_call *call, special_number y)
{
    const special_number *x = call->x;
    return is_result(call, y, x[0].re + -x[1].re, x[0].im + -x[1].im);
}

static bool is_product(const special_call *call, special_number y)
{
    const special_number a = call->x[0], b = call->x[1];
    if (!call->is_complex)
        return is_result(call, y, a.re * b.re, 0);
    return is_result(call, y, a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re);
}

static bool is_square(const special_call *call, special_number y)
{
    return is_result(call, y, call->x[0].re * call->x[0].re, 0);
}

static bool is_quotient(const special_call *call, special_number y)
{
    const special_number a = call->x[0], b = call->x[1];
    if (!call->is_complex)
        return is_result(call, y, a.re / b.re, 0);
    const double size = b.re * b.re + b.im * b.im;
    return is_result(call, y, (a.re * b.re + a.im * b.im) / size, (a.im * b.re - a.re * b.im) / size);
}

static bool is_reciprocal(const special_call *call, special_number y)
{
    return is_result(call, y, 1 / call->x[0].re, 0);
}

/* The greatest whole number below the exact quotient, or below the quotient rounded to the dtype: 1 by 0.1 is 9 or 10.
 * What is left of the dividend, exact in a longer type, tells whether that type has rounded the quotient up. */
static bool is_floor_of_quotient(const special_call *call, special_number y)
{
    const long double a = call->x[0].re, b = call->x[1].re;
    long double whole = floorl(a / b);
    const long double rest = fmal(-whole, b, a);
    if (rest != 0 && (rest < 0) != (b < 0))
        whole -= 1;
    return special_same(y.re, floor(rounded(call, (double)a / (double)b))) ||
           special_same(y.re, rounded(call, (double)whole));
}

/* Python's %: fmod, which is exact, and one more divisor where the signs differ. */
static bool is_remainder(const special_call *call, special_number y)
{
    const double divisor = call->x[1].re;
    double rest = fmod(call->x[0].re, divisor);
    if (rest != 0 && signbit(rest) != signbit(divisor))
        rest += divisor;
    return special_same(y.re, rest == 0 ? copysign(0, divisor) : rounded(call, rest));
}

static bool is_equality(const special_call *call, special_number y)
{
    return y.re == (call->x[0].re == call->x[1].re && call->x[0].im == call->x[1].im);
}

static bool is_inequality(const special_call *call, special_number y)
{
    return y.re == (call->x[0].re != call->x[1].re || call->x[0].im != call->x[1].im);
}

/* A quotient of complex numbers, of which the standard leaves open what infinite ones have. */
static bool is_direction(const special_call *call, special_number y)
{
    const special_number z = call->x[0];
    if (isinf(z.re) || isinf(z.im))
        return true;
    const long double length = hypotl(z.re, z.im);
    return is_result(call, y, (double)(z.re / length), (double)(z.im / length));
}

static bool is_even_neighbour(const special_call *call, special_number y)
{
    return special_same(y.re, copysign(2 * trunc((fabs(call->x[0].re) + 0.5) / 2), call->x[0].re));
}

/* size * cis(b) + more, cis(b) being cos(b) + j sin(b) */
static bool is_turned(const special_call *call, special_number y, double size, double more)
{
    const double b = call->x[0].im;
    return is_result(call, y, size * cos(b) + more, size * sin(b));
}

/* Adding -0 leaves everything as it is. */
static bool is_infinite_cis(const special_call *call, special_number y) { return is_turned(call, y, INFINITY, -0.0); }
static bool is_zero_cis(const special_call *call, special_number y) { return is_turned(call, y, 0, -0.0); }
static bool is_infinite_cis_less_one(const special_call *call, special_number y)
{
    return is_turned(call, y, INFINITY, -1);
}
static bool is_zero_cis_less_one(const special_call *call, special_number y) { return is_turned(call, y, 0, -1); }

static const struct {
    const char *text;
    special_formula *formula;
} formulas[] = {
    {"x1 + x2", is_sum},
    {"x1 + -x2", is_difference},
    {"x1 * x2", is_product},
    {"x1 * x1", is_square},
    {"x1 / x2", is_quotient},
    {"1 / x1", is_reciprocal},
    {"floor(x1 / x2)", is_floor_of_quotient},
    {"x1 % x2", is_remainder},
    {"x1 == x2", is_equality},
    {"x1 != x2", is_inequality},
    {"x1 / |x1|", is_direction},
    {"the even neighbour", is_even_neighbour},
    {"+inf * cis(b)", is_infinite_cis},
    {"+0 * cis(b)", is_zero_cis},
    {"+inf * cis(b) - 1", is_infinite_cis_less_one},
    {"+0 * cis(b) - 1", is_zero_cis_less_one},
};

special_formula *special_find_formula(const char *text)
{
    for (size_t i = 0; i < sizeof formulas / sizeof formulas[0]; i++)
        if (strcmp(formulas[i].text, text) == 0)
            return formulas[i].formula;
    return NULL;
}
