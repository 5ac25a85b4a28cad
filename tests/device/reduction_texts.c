/* Writes texts of reducing kernels into a folder, as compilers of OpenCL and CUDA get them: NAME.cl, NAME.cu.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>
#include <stdlib.h>

#include "core/alloc.h"
#include "core/dtype.h"
#include "graph/operation.h"
#include "graph/reduction.h"
#include "providers/device/kernels/texts.h"
#include "providers/device/reduce_render.h"

typedef struct sample_text {
    const char *name;
    xp_dtype dtype;
    uint32_t kinds;         /* bits of xp_reduction_kind */
    int64_t shape[3];
    uint32_t reduced;
    bool transposed;        /* the first axis lies inside */
} sample_text;

#define ALL_KINDS ((1u << XP_N_REDUCTIONS) - 1)
#define INTEGER_KINDS (ALL_KINDS & ~(1u << XP_REDUCE_MEAN | 1u << XP_REDUCE_VAR | 1u << XP_REDUCE_STD))
#define COMPLEX_KINDS                                                                                                  \
    (1u << XP_REDUCE_SUM | 1u << XP_REDUCE_PROD | 1u << XP_REDUCE_MEAN | 1u << XP_REDUCE_ANY | 1u << XP_REDUCE_ALL |   \
     1u << XP_REDUCE_COUNT_NONZERO)

static const sample_text samples[] = {
    {"float64_rows", XP_FLOAT64, ALL_KINDS, {100, 1000, 70}, 6, false},
    {"float32_rows", XP_FLOAT32, ALL_KINDS, {100, 1000, 70}, 6, true},
    {"float64_columns", XP_FLOAT64, ALL_KINDS, {100, 1000, 70}, 3, false},
    {"float32_columns", XP_FLOAT32, ALL_KINDS, {100, 1000, 70}, 2, true},
    {"float64_all", XP_FLOAT64, ALL_KINDS, {1, 1000, 100000}, 7, false},
    {"complex64_all", XP_COMPLEX64, COMPLEX_KINDS, {1, 1000, 100000}, 7, false},
    {"complex128_columns", XP_COMPLEX128, COMPLEX_KINDS, {1000, 1000, 100}, 1, false},
    {"bool_all", XP_BOOL, INTEGER_KINDS, {1, 1000, 1000}, 7, false},
    {"int8_columns", XP_INT8, INTEGER_KINDS, {1000, 1000, 10}, 1, false},
    {"int64_rows", XP_INT64, INTEGER_KINDS, {10, 1000, 1000}, 6, false},
    {"uint16_rows", XP_UINT16, INTEGER_KINDS, {10, 1000, 1000}, 6, false},
    {"uint64_columns", XP_UINT64, INTEGER_KINDS, {1000, 1000, 10}, 5, false},
};

static void lay_out(xp_operand *operand, const sample_text *sample, int64_t item, uint32_t without)
{
    int64_t stride = item;
    for (int i = 2; i >= 0; i--) {
        int axis = sample->transposed ? 2 - i : i;
        operand->strides[axis] = without >> axis & 1 ? 0 : stride;
        stride *= without >> axis & 1 ? 1 : sample->shape[axis];
    }
}

/* The reductions of x + 1, and x + 1 itself. */
static void make_program(const sample_text *sample, xp_program *program, xp_operands *operands)
{
    int64_t item = (int64_t)xp_dtype_bytes(sample->dtype);
    bool adds = sample->dtype != XP_BOOL;
    program->n_inputs = 2;
    program->inputs[0] = (xp_input){XP_INPUT_ARRAY, (uint8_t)sample->dtype};
    program->inputs[1] = (xp_input){XP_INPUT_SCALAR, (uint8_t)sample->dtype};
    program->n_steps = adds;
    program->steps[0] = (xp_step){.operation = &xp_operation_add, .dtype = (uint8_t)sample->dtype,
                                  .result_dtype = (uint8_t)sample->dtype, .inputs = {0, 1}};
    operands->ndim = 3;
    operands->reduced = sample->reduced;
    for (int axis = 0; axis < 3; axis++)
        operands->shape[axis] = sample->shape[axis];
    lay_out(&operands->inputs[0], sample, item, 0);
    uint16_t value = adds ? 2 : 0;
    program->outputs[0] = (xp_output){.value = value, .dtype = (uint8_t)sample->dtype};
    lay_out(&operands->outputs[0], sample, item, 0);
    program->n_outputs = 1;
    for (int kind = 0; kind < XP_N_REDUCTIONS; kind++) {
        if (!(sample->kinds >> kind & 1))
            continue;
        xp_dtype dtype = xp_reduction_result((xp_reduction_kind)kind, sample->dtype);
        int output = program->n_outputs++;
        program->outputs[output] = (xp_output){value, (uint8_t)dtype, &xp_reductions[kind], 1.0};
        lay_out(&operands->outputs[output], sample, (int64_t)xp_dtype_bytes(dtype), sample->reduced);
    }
}

static bool write_text(const char *folder, const char *name, const char *ending, const reduce_plan *plan, int items)
{
    char path[1000];
    snprintf(path, sizeof path, "%s/%s.%s", folder, name, ending);
    xp_builder builder = {0};
    xp_builder_addf(&builder, "#define XP_ITEMS %d\n", items);
    xp_builder_add(&builder, device_words);
    reduce_render(&builder, plan);
    char *text = xp_builder_take(&builder);
    FILE *file = text ? fopen(path, "w") : NULL;
    bool done = file && fputs(text, file) >= 0;
    if (file)
        done &= fclose(file) == 0;
    xp_dealloc(text);
    if (done)
        puts(path);
    return done;
}

static bool write_texts(const char *folder, const sample_text *sample)
{
    static xp_program program;
    static xp_operands operands;
    static device_state state;
    static reduce_plan plan, merging;
    char name[100];
    bool done = true;
    make_program(sample, &program, &operands);
    for (int cpu = 0; cpu < 2; cpu++) {
        state.about.is_cpu = cpu;
        state.group_items = cpu ? 1 : 256;
        reduce_plan_make(&plan, &state, &program, &operands);
        reduce_plan_merging(&merging, &state, &plan);
        snprintf(name, sizeof name, "%s_%s", sample->name, cpu ? "cpu" : "gpu");
        done &= write_text(folder, name, "cl", &plan, state.group_items);
        done &= cpu || write_text(folder, name, "cu", &plan, state.group_items);
        snprintf(name, sizeof name, "%s_%s_merging", sample->name, cpu ? "cpu" : "gpu");
        done &= write_text(folder, name, "cl", &merging, state.group_items);
        done &= cpu || write_text(folder, name, "cu", &merging, state.group_items);
    }
    return done;
}

int main(int count, char **arguments)
{
    bool done = count == 2;
    for (size_t i = 0; i < sizeof samples / sizeof samples[0] && done; i++)
        done = write_texts(arguments[1], &samples[i]);
    return done ? 0 : 1;
}
