/* Programs that reduce: outputs that agree on the order of axes are made in one pass; empty sums need none.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "providers/host/reduce/reduce.h"

/* ---- nothing to reduce ------------------------------------------------------------------------------------------- */

/* Whether an axis of extent 0 is among the reduced (or the kept) ones. */
static bool has_empty_axis(const xp_operands *operands, bool reduced)
{
    for (int axis = 0; axis < operands->ndim; axis++)
        if (operands->shape[axis] == 0 && (operands->reduced >> axis & 1) == reduced)
            return true;
    return false;
}

#define FILLED 256 /* elements at a time */

/* What each result of nothing is, as elements of the output's dtype. */
static void make_nothing(const xp_output *output, char *elements)
{
    size_t bytes = xp_dtype_bytes(output->dtype);
    xp_value one = {.as_complex128 = {1, 0}}, nothing = {.as_complex128 = {0, 0}};
    xp_dtype dtype = (xp_dtype)output->dtype;
    switch ((xp_reduction_kind)output->reduction->kind) {
    case XP_REDUCE_MEAN:
    case XP_REDUCE_VAR:
    case XP_REDUCE_STD:
        one.as_complex128[0] = one.as_complex128[1] = __builtin_nan("");
        xp_value_cast(&one, XP_COMPLEX128, &nothing, dtype);
        break;
    case XP_REDUCE_PROD:
    case XP_REDUCE_ALL:
        xp_value_cast(&one, XP_COMPLEX128, &nothing, dtype);
        break;
    default:
        break;
    }
    for (int i = 0; i < FILLED; i++)
        memcpy(elements + (size_t)i * bytes, &nothing, bytes);
}

static void fill_with_nothing(const host_settings *settings, const xp_program *program, const xp_operands *operands)
{
    char elements[FILLED * 16];
    int64_t extents[XP_MAX_NDIM], size = 1;
    for (int axis = 0; axis < operands->ndim; axis++) {
        extents[axis] = operands->reduced >> axis & 1 ? 1 : operands->shape[axis];
        size *= extents[axis];
    }
    for (int i = 0; i < program->n_outputs; i++) {
        const xp_operand *to = &operands->outputs[i];
        host_access access;
        if (!program->outputs[i].reduction)
            continue;
        make_nothing(&program->outputs[i], elements);
        host_access_make(&access, operands->ndim, extents, to->strides, xp_dtype_bytes(program->outputs[i].dtype),
                         false);
        for (int64_t done = 0; done < size; done += FILLED)
            host_store(host_moves_for(settings->isa), &access,
                       (int64_t)(intptr_t)xp_host_address(to->buffer, to->offset), done,
                       size - done < FILLED ? size - done : FILLED, elements);
    }
}

/* ---- passes ------------------------------------------------------------------------------------------------------ */

typedef struct pass {
    uint32_t outputs;
    int n_axes;
    int order[XP_MAX_NDIM];
} pass;

static xp_status run_pass(const host_settings *settings, const xp_program *program, const xp_operands *operands,
                          const pass *p)
{
    host_plan plan;
    host_reduction reduction;
    host_plan_make(&plan, program, operands, p->outputs, p->n_axes, p->order);
    host_reduction_make(&reduction, settings, &plan);
    return host_reduction_run(&reduction);
}

/* Outputs that reduce, by the order of axes that each wants for itself: so its bits do not depend on the others. */
static int make_passes(const xp_program *program, const xp_operands *operands, pass *passes)
{
    int count = 0;
    uint32_t stored = 0;
    for (int i = 0; i < program->n_outputs; i++) {
        if (!program->outputs[i].reduction) {
            stored |= UINT32_C(1) << i;
            continue;
        }
        pass *p = &passes[count];
        p->outputs = UINT32_C(1) << i;
        p->n_axes = host_plan_order(program, operands, p->outputs, p->order);
        int same = 0;
        while (same < count && memcmp(passes[same].order, p->order, (size_t)p->n_axes * sizeof p->order[0]) != 0)
            same++;
        passes[same].outputs |= p->outputs;
        count += same == count;
    }
    passes[0].outputs |= stored;
    return count;
}

xp_status host_reduce(const host_settings *settings, const xp_program *program, const xp_operands *operands)
{
    if (has_empty_axis(operands, false))
        return XP_OK;
    if (has_empty_axis(operands, true)) {
        fill_with_nothing(settings, program, operands);
        return XP_OK;
    }
    pass passes[XP_PROGRAM_OUTPUTS];
    int count = make_passes(program, operands, passes);
    /* What is stored may take over an input's memory: the pass that stores comes last. */
    for (int i = count - 1; i >= 0; i--) {
        xp_status status = run_pass(settings, program, operands, &passes[i]);
        if (status != XP_OK)
            return status;
    }
    return XP_OK;
}
