/* Random programs with operands of any layout, and an evaluator that takes them one index at a time.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "programs.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* SplitMix64. */
static uint64_t next_word(sample_random *random)
{
    uint64_t z = random->state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

int64_t sample_below(sample_random *random, int64_t end) { return (int64_t)(next_word(random) % (uint64_t)end); }
bool sample_chance(sample_random *random, int percent) { return sample_below(random, 100) < percent; }

void sample_start(sample *s, sample_random *random, int64_t size, bool reduces)
{
    static const int64_t extents[] = {1, 2, 3, 4, 5, 7, 8, 10, 15, 16, 33, 64, 65, 100, 129, 257, 512, 700, 1025, 3000,
                                      70001};
    memset(s, 0, sizeof *s);
    s->operands.ndim = (int)sample_below(random, 6);
    for (int axis = 0; axis < s->operands.ndim; axis++) {
        int64_t extent;
        do
            extent = extents[sample_below(random, sizeof extents / sizeof extents[0])];
        while (extent > size);
        s->operands.shape[axis] = extent;
        size /= extent;
        if (reduces && sample_chance(random, 55))
            s->operands.reduced |= UINT32_C(1) << axis;
    }
}

xp_dtype sample_dtype(const sample *s, uint16_t value)
{
    return (xp_dtype)(value < s->program.n_inputs ? s->program.inputs[value].dtype
                                                  : s->program.steps[value - s->program.n_inputs].result_dtype);
}

/* ---- operands ---------------------------------------------------------------------------------------------------- */

/* A random layout for the axes whose bit is set in `axes`; others get a stride of 0. */
static void lay_out(sample *s, sample_random *random, int number, xp_operand *operand, uint32_t axes, size_t item,
                    bool plain)
{
    int order[XP_MAX_NDIM], ndim = s->operands.ndim;
    for (int i = 0; i < ndim; i++)
        order[i] = i;
    if (!plain && sample_chance(random, 40))
        for (int i = ndim - 1; i > 0; i--) {
            int j = (int)sample_below(random, i + 1), held = order[i];
            order[i] = order[j];
            order[j] = held;
        }
    int64_t span = (int64_t)item, lowest = 0, highest = 0;
    for (int i = ndim - 1; i >= 0; i--) {
        int axis = order[i];
        int64_t extent = s->operands.shape[axis];
        operand->strides[axis] = 0;
        if (!(axes >> axis & 1))
            continue;
        int64_t stride = span;
        if (!plain && sample_chance(random, 12))
            stride *= 1 + sample_below(random, 3);
        span = stride * extent;
        if (!plain && sample_chance(random, 12))
            span += (int64_t)item * sample_below(random, 4);
        bool back = !plain && sample_chance(random, 8);
        operand->strides[axis] = back ? -stride : stride;
        *(back ? &lowest : &highest) += (back ? -stride : stride) * (extent - 1);
    }
    s->bytes[number] = (size_t)(highest - lowest) + item;
    s->memory[number] = malloc(s->bytes[number]);
    s->buffers[number] = (xp_buffer){.memory = {s->memory[number]}, .bytes = s->bytes[number]};
    operand->buffer = &s->buffers[number];
    operand->offset = -lowest;
}

/* Small whole numbers and halves, few of them zero, some NaN or infinite: sums of moderate size, ties for extrema. */
static double some_number(sample_random *random)
{
    double number = (double)(sample_below(random, 41) - 20) * 0.5;
    return sample_chance(random, 1) && sample_chance(random, 2) ? (sample_chance(random, 50) ? NAN : INFINITY) : number;
}

static void some_element(sample_random *random, xp_dtype dtype, char *to)
{
    double re = some_number(random), im = some_number(random);
    xp_value value = {.as_uint64 = 0}, number = {.as_complex128 = {re, im}};
    if (dtype == XP_FLOAT32 || dtype == XP_FLOAT64 || dtype == XP_COMPLEX64 || dtype == XP_COMPLEX128) {
        xp_value_cast(&number, XP_COMPLEX128, &value, dtype);
    } else {
        int64_t whole = re > -100 && re < 100 ? (int64_t)(2 * re) : 0;
        xp_value from = {.as_int64 = dtype == XP_BOOL ? whole & 1 : whole};
        if (xp_dtype_is(dtype, XP_KIND_UNSIGNED) && whole < 0)
            from.as_int64 = -whole;
        xp_value_cast(&from, XP_INT64, &value, dtype);
    }
    memcpy(to, &value, xp_dtype_bytes(dtype));
}

uint16_t sample_array(sample *s, sample_random *random, xp_dtype dtype)
{
    int number = s->program.n_inputs++;
    s->program.inputs[number] = (xp_input){XP_INPUT_ARRAY, (uint8_t)dtype};
    uint32_t axes = UINT32_MAX;
    bool plain = sample_chance(random, 40);
    for (int axis = 0; axis < s->operands.ndim && !plain; axis++)
        if (sample_chance(random, 15))
            axes &= ~(UINT32_C(1) << axis);
    size_t item = xp_dtype_bytes(dtype);
    lay_out(s, random, number, &s->operands.inputs[number], axes, item, plain);
    for (size_t at = 0; at + item <= s->bytes[number]; at += item)
        some_element(random, dtype, s->memory[number] + at);
    s->original[number] = malloc(s->bytes[number]);
    memcpy(s->original[number], s->memory[number], s->bytes[number]);
    return (uint16_t)number;
}

uint16_t sample_scalar(sample *s, sample_random *random, xp_dtype dtype)
{
    int number = s->program.n_inputs++;
    s->program.inputs[number] = (xp_input){XP_INPUT_SCALAR, (uint8_t)dtype};
    some_element(random, dtype, (char *)&s->operands.inputs[number].scalar);
    return (uint16_t)number;
}

uint16_t sample_coordinate(sample *s, sample_random *random)
{
    int number = s->program.n_inputs++;
    s->program.inputs[number] = (xp_input){XP_INPUT_COORDINATE, XP_INT64};
    s->operands.inputs[number].offset = sample_below(random, 100) - 50;
    for (int axis = 0; axis < s->operands.ndim; axis++)
        s->operands.inputs[number].strides[axis] = sample_below(random, 5) - 2;
    return (uint16_t)number;
}

/* ---- steps and outputs ------------------------------------------------------------------------------------------- */

uint16_t sample_step(sample *s, const xp_operation *operation, xp_dtype dtype, xp_dtype result, const uint16_t *inputs)
{
    xp_step *step = &s->program.steps[s->program.n_steps];
    *step = (xp_step){.operation = operation, .dtype = (uint8_t)dtype, .result_dtype = (uint8_t)result};
    for (int k = 0; k < operation->arity; k++)
        step->inputs[k] = inputs[k];
    return (uint16_t)(s->program.n_inputs + s->program.n_steps++);
}

static int n_values(const sample *s) { return s->program.n_inputs + s->program.n_steps; }

/* A value of this dtype: one that is there, or the cast of one. */
static uint16_t some_value(sample *s, sample_random *random, xp_dtype dtype)
{
    uint16_t value = (uint16_t)sample_below(random, n_values(s));
    for (int tries = 0; tries < 6 && sample_dtype(s, value) != dtype; tries++)
        value = (uint16_t)sample_below(random, n_values(s));
    return sample_dtype(s, value) == dtype ? value
                                           : sample_step(s, &xp_operation_cast, sample_dtype(s, value), dtype, &value);
}

void sample_steps(sample *s, sample_random *random, int steps)
{
    static const xp_operation *const binary[] = {&xp_operation_add, &xp_operation_subtract, &xp_operation_multiply};
    static const xp_operation *const unary[] = {&xp_operation_abs, &xp_operation_square, &xp_operation_sqrt};
    for (int i = 0; i < steps && s->program.n_steps + 4 < XP_PROGRAM_STEPS; i++) {
        xp_dtype dtype = sample_dtype(s, (uint16_t)sample_below(random, n_values(s)));
        if (dtype == XP_BOOL)
            dtype = XP_FLOAT64;
        uint16_t a = some_value(s, random, dtype), b = some_value(s, random, dtype);
        bool floats = xp_dtype_is(dtype, XP_KIND_FLOAT);
        switch (sample_below(random, floats ? 9 : 6)) {
        case 0:
            sample_step(s, &xp_operation_equal, dtype, XP_BOOL, (uint16_t[]){a, b});
            break;
        case 1: {
            uint16_t condition = some_value(s, random, XP_BOOL);
            sample_step(s, &xp_operation_where, dtype, dtype, (uint16_t[]){condition, a, b});
            break;
        }
        case 2:
            sample_step(s, &xp_operation_negative, dtype, dtype, &a);
            break;
        case 6:
            sample_step(s, &xp_operation_divide, dtype, dtype, (uint16_t[]){a, b});
            break;
        case 7:
            sample_step(s, unary[sample_below(random, 3)], dtype, dtype, &a);
            break;
        default:
            sample_step(s, binary[sample_below(random, 3)], dtype, dtype, (uint16_t[]){a, b});
            break;
        }
    }
}

/* An input that an output may take over: of its element size, with a stride along every axis, and not yet taken. */
static int find_donor(const sample *s, size_t item)
{
    for (int i = 0; i < s->program.n_inputs; i++) {
        if (s->program.inputs[i].kind != XP_INPUT_ARRAY || xp_dtype_bytes(s->program.inputs[i].dtype) != item)
            continue;
        bool fits = true;
        for (int axis = 0; axis < s->operands.ndim; axis++)
            fits &= s->operands.shape[axis] == 1 || s->operands.inputs[i].strides[axis] != 0;
        for (int k = 0; k < s->program.n_outputs; k++)
            fits &= s->operands.outputs[k].buffer != &s->buffers[i];
        if (fits)
            return i;
    }
    return -1;
}

void sample_store(sample *s, sample_random *random, uint16_t value)
{
    int number = s->program.n_outputs++;
    xp_dtype dtype = sample_dtype(s, value);
    size_t item = xp_dtype_bytes(dtype);
    int donor = sample_chance(random, 30) ? find_donor(s, item) : -1;
    s->program.outputs[number] = (xp_output){.value = value, .dtype = (uint8_t)dtype};
    if (donor >= 0)
        s->operands.outputs[number] = s->operands.inputs[donor];
    else
        lay_out(s, random, HOST_OUTPUT(number), &s->operands.outputs[number], UINT32_MAX, item,
                sample_chance(random, 50));
}

void sample_reduce(sample *s, sample_random *random, uint16_t value, xp_reduction_kind kind, double correction)
{
    int number = s->program.n_outputs++;
    xp_dtype dtype = xp_reduction_result(kind, sample_dtype(s, value));
    s->program.outputs[number] = (xp_output){value, (uint8_t)dtype, &xp_reductions[kind], correction};
    lay_out(s, random, HOST_OUTPUT(number), &s->operands.outputs[number], ~s->operands.reduced, xp_dtype_bytes(dtype),
            sample_chance(random, 50));
}

/* ---- running ----------------------------------------------------------------------------------------------------- */

void sample_reset(sample *s)
{
    for (int i = 0; i < HOST_OPERANDS; i++)
        if (s->original[i])
            memcpy(s->memory[i], s->original[i], s->bytes[i]);
        else if (s->memory[i])
            memset(s->memory[i], 0x5A, s->bytes[i]);
}

void sample_run(sample *s, const host_settings *settings)
{
    sample_reset(s);
    xp_status status = host_execute(settings, &s->program, &s->operands);
    if (status != XP_OK) {
        fprintf(stderr, "host_execute: %d\n", (int)status);
        abort();
    }
}

void sample_free(sample *s)
{
    for (int i = 0; i < HOST_OPERANDS; i++) {
        free(s->memory[i]);
        free(s->original[i]);
    }
}

static int64_t place(const sample *s, const xp_operand *operand, const int64_t *index)
{
    int64_t at = operand->offset;
    for (int axis = 0; axis < s->operands.ndim; axis++)
        at += index[axis] * operand->strides[axis];
    return at;
}

const char *sample_output(const sample *s, int i, const int64_t *index)
{
    const xp_operand *operand = &s->operands.outputs[i];
    return (const char *)operand->buffer->memory.handle + place(s, operand, index);
}

void sample_evaluate(const sample *s, xp_isa isa, const int64_t *index, char values[][16])
{
    const xp_program *program = &s->program;
    for (int i = 0; i < program->n_inputs; i++) {
        const xp_operand *operand = &s->operands.inputs[i];
        int64_t at = place(s, operand, index);
        if (program->inputs[i].kind == XP_INPUT_COORDINATE)
            memcpy(values[i], &at, sizeof at);
        else if (program->inputs[i].kind == XP_INPUT_SCALAR)
            memcpy(values[i], &operand->scalar, 16);
        else
            memcpy(values[i], s->original[i] + at, xp_dtype_bytes(program->inputs[i].dtype));
    }
    for (int k = 0; k < program->n_steps; k++) {
        const xp_step *step = &program->steps[k];
        int row = step->operation == &xp_operation_cast ? step->dtype * XP_N_DTYPES + step->result_dtype : step->dtype;
        const void *inputs[3] = {values[step->inputs[0]], values[step->inputs[1]], values[step->inputs[2]]};
        step->operation->loops(isa)[row](1, inputs, values[program->n_inputs + k]);
    }
}

bool sample_next(const sample *s, int64_t *index)
{
    for (int axis = s->operands.ndim - 1; axis >= 0; axis--) {
        if (++index[axis] < s->operands.shape[axis])
            return true;
        index[axis] = 0;
    }
    return false;
}

char *sample_outputs(const sample *s, size_t *bytes)
{
    int64_t size = 1, index[XP_MAX_NDIM] = {0};
    for (int axis = 0; axis < s->operands.ndim; axis++)
        size *= s->operands.shape[axis];
    char *all = malloc((size_t)size * (size_t)s->program.n_outputs * 16 + 1), *at = all;
    do
        for (int i = 0; i < s->program.n_outputs; i++) {
            size_t item = xp_dtype_bytes(s->program.outputs[i].dtype);
            memcpy(at, sample_output(s, i, index), item);
            at += item;
        }
    while (sample_next(s, index));
    *bytes = (size_t)(at - all);
    return all;
}

const char *sample_text(const sample *s)
{
    static char text[16384];
    size_t used = 0;
    text[0] = '\0';
    for (int k = 0; k < s->program.n_steps; k++) {
        const xp_step *step = &s->program.steps[k];
        used += (size_t)snprintf(text + used, sizeof text - used, "v%d = %s.%s", s->program.n_inputs + k,
                                 step->operation->name, xp_dtype_name(step->dtype));
        for (int i = 0; i < step->operation->arity; i++)
            used += (size_t)snprintf(text + used, sizeof text - used, " v%d", step->inputs[i]);
        used += (size_t)snprintf(text + used, sizeof text - used, "\n");
    }
    return text;
}
