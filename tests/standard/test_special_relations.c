/* The relations between functions that the standard states: f(-x) is -f(x), asin(x) is -1j asinh(1j x), and so on.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "special_cases.h"
#include "support.h"

/* ---- what is done to operands and results ------------------------------------------------------------------------ */

typedef void change(special_number *x); /* of a call's operands, or of a result */

static void nothing(special_number *x) { (void)x; }
static void conjugate(special_number *x) { x[0].im = -x[0].im; }
static void negate(special_number *x) { x[0] = (special_number){-x[0].re, -x[0].im}; }
static void negate_second(special_number *x) { negate(x + 1); }
static void times_j(special_number *x) { x[0] = (special_number){-x[0].im, x[0].re}; }
static void times_minus_j(special_number *x) { x[0] = (special_number){x[0].im, -x[0].re}; }
static void negate_both(special_number *x) { negate(x), negate(x + 1); }

static void exchange(special_number *x)
{
    const special_number first = x[0];
    x[0] = x[1];
    x[1] = first;
}

static void by_log_2(special_number *x) { x[0] = (special_number){x[0].re / log(2), x[0].im / log(2)}; }
static void by_log_10(special_number *x) { x[0] = (special_number){x[0].re / log(10), x[0].im / log(10)}; }

/* f(left x) is right(g(of x)); g is f itself where it has no name. `steps` of the dtype may lie between them. */
typedef struct relation {
    const char *text;
    change *left;
    const char *g;
    change *of, *right;
    int steps;
} relation;

static const relation relations[] = {
    {"= f(conj x) is conj f(x)", conjugate, NULL, nothing, conjugate, 0},
    {"= f(-x) is -f(x)", negate, NULL, nothing, negate, 0},
    {"= f(-x) is f(x)", negate, NULL, nothing, nothing, 0},
    {"= f(x) is -1j * asinh(x * 1j)", nothing, "asinh", times_j, times_minus_j, 8},
    {"= f(x) is -1j * atanh(x * 1j)", nothing, "atanh", times_j, times_minus_j, 8},
    {"= f(x) is -1j * sinh(x * 1j)", nothing, "sinh", times_j, times_minus_j, 8},
    {"= f(x) is -1j * tanh(x * 1j)", nothing, "tanh", times_j, times_minus_j, 8},
    {"= f(x) is cosh(x * 1j)", nothing, "cosh", times_j, nothing, 8},
    {"= f(x) is log(x) / log(2)", nothing, "log", nothing, by_log_2, 8},
    {"= f(x) is log(x) / log(10)", nothing, "log", nothing, by_log_10, 8},
    {"= f(x1, x2) is f(x2, x1)", exchange, NULL, nothing, nothing, 0},
    {"= f(x1, x2) is f(x1, -x2)", negate_second, NULL, nothing, nothing, 0},
    {"= f(x1, x2) is f(-x1, x2)", negate, NULL, nothing, nothing, 0},
    {"= f(x1, x2) is f(-x1, -x2)", negate_both, NULL, nothing, nothing, 0},
};

static const relation *find_relation(const special_rule *rule)
{
    for (size_t i = 0; i < sizeof relations / sizeof relations[0]; i++)
        if (strcmp(relations[i].text, rule->text) == 0)
            return &relations[i];
    cr_assert_fail("line %d: no such relation: %s", rule->line, rule->text);
    return NULL;
}

/* ---- comparison -------------------------------------------------------------------------------------------------- */

/* The standard leaves the sign of an infinity open beside a NaN, and that of a zero where an operand is NaN or infinite
 * in both parts. */
static bool part_agrees(double a, double b, double tolerance, bool sign_is_open)
{
    if (isnan(a) || isnan(b))
        return isnan(a) && isnan(b);
    if (sign_is_open)
        a = fabs(a), b = fabs(b);
    if (isinf(a) || isinf(b) || a == 0 || b == 0)
        return special_same(a, b) || (fabs(a - b) <= tolerance && !isinf(a) && !isinf(b));
    return fabs(a - b) <= tolerance;
}

static bool agrees(const special_call *call, special_number a, special_number b, int steps)
{
    const special_number x = call->x[0];
    const bool has_nan = isnan(b.re) || isnan(b.im), far = isnan(x.re) || isnan(x.im) || (isinf(x.re) && isinf(x.im));
    const double size = isfinite(b.re) && isfinite(b.im) ? fabs(b.re) + fabs(b.im) : isfinite(b.im) ? fabs(b.im) : 0;
    const double tolerance = steps * call->eps * (size + call->smallest);
    return part_agrees(a.re, b.re, tolerance, has_nan || (far && b.re == 0)) &&
           part_agrees(a.im, b.im, tolerance, has_nan || (far && b.im == 0));
}

/* ---- one relation ------------------------------------------------------------------------------------------------ */

enum { MOST = SPECIAL_MOST_NUMBERS * SPECIAL_MOST_NUMBERS };
static special_call calls[MOST];
static special_number elements[MOST], left[MOST], right[MOST];

/* Every pair of numbers: as parts of one operand, or as two operands. */
static int64_t all_calls(xp_dtype dtype, bool two_operands)
{
    double numbers[SPECIAL_MOST_NUMBERS];
    const int n = special_numbers(dtype, false, numbers);
    int64_t count = 0;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) {
            special_call call = special_call_of(dtype);
            call.x[0] = (special_number){numbers[i], call.is_complex ? numbers[j] : 0};
            call.x[1] = (special_number){two_operands ? numbers[j] : 0, 0};
            calls[count++] = call;
        }
    return count;
}

/* f of all calls, with their operands changed. */
static void apply(const char *f, change *change_operands, int64_t n, xp_dtype dtype, const struct xp_device *device,
                  special_number *results)
{
    xp_scope scope = xp_scope_open();
    xp_array *x[SPECIAL_OPERANDS];
    for (int operand = 0; operand < special_operands(f); operand++) {
        for (int64_t i = 0; i < n; i++) {
            special_number changed[SPECIAL_OPERANDS] = {calls[i].x[0], calls[i].x[1]};
            change_operands(changed);
            elements[i] = changed[operand];
        }
        x[operand] = special_upload(elements, n, dtype, device);
    }
    special_download(special_apply(f, x), results, n);
    xp_assert_closes(scope);
}

static int64_t check_relation(const char *f, const special_rule *rule, xp_dtype dtype, const struct xp_device *device)
{
    const relation *r = find_relation(rule);
    const int64_t n = all_calls(dtype, special_operands(f) == 2);
    apply(f, r->left, n, dtype, device, left);
    apply(r->g ? r->g : f, r->of, n, dtype, device, right);
    for (int64_t i = 0; i < n; i++) {
        r->right(&right[i]);
        xp_assert_that(agrees(&calls[i], left[i], right[i], r->steps),
                       "line %d, %s %s, %s, x1 = (%g, %g), x2 = %g: (%.17g, %.17g) is not (%.17g, %.17g)", rule->line,
                       f, rule->text, xp_test_dtype_name(dtype), calls[i].x[0].re, calls[i].x[0].im, calls[i].x[1].re,
                       left[i].re, left[i].im, right[i].re, right[i].im);
    }
    return n;
}

CHECKED_TEST(standard_special_relations, all_hold)
{
    static special_table table;
    int64_t checks = 0;
    int count = 0, devices = 0;
    special_read(SPECIAL_CASES, &table);
    XP_TEST_PROVIDERS(device)
    {
        count = 0;
        devices++;
        for (int i = 0; i < table.n_functions; i++)
            for (int rule = table.functions[i].first; rule < table.functions[i].end; rule++) {
                if (!table.rules[rule].is_relation)
                    continue;
                count++;
                const bool is_complex = table.rules[rule].domain == SPECIAL_COMPLEX;
                XP_TEST_DTYPES(dtype, is_complex ? XP_TEST_COMPLEX : XP_TEST_REAL_FLOATING)
                    checks += check_relation(table.functions[i].name, &table.rules[rule], dtype, device);
            }
    }
    support_report("special cases: %d relations of elementwise functions, %lld results on %d devices", count,
                   (long long)checks, devices);
}
