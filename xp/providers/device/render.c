/* The kernel of a program without reductions.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/device/render.h"

#include <stdio.h>
#include <string.h>

#include "core/dtype.h"

/* ---- numbers: 0 the count of indices, 1 the chunk, then the extents, then of each operand offset and strides ------ */

#define NUMBER_COUNT 0
#define NUMBER_CHUNK 1
#define NUMBER_EXTENTS 2

static bool lies_anywhere(const render_plan *plan, int operand)
{
    const xp_program *program = plan->program;
    return operand >= program->n_inputs || program->inputs[operand].kind != XP_INPUT_SCALAR;
}

static bool has_inner_stride(const render_plan *plan, int operand)
{
    return plan->geometry->lies[operand] == DEVICE_STRIDED;
}

/* How many numbers an operand takes: offset, strides of the outer axes, and of the inner one if it is of no kind. */
static int numbers_of(const render_plan *plan, int operand)
{
    return lies_anywhere(plan, operand) ? plan->geometry->ndim + has_inner_stride(plan, operand) : 0;
}

static int first_number(const render_plan *plan, int operand)
{
    int at = NUMBER_EXTENTS + plan->geometry->ndim;
    for (int i = 0; i < operand; i++)
        at += numbers_of(plan, i);
    return at;
}

int render_numbers(const render_plan *plan, int64_t chunk, int64_t numbers[RENDER_NUMBERS])
{
    const device_geometry *geometry = plan->geometry;
    int at = NUMBER_EXTENTS;
    numbers[NUMBER_COUNT] = geometry->count;
    numbers[NUMBER_CHUNK] = chunk;
    for (int axis = 0; axis < geometry->ndim; axis++)
        numbers[at++] = geometry->extents[axis];
    for (int i = 0; i < geometry->n_operands; i++) {
        if (!lies_anywhere(plan, i))
            continue;
        numbers[at++] = geometry->offsets[i];
        for (int axis = 0; axis < geometry->ndim - 1 + has_inner_stride(plan, i); axis++)
            numbers[at++] = geometry->strides[i][axis];
    }
    return at;
}

/* ---- the key ----------------------------------------------------------------------------------------------------- */

typedef struct key_bytes {
    char *key;
    size_t length;
} key_bytes;

static void put(key_bytes *key, const void *data, size_t bytes)
{
    if (key->length + bytes <= RENDER_KEY_BYTES)
        memcpy(key->key + key->length, data, bytes);
    key->length += bytes;
}

static void put_number(key_bytes *key, int number)
{
    uint16_t small = (uint16_t)number;
    put(key, &small, sizeof small);
}

/* The longest key is within RENDER_KEY_BYTES: 160 steps of 18 bytes, 64 operands of 8. */
size_t render_key(const render_plan *plan, char key[RENDER_KEY_BYTES])
{
    const xp_program *program = plan->program;
    const device_geometry *geometry = plan->geometry;
    key_bytes bytes = {key, 0};
    put_number(&bytes, geometry->ndim << 3 | geometry->is_small << 2 | plan->is_cpu << 1 | plan->numbers_in_memory);
    put_number(&bytes, program->n_inputs);
    put_number(&bytes, program->n_steps);
    put_number(&bytes, program->n_outputs);
    for (int i = 0; i < program->n_inputs; i++)
        put_number(&bytes, program->inputs[i].kind << 8 | program->inputs[i].dtype);
    for (int i = 0; i < geometry->n_operands; i++)
        put_number(&bytes, lies_anywhere(plan, i) ? geometry->lies[i] : 0);
    for (int i = 0; i < program->n_steps; i++) {
        const xp_step *step = &program->steps[i];
        put(&bytes, &step->operation, sizeof step->operation);
        put_number(&bytes, step->dtype << 8 | step->result_dtype);
        for (int k = 0; k < step->operation->arity; k++)
            put_number(&bytes, step->inputs[k]);
    }
    for (int i = 0; i < program->n_outputs; i++) {
        const xp_output *output = &program->outputs[i];
        put_number(&bytes, output->value);
        put_number(&bytes, (output->reduction ? output->reduction->kind + 1 : 0) << 8 | output->dtype);
    }
    return bytes.length;
}

/* ---- the head ---------------------------------------------------------------------------------------------------- */

static const char *part_type(int dtype)
{
    return xp_dtype_name(xp_dtype_is(dtype, XP_KIND_COMPLEX) ? (int)xp_real_dtype((xp_dtype)dtype) : dtype);
}

static int output_dtype(const render_plan *plan, int output)
{
    return plan->program->outputs[output].dtype;
}

static void add_parameters(xp_builder *text, const render_plan *plan)
{
    const xp_program *program = plan->program;
    int count = first_number(plan, plan->geometry->n_operands);
    if (plan->numbers_in_memory)
        xp_builder_add(text, "XP_GLOBAL const xp_index *numbers");
    for (int i = 0; !plan->numbers_in_memory && i < count; i++)
        xp_builder_addf(text, "%sxp_index n%d", i ? ", " : "", i);
    for (int i = 0; i < program->n_inputs; i++) {
        int dtype = program->inputs[i].dtype;
        if (program->inputs[i].kind == XP_INPUT_ARRAY)
            xp_builder_addf(text, ",\n    XP_GLOBAL const xp_%s *p%d", part_type(dtype), i);
        else if (program->inputs[i].kind == XP_INPUT_SCALAR && xp_dtype_is(dtype, XP_KIND_COMPLEX))
            xp_builder_addf(text, ",\n    xp_%s s%d_re, xp_%s s%d_im", part_type(dtype), i, part_type(dtype), i);
        else if (program->inputs[i].kind == XP_INPUT_SCALAR)
            xp_builder_addf(text, ",\n    xp_%s v%d", part_type(dtype), i);
    }
    for (int i = 0; i < program->n_outputs; i++)
        xp_builder_addf(text, ",\n    XP_GLOBAL xp_%s *q%d", part_type(output_dtype(plan, i)), i);
}

static void add_numbers(xp_builder *text, const render_plan *plan)
{
    int count = first_number(plan, plan->geometry->n_operands);
    for (int i = 0; plan->numbers_in_memory && i < count; i++)
        xp_builder_addf(text, "    const xp_index n%d = numbers[%d];\n", i, i);
}

static void add_scalars(xp_builder *text, const render_plan *plan)
{
    const xp_program *program = plan->program;
    for (int i = 0; i < program->n_inputs; i++)
        if (program->inputs[i].kind == XP_INPUT_SCALAR && xp_dtype_is(program->inputs[i].dtype, XP_KIND_COMPLEX))
            xp_builder_addf(text, "    const xp_%s v%d = xp_%s_of(s%d_re, s%d_im);\n",
                            xp_dtype_name(program->inputs[i].dtype), i, xp_dtype_name(program->inputs[i].dtype), i, i);
}

/* ---- places ------------------------------------------------------------------------------------------------------ */

/* From the index `at` to its place along each axis: c0, c1, ..., and `column` along the inner one. */
static void add_coordinates(xp_builder *text, const render_plan *plan)
{
    int inner = plan->geometry->ndim - 1;
    if (inner == 0) {
        xp_builder_add(text, "        const xp_place column = (xp_place)at;\n");
        return;
    }
    xp_builder_addf(text,
                    "        xp_place row = (xp_place)at / (xp_place)n%d;\n"
                    "        const xp_place column = (xp_place)at - row * (xp_place)n%d;\n",
                    NUMBER_EXTENTS + inner, NUMBER_EXTENTS + inner);
    for (int axis = inner - 1; axis > 0; axis--)
        xp_builder_addf(text, "        const xp_place c%d = row %% (xp_place)n%d;\n        row /= (xp_place)n%d;\n",
                        axis, NUMBER_EXTENTS + axis, NUMBER_EXTENTS + axis);
    xp_builder_add(text, "        const xp_place c0 = row;\n");
}

/* The place of an operand's element at the outer coordinates and column 0, in parts. */
static void add_place(xp_builder *text, const render_plan *plan, int operand)
{
    int first = first_number(plan, operand);
    xp_builder_addf(text, "(xp_place)n%d", first);
    for (int axis = 0; axis < plan->geometry->ndim - 1; axis++)
        xp_builder_addf(text, " + c%d * (xp_place)n%d", axis, first + 1 + axis);
}

/* The place of column j from there. */
static void add_column(xp_builder *text, const render_plan *plan, int operand, const char *column)
{
    const device_geometry *geometry = plan->geometry;
    if (geometry->lies[operand] == DEVICE_SAME)
        xp_builder_add(text, "0");
    else if (geometry->lies[operand] == DEVICE_NEXT && geometry->parts[operand] == 2)
        xp_builder_addf(text, "2 * %s", column);
    else if (geometry->lies[operand] == DEVICE_NEXT)
        xp_builder_add(text, column);
    else
        xp_builder_addf(text, "%s * (xp_place)n%d", column, first_number(plan, operand) + geometry->ndim);
}

/* x0, x1, ... where each input begins, and y0, y1, ... of the outputs; coordinates have a number. */
static void add_places(xp_builder *text, const render_plan *plan)
{
    const xp_program *program = plan->program;
    for (int i = 0; i < plan->geometry->n_operands; i++) {
        int output = i - program->n_inputs;
        if (!lies_anywhere(plan, i))
            continue;
        if (output >= 0)
            xp_builder_addf(text, "        XP_GLOBAL xp_%s *const y%d = q%d + ", part_type(output_dtype(plan, output)),
                            output, output);
        else if (program->inputs[i].kind == XP_INPUT_COORDINATE)
            xp_builder_addf(text, "        const xp_index x%d = ", i);
        else
            xp_builder_addf(text, "        XP_GLOBAL const xp_%s *const x%d = p%d + ",
                            part_type(program->inputs[i].dtype), i, i);
        xp_builder_add(text, "(");
        add_place(text, plan, i);
        xp_builder_add(text, ");\n");
    }
}

/* ---- elements ---------------------------------------------------------------------------------------------------- */

static void add_load(xp_builder *text, const render_plan *plan, int i)
{
    const xp_input *input = &plan->program->inputs[i];
    const char *name = xp_dtype_name(input->dtype);
    xp_builder_addf(text, "        const xp_%s v%d = ", name, i);
    if (input->kind == XP_INPUT_COORDINATE) {
        xp_builder_addf(text, "x%d + (xp_index)(", i);
        add_column(text, plan, i, "j");
        xp_builder_add(text, ");\n");
        return;
    }
    bool is_complex = xp_dtype_is(input->dtype, XP_KIND_COMPLEX);
    xp_builder_addf(text, is_complex ? "xp_%s_of(x%d[" : "%.0sx%d[", name, i);
    add_column(text, plan, i, "j");
    if (is_complex) {
        xp_builder_addf(text, "], x%d[1 + ", i);
        add_column(text, plan, i, "j");
    }
    xp_builder_add(text, is_complex ? "]);\n" : "];\n");
}

/* Loads of the operands that are one element for all columns, or of all others. */
static void add_loads(xp_builder *text, const render_plan *plan, bool same)
{
    for (int i = 0; i < plan->program->n_inputs; i++)
        if (lies_anywhere(plan, i) && (plan->geometry->lies[i] == DEVICE_SAME) == same)
            add_load(text, plan, i);
}

static void add_store(xp_builder *text, const render_plan *plan, int i)
{
    const xp_program *program = plan->program;
    const xp_output *output = &program->outputs[i];
    int operand = program->n_inputs + i, from = render_dtype_of(program, output->value);
    char name[16];
    snprintf(name, sizeof name, "v%d", output->value);
    xp_builder_addf(text, "        const xp_%s w%d = ", xp_dtype_name(output->dtype), i);
    render_cast(text, name, from, output->dtype);
    bool is_complex = xp_dtype_is(output->dtype, XP_KIND_COMPLEX);
    for (int part = 0; part <= is_complex; part++) {
        xp_builder_addf(text, ";\n        y%d[%s", i, part ? "1 + " : "");
        add_column(text, plan, operand, "j");
        xp_builder_addf(text, "] = w%d%s", i, is_complex ? (part ? ".im" : ".re") : "");
    }
    xp_builder_add(text, ";\n");
}

static void add_body(xp_builder *text, const render_plan *plan)
{
    add_loads(text, plan, false);
    render_steps(text, plan->program);
    for (int i = 0; i < plan->program->n_outputs; i++)
        add_store(text, plan, i);
}

/* ---- the two forms ----------------------------------------------------------------------------------------------- */

/* A stretch of indices, row by row. */
static void add_processor_form(xp_builder *text, const render_plan *plan)
{
    int inner = NUMBER_EXTENTS + plan->geometry->ndim - 1;
    xp_builder_addf(text,
                    "    xp_index at = XP_GROUP * n%d;\n"
                    "    const xp_index last = n%d - at < n%d ? n%d : at + n%d;\n"
                    "    while (at < last) {\n",
                    NUMBER_CHUNK, NUMBER_COUNT, NUMBER_CHUNK, NUMBER_COUNT, NUMBER_CHUNK);
    add_coordinates(text, plan);
    add_places(text, plan);
    add_loads(text, plan, true);
    xp_builder_addf(text,
                    "        const xp_place end = n%d - column < last - at ? (xp_place)n%d\n"
                    "                                                    : column + (xp_place)(last - at);\n"
                    "        xp_place j;\n"
                    "        at += end - column;\n"
                    "        XP_PARALLEL\n"
                    "        for (j = column; j < end; j++) {\n",
                    inner, inner);
    add_body(text, plan);
    xp_builder_add(text, "        }\n    }\n");
}

/* A few indices, a group apart from each other so that neighbours of a group lie side by side. */
static void add_group_form(xp_builder *text, const render_plan *plan)
{
    xp_builder_addf(text,
                    "    int turn;\n"
                    "    for (turn = 0; turn < %d; turn++) {\n"
                    "        const xp_index at = (XP_GROUP * %d + turn) * XP_ITEMS + XP_ITEM;\n"
                    "        if (at >= n%d)\n"
                    "            return;\n",
                    RENDER_PER_ITEM, RENDER_PER_ITEM, NUMBER_COUNT);
    add_coordinates(text, plan);
    add_places(text, plan);
    xp_builder_add(text, "        const xp_place j = column;\n");
    add_loads(text, plan, true);
    add_body(text, plan);
    xp_builder_add(text, "    }\n");
}

void render_elementwise(xp_builder *text, const render_plan *plan)
{
    xp_builder_add(text, plan->geometry->is_small ? "typedef int xp_place;\n" : "typedef xp_index xp_place;\n");
    render_functions(text, plan->program);
    xp_builder_add(text, "XP_ENTRY run_program(");
    add_parameters(text, plan);
    xp_builder_add(text, ")\n{\n");
    add_numbers(text, plan);
    add_scalars(text, plan);
    if (plan->is_cpu)
        add_processor_form(text, plan);
    else
        add_group_form(text, plan);
    xp_builder_add(text, "}\n");
}
