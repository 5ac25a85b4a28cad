/* Clauses of the standard's text: each one is checked on every device, for every dtype that it is about.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_CLAUSES_H
#define TESTS_CLAUSES_H

#include "samples.h"

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

/* A clause as the standard words it, shortened, and how it is checked. */
typedef struct clause {
    const char *function;
    int which; /* of the functions that share a check; a file's own numbers */
    const char *text;
    unsigned dtypes;
    clause_shapes shapes;
    void (*check)(const situation *s);
    bool beyond; /* what the standard allows but does not ask for: strict devices have it not */
} clause;

#define CLAUSE(function, which, dtypes, shapes, check, text)                                                           \
    {                                                                                                                  \
        function, which, text, dtypes, shapes, check, false                                                            \
    }
#define BEYOND(function, which, dtypes, shapes, check, text)                                                           \
    {                                                                                                                  \
        function, which, text, dtypes, shapes, check, true                                                             \
    }

/* Checks all clauses on all devices; fails if one of them does not hold somewhere, or is never asked; reports how many
 * there are. */
void clauses_check(const char *chapter, const clause *clauses, int count);

/* The same with properties: for each of `cases` seeds with a shape that is drawn, and one dtype of each property's. */
void clauses_check_random(const char *what, const clause *properties, int count, int cases);

/* ---- what checks call -------------------------------------------------------------------------------------------- */

sample clause_draw(const situation *s, sample_range range);  /* of the dtype and shape */
xp_array *clause_array(const situation *s, const sample *x); /* in some layout, on the device */
xp_dtype clause_index_dtype(const situation *s);             /* the default array index dtype */

/* What sum, prod and the cumulative ones give where nothing else is asked for. */
xp_dtype clause_sum_dtype(const situation *s, xp_dtype dtype);
bool clause_has(const situation *s, xp_dtype dtype); /* whether the device has it */

/* The result has the dtype, shape and elements. NaN equals NaN; 0 equals -0. */
void clause_equal(const situation *s, xp_array *result, const sample *expected);
/* The same if the signs of zeros are the same, too. */
void clause_same(const situation *s, xp_array *result, const sample *expected);
/* 0-d. */
void clause_number(const situation *s, xp_array *result, xp_dtype dtype, long double expected);

/* A condition with a printf-like text. */
void clause_that(const situation *s, bool condition, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* "the function must raise an exception" */
#define clause_fails(s, expression)                                                                                    \
    do {                                                                                                               \
        xp_try clause_attempt_ = xp_try_open();                                                                        \
        (void)(expression);                                                                                            \
        clause_that(s, xp_try_close(clause_attempt_, NULL) != XP_OK, "%s raises nothing", #expression);                \
    } while (0)

#endif
