/* Clauses of the standard's text, each with the check that it holds, run on every provider and counted; and on strict
 * devices with other defaults, or without some dtypes.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_CHAPTERS_H
#define TESTS_CHAPTERS_H

#include "model.h"

/* What the standard says of a function, shortened, and a check of it for all dtypes, shapes and layouts it is about. */
typedef struct clause {
    const char *function; /* or several, with commas between them */
    const char *text;
    void (*check)(const struct xp_device *device);
} clause;

/* Checks them all, fails with the text of the first few that do not hold, else reports how many there are. */
#define CHECK_CLAUSES(chapter, clauses) check_clauses(chapter, clauses, (int)(sizeof(clauses) / sizeof(clauses)[0]))
void check_clauses(const char *chapter, const clause *clauses, int count);

/* Results that a clause's check looks at: they are counted, and a failure goes on to the next. */
#define EXPECT_THAT(condition, ...)                                                                                    \
    do {                                                                                                               \
        clause_count();                                                                                                \
        xp_assert_that(condition, __VA_ARGS__);                                                                        \
    } while (0)
#define EXPECT_CLOSE(actual, expected, tolerance)                                                                      \
    do {                                                                                                               \
        clause_count();                                                                                                \
        XP_TEST_CHECK_(clause_differs(actual, expected, tolerance));                                                   \
    } while (0)
#define EXPECT(actual, expected) EXPECT_CLOSE(actual, expected, 0)
#define EXPECT_MODEL(actual, expected, tolerance)                                                                      \
    do {                                                                                                               \
        clause_count();                                                                                                \
        XP_TEST_CHECK_(model_compare(actual, expected, tolerance));                                                    \
    } while (0)
#define EXPECT_FAILS(code, expression)                                                                                 \
    do {                                                                                                               \
        clause_count();                                                                                                \
        xp_assert_fails(expression, XP_ERROR_##code, NULL);                                                            \
    } while (0)
void clause_count(void);
const char *clause_differs(xp_array *actual, const model *expected, double tolerance); /* and the device is another */

/* Numbers and layouts: the same ones in each run. */
support_random *clause_random(void);
model clause_model(xp_dtype dtype, xp_shape shape);
xp_array *clause_array(const model *x, const struct xp_device *device);
bool clause_draws(int one_in); /* true once in so many times */

/* XP_TEST_DTYPES without the dtypes that the clause's device lacks. */
#define CLAUSE_DTYPES(dtype, set)                                                                                      \
    for (xp_dtype dtype = clause_next_dtype(XP_DEFAULT_DTYPE, set); dtype != XP_DEFAULT_DTYPE;                         \
         dtype = clause_next_dtype(dtype, set))
xp_dtype clause_next_dtype(xp_dtype dtype, unsigned set);

/* Whether the device takes no more than the standard promises. */
bool clause_is_strict(const struct xp_device *device);

#endif
