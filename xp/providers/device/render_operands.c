/* Operands of a program in a kernel: the numbers and pointers that it takes, places of elements, loads and stores.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>
#include <string.h>

#include "core/dtype.h"
#include "providers/device/render.h"

/* ---- numbers: the leading ones, then the extents, then each operand's offset and strides ------------------------- */

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
    int at = plan->n_leading + plan->geometry->ndim;
    for (int i = 0; i < operand; i++)
        at += numbers_of(plan, i);
    return at;
}

int render_extent(const render_plan *plan, int axis) { return plan->n_leading + axis; }

int render_numbers(const render_plan *plan, const int64_t *leading, int64_t numbers[RENDER_NUMBERS])
{
    const device_geometry *geometry = plan->geometry;
    int at = 0;
    for (int i = 0; i < plan->n_leading; i++)
        numbers[at++] = leading[i];
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
    put_number(&bytes, geometry->outer << 8 | plan->form);
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

void render_place_type(xp_builder *text, const render_plan *plan)
{
    xp_builder_add(text, plan->geometry->is_small ? "typedef int xp_place;\n" : "typedef xp_index xp_place;\n");
}

void render_number_parameters(xp_builder *text, const render_plan *plan)
{
    int count = first_number(plan, plan->geometry->n_operands);
    if (plan->numbers_in_memory)
        xp_builder_add(text, "XP_GLOBAL const xp_index *numbers");
    for (int i = 0; !plan->numbers_in_memory && i < count; i++)
        xp_builder_addf(text, "%sxp_index n%d", i ? ", " : "", i);
}

void render_input_parameters(xp_builder *text, const render_plan *plan)
{
    const xp_program *program = plan->program;
    for (int i = 0; i < program->n_inputs; i++) {
        int dtype = program->inputs[i].dtype;
        if (program->inputs[i].kind == XP_INPUT_ARRAY)
            xp_builder_addf(text, ",\n    XP_GLOBAL const xp_%s *p%d", part_type(dtype), i);
        else if (program->inputs[i].kind == XP_INPUT_SCALAR && xp_dtype_is(dtype, XP_KIND_COMPLEX))
            xp_builder_addf(text, ",\n    xp_%s s%d_re, xp_%s s%d_im", part_type(dtype), i, part_type(dtype), i);
        else if (program->inputs[i].kind == XP_INPUT_SCALAR)
            xp_builder_addf(text, ",\n    xp_%s v%d", part_type(dtype), i);
    }
}

void render_output_parameters(xp_builder *text, const render_plan *plan)
{
    for (int i = 0; i < plan->program->n_outputs; i++)
        xp_builder_addf(text, ",\n    XP_GLOBAL xp_%s *q%d", part_type(output_dtype(plan, i)), i);
}

void render_numbers_of_memory(xp_builder *text, const render_plan *plan)
{
    int count = first_number(plan, plan->geometry->n_operands);
    for (int i = 0; plan->numbers_in_memory && i < count; i++)
        xp_builder_addf(text, "    const xp_index n%d = numbers[%d];\n", i, i);
}

void render_scalars(xp_builder *text, const render_plan *plan)
{
    const xp_program *program = plan->program;
    for (int i = 0; i < program->n_inputs; i++)
        if (program->inputs[i].kind == XP_INPUT_SCALAR && xp_dtype_is(program->inputs[i].dtype, XP_KIND_COMPLEX))
            xp_builder_addf(text, "    const xp_%s v%d = xp_%s_of(s%d_re, s%d_im);\n",
                            xp_dtype_name(program->inputs[i].dtype), i, xp_dtype_name(program->inputs[i].dtype), i, i);
}

/* ---- places ------------------------------------------------------------------------------------------------------ */

void render_coordinates(xp_builder *text, const render_plan *plan, int first, int last, const char *index)
{
    char rest[24];
    snprintf(rest, sizeof rest, "(xp_place)%s", index);
    for (int axis = last - 1; axis > first; axis--) {
        int extent = render_extent(plan, axis);
        xp_builder_addf(text,
                        "        const xp_place e%d = %s / (xp_place)n%d;\n"
                        "        const xp_place c%d = %s - e%d * (xp_place)n%d;\n",
                        axis, rest, extent, axis, rest, axis, extent);
        snprintf(rest, sizeof rest, "e%d", axis);
    }
    xp_builder_addf(text, "        const xp_place c%d = %s;\n", first, rest);
}

/* The place of an operand's element at these axes' coordinates and column 0, in parts. */
static void add_place(xp_builder *text, const render_plan *plan, int operand, int first, int last)
{
    int number = first_number(plan, operand);
    xp_builder_addf(text, "(xp_place)n%d", number);
    for (int axis = first; axis < last && axis < plan->geometry->ndim - 1; axis++)
        xp_builder_addf(text, " + c%d * (xp_place)n%d", axis, number + 1 + axis);
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

void render_places(xp_builder *text, const render_plan *plan)
{
    const xp_program *program = plan->program;
    for (int i = 0; i < plan->geometry->n_operands; i++) {
        int output = i - program->n_inputs;
        if (!lies_anywhere(plan, i) || (output >= 0 && program->outputs[output].reduction))
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
        add_place(text, plan, i, 0, plan->geometry->ndim);
        xp_builder_add(text, ");\n");
    }
}

void render_place_of_result(xp_builder *text, const render_plan *plan, int output, int first, int last)
{
    int operand = plan->program->n_inputs + output, inner = plan->geometry->ndim - 1;
    char column[16];
    snprintf(column, sizeof column, "c%d", inner);
    xp_builder_addf(text, "        XP_GLOBAL xp_%s *const y%d = q%d + (", part_type(output_dtype(plan, output)), output,
                    output);
    add_place(text, plan, operand, first, last);
    if (last > inner) {
        xp_builder_add(text, " + ");
        add_column(text, plan, operand, column);
    }
    xp_builder_add(text, ");\n");
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

void render_loads(xp_builder *text, const render_plan *plan, bool same)
{
    for (int i = 0; i < plan->program->n_inputs; i++)
        if (lies_anywhere(plan, i) && (plan->geometry->lies[i] == DEVICE_SAME) == same)
            add_load(text, plan, i);
}

void render_store(xp_builder *text, const render_plan *plan, int i)
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
