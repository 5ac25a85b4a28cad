/* The order in which an index space is walked, and which of its axes are one.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>
#include <string.h>

#include "providers/host/engine.h"

/* ---- what the outputs depend on ---------------------------------------------------------------------------------- */

static void find_needed(const xp_program *program, uint32_t outputs, uint8_t *needed)
{
    memset(needed, 0, (size_t)(program->n_inputs + program->n_steps));
    for (int i = 0; i < program->n_outputs; i++)
        if (outputs >> i & 1)
            needed[program->outputs[i].value] = 1;
    for (int s = program->n_steps - 1; s >= 0; s--) {
        const xp_step *step = &program->steps[s];
        if (!needed[program->n_inputs + s])
            continue;
        for (int k = 0; k < step->operation->arity; k++)
            needed[step->inputs[k]] = 1;
    }
}

static bool is_reduced(const xp_operands *operands, int axis) { return operands->reduced >> axis & 1; }

/* ---- order ------------------------------------------------------------------------------------------------------- */

/* How many different elements input i has. */
static int64_t distinct(const xp_operands *operands, int i)
{
    int64_t count = 1;
    for (int axis = 0; axis < operands->ndim; axis++)
        if (operands->inputs[i].strides[axis] != 0)
            count *= operands->shape[axis];
    return count;
}

/* The strides that decide, most important first: of stored outputs, or of the arrays that reduced values depend on. */
static int list_leaders(const xp_program *program, const xp_operands *operands, uint32_t outputs,
                        const int64_t *leaders[HOST_OPERANDS])
{
    uint8_t needed[HOST_VALUES];
    int64_t sizes[XP_PROGRAM_INPUTS];
    int count = 0, n_outputs = 0;
    bool reduces = false;
    for (int i = 0; i < program->n_outputs; i++)
        reduces |= (outputs >> i & 1) && program->outputs[i].reduction;
    if (!reduces)
        for (int i = 0; i < program->n_outputs; i++)
            if (outputs >> i & 1)
                leaders[count++] = operands->outputs[i].strides;
    n_outputs = count;
    find_needed(program, outputs, needed);
    for (int i = 0; i < program->n_inputs; i++) {
        if (!needed[i] || program->inputs[i].kind != XP_INPUT_ARRAY)
            continue;
        int64_t size = distinct(operands, i);
        int at = count++;
        for (; at > n_outputs && sizes[at - n_outputs - 1] < size; at--) {
            leaders[at] = leaders[at - 1];
            sizes[at - n_outputs] = sizes[at - n_outputs - 1];
        }
        leaders[at] = operands->inputs[i].strides;
        sizes[at - n_outputs] = size;
    }
    return count;
}

/* Whether axis a should lie outside of axis b: the first leader that steps along both says so. */
static bool goes_outside(int a, int b, int count, const int64_t *const *leaders)
{
    for (int i = 0; i < count; i++) {
        int64_t step_a = llabs(leaders[i][a]), step_b = llabs(leaders[i][b]);
        if (step_a != 0 && step_b != 0 && step_a != step_b)
            return step_a > step_b;
    }
    return a < b;
}

/* Positions among the reduced elements are counted in C order: the reduced axes keep theirs. */
static void restore_reduced_order(const xp_operands *operands, int count, int *order)
{
    int next = 0;
    for (int i = 0; i < count; i++) {
        if (!is_reduced(operands, order[i]))
            continue;
        while (!is_reduced(operands, next) || operands->shape[next] == 1)
            next++;
        order[i] = next++;
    }
}

int host_plan_order(const xp_program *program, const xp_operands *operands, uint32_t outputs, int order[XP_MAX_NDIM])
{
    int count = 0;
    for (int axis = 0; axis < operands->ndim; axis++)
        if (operands->shape[axis] != 1)
            order[count++] = axis;
    if (count < 2)
        return count;

    const int64_t *leaders[HOST_OPERANDS];
    int n_leaders = list_leaders(program, operands, outputs, leaders);
    for (int i = 1; i < count; i++) {
        int axis = order[i], at = i;
        for (; at > 0 && goes_outside(axis, order[at - 1], n_leaders, leaders); at--)
            order[at] = order[at - 1];
        order[at] = axis;
    }
    for (int i = 0; i < program->n_outputs; i++) {
        const xp_reduction *reduction = outputs >> i & 1 ? program->outputs[i].reduction : NULL;
        if (reduction && (reduction->kind == XP_REDUCE_ARGMIN || reduction->kind == XP_REDUCE_ARGMAX)) {
            restore_reduced_order(operands, count, order);
            break;
        }
    }
    return count;
}

/* ---- the plan ---------------------------------------------------------------------------------------------------- */

static const int64_t *operand_strides(const xp_operands *operands, int number)
{
    return number < XP_PROGRAM_INPUTS ? operands->inputs[number].strides
                                      : operands->outputs[number - XP_PROGRAM_INPUTS].strides;
}

static void list_used(host_plan *plan)
{
    const xp_program *program = plan->program;
    plan->n_used = 0;
    for (int i = 0; i < program->n_inputs; i++)
        if (plan->needed[i] && program->inputs[i].kind != XP_INPUT_SCALAR)
            plan->used[plan->n_used++] = (uint8_t)i;
    for (int i = 0; i < program->n_outputs; i++)
        if (plan->outputs >> i & 1)
            plan->used[plan->n_used++] = (uint8_t)HOST_OUTPUT(i);
}

static bool are_one(const host_plan *plan, const host_axis *outer, const host_axis *inner)
{
    if (outer->reduced != inner->reduced)
        return false;
    for (int i = 0; i < plan->n_used; i++) {
        int k = plan->used[i];
        if (outer->strides[k] != inner->strides[k] * inner->extent)
            return false;
    }
    return true;
}

static void add_axis(host_plan *plan, int axis)
{
    host_axis *next = &plan->axes[plan->n_axes];
    next->extent = plan->operands->shape[axis];
    next->reduced = is_reduced(plan->operands, axis);
    for (int i = 0; i < plan->n_used; i++)
        next->strides[plan->used[i]] = operand_strides(plan->operands, plan->used[i])[axis];
    plan->size *= next->extent;
    if (plan->n_axes == 0 || !are_one(plan, next - 1, next)) {
        plan->n_axes++;
        return;
    }
    host_axis *before = next - 1;
    before->extent *= next->extent;
    for (int i = 0; i < plan->n_used; i++)
        before->strides[plan->used[i]] = next->strides[plan->used[i]];
}

void host_plan_make(host_plan *plan, const xp_program *program, const xp_operands *operands, uint32_t outputs,
                    int n_axes, const int *order)
{
    plan->program = program;
    plan->operands = operands;
    plan->outputs = outputs;
    plan->turned = 0;
    plan->size = 1;
    plan->n_axes = 0;
    find_needed(program, outputs, plan->needed);
    list_used(plan);
    for (int i = 0; i < n_axes; i++)
        add_axis(plan, order[i]);
}

/* ---- what it costs ----------------------------------------------------------------------------------------------- */

#define CHEAP_NANOSECONDS 0.1  /* an element of add */
#define COSTLY_NANOSECONDS 1.5 /* an element of exp, log, sin, pow, floor_divide, ... */

/* Operations whose loops are a line of plain vector arithmetic; every other one costs as much as a function. */
static const xp_operation *const cheap[] = {
    &xp_operation_add,     &xp_operation_subtract, &xp_operation_multiply, &xp_operation_divide,
    &xp_operation_square,  &xp_operation_negative, &xp_operation_positive, &xp_operation_abs,
    &xp_operation_sqrt,    &xp_operation_maximum,  &xp_operation_minimum,  &xp_operation_equal,
    &xp_operation_less,    &xp_operation_greater,  &xp_operation_not_equal, &xp_operation_less_equal,
    &xp_operation_greater_equal, &xp_operation_where, &xp_operation_cast,  &xp_operation_copy,
    &xp_operation_logical_and, &xp_operation_logical_or, &xp_operation_logical_not, &xp_operation_is_nan,
    &xp_operation_is_finite, &xp_operation_is_inf, &xp_operation_reciprocal, &xp_operation_real, &xp_operation_imag,
};

static double step_cost(const xp_step *step)
{
    for (size_t i = 0; i < sizeof cheap / sizeof cheap[0]; i++)
        if (step->operation == cheap[i])
            return CHEAP_NANOSECONDS;
    return COSTLY_NANOSECONDS;
}

double host_plan_cost(const host_plan *plan)
{
    double cost = 0;
    for (int s = 0; s < plan->program->n_steps; s++)
        if (plan->needed[plan->program->n_inputs + s])
            cost += step_cost(&plan->program->steps[s]);
    return cost;
}

double host_plan_bytes(const host_plan *plan)
{
    double bytes = 0;
    for (int i = 0; i < plan->n_used; i++) {
        int k = plan->used[i];
        const xp_program *program = plan->program;
        double each = (double)xp_dtype_bytes(k < XP_PROGRAM_INPUTS ? program->inputs[k].dtype
                                                                   : program->outputs[k - XP_PROGRAM_INPUTS].dtype);
        if (k < XP_PROGRAM_INPUTS && program->inputs[k].kind == XP_INPUT_COORDINATE)
            continue;
        for (int axis = 0; axis < plan->n_axes; axis++)
            if (plan->axes[axis].strides[k] != 0)
                each *= (double)plan->axes[axis].extent;
        bytes += each;
    }
    return bytes;
}
