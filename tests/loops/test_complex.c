/* Complex loops: the special values of C11 Annex G, and accuracy against the C library in extended precision.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <complex.h>
#include <float.h>
#include <string.h>

#include "loop_support.h"

TestSuite(complex_loops);

typedef struct number {
    double re, im;
} number;

static number loop_complex(const xp_operation *operation, xp_isa isa, int dtype, number a, number b)
{
    float narrow[3][2] = {{(float)a.re, (float)a.im}, {(float)b.re, (float)b.im}, {0, 0}};
    number wide[3] = {a, b, {0, 0}};
    bool is_wide = dtype == XP_COMPLEX128, is_real = operation->rule == XP_RULE_REAL;
    const void *of_narrow[2] = {narrow[0], narrow[1]}, *of_wide[2] = {&wide[0], &wide[1]};
    operation->loops((int)isa)[dtype](1, is_wide ? of_wide : of_narrow, is_wide ? (void *)&wide[2] : narrow[2]);
    number result = is_wide ? wide[2] : (number){(double)narrow[2][0], (double)narrow[2][1]};
    return is_real ? (number){result.re, 0.0} : result;
}

/* ---- special values
 * --------------------------------------------------------------------------------------------------- */

#define INF INFINITY
#define PI 3.14159265358979323846

typedef struct special_case {
    const xp_operation *operation;
    number a, expected;
    bool free_re, free_im; /* the sign of that part is not specified */
} special_case;
#define CASE(name, re, im, to_re, to_im)                                                                               \
    {                                                                                                                  \
        &xp_operation_##name, {re, im}, {to_re, to_im}, false, false                                                   \
    }
#define FREE_RE(name, re, im, to_re, to_im)                                                                            \
    {                                                                                                                  \
        &xp_operation_##name, {re, im}, {to_re, to_im}, true, false                                                    \
    }
#define FREE_IM(name, re, im, to_re, to_im)                                                                            \
    {                                                                                                                  \
        &xp_operation_##name, {re, im}, {to_re, to_im}, false, true                                                    \
    }

static const special_case special_cases[] = {
    /* G.6.1.1 */
    CASE(acos, 0.0, 0.0, PI / 2, -0.0),
    CASE(acos, -0.0, 0.0, PI / 2, -0.0),
    CASE(acos, 0.0, NAN, PI / 2, NAN),
    CASE(acos, 2.5, INF, PI / 2, -INF),
    CASE(acos, 2.5, NAN, NAN, NAN),
    CASE(acos, -INF, 2.5, PI, -INF),
    CASE(acos, INF, 2.5, 0.0, -INF),
    CASE(acos, -INF, INF, 3 * PI / 4, -INF),
    CASE(acos, INF, INF, PI / 4, -INF),
    FREE_IM(acos, INF, NAN, NAN, INF),
    FREE_IM(acos, -INF, NAN, NAN, INF),
    CASE(acos, NAN, 2.5, NAN, NAN),
    CASE(acos, NAN, INF, NAN, -INF),
    CASE(acos, NAN, NAN, NAN, NAN),
    /* G.6.2.1 */
    CASE(acosh, 0.0, 0.0, 0.0, PI / 2),
    CASE(acosh, 2.5, INF, INF, PI / 2),
    CASE(acosh, 2.5, NAN, NAN, NAN),
    CASE(acosh, -INF, 2.5, INF, PI),
    CASE(acosh, INF, 2.5, INF, 0.0),
    CASE(acosh, -INF, INF, INF, 3 * PI / 4),
    CASE(acosh, INF, INF, INF, PI / 4),
    CASE(acosh, INF, NAN, INF, NAN),
    CASE(acosh, NAN, 2.5, NAN, NAN),
    CASE(acosh, NAN, INF, INF, NAN),
    CASE(acosh, NAN, NAN, NAN, NAN),
    /* G.6.2.2 */
    CASE(asinh, 0.0, 0.0, 0.0, 0.0),
    CASE(asinh, -0.0, -0.0, -0.0, -0.0),
    CASE(asinh, 2.5, INF, INF, PI / 2),
    CASE(asinh, 2.5, NAN, NAN, NAN),
    CASE(asinh, INF, 2.5, INF, 0.0),
    CASE(asinh, INF, INF, INF, PI / 4),
    CASE(asinh, INF, NAN, INF, NAN),
    CASE(asinh, NAN, 0.0, NAN, 0.0),
    CASE(asinh, NAN, 2.5, NAN, NAN),
    FREE_RE(asinh, NAN, INF, INF, NAN),
    CASE(asinh, NAN, NAN, NAN, NAN),
    /* G.6.2.3 */
    CASE(atanh, 0.0, 0.0, 0.0, 0.0),
    CASE(atanh, 0.0, NAN, 0.0, NAN),
    CASE(atanh, 1.0, 0.0, INF, 0.0),
    CASE(atanh, 2.5, INF, 0.0, PI / 2),
    CASE(atanh, 2.5, NAN, NAN, NAN),
    CASE(atanh, INF, 2.5, 0.0, PI / 2),
    CASE(atanh, INF, INF, 0.0, PI / 2),
    CASE(atanh, INF, NAN, 0.0, NAN),
    CASE(atanh, NAN, 2.5, NAN, NAN),
    FREE_RE(atanh, NAN, INF, 0.0, PI / 2),
    CASE(atanh, NAN, NAN, NAN, NAN),
    /* G.6.2.4 */
    CASE(cosh, 0.0, 0.0, 1.0, 0.0),
    FREE_IM(cosh, 0.0, INF, NAN, 0.0),
    FREE_IM(cosh, 0.0, NAN, NAN, 0.0),
    CASE(cosh, 2.5, INF, NAN, NAN),
    CASE(cosh, 2.5, NAN, NAN, NAN),
    CASE(cosh, INF, 0.0, INF, 0.0),
    CASE(cosh, INF, 2.5, -INF, INF),
    CASE(cosh, INF, INF, INF, NAN),
    CASE(cosh, INF, NAN, INF, NAN),
    FREE_IM(cosh, NAN, 0.0, NAN, 0.0),
    CASE(cosh, NAN, 2.5, NAN, NAN),
    CASE(cosh, NAN, NAN, NAN, NAN),
    /* G.6.2.5 */
    CASE(sinh, 0.0, 0.0, 0.0, 0.0),
    FREE_RE(sinh, 0.0, INF, 0.0, NAN),
    FREE_RE(sinh, 0.0, NAN, 0.0, NAN),
    CASE(sinh, 2.5, INF, NAN, NAN),
    CASE(sinh, 2.5, NAN, NAN, NAN),
    CASE(sinh, INF, 0.0, INF, 0.0),
    CASE(sinh, INF, 2.5, -INF, INF),
    FREE_RE(sinh, INF, INF, INF, NAN),
    FREE_RE(sinh, INF, NAN, INF, NAN),
    CASE(sinh, NAN, 0.0, NAN, 0.0),
    CASE(sinh, NAN, 2.5, NAN, NAN),
    CASE(sinh, NAN, NAN, NAN, NAN),
    /* G.6.2.6 */
    CASE(tanh, 0.0, 0.0, 0.0, 0.0),
    CASE(tanh, 2.5, INF, NAN, NAN),
    CASE(tanh, 2.5, NAN, NAN, NAN),
    CASE(tanh, 0.0, INF, 0.0, NAN),
    CASE(tanh, INF, 2.5, 1.0, 0.0),
    CASE(tanh, INF, -2.5, 1.0, -0.0),
    CASE(tanh, INF, 1.0, 1.0, 0.0),
    FREE_IM(tanh, INF, INF, 1.0, 0.0),
    FREE_IM(tanh, INF, NAN, 1.0, 0.0),
    CASE(tanh, NAN, 0.0, NAN, 0.0),
    CASE(tanh, NAN, 2.5, NAN, NAN),
    CASE(tanh, NAN, NAN, NAN, NAN),
    /* G.6.3.1 */
    CASE(exp, 0.0, 0.0, 1.0, 0.0),
    CASE(exp, -0.0, 0.0, 1.0, 0.0),
    CASE(exp, 2.5, INF, NAN, NAN),
    CASE(exp, 2.5, NAN, NAN, NAN),
    CASE(exp, INF, 0.0, INF, 0.0),
    CASE(exp, -INF, 2.5, -0.0, 0.0),
    CASE(exp, INF, 2.5, -INF, INF),
    CASE(exp, -INF, INF, 0.0, 0.0),
    FREE_RE(exp, INF, INF, INF, NAN),
    {&xp_operation_exp, {-INF, NAN}, {0.0, 0.0}, true, true},
    FREE_RE(exp, INF, NAN, INF, NAN),
    CASE(exp, NAN, 0.0, NAN, 0.0),
    CASE(exp, NAN, 2.5, NAN, NAN),
    CASE(exp, NAN, NAN, NAN, NAN),
    CASE(expm1, 0.0, 0.0, 0.0, 0.0),
    CASE(expm1, -0.0, 0.0, -0.0, 0.0),
    CASE(expm1, INF, 0.0, INF, 0.0),
    CASE(expm1, -INF, 2.5, -1.0, 0.0),
    CASE(expm1, NAN, 0.0, NAN, 0.0),
    CASE(expm1, 2.5, INF, NAN, NAN),
    /* G.6.3.2 */
    CASE(log, -0.0, 0.0, -INF, PI),
    CASE(log, 0.0, 0.0, -INF, 0.0),
    CASE(log, 2.5, INF, INF, PI / 2),
    CASE(log, 2.5, NAN, NAN, NAN),
    CASE(log, -INF, 2.5, INF, PI),
    CASE(log, INF, 2.5, INF, 0.0),
    CASE(log, -INF, INF, INF, 3 * PI / 4),
    CASE(log, INF, INF, INF, PI / 4),
    CASE(log, INF, NAN, INF, NAN),
    CASE(log, -INF, NAN, INF, NAN),
    CASE(log, NAN, 2.5, NAN, NAN),
    CASE(log, NAN, INF, INF, NAN),
    CASE(log, NAN, NAN, NAN, NAN),
    CASE(log2, 8.0, 0.0, 3.0, 0.0),
    CASE(log10, 1000.0, 0.0, 3.0, 0.0),
    CASE(log1p, -1.0, 0.0, -INF, 0.0),
    CASE(log1p, 2.5, INF, INF, PI / 2),
    CASE(log1p, -INF, 2.5, INF, PI),
    CASE(log1p, INF, INF, INF, PI / 4),
    CASE(log1p, NAN, INF, INF, NAN),
    CASE(log1p, NAN, 0.0, NAN, NAN),
    CASE(log1p, 0.0, 0.0, 0.0, 0.0),
    /* G.6.4.2 */
    CASE(sqrt, 0.0, 0.0, 0.0, 0.0),
    CASE(sqrt, -0.0, 0.0, 0.0, 0.0),
    CASE(sqrt, 2.5, INF, INF, INF),
    CASE(sqrt, NAN, INF, INF, INF),
    CASE(sqrt, 2.5, NAN, NAN, NAN),
    CASE(sqrt, -INF, 2.5, 0.0, INF),
    CASE(sqrt, INF, 2.5, INF, 0.0),
    FREE_IM(sqrt, -INF, NAN, NAN, INF),
    CASE(sqrt, INF, NAN, INF, NAN),
    CASE(sqrt, NAN, 2.5, NAN, NAN),
    CASE(sqrt, NAN, NAN, NAN, NAN),
    CASE(sqrt, -4.0, 0.0, 0.0, 2.0),
    CASE(sqrt, -4.0, -0.0, 0.0, -2.0),
    /* Rotations of the above, and what the standard adds. */
    CASE(sin, 0.0, 0.0, 0.0, 0.0),
    CASE(sin, 0.0, INF, 0.0, INF),
    CASE(sin, INF, 2.5, NAN, NAN),
    CASE(cos, 0.0, 0.0, 1.0, -0.0),
    CASE(cos, 0.0, INF, INF, -0.0),
    CASE(tan, 1.0, INF, 0.0, 1.0),
    CASE(asin, 0.0, 0.0, 0.0, 0.0),
    CASE(asin, 2.5, INF, 0.0, INF),
    CASE(atan, 0.0, 1.0, 0.0, INF),
    CASE(abs, -INF, NAN, INF, 0.0),
    CASE(abs, NAN, INF, INF, 0.0),
    CASE(abs, NAN, 2.5, NAN, 0.0),
    CASE(abs, 3.0, -4.0, 5.0, 0.0),
    CASE(sign, 0.0, -0.0, 0.0, 0.0),
    CASE(sign, NAN, 2.5, NAN, NAN),
    CASE(sign, INF, 2.5, 1.0, 0.0),
    CASE(sign, 2.5, -INF, 0.0, -1.0),
    CASE(round, 2.5, -0.5, 2.0, -0.0),
    CASE(reciprocal, 0.0, 0.0, INF, NAN),
    CASE(reciprocal, INF, 2.5, 0.0, 0.0),
    CASE(conj, 2.5, 0.0, 2.5, -0.0),
};

static bool part_fits(double got, double expected, bool is_free, int dtype)
{
    double epsilon = dtype == XP_COMPLEX64 ? (double)FLT_EPSILON : DBL_EPSILON;
    if (is_free)
        got = fabs(got);
    return loop_equal(got, expected) || (expected != 0.0 && fabs(got - expected) <= epsilon * fabs(expected));
}

Test(complex_loops, special_values)
{
    for (int isa = 0; isa <= (int)host_isa_present(); isa++)
        for (size_t i = 0; i < sizeof special_cases / sizeof special_cases[0]; i++)
            for (int dtype = XP_COMPLEX64; dtype <= XP_COMPLEX128; dtype++) {
                const special_case *row = &special_cases[i];
                number got = loop_complex(row->operation, (xp_isa)isa, dtype, row->a, (number){0.0, 0.0});
                cr_expect(part_fits(got.re, row->expected.re, row->free_re, dtype) &&
                              part_fits(got.im, row->expected.im, row->free_im, dtype),
                          "%s.%s of %g%+gi is %.17g%+.17gi, expected %.17g%+.17gi", row->operation->name,
                          xp_dtype_name(dtype), row->a.re, row->a.im, got.re, got.im, row->expected.re,
                          row->expected.im);
            }
}

/* f(conj z) = conj f(z): branch cuts are continuous from the side that the zero's sign says. */
Test(complex_loops, conjugates_map_to_conjugates)
{
    static const double parts[] = {0.0, 0.5, 1.0, 1.5, -0.5, -1.0, -1.5, -0.0, INFINITY, -INFINITY, 1e200, -1e-200};
    enum { PARTS = sizeof parts / sizeof parts[0] };
    static const xp_operation *const functions[] = {
        &xp_operation_sqrt,  &xp_operation_exp,   &xp_operation_log,  &xp_operation_log1p, &xp_operation_expm1,
        &xp_operation_sin,   &xp_operation_cos,   &xp_operation_tan,  &xp_operation_asin,  &xp_operation_acos,
        &xp_operation_atan,  &xp_operation_sinh,  &xp_operation_cosh, &xp_operation_tanh,  &xp_operation_asinh,
        &xp_operation_acosh, &xp_operation_atanh, &xp_operation_log2, &xp_operation_log10};
    for (size_t f = 0; f < sizeof functions / sizeof functions[0]; f++)
        for (int i = 0; i < PARTS * PARTS; i++) {
            number z = {parts[i / PARTS], parts[i % PARTS]}, mirrored = {z.re, -z.im};
            number a = loop_complex(functions[f], XP_ISA_BASELINE, XP_COMPLEX128, z, z);
            number b = loop_complex(functions[f], XP_ISA_BASELINE, XP_COMPLEX128, mirrored, z);
            if (isinf(z.re) && isinf(z.im)) /* there some signs are not specified */
                continue;
            cr_expect(loop_equal(a.re, b.re) && loop_equal(a.im, -b.im), "%s of %g%+gi: %g%+gi and %g%+gi",
                      functions[f]->name, z.re, z.im, a.re, a.im, b.re, b.im);
        }
}

/* ---- accuracy
 * ------------------------------------------------------------------------------------------------------------ */

typedef long double _Complex wide_complex;
#define WIDE(name)                                                                                                     \
    static wide_complex wide_##name(wide_complex a, wide_complex b) { return (void)b, c##name##l(a); }
WIDE(sqrt)
WIDE(exp)
WIDE(log)
WIDE(sin)
WIDE(cos)
WIDE(tan)
WIDE(asin)
WIDE(acos)
WIDE(atan)
WIDE(sinh)
WIDE(cosh)
WIDE(tanh)
WIDE(asinh)
WIDE(acosh)
WIDE(atanh)
static wide_complex wide_expm1(wide_complex a, wide_complex b)
{
    long double half = sinl(cimagl(a) / 2.0L);
    (void)b;
    return CMPLXL(expm1l(creall(a)) * cosl(cimagl(a)) - 2.0L * half * half, expl(creall(a)) * sinl(cimagl(a)));
}
static wide_complex wide_log2(wide_complex a, wide_complex b) { return (void)b, clogl(a) / logl(2.0L); }
static wide_complex wide_log10(wide_complex a, wide_complex b) { return (void)b, clogl(a) / logl(10.0L); }
static wide_complex wide_add(wide_complex a, wide_complex b) { return a + b; }
static wide_complex wide_multiply(wide_complex a, wide_complex b) { return a * b; }
static wide_complex wide_divide(wide_complex a, wide_complex b) { return a / b; }
static wide_complex wide_reciprocal(wide_complex a, wide_complex b) { return (void)b, 1.0L / a; }
static wide_complex wide_abs(wide_complex a, wide_complex b) { return (void)b, cabsl(a); }
static wide_complex wide_sign(wide_complex a, wide_complex b) { return (void)b, a / cabsl(a); }

/* Bounds in epsilons of the dtype: of the error over the absolute value, and of each part over itself (0: the parts
 * may cancel, so they are not looked at). */
static const struct {
    const xp_operation *operation;
    wide_complex (*exact)(wide_complex a, wide_complex b);
    double of_whole, of_parts;
} cases[] = {
    {&xp_operation_add, wide_add, 1, 1},       {&xp_operation_multiply, wide_multiply, 2, 0},
    {&xp_operation_divide, wide_divide, 4, 0}, {&xp_operation_reciprocal, wide_reciprocal, 4, 4},
    {&xp_operation_abs, wide_abs, 2, 2},       {&xp_operation_sign, wide_sign, 2, 2},
    {&xp_operation_sqrt, wide_sqrt, 3, 4},     {&xp_operation_exp, wide_exp, 3, 4},
    {&xp_operation_expm1, wide_expm1, 4, 0},   {&xp_operation_log, wide_log, 2, 4},
    {&xp_operation_log2, wide_log2, 2, 4},     {&xp_operation_log10, wide_log10, 2, 4},
    {&xp_operation_sin, wide_sin, 4, 4},       {&xp_operation_cos, wide_cos, 4, 4},
    {&xp_operation_tan, wide_tan, 6, 8},       {&xp_operation_sinh, wide_sinh, 4, 4},
    {&xp_operation_cosh, wide_cosh, 4, 4},     {&xp_operation_tanh, wide_tanh, 6, 8},
    {&xp_operation_asin, wide_asin, 6, 8},     {&xp_operation_acos, wide_acos, 6, 8},
    {&xp_operation_atan, wide_atan, 6, 8},     {&xp_operation_asinh, wide_asinh, 6, 8},
    {&xp_operation_acosh, wide_acosh, 6, 8},   {&xp_operation_atanh, wide_atanh, 6, 8},
};

static double part(loop_random *random, int dtype)
{
    double sign = loop_bits(random) & 1 ? 1.0 : -1.0, u = loop_uniform(random), value;
    switch (loop_bits(random) % 5) {
    case 0:
        value = exp((u - 0.5) * (dtype == XP_COMPLEX64 ? 80.0 : 300.0));
        break;
    case 1:
        value = 1.0 + (u - 0.5) * exp(-30.0 * loop_uniform(random));
        break;
    case 2:
        value = 100.0 * u;
        break;
    default:
        value = 3.0 * u;
    }
    return dtype == XP_COMPLEX64 ? (double)(float)(sign * value) : sign * value;
}

static double error_of(double got, long double exact, long double over, double epsilon, double smallest)
{
    if (!(fabsl(exact) < 1e30L && fabsl(over) < 1e30L) || fabsl(over) < (long double)smallest)
        return 0.0; /* overflow and underflow have their own cases */
    return (double)(fabsl((long double)got - exact) / over) / epsilon;
}

Test(complex_loops, are_accurate)
{
    if (LDBL_MANT_DIG < 64)
        cr_skip_test("long double is too narrow to judge by");
    loop_random random = {12};
    for (size_t which = 0; which < sizeof cases / sizeof cases[0]; which++)
        for (int dtype = XP_COMPLEX64; dtype <= XP_COMPLEX128; dtype++)
            for (int i = 0; i < 20000; i++) {
                double epsilon = dtype == XP_COMPLEX64 ? (double)FLT_EPSILON : DBL_EPSILON;
                double smallest = dtype == XP_COMPLEX64 ? (double)FLT_MIN : DBL_MIN;
                number a = {part(&random, dtype), part(&random, dtype)},
                       b = {part(&random, dtype), part(&random, dtype)};
                wide_complex exact = cases[which].exact(CMPLXL(a.re, a.im), CMPLXL(b.re, b.im));
                number got = loop_complex(cases[which].operation, host_isa_present(), dtype, a, b);
                long double re = creall(exact), im = cimagl(exact), size = cabsl(exact);
                double whole =
                    fmax(error_of(got.re, re, size, epsilon, smallest), error_of(got.im, im, size, epsilon, smallest));
                double parts = fmax(error_of(got.re, re, fabsl(re), epsilon, smallest),
                                    error_of(got.im, im, fabsl(im), epsilon, smallest));
                cr_expect(whole <= cases[which].of_whole &&
                              (cases[which].of_parts == 0.0 || parts <= cases[which].of_parts),
                          "%s.%s of %.17g%+.17gi, %.17g%+.17gi is %.17g%+.17gi, expected %.20Lg%+.20Lgi (%g, %g)",
                          cases[which].operation->name, xp_dtype_name(dtype), a.re, a.im, b.re, b.im, got.re, got.im,
                          re, im, whole, parts);
            }
}
