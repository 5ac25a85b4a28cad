/* Fused programs on a device against the host: all operations by dtype, layouts, long programs.
 *
 * Results that are exact by definition must have the host's bits; functions may differ by a few units in the last
 * place. Each operation is one of up to 16 results of a program, since compiling takes long.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/dtype.h"
#include "graph/node.h"
#include "graph/operation.h"
#include "support.h"
#include "tested.h"

#define COUNT 10007 /* more than an item of either form does */
#define RESULTS 16

static const xp_operation *const operations[] = {
#define XP_ELEMENTWISE(name, arity, rule, accepts, extends, expression, complex_expression) &xp_operation_##name,
#include "graph/elementwise.def"
#undef XP_ELEMENTWISE
};
#define N_OPERATIONS (sizeof operations / sizeof operations[0])

/* What is computed by arithmetic and comparisons alone has one right result. */
static bool is_exact(const xp_operation *operation, xp_dtype dtype)
{
    static const char *const functions[] = {"pow", "hypot", "exp", "expm1", "log", "log1p", "log2", "log10",
                                            "logaddexp", "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "sinh",
                                            "cosh", "tanh", "asinh", "acosh", "atanh"};
    if (!((XP_TEST_FLOATING >> dtype) & 1))
        return true;
    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++)
        if (strcmp(operation->name, functions[i]) == 0)
            return false;
    bool is_complex = (XP_TEST_COMPLEX >> dtype) & 1;
    return !is_complex || (strcmp(operation->name, "sqrt") != 0 && strcmp(operation->name, "abs") != 0 &&
                           strcmp(operation->name, "sign") != 0);
}

/* Values of all sizes and signs, and special ones between them. */
static double value_at(support_random *random, int i)
{
    static const double special[] = {0.0, -0.0, 1.0, -1.0, 0.5, 2.0, -2.5, 3.5, 100.0, 1e-30, 1e30, INFINITY, -INFINITY,
                                     NAN, 7.0, -7.0};
    if (i % 7 == 0)
        return special[support_integer(random, 0, 16)];
    double size = pow(10.0, support_uniform(random, -3, i % 5 == 0 ? 8 : 1));
    return support_uniform(random, -1, 1) * size;
}

static xp_array *make_values(uint64_t seed, xp_dtype dtype)
{
    static double values[COUNT];
    support_random random = {seed};
    bool is_floating = (XP_TEST_FLOATING >> dtype) & 1, is_unsigned = (XP_TEST_UNSIGNED >> dtype) & 1;
    for (int i = 0; i < COUNT; i++) {
        values[i] = value_at(&random, i);
        if (!is_floating) /* C's cast has to be defined */
            values[i] = (double)support_integer(&random, dtype == XP_BOOL || is_unsigned ? 0 : -100,
                                                dtype == XP_BOOL ? 2 : 100);
    }
    return support_array(values, dtype, XP_SHAPE(COUNT), NULL);
}

static int kinds_of(const xp_operation *operation)
{
    int kinds = operation->accepts | operation->extends;
    return operation->rule == XP_RULE_FLOAT ? kinds & XP_KIND_FLOATING : kinds;
}

/* A complex power is exp(b log a): errors of the logarithm grow with b, so exponents there are small. */
static xp_array *apply(const xp_operation *operation, xp_dtype dtype, xp_array *const *operands)
{
    xp_array *given[3] = {operands[0], operands[1], operands[2]};
    if (operation->rule == XP_RULE_SELECT) {
        given[0] = operands[3];
        given[1] = operands[0];
        given[2] = operands[1];
    }
    if (operation == &xp_operation_pow && xp_dtype_is(dtype, XP_KIND_COMPLEX))
        given[1] = operands[4];
    return xp_record_elementwise(operation, operation->name, operation->arity, given);
}

static void check(const xp_operation *operation, xp_dtype dtype, xp_array *actual, xp_array *expected)
{
    const char *difference;
    actual = xp_to_device(actual, xp_device_of(expected));
    if (is_exact(operation, dtype)) {
        difference = xp_test_equal(actual, expected);
    } else {
        bool is_single = dtype == XP_FLOAT32 || dtype == XP_COMPLEX64;
        difference = xp_test_close(actual, expected, is_single ? 1e-6 : 4e-15, is_single ? 1e-37 : 1e-300);
    }
    cr_expect(!difference, "%s of %s: %s", operation->name, xp_test_dtype_name(dtype), difference);
}

/* All operations that take the dtype, 16 results a program. */
static void check_dtype(const struct xp_device *device, xp_dtype dtype)
{
    xp_scope scope = xp_scope_open();
    xp_array *near[5] = {make_values(1, dtype), make_values(2, dtype), make_values(3, dtype), make_values(4, XP_BOOL),
                         support_ramp(-2, 4.0 / COUNT, dtype, XP_SHAPE(COUNT), NULL)};
    xp_array *far[5];
    for (int i = 0; i < 5; i++)
        far[i] = xp_to_device(near[i], device);
    xp_array *results[RESULTS];
    const xp_operation *of[RESULTS];
    int count = 0;
    for (size_t i = 0; i <= N_OPERATIONS; i++) {
        if (i < N_OPERATIONS && (kinds_of(operations[i]) & xp_dtypes[dtype].kind)) {
            of[count] = operations[i];
            results[count++] = apply(operations[i], dtype, far);
        }
        if (count == RESULTS || (i == N_OPERATIONS && count > 0)) {
            cr_assert_eq(xp_eval_all(results, count), XP_OK, "%s", xp_error_message());
            for (int k = 0; k < count; k++)
                check(of[k], dtype, results[k], apply(of[k], dtype, near));
            count = 0;
        }
    }
    xp_assert_closes(scope);
}

CHECKED_TEST(device_programs, all_operations_agree_with_the_host)
{
    const struct xp_device *device = tested_device();
    XP_TEST_DTYPES(dtype, XP_TEST_ANY)
        check_dtype(device, dtype);
}

/* In vectors as in single elements. */
CHECKED_TEST(device_programs, tanh_reaches_one)
{
    const struct xp_device *device = tested_device();
    XP_TEST_DTYPES(dtype, XP_TEST_REAL_FLOATING)
    {
        xp_scope scope = xp_scope_open();
        xp_array *x = xp_full(XP_SHAPE(67), xp_scalar(INFINITY), dtype, device);
        xp_array *one = xp_ones_like(x, XP_DEFAULT_DTYPE);
        xp_assert_equal(xp_tanh(x), one);
        xp_assert_equal(xp_tanh(xp_negative(x)), xp_negative(one));
        xp_assert_equal(xp_tanh(xp_multiply(one, xp_scalar(30.0))), one);
        xp_assert_closes(scope);
    }
}
