/* Running a task: buffers for its outputs, operands over its axes, the driver's call, and the arrays made ready.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/alloc.h"
#include "core/shape.h"
#include "core/thread.h"
#include "graph/fallback.h"
#include "graph/graph_private.h"

/* The buffers that the outputs will own; one that was taken over from an input is marked by `donor`. */
typedef struct storage {
    xp_buffer *buffers[XP_PROGRAM_OUTPUTS];
    int64_t offset;      /* of outputs[0] in a buffer taken over */
    xp_array *donor;     /* whose buffer outputs[0] takes over, or NULL */
} storage;

static bool inputs_are_there(const xp_task *task)
{
    for (int i = 0; i < task->n_arrays; i++) {
        xp_array_state state = xp_state(task->inputs[i]);
        if (state == XP_STATE_FAILED || state == XP_STATE_PENDING) {
            xp_fail_again();
            return false;
        }
    }
    return true;
}

/* How many references on x the task accounts for: its own, the owner's, and those of the node that it computes. */
static int known_references(const xp_task *task, const xp_array *x)
{
    int known = 2;
    const xp_array *target = task->outputs[0];
    for (int i = 0; i < target->node->n_inputs; i++)
        known += target->node->inputs[i] == x;
    return known;
}

/* An input that was given away, that nobody else reads, and whose elements lie just as the output's will. */
static xp_array *find_donor(const xp_task *task)
{
    const xp_array *target = task->outputs[0];
    if (!target || task->program.outputs[0].reduction)
        return NULL;
    for (int i = 0; i < task->n_arrays; i++) {
        xp_array *x = task->inputs[i];
        if ((task->given >> i & 1) && xp_state(x) == XP_STATE_READY && x->buffer && !x->buffer->foreign &&
            !x->buffer->read_only && x->size == target->size && xp_array_is_contiguous(x) &&
            xp_dtype_bytes(x->dtype) == xp_dtype_bytes(target->dtype) &&
            atomic_load(&x->buffer->references) == 1 && atomic_load(&x->references) <= known_references(task, x))
            return x;
    }
    return NULL;
}

static bool get_storage(const xp_task *task, storage *held)
{
    held->donor = find_donor(task);
    held->offset = 0;
    for (int i = 0; i < task->program.n_outputs; i++)
        held->buffers[i] = NULL;
    for (int i = 0; i < task->program.n_outputs; i++) {
        const xp_array *x = task->outputs[i];
        if (!x || (i == 0 && held->donor))
            continue;
        size_t bytes = (size_t)x->size * xp_dtype_bytes(x->dtype);
        held->buffers[i] = xp_buffer_new(task->device, bytes, x->node->function);
        if (!held->buffers[i])
            return false;
    }
    if (held->donor) {
        held->buffers[0] = held->donor->buffer;
        held->offset = held->donor->offset;
        xp_buffer_ref(held->buffers[0]);
    }
    return true;
}

static void drop_storage(const xp_task *task, storage *held)
{
    for (int i = 0; i < task->program.n_outputs; i++)
        if (held->buffers[i])
            xp_buffer_unref(held->buffers[i]);
}

static void fill_input(const xp_task *task, int i, xp_operand *operand)
{
    const xp_array *x = task->inputs[i];
    operand->buffer = x->buffer;
    operand->offset = x->offset;
    if (task->program.inputs[i].kind == XP_INPUT_SCALAR) {
        operand->buffer = NULL;
        operand->offset = 0;
        xp_value_cast(&x->value, (xp_dtype)x->dtype, &operand->scalar, (xp_dtype)task->program.inputs[i].dtype);
        for (int axis = 0; axis < task->ndim; axis++)
            operand->strides[axis] = 0;
        return;
    }
    xp_broadcast_strides(x->ndim, x->shape, x->strides, task->ndim, task->shape, operand->strides);
}

/* A reduced output steps along the kept axes only; with keepdims it has the reduced ones as extents of 1. */
static void reduced_strides(const xp_task *task, const xp_array *x, int64_t *strides)
{
    bool keepdims = x->ndim == task->ndim;
    for (int axis = 0, kept = 0; axis < task->ndim; axis++) {
        bool reduced = task->reduced >> axis & 1;
        strides[axis] = reduced ? 0 : x->strides[keepdims ? axis : kept];
        kept += !reduced;
    }
}

static void fill_output(const xp_task *task, int i, const storage *held, xp_operand *operand)
{
    const xp_array *x = task->outputs[i] ? task->outputs[i] : task->into;
    operand->buffer = task->outputs[i] ? held->buffers[i] : x->buffer;
    operand->offset = task->outputs[i] ? (i == 0 ? held->offset : 0) : x->offset;
    if (task->program.outputs[i].reduction)
        reduced_strides(task, x, operand->strides);
    else
        xp_broadcast_strides(x->ndim, x->shape, x->strides, task->ndim, task->shape, operand->strides);
}

static bool has_work(const xp_task *task)
{
    for (int i = 0; i < task->program.n_outputs; i++) {
        const xp_array *x = task->outputs[i] ? task->outputs[i] : task->into;
        if (x->size > 0)
            return true;
    }
    return false;
}

static bool run_program(const xp_task *task, const storage *held)
{
    if (!has_work(task))
        return true;
    xp_operands *operands = xp_alloc(1, sizeof *operands);
    if (!operands) {
        xp_fail(XP_ERROR_MEMORY, task->function, NULL, "%s: out of memory", task->function);
        return false;
    }
    operands->ndim = task->ndim;
    operands->reduced = task->reduced;
    for (int axis = 0; axis < task->ndim; axis++)
        operands->shape[axis] = task->shape[axis];
    for (int i = 0; i < task->program.n_inputs; i++)
        fill_input(task, i, &operands->inputs[i]);
    for (int i = 0; i < task->program.n_outputs; i++)
        fill_output(task, i, held, &operands->outputs[i]);
    const xp_driver *driver = task->is_apart ? &xp_fallback_driver : task->device->driver;
    xp_status status = driver->run(task->device, &task->program, operands);
    xp_dealloc(operands);
    if (status != XP_OK)
        xp_driver_failed(status, task->function);
    return status == XP_OK;
}

/* Gives output i its data: its buffer, or its place in the array that it is a view of. */
static void make_ready(const xp_task *task, int i, storage *held)
{
    xp_array *x = task->outputs[i];
    if (task->is_view) {
        x->buffer = task->inputs[0]->buffer;
        xp_buffer_ref(x->buffer);
        x->offset = task->inputs[0]->offset + x->node->view_offset;
        return;
    }
    x->buffer = held->buffers[i];
    x->offset = i == 0 ? held->offset : 0;
    held->buffers[i] = NULL;
}

/* Makes the outputs READY or FAILED for every thread, and drops their nodes. */
static void publish(xp_task *task, storage *held, bool success)
{
    xp_node *nodes[XP_PROGRAM_OUTPUTS];
    int n_nodes = 0;
    xp_buffer *taken = NULL;
    xp_graph_lock();
    for (int i = 0; i < task->program.n_outputs; i++) {
        xp_array *x = task->outputs[i];
        if (!x)
            continue;
        if (success)
            make_ready(task, i, held);
        nodes[n_nodes++] = xp_node_detach(x);
        atomic_store_explicit(&x->state, success ? XP_STATE_READY : XP_STATE_FAILED, memory_order_release);
    }
    if (success && held->donor) {
        taken = held->donor->buffer;
        held->donor->buffer = NULL;
        atomic_store_explicit(&held->donor->state, XP_STATE_FAILED, memory_order_release);
    }
    xp_graph_notify();
    xp_graph_unlock();
    if (taken)
        xp_buffer_unref(taken);
    for (int i = 0; i < n_nodes; i++)
        xp_node_drop(nodes[i]);
}

bool xp_task_run(xp_task *task)
{
    storage held = {.donor = NULL};
    bool success = inputs_are_there(task);
    if (success && !task->is_view)
        success = get_storage(task, &held) && run_program(task, &held);
    publish(task, &held, success);
    drop_storage(task, &held);
    return success;
}
