/* Running the host's compiled loops by hand, for every instruction set that this machine has.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_LOOP_SUPPORT_H
#define TESTS_LOOP_SUPPORT_H

#include <criterion/criterion.h>
#include <math.h>

#include "graph/operation.h"
#include "providers/host/cpu.h"

/* All rows of elementwise.def. */
typedef struct loop_row {
    const char *name;
    const xp_operation *operation;
} loop_row;
extern const loop_row loop_rows[];
extern const int loop_row_count;

/* The dtype of the result of a loop that computes in `dtype`, and of operand `i`. */
xp_dtype loop_result_dtype(const xp_operation *operation, xp_dtype dtype);
xp_dtype loop_operand_dtype(const xp_operation *operation, int i, xp_dtype dtype);

/* Repeatable random numbers (SplitMix64). */
typedef struct loop_random {
    uint64_t state;
} loop_random;
uint64_t loop_bits(loop_random *random);
double loop_uniform(loop_random *random); /* [0, 1) */

/* Fills n elements: bool with 0 and 1, integers with small and arbitrary ones mixed, floating numbers of all magnitudes
 * with special values among them. */
void loop_fill(loop_random *random, xp_dtype dtype, void *elements, int64_t n);

/* Whether two elements are the same: bit for bit, but any NaN is like any other. */
bool loop_same(xp_dtype dtype, const void *a, const void *b);

/* One floating value through the loop of float32 or float64. */
double loop_value(const xp_operation *operation, xp_isa isa, xp_dtype dtype, double a, double b);

/* Whether two doubles are equal, NaN to NaN, zeros with their signs. */
bool loop_equal(double a, double b);

#endif
