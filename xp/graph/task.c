/* Tasks: a group turned into a program, its operands, and what happens to the arrays when it has run.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "core/alloc.h"
#include "core/shape.h"
#include "core/thread.h"
#include "graph/graph_private.h"
#include "scixp/xp/namespace.h"

/* ---- making one, under the lock ---------------------------------------------------------------------------------- */

static xp_task *task_new(const xp_array *space, const char *function)
{
    xp_task *task = xp_alloc(1, sizeof *task);
    if (!task)
        return NULL;
    task->next = NULL;
    task->function = function;
    task->device = space->xp ? space->xp->device : NULL;
    task->ndim = space->ndim;
    for (int i = 0; i < space->ndim; i++)
        task->shape[i] = space->shape[i];
    task->reduced = 0;
    task->is_apart = task->is_view = false;
    task->n_arrays = 0;
    task->given = 0;
    task->into = NULL;
    task->program.n_inputs = task->program.n_steps = task->program.n_outputs = 0;
    return task;
}

/* The number of the input that reads x, as `dtype` if x is a weak scalar. */
static int add_input(xp_task *task, xp_array *x, uint8_t dtype)
{
    xp_program *program = &task->program;
    xp_array_state state = xp_state(x);
    if (state != XP_STATE_WEAK)
        dtype = x->dtype;
    for (int i = 0; i < program->n_inputs; i++)
        if (task->inputs[i] == x && program->inputs[i].dtype == dtype)
            return i;
    if (program->n_inputs == XP_PROGRAM_INPUTS)
        return -1;
    int number = program->n_inputs++;
    program->inputs[number] = (xp_input){
        .kind = state == XP_STATE_WEAK         ? XP_INPUT_SCALAR
                : state == XP_STATE_COORDINATE ? XP_INPUT_COORDINATE
                                               : XP_INPUT_ARRAY,
        .dtype = dtype,
    };
    task->inputs[number] = x;
    task->n_arrays = program->n_inputs;
    xp_array_ref(x);
    return number;
}

/* The dtype in which a node reads its input i. */
static uint8_t input_dtype(const xp_node *node, int i)
{
    return node->operation->rule == XP_RULE_SELECT && i == 0 ? XP_BOOL : node->dtype;
}

static bool is_marked(const xp_array *x) { return xp_is_elementwise(x) && x->node->mark >= 0; }

static bool add_node_input(xp_task *task, const xp_node *node, int i)
{
    int number = add_input(task, node->inputs[i], input_dtype(node, i));
    if (number >= 0 && (node->given >> i & 1))
        task->given |= UINT64_C(1) << number;
    return number >= 0;
}

/* All inputs first: they have the lowest numbers. */
static bool add_inputs(xp_task *task, const xp_group *group)
{
    for (int m = 0; m < group->n_members; m++) {
        const xp_node *node = group->members[m]->node;
        for (int i = 0; i < node->n_inputs; i++)
            if (!is_marked(node->inputs[i]) && !add_node_input(task, node, i))
                return false;
    }
    return group->n_members > 0 || add_input(task, group->root, group->root->dtype) >= 0;
}

static bool same_step(const xp_step *a, const xp_step *b)
{
    return a->operation == b->operation && a->dtype == b->dtype && a->result_dtype == b->result_dtype &&
           a->inputs[0] == b->inputs[0] && a->inputs[1] == b->inputs[1] && a->inputs[2] == b->inputs[2];
}

/* The number of the value that a step makes; a step that is there already is not made twice. */
static uint16_t add_step(xp_program *program, const xp_step *step)
{
    for (int i = 0; i < program->n_steps; i++)
        if (same_step(&program->steps[i], step))
            return (uint16_t)(program->n_inputs + i);
    program->steps[program->n_steps] = *step;
    return (uint16_t)(program->n_inputs + program->n_steps++);
}

/* Steps for every member; values[m] is the number of member m's value. */
static void add_steps(xp_task *task, const xp_group *group, uint16_t *values)
{
    for (int m = 0; m < group->n_members; m++) {
        const xp_array *member = group->members[m];
        const xp_node *node = member->node;
        xp_step step = {.operation = node->operation, .dtype = node->dtype, .result_dtype = member->dtype};
        for (int i = 0; i < node->n_inputs; i++) {
            xp_array *x = node->inputs[i];
            step.inputs[i] = is_marked(x) ? values[x->node->mark] : (uint16_t)add_input(task, x, input_dtype(node, i));
        }
        values[m] = node->operation == &xp_operation_copy ? step.inputs[0] : add_step(&task->program, &step);
    }
}

/* A reference on an array that the caller has none on: false if it is dying on another thread. */
static bool ref_if_alive(xp_array *x)
{
    int references = atomic_load(&x->references);
    while (references > 0)
        if (atomic_compare_exchange_weak(&x->references, &references, references + 1))
            return true;
    return false;
}

static void add_output(xp_task *task, xp_array *array, uint16_t value, const void *plan)
{
    if (!ref_if_alive(array))
        return;
    xp_output *output = &task->program.outputs[task->program.n_outputs];
    *output = (xp_output){.value = value, .dtype = array->dtype};
    if (array->node->kind == XP_NODE_REDUCTION) {
        output->reduction = array->node->reduction;
        output->correction = array->node->correction;
    }
    task->outputs[task->program.n_outputs++] = array;
    array->node->claimed_by = plan;
}

/* Of the members that were inlined before, the topmost: those that something reads which was not. */
static void find_topmost(const xp_group *group, int readers, bool *topmost)
{
    for (int m = 0; m < group->n_members; m++)
        topmost[m] = group->members[m] == group->root && readers > 0;
    for (int m = 0; m < group->n_members; m++) {
        const xp_node *node = group->members[m]->node;
        for (int i = 0; i < node->n_inputs && !node->inlined; i++)
            if (is_marked(node->inputs[i]))
                topmost[node->inputs[i]->node->mark] = true;
    }
}

/* Writes the members that somebody outside the program waits for, or that were computed without being written before.
 * `readers` is how many outputs of the task itself read the root. */
static void add_written_members(xp_task *task, const xp_group *group, const uint16_t *values, int readers,
                                const void *plan)
{
    bool topmost[XP_PROGRAM_STEPS];
    find_topmost(group, readers, topmost);
    for (int m = 0; m < group->n_members; m++) {
        xp_array *member = group->members[m];
        xp_node *node = member->node;
        if (node->claimed_by == plan)
            continue;
        int inside = group->uses[m] + (member == group->root ? readers : 0);
        if (((node->inlined && topmost[m]) || node->consumers > inside) &&
            task->program.n_outputs < XP_PROGRAM_OUTPUTS)
            add_output(task, member, values[m], plan);
        else
            node->inlined = true;
    }
}

xp_task *xp_task_elementwise(const xp_group *group, const void *plan)
{
    xp_array *target = group->root;
    xp_task *task = task_new(target, target->node->function);
    uint16_t values[XP_PROGRAM_STEPS];
    if (!task)
        return NULL;
    if (!add_inputs(task, group)) {
        xp_task_free(task);
        return NULL;
    }
    task->is_apart = target->node->apart;
    add_steps(task, group, values);
    add_output(task, target, values[group->n_members - 1], plan);
    add_written_members(task, group, values, 0, plan);
    return task;
}

xp_task *xp_task_reduction(xp_array *target, const xp_group *group, const void *plan)
{
    xp_array *operand = group->root;
    xp_task *task = task_new(operand, target->node->function);
    uint16_t values[XP_PROGRAM_STEPS];
    if (!task)
        return NULL;
    if (!add_inputs(task, group)) {
        xp_task_free(task);
        return NULL;
    }
    task->device = target->xp->device;
    task->reduced = target->node->axes;
    task->is_apart = target->node->apart;
    add_steps(task, group, values);
    uint16_t value = group->n_members > 0 ? values[group->n_members - 1] : 0;
    add_output(task, target, value, plan);
    for (xp_array *x = operand->reductions; x; x = x->node->sibling)
        if (!x->node->claimed_by && x->node->axes == task->reduced && x->node->apart == task->is_apart &&
            task->program.n_outputs < XP_PROGRAM_OUTPUTS / 2)
            add_output(task, x, value, plan);
    add_written_members(task, group, values, task->program.n_outputs, plan);
    return task;
}

xp_task *xp_task_view(xp_array *target, const void *plan)
{
    xp_task *task = task_new(target, target->node->function);
    if (!task)
        return NULL;
    task->is_view = true;
    task->inputs[0] = target->node->inputs[0];
    xp_array_ref(task->inputs[0]);
    task->n_arrays = 1;
    add_output(task, target, 0, plan);
    return task;
}

xp_task *xp_task_write(const xp_group *group, xp_array *into, const char *function)
{
    xp_task *task = task_new(into, function);
    uint16_t values[XP_PROGRAM_STEPS];
    if (!task)
        return NULL;
    if (!add_inputs(task, group)) {
        xp_task_free(task);
        return NULL;
    }
    add_steps(task, group, values);
    uint16_t value = group->n_members > 0 ? values[group->n_members - 1] : 0;
    if (group->root->dtype != into->dtype && xp_state(group->root) != XP_STATE_WEAK) {
        const xp_step cast = {.operation = &xp_operation_cast,
                              .dtype = group->root->dtype,
                              .result_dtype = into->dtype,
                              .inputs = {value}};
        value = add_step(&task->program, &cast);
    }
    if (xp_state(group->root) == XP_STATE_WEAK)
        task->program.inputs[0].dtype = into->dtype;
    for (int m = 0; m < group->n_members; m++)
        group->members[m]->node->inlined = true;
    task->program.outputs[0] = (xp_output){.value = value, .dtype = into->dtype};
    task->program.n_outputs = 1;
    task->outputs[0] = NULL;
    task->into = into;
    task->device = into->xp->device;
    xp_array_ref(into);
    return task;
}

void xp_task_free(xp_task *task)
{
    for (int i = 0; i < task->n_arrays; i++)
        xp_array_unref(task->inputs[i]);
    for (int i = 0; i < task->program.n_outputs; i++)
        if (task->outputs[i])
            xp_array_unref(task->outputs[i]);
    if (task->into)
        xp_array_unref(task->into);
    xp_dealloc(task);
}
