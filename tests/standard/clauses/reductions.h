/* Reductions: what each one gives, by a plain loop, and the clauses that the standard states of all of them.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_REDUCTIONS_H
#define TESTS_REDUCTIONS_H

#include "clauses.h"
#include "model_lines.h"

typedef enum reduction_name {
    SUM,
    PROD,
    MEAN,
    VAR,
    STD,
    MAX,
    MIN,
    ARGMAX,
    ARGMIN,
    COUNT_NONZERO,
    ALL,
    ANY,
    CUMULATIVE_SUM,
    CUMULATIVE_PROD
} reduction_name;

/* What a fold needs to know. */
typedef struct fold_context {
    xp_dtype from, to;
    double correction;
} fold_context;

typedef struct reduction {
    xp_array *(*call)(xp_array *x, xp_over over);
    model_fold *fold;
    model_range range;  /* that loops and library agree on whatever the order */
    bool needs_elements; /* there is no maximum of nothing */
    bool one_axis;
} reduction;
extern const reduction reductions[];

xp_dtype reduction_dtype(const situation *s, int which);

/* The reduction by a loop; whether it must be refused, because there is nothing to choose from. */
model reduction_expected(const situation *s, int which, const model *x, uint32_t axes, bool keepdims);
bool reduction_is_refused(int which, const model *x, uint32_t axes);

/* The reduction of x over axes is the loop's, or is refused as it must be. */
void reduction_check(const situation *s, const model *x, uint32_t axes, bool keepdims, xp_over over);

model_fold fold_sum, fold_prod; /* of a fold_context */

/* Sums or products of all elements so far; one more than there are elements if that is the line's extent. */
typedef struct running {
    fold_context how;
    bool is_sum;
} running;
model_line running_line;

/* Checks of clauses that all of them have. */
void reduces_the_entire_array(const situation *s);
void reduces_one_axis(const situation *s);
void reduces_several_axes(const situation *s);
void refuses_an_invalid_axis(const situation *s);
void keeps_dimensions(const situation *s);

/* The clauses of one function, in the standard's words. */
#define AXIS_CLAUSES(name, which, dtypes)                                                                              \
    CLAUSE(name, which, dtypes, EVERY_SHAPE, reduces_the_entire_array, "by default over the entire array: 0-d"),       \
        CLAUSE(name, which, dtypes, SOME_AXES, reduces_one_axis,                                                       \
               "an axis is on [-N, N), a negative one counts backward"),                                               \
        CLAUSE(name, which, dtypes, EVERY_SHAPE, refuses_an_invalid_axis, "an invalid axis must raise an exception"),  \
        CLAUSE(name, which, dtypes, EVERY_SHAPE, keeps_dimensions, "keepdims: singletons, compatible with x")
#define TUPLE_CLAUSES(name, which, dtypes)                                                                             \
    CLAUSE(name, which, dtypes, EVERY_SHAPE, reduces_several_axes, "a tuple: over these axes, which are not in out")

#endif
