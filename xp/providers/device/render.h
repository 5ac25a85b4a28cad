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
#define RENDER_LEADING 8       /* numbers that come before those of operands, at most */
#define RENDER_NUMBERS (DEVICE_OPERANDS * (DEVICE_AXES + 1) + DEVICE_AXES + RENDER_LEADING)

typedef struct render_plan {
    const xp_program *program;
    const device_geometry *geometry;
    int n_leading;             /* numbers that the kernel takes before those of operands */
    int form;                  /* of the kernel, where there are several */
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

/* The numbers that the kernel takes, in its order: n0, n1, ... begin with `leading`. Returns how many. */
int render_numbers(const render_plan *plan, const int64_t *leading, int64_t numbers[RENDER_NUMBERS]);

/* ---- pieces of kernels (render_operands.c) ----------------------------------------------------------------------- */

/* Which number is the extent of an axis. */
int render_extent(const render_plan *plan, int axis);

/* The type of places, xp_place: 32 bits where they suffice. */
void render_place_type(xp_builder *text, const render_plan *plan);

/* Parameters: the numbers; pointers p0, p1, ... to inputs and scalars among them; pointers q0, q1, ... to outputs. */
void render_number_parameters(xp_builder *text, const render_plan *plan);
void render_input_parameters(xp_builder *text, const render_plan *plan);
void render_output_parameters(xp_builder *text, const render_plan *plan);

/* At a kernel's begin: numbers that come in memory, and complex scalars. */
void render_numbers_of_memory(xp_builder *text, const render_plan *plan);
void render_scalars(xp_builder *text, const render_plan *plan);

/* From an index of axes [first, last) to the coordinates c<first>, ... */
void render_coordinates(xp_builder *text, const render_plan *plan, int first, int last, const char *index);

/* x0, x1, ... where each input begins, and y0, y1, ... of outputs that store: at all outer coordinates, and 0 along the
 * inner axis. Coordinates have a number. */
void render_places(xp_builder *text, const render_plan *plan);

/* y<output> of one that reduces, at the coordinates [first, last) of the kept axes. */
void render_place_of_result(xp_builder *text, const render_plan *plan, int output, int first, int last);

/* v<input> at `j` along the inner axis: of the operands that are one element for all j, or of all others. */
void render_loads(xp_builder *text, const render_plan *plan, bool same);
void render_store(xp_builder *text, const render_plan *plan, int i);

#endif
