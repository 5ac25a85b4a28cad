/* What tests of xp->extra share: tests on every provider, arrays of a few numbers, functions to apply. SUITE is the
 * name of a program's suite.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_EXTRA_H
#define TESTS_EXTRA_H

#include "support.h"

#define EXTRA_TEST(name)                                                                                               \
    static void extra_##name(const struct xp_device *device);                                                          \
    CHECKED_TEST(SUITE, name)                                                                                          \
    {                                                                                                                  \
        XP_TEST_PROVIDERS(device)                                                                                      \
        {                                                                                                              \
            xp_scope scope = xp_scope_open();                                                                          \
            extra_##name(device);                                                                                      \
            xp_assert_closes(scope);                                                                                   \
        }                                                                                                              \
    }                                                                                                                  \
    static void extra_##name(const struct xp_device *device)

#define DOUBLES(shape, ...) support_array((const double[]){__VA_ARGS__}, XP_FLOAT64, shape, device)
#define INTEGERS(dtype, ...)                                                                                           \
    support_array((const double[]){__VA_ARGS__}, dtype,                                                                \
                  XP_SHAPE((int64_t)(sizeof((const double[]){__VA_ARGS__}) / sizeof(double))), device)

/* What a function was called with. */
typedef struct seen {
    int calls;
    int64_t sizes[2];
    double least; /* of the first argument's elements */
} seen;

/* For apply_where; the context is a `seen`. The root of the first argument, and the second one if there is one; the
 * negative of the first. */
xp_array *root_plus(void *context, xp_array *const *arrays, int count);
xp_array *negated(void *context, xp_array *const *arrays, int count);

#endif
