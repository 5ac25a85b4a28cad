/* Clauses of the standard's text, each with the check that it holds, run on every device and counted.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_CLAUSES_H
#define TESTS_CLAUSES_H

#include "model_draw.h"

struct clause;

/* One case: a device, a dtype, a shape, and random numbers that are the same in each run. */
typedef struct situation {
    const struct clause *clause;
    const struct xp_device *device;
    xp_dtype dtype;
    int ndim;
    const int64_t *shape;
    support_random *random;
} situation;

/* Which shapes a clause is checked for. */
typedef enum clause_shapes {
    EVERY_SHAPE,   /* 0-d, and all the others */
    SOME_AXES,     /* at least one dimension */
    SOME_ELEMENTS, /* no axis is empty */
    NO_SHAPE       /* once for each dtype: `shape` is (5,) */
} clause_shapes;

/* What the standard says of a function, shortened, and a check that it holds. There are two kinds of checks: one of a
 * whole device, which goes through dtypes and shapes itself; and one of a situation, which is asked in each of them. */
typedef struct clause {
    const char *function; /* or several, with commas between them */
    const char *text;
    void (*on_device)(const struct xp_device *device);
    void (*check)(const situation *s);
    int which; /* of the functions that share a check; a file's own numbers */
    unsigned dtypes;
    clause_shapes shapes;
    bool beyond; /* what the standard allows but does not ask for: strict devices have it not */
} clause;

#define ON_DEVICE(names, checks, says)                                                                                 \
    {                                                                                                                  \
        .function = names, .text = says, .on_device = checks                                                           \
    }
#define CLAUSE(names, number, of_dtypes, of_shapes, checks, says)                                                      \
    {                                                                                                                  \
        .function = names, .text = says, .check = checks, .which = number, .dtypes = of_dtypes, .shapes = of_shapes    \
    }
#define BEYOND(names, number, of_dtypes, of_shapes, checks, says)                                                      \
    {                                                                                                                  \
        .function = names, .text = says, .check = checks, .which = number, .dtypes = of_dtypes, .shapes = of_shapes,   \
        .beyond = true                                                                                                 \
    }

/* Checks them all on every provider, and on strict devices with other defaults or without some dtypes. Fails with the
 * first results that are not as they must be, or if a clause is asked nowhere; reports how many clauses there are. */
#define CHECK_CLAUSES(chapter, clauses) clauses_check(chapter, clauses, (int)(sizeof(clauses) / sizeof(clauses)[0]))
void clauses_check(const char *chapter, const clause *clauses, int count);

/* The same with properties of situations: for each of `cases` seeds a shape, and a dtype of each property's. */
#define CHECK_PROPERTIES(what, properties, cases)                                                                      \
    properties_check(what, properties, (int)(sizeof(properties) / sizeof(properties)[0]), cases)
void properties_check(const char *what, const clause *properties, int count, int cases);

/* ---- results: counted, and after a failure the check goes on ----------------------------------------------------- */

#define EXPECT_THAT(condition, ...)                                                                                    \
    do {                                                                                                               \
        clause_count(1);                                                                                               \
        xp_assert_that(condition, __VA_ARGS__);                                                                        \
    } while (0)

/* "the function must raise an exception": with a code, or whatever code. */
#define EXPECT_FAILS(code, expression)                                                                                 \
    do {                                                                                                               \
        clause_count(1);                                                                                               \
        xp_assert_fails(expression, XP_ERROR_##code, NULL);                                                            \
    } while (0)
#define EXPECT_ERROR(expression)                                                                                       \
    do {                                                                                                               \
        xp_try clause_attempt_ = xp_try_open();                                                                        \
        (void)(expression);                                                                                            \
        EXPECT_THAT(xp_try_close(clause_attempt_, NULL) != XP_OK, "%s raises nothing", #expression);                   \
    } while (0)

/* An array has the dtype, shape and elements, and is on the clause's device: one result. Elements may be off by their
 * own slack, and by `tolerance` times the largest of them, or times 1 if that is larger. */
#define EXPECT_CLOSE(actual, expected, tolerance) EXPECT_ARRAY_(1, actual, expected, tolerance, false)
#define EXPECT(actual, expected) EXPECT_CLOSE(actual, expected, 0)

/* The same, counted by elements: one result each, one for dtype and shape, one for the device. EXPECT_SIGNED looks at
 * the signs of zeros, too. */
#define EXPECT_ELEMENTS(actual, expected) EXPECT_ARRAY_(2 + (expected)->size, actual, expected, 0, false)
#define EXPECT_SIGNED(actual, expected) EXPECT_ARRAY_(2 + (expected)->size, actual, expected, 0, true)
#define EXPECT_NUMBER(actual, dtype, number)                                                                           \
    do {                                                                                                               \
        const model clause_number_ = model_0d(dtype, number);                                                          \
        EXPECT_ELEMENTS(actual, &clause_number_);                                                                      \
    } while (0)
#define EXPECT_ARRAY_(results, actual, expected, tolerance, signs)                                                     \
    do {                                                                                                               \
        clause_count(results);                                                                                         \
        XP_TEST_CHECK_(clause_differs(actual, expected, tolerance, signs));                                            \
    } while (0)

/* A model, of what the check has worked out from results, is like another one. */
#define EXPECT_MODEL(actual, expected, tolerance)                                                                      \
    do {                                                                                                               \
        clause_count(1);                                                                                               \
        XP_TEST_CHECK_(model_compare(actual, expected, tolerance));                                                    \
    } while (0)

void clause_count(int64_t results);
const char *clause_differs(xp_array *actual, const model *expected, double tolerance, bool signs); /* NULL, or a text */

/* ---- what checks call -------------------------------------------------------------------------------------------- */

bool clause_has(xp_dtype dtype);                       /* whether the clause's device has it */
bool clause_is_strict(const struct xp_device *device); /* whether it takes no more than the standard promises */

/* Numbers and layouts: the same ones in each run. */
support_random *clause_random(void);
bool clause_draws(int one_in); /* true once in so many times */
model clause_model(xp_dtype dtype, xp_shape shape);
xp_array *clause_array(const model *x, const struct xp_device *device);

/* XP_TEST_DTYPES without the dtypes that the clause's device lacks. */
#define CLAUSE_DTYPES(dtype, set)                                                                                      \
    for (xp_dtype dtype = clause_next_dtype(XP_DEFAULT_DTYPE, set); dtype != XP_DEFAULT_DTYPE;                         \
         dtype = clause_next_dtype(dtype, set))
xp_dtype clause_next_dtype(xp_dtype dtype, unsigned set);

/* ---- what checks of situations call ------------------------------------------------------------------------------ */

model situation_draw(const situation *s, model_range range); /* of the dtype and shape */
xp_dtype situation_index_dtype(const situation *s);          /* the default array index dtype */

/* What sum, prod and the cumulative ones give where nothing else is asked for. */
xp_dtype situation_sum_dtype(const situation *s, xp_dtype dtype);

/* Axes in any order, some counted from the end: some of them, perhaps none or all; and one axis, which `written` is how
 * to name. */
xp_over situation_draw_axes(const situation *s, uint32_t *axes);
int situation_draw_axis(const situation *s, int *written);

#endif
