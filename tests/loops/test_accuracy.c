/* The mathematical functions of float32 and float64 against MPFR.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "loop_support.h"

TestSuite(accuracy);

#if HAS_MPFR
#include <mpfr.h>

#define UNARY(name)                                                                                                    \
    static void exact_##name(mpfr_t result, mpfr_t a, mpfr_t b)                                                        \
    {                                                                                                                  \
        (void)b;                                                                                                       \
        mpfr_##name(result, a, MPFR_RNDN);                                                                             \
    }
#define BINARY(name)                                                                                                   \
    static void exact_##name(mpfr_t result, mpfr_t a, mpfr_t b) { mpfr_##name(result, a, b, MPFR_RNDN); }
UNARY(exp)
UNARY(expm1)
UNARY(log)
UNARY(log1p)
UNARY(log2)
UNARY(log10)
UNARY(sin)
UNARY(cos)
UNARY(tan)
UNARY(asin)
UNARY(acos)
UNARY(atan)
UNARY(sinh)
UNARY(cosh)
UNARY(tanh)
UNARY(asinh)
UNARY(acosh)
UNARY(atanh)
UNARY(sqrt)
BINARY(atan2)
BINARY(pow)
BINARY(hypot)

static void exact_logaddexp(mpfr_t result, mpfr_t a, mpfr_t b)
{
    mpfr_exp(result, a, MPFR_RNDN);
    mpfr_exp(b, b, MPFR_RNDN);
    mpfr_add(result, result, b, MPFR_RNDN);
    mpfr_log(result, result, MPFR_RNDN);
}

/* The bound in units in the last place. Where operands or results are below the smallest normal number, whose units are
 * coarse, the baseline's functions may be off by another unit. */
static const struct {
    const xp_operation *operation;
    void (*exact)(mpfr_t result, mpfr_t a, mpfr_t b);
    double bound;
} cases[] = {
    {&xp_operation_sqrt, exact_sqrt, 0.5},   {&xp_operation_exp, exact_exp, 1.0},
    {&xp_operation_expm1, exact_expm1, 1.0}, {&xp_operation_log, exact_log, 1.0},
    {&xp_operation_log1p, exact_log1p, 1.0}, {&xp_operation_log2, exact_log2, 1.0},
    {&xp_operation_log10, exact_log10, 1.0}, {&xp_operation_sin, exact_sin, 1.0},
    {&xp_operation_cos, exact_cos, 1.0},     {&xp_operation_tan, exact_tan, 1.0},
    {&xp_operation_asin, exact_asin, 1.0},   {&xp_operation_acos, exact_acos, 1.0},
    {&xp_operation_atan, exact_atan, 1.0},   {&xp_operation_sinh, exact_sinh, 1.0},
    {&xp_operation_cosh, exact_cosh, 1.0},   {&xp_operation_tanh, exact_tanh, 1.0},
    {&xp_operation_asinh, exact_asinh, 1.0}, {&xp_operation_acosh, exact_acosh, 1.0},
    {&xp_operation_atanh, exact_atanh, 1.0}, {&xp_operation_atan2, exact_atan2, 1.0},
    {&xp_operation_pow, exact_pow, 1.0},     {&xp_operation_hypot, exact_hypot, 1.0},
};

/* Without the vector library the functions are those of <math.h>, which this does not judge as strictly. */
#if defined(__SSE2__)
#define ALLOWANCE 0.0
#else
#define ALLOWANCE 2.0
#endif

enum { N = 100000, DIGITS = 53 + 80 };

typedef struct sample {
    double a[N], b[N];
    double nearest[N]; /* of the exact result, in float64 */
    double rest[N];    /* the exact result less that */
} sample;

/* Arguments of all magnitudes, near 1, of everyday size, and near where results overflow and vanish. */
static double argument(loop_random *random, xp_dtype dtype, int i)
{
    bool wide = dtype == XP_FLOAT64;
    double sign = loop_bits(random) & 1 ? 1.0 : -1.0, edge = wide ? 709.5 : 88.5, u = loop_uniform(random), a;
    switch (i % 8) {
    case 0:
    case 1:
        a = exp((u - 0.5) * (wide ? 1419.0 : 176.0));
        break;
    case 2:
        a = 1.0 + (u - 0.5) * exp(-30.0 * loop_uniform(random));
        break;
    case 3:
        a = edge + (u - 0.5) * (wide ? 80.0 : 40.0);
        break;
    case 4:
        a = u * 200.0;
        break;
    case 5:
        a = ldexp(u, wide ? -1022 : -126); /* below the normal numbers */
        break;
    default:
        a = u * 4.0;
    }
    return dtype == XP_FLOAT32 ? (double)(float)(sign * a) : sign * a;
}

static void prepare(int which, xp_dtype dtype, sample *points)
{
    loop_random random = {(uint64_t)which + 10};
    mpfr_t a, b, result;
    mpfr_inits2(DIGITS, a, b, result, (mpfr_ptr)NULL);
    for (int i = 0; i < N; i++) {
        points->a[i] = argument(&random, dtype, i);
        points->b[i] = argument(&random, dtype, (int)(loop_bits(&random) % 8));
        if (cases[which].operation == &xp_operation_pow && i % 2) { /* else nearly all powers overflow */
            points->a[i] = fabs(points->a[i]);
            points->b[i] = (loop_uniform(&random) - 0.5) * 1500.0 / log(points->a[i]);
            points->b[i] = dtype == XP_FLOAT32 ? (double)(float)(points->b[i] * 0.12) : points->b[i];
        }
        mpfr_set_d(a, points->a[i], MPFR_RNDN);
        mpfr_set_d(b, points->b[i], MPFR_RNDN);
        cases[which].exact(result, a, b);
        points->nearest[i] = mpfr_get_d(result, MPFR_RNDN);
        if (isfinite(points->nearest[i]))
            mpfr_sub_d(result, result, points->nearest[i], MPFR_RNDN);
        points->rest[i] = isfinite(points->nearest[i]) ? mpfr_get_d(result, MPFR_RNDN) : 0.0;
    }
    mpfr_clears(a, b, result, (mpfr_ptr)NULL);
}

/* Units in the last place of the dtype between what came out and the exact result. */
static double units_off(double got, double nearest, double rest, xp_dtype dtype)
{
    bool wide = dtype == XP_FLOAT64;
    double largest = wide ? 0x1.fffffffffffffp1023 : (double)0x1.fffffep127f;
    int exponent;
    if (isnan(nearest) || isnan(got))
        return isnan(nearest) && isnan(got) ? 0.0 : INFINITY;
    if (isinf(got) && fabs(nearest) >= largest) /* rounds up to infinity, or past the largest number by less than 1 */
        return 0.0;
    if (fabs(nearest) > largest)
        return fabs(got) == largest ? 1.0 : INFINITY;
    frexp(nearest, &exponent);
    exponent = wide ? exponent - 53 : exponent - 24;
    int least = wide ? -1074 : -149;
    return fabs((got - nearest) - rest) / ldexp(1.0, exponent < least ? least : exponent);
}

static void measure(int which, xp_dtype dtype, xp_isa isa, const sample *points)
{
    static float narrow[3][N];
    static double wide[N];
    const xp_operation *operation = cases[which].operation;
    bool is_wide = dtype == XP_FLOAT64;
    for (int i = 0; i < N; i++) {
        narrow[0][i] = (float)points->a[i];
        narrow[1][i] = (float)points->b[i];
    }
    const void *of_narrow[2] = {narrow[0], narrow[1]}, *of_wide[2] = {points->a, points->b};
    operation->loops((int)isa)[dtype](N, is_wide ? of_wide : of_narrow, is_wide ? (void *)wide : (void *)narrow[2]);
    double worst = 0.0;
    for (int i = 0; i < N; i++) {
        double got = is_wide ? wide[i] : (double)narrow[2][i], smallest = is_wide ? 0x1p-1018 : 0x1p-122;
        double off = units_off(got, points->nearest[i], points->rest[i], dtype);
        bool is_coarse = fmin(fabs(got), fmin(fabs(points->a[i]), fabs(points->b[i]))) <= smallest;
        double bound = cases[which].bound + ALLOWANCE + (isa == XP_ISA_BASELINE && is_coarse ? 1.0 : 0.0);
        worst = off > worst ? off : worst;
        cr_assert_leq(off, bound, "%s.%s on %s of %.17g and %.17g is %.17g, %g units from %.17g", operation->name,
                      xp_dtype_name((int)dtype), host_isa_name(isa), points->a[i], points->b[i], got, off,
                      points->nearest[i]);
    }
    if (getenv("SHOW_ACCURACY"))
        cr_log_warn("%-9s %s %-8s %.4f", operation->name, xp_dtype_name((int)dtype), host_isa_name(isa), worst);
}

Test(accuracy, is_within_a_unit_in_the_last_place)
{
    sample *points = malloc(sizeof *points);
    cr_assert_not_null(points);
    for (int which = 0; which < (int)(sizeof cases / sizeof cases[0]); which++)
        for (int dtype = XP_FLOAT32; dtype <= XP_FLOAT64; dtype++) {
            prepare(which, (xp_dtype)dtype, points);
            for (int isa = 0; isa <= (int)host_isa_present(); isa++)
                measure(which, (xp_dtype)dtype, (xp_isa)isa, points);
        }
    free(points);
}

/* Relative to the larger of result and operands: near the curve exp a + exp b = 1 the result itself cancels. */
Test(accuracy, logaddexp_to_the_size_of_its_operands)
{
    loop_random random = {11};
    mpfr_t a, b, result;
    mpfr_inits2(2400, a, b, result, (mpfr_ptr)NULL);
    for (int i = 0; i < 1000; i++) {
        double x = (loop_uniform(&random) - 0.5) * (i % 2 ? 2.0 : 1400.0), y = x + (loop_uniform(&random) - 0.5) * 60.0;
        mpfr_set_d(a, x, MPFR_RNDN);
        mpfr_set_d(b, y, MPFR_RNDN);
        exact_logaddexp(result, a, b);
        double expected = mpfr_get_d(result, MPFR_RNDN), size = fmax(fabs(expected), fmax(fabs(x), fabs(y)));
        for (int isa = 0; isa <= (int)host_isa_present(); isa++) {
            double got = loop_value(&xp_operation_logaddexp, (xp_isa)isa, XP_FLOAT64, x, y);
            cr_assert_leq(fabs(got - expected), 2.0 * 0x1p-52 * size, "logaddexp of %.17g and %.17g is %.17g not %.17g",
                          x, y, got, expected);
        }
    }
    mpfr_clears(a, b, result, (mpfr_ptr)NULL);
    mpfr_free_cache();
}

#else
Test(accuracy, is_within_a_unit_in_the_last_place) { cr_skip_test("built without MPFR"); }
#endif
