/* The driver's `run`: a program goes to the elementwise or to the reducing part of the engine.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/host/engine.h"
#include "providers/host/host.h"

static xp_status check_loops(const xp_program *program, xp_isa isa)
{
    for (int s = 0; s < program->n_steps; s++) {
        const xp_step *step = &program->steps[s];
        int row = step->operation->rule == XP_RULE_CAST ? step->dtype * XP_N_DTYPES + step->result_dtype : step->dtype;
        if (!step->operation->loops(isa)[row])
            return xp_driver_error(XP_ERROR_UNSUPPORTED, "%s does not take %s on this device", step->operation->name,
                                   xp_dtype_name(step->dtype));
    }
    return XP_OK;
}

static bool reduces(const xp_program *program)
{
    for (int i = 0; i < program->n_outputs; i++)
        if (program->outputs[i].reduction)
            return true;
    return false;
}

static bool is_empty(const xp_operands *operands)
{
    for (int axis = 0; axis < operands->ndim; axis++)
        if (operands->shape[axis] == 0)
            return true;
    return false;
}

xp_status host_execute(const host_settings *settings, const xp_program *program, const xp_operands *operands)
{
    xp_status status = check_loops(program, settings->isa);
    if (status != XP_OK)
        return status;
    if (reduces(program))
        return host_reduce(settings, program, operands);
    if (is_empty(operands) || program->n_outputs == 0)
        return XP_OK;
    host_plan plan;
    int order[XP_MAX_NDIM];
    uint32_t all = (UINT32_C(1) << program->n_outputs) - 1;
    int n_axes = host_plan_order(program, operands, all, order);
    host_plan_make(&plan, program, operands, all, n_axes, order);
    return host_elementwise(settings, &plan);
}

xp_status host_run(const struct xp_device *device, const xp_program *program, const xp_operands *operands)
{
    (void)device;
    const host_settings settings = {.isa = host_isa()};
    return host_execute(&settings, program, operands);
}
