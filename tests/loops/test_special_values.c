/* The special cases that the standard lists for real floating operands.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <float.h>

#include "loop_support.h"

#define INF INFINITY
#define PI 3.14159265358979323846

/* Numbers that stand for "a finite number" in the standard's wording: 2.5 and -2.5, and where a whole one is meant 3.
 */
typedef struct special_case {
    const xp_operation *operation;
    double a, b, expected;
} special_case;

#define UNARY(name, a, expected)                                                                                       \
    {                                                                                                                  \
        &xp_operation_##name, a, 0.0, expected                                                                         \
    }
#define BINARY(name, a, b, expected)                                                                                   \
    {                                                                                                                  \
        &xp_operation_##name, a, b, expected                                                                           \
    }

/* f(NaN) = NaN, of all functions of one number. */
#define NAN_STAYS(name) UNARY(name, NAN, NAN)
/* f(-0) = -0, f(+0) = +0. */
#define ZEROS_STAY(name) UNARY(name, 0.0, 0.0), UNARY(name, -0.0, -0.0)
#define INFINITIES_STAY(name) UNARY(name, INF, INF), UNARY(name, -INF, -INF)

static const special_case unary[] = {
    NAN_STAYS(abs),
    UNARY(abs, -0.0, 0.0),
    UNARY(abs, -INF, INF),
    UNARY(abs, -2.5, 2.5),
    NAN_STAYS(acos),
    UNARY(acos, 1.5, NAN),
    UNARY(acos, -1.5, NAN),
    UNARY(acos, 1.0, 0.0),
    UNARY(acos, -1.0, PI),
    NAN_STAYS(acosh),
    UNARY(acosh, 0.5, NAN),
    UNARY(acosh, 1.0, 0.0),
    UNARY(acosh, INF, INF),
    UNARY(acosh, -INF, NAN),
    UNARY(acosh, -2.5, NAN),
    NAN_STAYS(asin),
    ZEROS_STAY(asin),
    UNARY(asin, 1.5, NAN),
    UNARY(asin, -1.5, NAN),
    UNARY(asin, 1.0, PI / 2),
    NAN_STAYS(asinh),
    ZEROS_STAY(asinh),
    INFINITIES_STAY(asinh),
    NAN_STAYS(atan),
    ZEROS_STAY(atan),
    UNARY(atan, INF, PI / 2),
    UNARY(atan, -INF, -PI / 2),
    NAN_STAYS(atanh),
    ZEROS_STAY(atanh),
    UNARY(atanh, 1.0, INF),
    UNARY(atanh, -1.0, -INF),
    UNARY(atanh, 1.5, NAN),
    UNARY(atanh, -1.5, NAN),
    UNARY(atanh, INF, NAN),
    UNARY(atanh, -INF, NAN),
    NAN_STAYS(ceil),
    ZEROS_STAY(ceil),
    INFINITIES_STAY(ceil),
    UNARY(ceil, -0.5, -0.0),
    UNARY(ceil, 2.5, 3.0),
    NAN_STAYS(cos),
    UNARY(cos, 0.0, 1.0),
    UNARY(cos, -0.0, 1.0),
    UNARY(cos, INF, NAN),
    UNARY(cos, -INF, NAN),
    NAN_STAYS(cosh),
    UNARY(cosh, 0.0, 1.0),
    UNARY(cosh, -0.0, 1.0),
    UNARY(cosh, INF, INF),
    UNARY(cosh, -INF, INF),
    NAN_STAYS(exp),
    UNARY(exp, 0.0, 1.0),
    UNARY(exp, -0.0, 1.0),
    UNARY(exp, INF, INF),
    UNARY(exp, -INF, 0.0),
    UNARY(exp, 1e30, INF),
    UNARY(exp, -1e30, 0.0),
    NAN_STAYS(expm1),
    ZEROS_STAY(expm1),
    UNARY(expm1, INF, INF),
    UNARY(expm1, -INF, -1.0),
    NAN_STAYS(floor),
    ZEROS_STAY(floor),
    INFINITIES_STAY(floor),
    UNARY(floor, -2.5, -3.0),
    NAN_STAYS(log),
    UNARY(log, -2.5, NAN),
    UNARY(log, 0.0, -INF),
    UNARY(log, -0.0, -INF),
    UNARY(log, 1.0, 0.0),
    UNARY(log, INF, INF),
    UNARY(log, -INF, NAN),
    NAN_STAYS(log1p),
    UNARY(log1p, -2.5, NAN),
    UNARY(log1p, -1.0, -INF),
    ZEROS_STAY(log1p),
    UNARY(log1p, INF, INF),
    NAN_STAYS(log2),
    UNARY(log2, -2.5, NAN),
    UNARY(log2, 0.0, -INF),
    UNARY(log2, -0.0, -INF),
    UNARY(log2, 1.0, 0.0),
    UNARY(log2, INF, INF),
    UNARY(log2, 8.0, 3.0),
    NAN_STAYS(log10),
    UNARY(log10, -2.5, NAN),
    UNARY(log10, 0.0, -INF),
    UNARY(log10, -0.0, -INF),
    UNARY(log10, 1.0, 0.0),
    UNARY(log10, INF, INF),
    UNARY(log10, 1000.0, 3.0),
    NAN_STAYS(negative),
    UNARY(negative, 0.0, -0.0),
    UNARY(negative, -0.0, 0.0),
    NAN_STAYS(positive),
    ZEROS_STAY(positive),
    NAN_STAYS(conj),
    NAN_STAYS(real),
    UNARY(imag, 2.5, 0.0),
    NAN_STAYS(reciprocal),
    UNARY(reciprocal, 0.0, INF),
    UNARY(reciprocal, -0.0, -INF),
    UNARY(reciprocal, INF, 0.0),
    UNARY(reciprocal, -INF, -0.0),
    NAN_STAYS(round),
    ZEROS_STAY(round),
    INFINITIES_STAY(round),
    UNARY(round, 2.5, 2.0),
    UNARY(round, 3.5, 4.0),
    UNARY(round, -0.5, -0.0),
    UNARY(round, 8388609.0, 8388609.0),
    NAN_STAYS(sign),
    UNARY(sign, 0.0, 0.0),
    UNARY(sign, -0.0, 0.0),
    UNARY(sign, -2.5, -1.0),
    UNARY(sign, INF, 1.0),
    NAN_STAYS(sin),
    ZEROS_STAY(sin),
    UNARY(sin, INF, NAN),
    UNARY(sin, -INF, NAN),
    NAN_STAYS(sinh),
    ZEROS_STAY(sinh),
    INFINITIES_STAY(sinh),
    NAN_STAYS(square),
    UNARY(square, -INF, INF),
    UNARY(square, -0.0, 0.0),
    NAN_STAYS(sqrt),
    ZEROS_STAY(sqrt),
    UNARY(sqrt, -2.5, NAN),
    UNARY(sqrt, INF, INF),
    NAN_STAYS(tan),
    ZEROS_STAY(tan),
    UNARY(tan, INF, NAN),
    UNARY(tan, -INF, NAN),
    NAN_STAYS(tanh),
    ZEROS_STAY(tanh),
    UNARY(tanh, INF, 1.0),
    UNARY(tanh, -INF, -1.0),
    NAN_STAYS(trunc),
    ZEROS_STAY(trunc),
    INFINITIES_STAY(trunc),
    UNARY(trunc, -0.5, -0.0),
    UNARY(trunc, -2.5, -2.0),
    UNARY(is_nan, NAN, 1.0),
    UNARY(is_nan, INF, 0.0),
    UNARY(is_nan, 2.5, 0.0),
    UNARY(is_inf, NAN, 0.0),
    UNARY(is_inf, -INF, 1.0),
    UNARY(is_inf, FLT_MAX, 0.0),
    UNARY(is_finite, NAN, 0.0),
    UNARY(is_finite, -INF, 0.0),
    UNARY(is_finite, FLT_MAX, 1.0),
    UNARY(sign_bit, 0.0, 0.0),
    UNARY(sign_bit, -0.0, 1.0),
    UNARY(sign_bit, -INF, 1.0),
    UNARY(sign_bit, INF, 0.0),
    UNARY(sign_bit, -NAN, 1.0),
    UNARY(sign_bit, NAN, 0.0),
    UNARY(logical_not, 0.0, 1.0),
    UNARY(logical_not, -0.0, 1.0),
    UNARY(logical_not, NAN, 0.0),
};

static const special_case binary[] = {
    BINARY(add, INF, -INF, NAN),
    BINARY(add, -0.0, -0.0, -0.0),
    BINARY(add, -0.0, 0.0, 0.0),
    BINARY(subtract, INF, INF, NAN),
    BINARY(multiply, INF, 0.0, NAN),
    BINARY(multiply, -0.0, 2.5, -0.0),
    BINARY(divide, 0.0, 0.0, NAN),
    BINARY(divide, INF, INF, NAN),
    BINARY(divide, 2.5, -0.0, -INF),
    BINARY(divide, -2.5, INF, -0.0),

    BINARY(floor_divide, NAN, 2.5, NAN),
    BINARY(floor_divide, 2.5, NAN, NAN),
    BINARY(floor_divide, INF, INF, NAN),
    BINARY(floor_divide, -INF, INF, NAN),
    BINARY(floor_divide, 0.0, 0.0, NAN),
    BINARY(floor_divide, -0.0, 0.0, NAN),
    BINARY(floor_divide, 0.0, 2.5, 0.0),
    BINARY(floor_divide, -0.0, 2.5, -0.0),
    BINARY(floor_divide, 0.0, -2.5, -0.0),
    BINARY(floor_divide, -0.0, -2.5, 0.0),
    BINARY(floor_divide, 2.5, 0.0, INF),
    BINARY(floor_divide, 2.5, -0.0, -INF),
    BINARY(floor_divide, -2.5, 0.0, -INF),
    BINARY(floor_divide, -2.5, -0.0, INF),
    BINARY(floor_divide, INF, 2.5, INF),
    BINARY(floor_divide, INF, -2.5, -INF),
    BINARY(floor_divide, -INF, 2.5, -INF),
    BINARY(floor_divide, -INF, -2.5, INF),
    BINARY(floor_divide, 2.5, INF, 0.0),
    BINARY(floor_divide, 2.5, -INF, -1.0),
    BINARY(floor_divide, -2.5, INF, -1.0),
    BINARY(floor_divide, -2.5, -INF, 0.0),
    BINARY(floor_divide, 0.0, INF, 0.0),
    BINARY(floor_divide, -0.0, INF, -0.0),
    BINARY(floor_divide, 7.0, 2.0, 3.0),
    BINARY(floor_divide, -7.0, 2.0, -4.0),
    BINARY(floor_divide, 6.0, -2.0, -3.0),
    BINARY(floor_divide, 1.0, 0.125f, 8.0),
    BINARY(floor_divide, -1e-30, 1e30, -1.0),

    BINARY(remainder, NAN, 2.5, NAN),
    BINARY(remainder, 2.5, NAN, NAN),
    BINARY(remainder, INF, INF, NAN),
    BINARY(remainder, INF, 2.5, NAN),
    BINARY(remainder, -INF, 2.5, NAN),
    BINARY(remainder, 0.0, 0.0, NAN),
    BINARY(remainder, 2.5, 0.0, NAN),
    BINARY(remainder, 2.5, -0.0, NAN),
    BINARY(remainder, 0.0, 2.5, 0.0),
    BINARY(remainder, -0.0, 2.5, 0.0),
    BINARY(remainder, 0.0, -2.5, -0.0),
    BINARY(remainder, -0.0, -2.5, -0.0),
    BINARY(remainder, 2.5, INF, 2.5),
    BINARY(remainder, 2.5, -INF, -INF),
    BINARY(remainder, -2.5, INF, INF),
    BINARY(remainder, -2.5, -INF, -2.5),
    BINARY(remainder, 5.0, 3.0, 2.0),
    BINARY(remainder, -5.0, 3.0, 1.0),
    BINARY(remainder, 5.0, -3.0, -1.0),
    BINARY(remainder, -5.0, -3.0, -2.0),
    BINARY(remainder, -6.0, 3.0, 0.0),

    BINARY(pow, NAN, 0.0, 1.0),
    BINARY(pow, NAN, -0.0, 1.0),
    BINARY(pow, 2.5, NAN, NAN),
    BINARY(pow, NAN, 2.5, NAN),
    BINARY(pow, 1.0, NAN, 1.0),
    BINARY(pow, 2.5, INF, INF),
    BINARY(pow, 2.5, -INF, 0.0),
    BINARY(pow, -1.0, INF, 1.0),
    BINARY(pow, -1.0, -INF, 1.0),
    BINARY(pow, 0.5, INF, 0.0),
    BINARY(pow, -0.5, -INF, INF),
    BINARY(pow, INF, 2.5, INF),
    BINARY(pow, INF, -2.5, 0.0),
    BINARY(pow, -INF, 3.0, -INF),
    BINARY(pow, -INF, 2.5, INF),
    BINARY(pow, -INF, -3.0, -0.0),
    BINARY(pow, -INF, -2.5, 0.0),
    BINARY(pow, 0.0, 2.5, 0.0),
    BINARY(pow, 0.0, -2.5, INF),
    BINARY(pow, -0.0, 3.0, -0.0),
    BINARY(pow, -0.0, 2.5, 0.0),
    BINARY(pow, -0.0, -3.0, -INF),
    BINARY(pow, -0.0, -2.5, INF),
    BINARY(pow, -2.5, 0.5, NAN),
    BINARY(pow, -2.0, 3.0, -8.0),
    BINARY(pow, 10.0, 2.0, 100.0),

    BINARY(atan2, NAN, 2.5, NAN),
    BINARY(atan2, 2.5, NAN, NAN),
    BINARY(atan2, 2.5, 0.0, PI / 2),
    BINARY(atan2, 2.5, -0.0, PI / 2),
    BINARY(atan2, 0.0, 2.5, 0.0),
    BINARY(atan2, 0.0, 0.0, 0.0),
    BINARY(atan2, 0.0, -0.0, PI),
    BINARY(atan2, 0.0, -2.5, PI),
    BINARY(atan2, -0.0, 2.5, -0.0),
    BINARY(atan2, -0.0, 0.0, -0.0),
    BINARY(atan2, -0.0, -0.0, -PI),
    BINARY(atan2, -0.0, -2.5, -PI),
    BINARY(atan2, -2.5, 0.0, -PI / 2),
    BINARY(atan2, 2.5, INF, 0.0),
    BINARY(atan2, 2.5, -INF, PI),
    BINARY(atan2, -2.5, INF, -0.0),
    BINARY(atan2, -2.5, -INF, -PI),
    BINARY(atan2, INF, 2.5, PI / 2),
    BINARY(atan2, -INF, 2.5, -PI / 2),
    BINARY(atan2, INF, INF, PI / 4),
    BINARY(atan2, INF, -INF, 3 * PI / 4),
    BINARY(atan2, -INF, INF, -PI / 4),
    BINARY(atan2, -INF, -INF, -3 * PI / 4),

    BINARY(hypot, INF, NAN, INF),
    BINARY(hypot, NAN, -INF, INF),
    BINARY(hypot, NAN, 2.5, NAN),
    BINARY(hypot, 0.0, -2.5, 2.5),
    BINARY(hypot, -0.0, -0.0, 0.0),
    BINARY(hypot, 0x3p120, 0x4p120, 0x5p120),
    BINARY(hypot, 3.0, 4.0, 5.0),
    BINARY(hypot, -INF, 2.5, INF),

    BINARY(logaddexp, NAN, 2.5, NAN),
    BINARY(logaddexp, 2.5, NAN, NAN),
    BINARY(logaddexp, INF, 2.5, INF),
    BINARY(logaddexp, INF, -INF, INF),
    BINARY(logaddexp, INF, INF, INF),
    BINARY(logaddexp, -INF, -INF, -INF),
    BINARY(logaddexp, -INF, 2.5, 2.5),
    BINARY(logaddexp, 0.0, 0.0, 0.69314718055994530942),
    BINARY(logaddexp, 1000.0, 1.0, 1000.0),
    BINARY(logaddexp, INF, NAN, NAN),

    BINARY(maximum, NAN, 2.5, NAN),
    BINARY(maximum, 2.5, NAN, NAN),
    BINARY(maximum, -INF, 2.5, 2.5),
    BINARY(minimum, NAN, 2.5, NAN),
    BINARY(minimum, 2.5, NAN, NAN),
    BINARY(minimum, INF, 2.5, 2.5),
    BINARY(copysign, 2.5, -0.0, -2.5),
    BINARY(copysign, -2.5, 0.0, 2.5),
    BINARY(copysign, NAN, -2.5, NAN),
    BINARY(copysign, 0.0, -INF, -0.0),
    BINARY(nextafter, NAN, 2.5, NAN),
    BINARY(nextafter, 2.5, NAN, NAN),
    BINARY(nextafter, 0.0, -0.0, -0.0),
    BINARY(nextafter, -0.0, 0.0, 0.0),
    BINARY(nextafter, 2.5, 2.5, 2.5),

    BINARY(equal, NAN, NAN, 0.0),
    BINARY(equal, 0.0, -0.0, 1.0),
    BINARY(not_equal, NAN, NAN, 1.0),
    BINARY(less, NAN, 2.5, 0.0),
    BINARY(less, -INF, INF, 1.0),
    BINARY(less_equal, 0.0, -0.0, 1.0),
    BINARY(greater, 2.5, NAN, 0.0),
    BINARY(greater_equal, NAN, NAN, 0.0),
    BINARY(greater_equal, -0.0, 0.0, 1.0),
    BINARY(logical_and, NAN, 2.5, 1.0),
    BINARY(logical_and, NAN, 0.0, 0.0),
    BINARY(logical_or, 0.0, -0.0, 0.0),
    BINARY(logical_xor, NAN, 2.5, 0.0),
};

TestSuite(special_values);

/* Exact but for a unit in the last place where the value is not a number of the dtype. */
static bool fits(double got, double expected, xp_dtype dtype)
{
    double rounded = dtype == XP_FLOAT32 ? (double)(float)expected : expected;
    double unit = (dtype == XP_FLOAT32 ? (double)FLT_EPSILON : DBL_EPSILON) * fabs(expected);
    return loop_equal(got, rounded) || (rounded != expected && fabs(got - expected) <= unit) ||
           (fabs(remainder(expected, PI / 4)) < 1e-12 && expected != 0.0 && fabs(got - expected) <= unit);
}

static void check(const special_case *cases, size_t count)
{
    for (int isa = 0; isa <= (int)host_isa_present(); isa++)
        for (size_t i = 0; i < count; i++)
            for (int dtype = XP_FLOAT32; dtype <= XP_FLOAT64; dtype++) {
                const special_case *row = &cases[i];
                double got = loop_value(row->operation, (xp_isa)isa, (xp_dtype)dtype, row->a, row->b);
                cr_assert(fits(got, row->expected, (xp_dtype)dtype),
                          "%s.%s on %s of %g and %g is %.17g, expected %.17g", row->operation->name,
                          xp_dtype_name(dtype), host_isa_name((xp_isa)isa), row->a, row->b, got, row->expected);
            }
}

Test(special_values, of_one_operand) { check(unary, sizeof unary / sizeof unary[0]); }
Test(special_values, of_two_operands) { check(binary, sizeof binary / sizeof binary[0]); }

/* Every number is even at the far end: fmod is exact there. */
Test(special_values, remainder_of_far_quotients)
{
    loop_random random = {7};
    for (int isa = 0; isa <= (int)host_isa_present(); isa++)
        for (int i = 0; i < 20000; i++) {
            double a = ldexp(loop_uniform(&random) - 0.5, (int)(loop_bits(&random) % 2000) - 900);
            double b = ldexp(loop_uniform(&random) - 0.5, (int)(loop_bits(&random) % 2000) - 900);
            double expected = fmod(a, b);
            if (expected != 0.0 && (expected < 0.0) != (b < 0.0))
                expected += b;
            if (expected == 0.0)
                expected = copysign(0.0, b);
            double got = loop_value(&xp_operation_remainder, (xp_isa)isa, XP_FLOAT64, a, b);
            cr_assert(loop_equal(got, expected), "remainder of %a and %a is %a, expected %a", a, b, got, expected);
        }
}

/* The floor of the exact quotient, as Python has it: the quotient less the remainder is whole. */
Test(special_values, floor_divide_is_not_fooled_by_rounding)
{
    loop_random random = {8};
    cr_assert_eq(loop_value(&xp_operation_floor_divide, XP_ISA_BASELINE, XP_FLOAT64, 1.0, 0.1), 9.0);
    for (int isa = 0; isa <= (int)host_isa_present(); isa++)
        for (int i = 0; i < 20000; i++) {
            double b = (double)(1 + loop_bits(&random) % 1000) * 0.1, a = (double)(loop_bits(&random) % 1000) * b;
            a = i % 3 == 0 ? nextafter(a, -INF) : a;
            b = i % 2 ? -b : b;
            double rest = fmod(a, b), expected = (a - rest) / b;
            if (rest != 0.0 && (rest < 0.0) != (b < 0.0))
                expected -= 1.0;
            expected = rint(expected);
            double got = loop_value(&xp_operation_floor_divide, (xp_isa)isa, XP_FLOAT64, a, b);
            cr_assert_eq(got, expected, "floor_divide of %a and %a is %a, expected %a", a, b, got, expected);
        }
}

Test(special_values, nextafter_steps_by_one)
{
    loop_random random = {9};
    for (int isa = 0; isa <= (int)host_isa_present(); isa++)
        for (int i = 0; i < 5000; i++) {
            double values[2];
            loop_fill(&random, XP_FLOAT64, values, 2);
            float narrow[2] = {(float)values[0], (float)values[1]};
            double got = loop_value(&xp_operation_nextafter, (xp_isa)isa, XP_FLOAT64, values[0], values[1]);
            cr_assert(loop_equal(got, nextafter(values[0], values[1])));
            got = loop_value(&xp_operation_nextafter, (xp_isa)isa, XP_FLOAT32, (double)narrow[0], (double)narrow[1]);
            cr_assert(loop_equal(got, (double)nextafterf(narrow[0], narrow[1])));
        }
}
