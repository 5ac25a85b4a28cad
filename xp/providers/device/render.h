/* A fused program as the text of one kernel.
 *
 * What changes from call to call are arguments: extents, offsets, strides, scalars. What the text depends on stands in
 * the key: steps, dtypes, how each operand lies, the number of axes. On processors an item does a stretch of indices
 * in a loop that the compiler vectorises, elsewhere an item does a few indices that are a group apart.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef DEVICE_RENDER_H
#define DEVICE_RENDER_H

#include "core/builder.h"
#include "providers/device/geometry.h"

#define RENDER_PER_ITEM 4      /* indices of an item, where it is not a processor's */
#define RENDER_KEY_BYTES 6144
#define RENDER_NUMBERS (DEVICE_OPERANDS * (XP_MAX_NDIM + 1) + XP_MAX_NDIM + 2)

typedef struct render_plan {
    const xp_program *program;
    const device_geometry *geometry;
    bool is_cpu;
    bool numbers_in_memory;    /* more of them than a kernel has room for: they come as an array */
} render_plan;

/* Appends what steps compute in: the functions of all operations and casts of the program. */
void render_functions(xp_builder *text, const xp_program *program);

/* Appends one declaration for each step: `const xp_float64 v7 = do_add_float64(v1, v2);`. Inputs are v0, v1, ... */
void render_steps(xp_builder *text, const xp_program *program);

/* The type of value `number` of a program, as its dtype. */
int render_dtype_of(const xp_program *program, int number);

/* Appends `name`, a value of dtype `from`, converted to dtype `to`; render_functions has what that needs if a step or
 * an output of the program casts so. */
void render_cast(xp_builder *text, const char *name, int from, int to);

/* The whole kernel, "run_program", of a program without reductions. */
void render_elementwise(xp_builder *text, const render_plan *plan);

/* The key of a plan: its bytes. */
size_t render_key(const render_plan *plan, char key[RENDER_KEY_BYTES]);

/* The numbers that the kernel takes, in its order, `chunk` among them. Returns how many. */
int render_numbers(const render_plan *plan, int64_t chunk, int64_t numbers[RENDER_NUMBERS]);

#endif
