/* Forcing: which programs make the wanted arrays, in which order, and running them.
 *
 * A force plans under the graph's lock: it claims every array that it is going to write, so that no two threads compute
 * the same one. Where it meets an array that another thread is computing, it gives up its own claims, waits and plans
 * again: whoever holds claims never waits. Then it runs its programs without the lock.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/alloc.h"
#include "core/thread.h"
#include "graph/fallback.h"
#include "graph/graph_private.h"
#include "scixp/xp/namespace.h"

typedef enum outcome { PLANNED, MUST_WAIT, NO_MEMORY } outcome;

typedef struct plan {
    xp_task *first, *last;
    xp_task *given_up;        /* tasks of earlier attempts, freed at the end: freeing may take the lock */
    xp_array **wanted;        /* a stack: the top one is planned once what it needs has been */
    int64_t n_wanted, room;
    const char *function;     /* of the array being planned, for errors */
} plan;

static bool want(plan *p, xp_array *x)
{
    if (p->n_wanted == p->room) {
        int64_t room = p->room ? 2 * p->room : 64;
        xp_array **grown = xp_realloc(p->wanted, (size_t)room, sizeof *grown);
        if (!grown)
            return false;
        p->wanted = grown;
        p->room = room;
    }
    p->wanted[p->n_wanted++] = x;
    return true;
}

static void append(plan *p, xp_task *task)
{
    *(p->last ? &p->last->next : &p->first) = task;
    p->last = task;
}

static bool want_needed(plan *p, const xp_group *group)
{
    for (int i = 0; i < group->n_needed; i++)
        if (!want(p, group->needed[i]))
            return false;
    return true;
}

/* Whether another thread is computing x. */
static bool is_elsewhere(const plan *p, const xp_array *x)
{
    return xp_state(x) == XP_STATE_PENDING && x->node->claimed_by && x->node->claimed_by != p;
}

static bool touches_others(const plan *p, const xp_group *group)
{
    for (int m = 0; m < group->n_members; m++)
        if (is_elsewhere(p, group->members[m]))
            return true;
    return false;
}

/* Plans the array on top of the stack, or puts what it needs on top of it. */
static outcome plan_computation(plan *p, xp_array *target)
{
    bool is_reduction = target->node->kind == XP_NODE_REDUCTION;
    xp_group group;
    if (!xp_group_collect(&group, is_reduction ? target->node->inputs[0] : target, p))
        return NO_MEMORY;
    outcome result = PLANNED;
    if (touches_others(p, &group)) {
        result = MUST_WAIT;
    } else if (group.n_needed > 0) {
        result = want_needed(p, &group) ? PLANNED : NO_MEMORY;
    } else {
        xp_task *task = is_reduction ? xp_task_reduction(target, &group, p) : xp_task_elementwise(&group, p);
        if (task)
            append(p, task);
        else
            result = NO_MEMORY;
    }
    xp_group_unmark(&group);
    return result;
}

static outcome plan_view(plan *p, xp_array *target)
{
    xp_array *base = target->node->inputs[0];
    if (xp_state(base) == XP_STATE_PENDING && base->node->claimed_by != p)
        return want(p, base) ? PLANNED : NO_MEMORY;
    xp_task *task = xp_task_view(target, p);
    if (!task)
        return NO_MEMORY;
    append(p, task);
    return PLANNED;
}

static outcome plan_wanted(plan *p)
{
    while (p->n_wanted > 0) {
        xp_array *target = p->wanted[p->n_wanted - 1];
        if (xp_state(target) != XP_STATE_PENDING || target->node->claimed_by == p) {
            p->n_wanted--;
            continue;
        }
        p->function = target->node->function;
        if (is_elsewhere(p, target))
            return MUST_WAIT;
        outcome result = target->node->kind == XP_NODE_VIEW ? plan_view(p, target) : plan_computation(p, target);
        if (result != PLANNED)
            return result;
    }
    return PLANNED;
}

/* Under the lock: gives back the claims and forgets what was planned. */
static void give_up(plan *p)
{
    for (xp_task *task = p->first; task; task = task->next)
        for (int i = 0; i < task->program.n_outputs; i++)
            task->outputs[i]->node->claimed_by = NULL;
    if (p->last) {
        p->last->next = p->given_up;
        p->given_up = p->first;
        xp_graph_notify();
    }
    p->first = p->last = NULL;
    p->n_wanted = 0;
}

static void free_tasks(xp_task *task)
{
    while (task) {
        xp_task *next = task->next;
        xp_task_free(task);
        task = next;
    }
}

/* One attempt to plan `count` arrays, under the lock. */
static outcome plan_all(plan *p, xp_array *const *arrays, int count)
{
    for (int i = count - 1; i >= 0; i--)
        if (xp_state(arrays[i]) == XP_STATE_PENDING)
            p->function = arrays[i]->node->function;
    for (int i = count - 1; i >= 0; i--)
        if (!want(p, arrays[i]))
            return NO_MEMORY;
    return plan_wanted(p);
}

/* Plans until nobody else is in the way; false with an error recorded. */
static bool make_plan(plan *p, xp_array *const *arrays, int count)
{
    xp_graph_lock();
    outcome result;
    while ((result = plan_all(p, arrays, count)) == MUST_WAIT) {
        give_up(p);
        xp_graph_wait();
    }
    if (result == NO_MEMORY)
        give_up(p);
    xp_graph_unlock();
    free_tasks(p->given_up);
    if (result == NO_MEMORY)
        xp_fail(XP_ERROR_MEMORY, p->function, NULL, "%s: out of memory", p->function);
    return result == PLANNED;
}

static bool run_plan(plan *p)
{
    bool success = true;
    for (xp_task *task = p->first; task; task = task->next)
        success &= xp_task_run(task);
    free_tasks(p->first);
    return success;
}

static bool none_failed(xp_array *const *arrays, int count)
{
    for (int i = 0; i < count; i++)
        if (arrays[i] && xp_is_failed(arrays[i])) {
            xp_fail_again();
            return false;
        }
    return true;
}

bool xp_force(xp_array *const *arrays, int count)
{
    bool pending = false;
    for (int i = 0; i < count && !pending; i++)
        pending = xp_state(arrays[i]) == XP_STATE_PENDING;
    if (pending) {
        plan p = {.function = ""};
        bool success = make_plan(&p, arrays, count) && run_plan(&p);
        xp_dealloc(p.wanted);
        if (!success)
            return false;
    }
    return none_failed(arrays, count);
}

xp_status xp_eval_all(xp_array *const *arrays, int count)
{
    for (int i = 0; i < count; i++)
        if (!arrays[i]) {
            xp_fail(XP_ERROR_VALUE, "eval", NULL, "eval: array %d is not given", i);
            return XP_ERROR_VALUE;
        }
    return xp_force(arrays, count) ? XP_OK : xp_error_code();
}

/* ---- writing where the caller says ------------------------------------------------------------------------------- */

/* Plans x's needs and the program that writes it into `out`. */
static outcome plan_write(plan *p, xp_array *x, xp_array *out, const char *function, xp_task **task)
{
    xp_group group;
    if (!xp_group_collect(&group, x, p))
        return NO_MEMORY;
    outcome result = PLANNED;
    if (touches_others(p, &group))
        result = MUST_WAIT;
    else if (group.n_needed > 0)
        result = want_needed(p, &group) ? PLANNED : NO_MEMORY;
    else if (!(*task = xp_task_write(&group, out, function)))
        result = NO_MEMORY;
    xp_group_unmark(&group);
    return result;
}

/* Whether x has to be cast to write it there, and the device does not do that as a part of the program. */
static bool is_cast_apart(const xp_array *x, const xp_array *out)
{
    const xp_request request = {.kind = XP_REQUEST_ELEMENTWISE,
                                .operation = &xp_operation_cast,
                                .dtype = x->dtype,
                                .result_dtype = out->dtype};
    return xp_state(x) != XP_STATE_WEAK && x->dtype != out->dtype && !xp_offers(out->xp->device, &request);
}

static bool write_cast(xp_array *x, xp_array *out, const char *function)
{
    xp_scope scope = xp_scope_open();
    xp_array *cast = xp_record_cast(x, (xp_dtype)out->dtype, function);
    bool success = !xp_is_failed(cast) && xp_write_into(cast, out, function);
    return xp_scope_close(scope) == XP_OK && success;
}

/* What x needs is forced as arrays of their own first; then only x itself is left for the one program. */
bool xp_write_into(xp_array *x, xp_array *out, const char *function)
{
    if (xp_is_failed(x) || xp_is_failed(out)) {
        xp_fail_again();
        return false;
    }
    if (is_cast_apart(x, out))
        return write_cast(x, out, function);
    /* what is broadcast is computed once, not for every element of `out` */
    if (x->size != out->size && !xp_force(&x, 1))
        return false;
    for (;;) {
        plan p = {.function = function};
        xp_task *task = NULL;
        xp_graph_lock();
        outcome result = plan_write(&p, x, out, function, &task);
        if (result == MUST_WAIT)
            xp_graph_wait();
        int count = (int)p.n_wanted;
        for (int i = 0; i < count; i++)
            xp_array_ref(p.wanted[i]);
        xp_graph_unlock();
        bool success = result != NO_MEMORY;
        if (!success)
            xp_fail(XP_ERROR_MEMORY, function, NULL, "%s: out of memory", function);
        if (success && count > 0)
            success = xp_force(p.wanted, count);
        for (int i = 0; i < count; i++)
            xp_array_unref(p.wanted[i]);
        xp_dealloc(p.wanted);
        if (task) {
            success = xp_task_run(task);
            xp_task_free(task);
            return success;
        }
        if (!success)
            return false;
    }
}

/* ---- arrays as memory, for the functions that cannot fuse -------------------------------------------------------- */

xp_array *xp_copy_out(xp_array *x, const char *function)
{
    xp_array *copy = xp_array_new_filled(x->xp, (xp_dtype)x->dtype, x->ndim, x->shape, function);
    if (xp_is_failed(copy))
        return NULL;
    if (xp_write_into(x, copy, function))
        return copy;
    xp_abandon(copy);
    return NULL;
}

xp_array *xp_ready(xp_array *x, const char *function)
{
    if (xp_state(x) == XP_STATE_WEAK) {
        xp_fail(XP_ERROR_TYPE, function, NULL, "%s: needs an array, got a scalar", function);
        return NULL;
    }
    if (!xp_force(&x, 1))
        return NULL;
    return xp_state(x) == XP_STATE_COORDINATE ? xp_copy_out(x, function) : x;
}

xp_array *xp_ready_contiguous(xp_array *x, const char *function)
{
    xp_array *ready = xp_ready(x, function);
    return !ready || xp_array_is_contiguous(ready) ? ready : xp_copy_out(ready, function);
}
