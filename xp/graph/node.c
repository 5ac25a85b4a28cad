/* Nodes: making, attaching and dropping them, and the bounds on how much may be pending.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "core/alloc.h"
#include "core/buffer.h"
#include "core/thread.h"
#include "graph/graph_private.h"
#include "scixp/xp/namespace.h"

/* Past this many pending steps below a new node its inputs are computed first. */
#define MAX_PENDING_STEPS 128

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t progress = PTHREAD_COND_INITIALIZER;

void xp_graph_lock(void) { pthread_mutex_lock(&mutex); }
void xp_graph_unlock(void) { pthread_mutex_unlock(&mutex); }
void xp_graph_wait(void) { pthread_cond_wait(&progress, &mutex); }
void xp_graph_notify(void) { pthread_cond_broadcast(&progress); }

/* Whether SCIXP_EAGER=1 asks for every call to run at once. */
static bool is_eager(void)
{
    static atomic_int eager = -1;
    int answer = atomic_load_explicit(&eager, memory_order_relaxed);
    if (answer < 0) {
        const char *text = getenv("SCIXP_EAGER");
        answer = text && text[0] == '1';
        atomic_store_explicit(&eager, answer, memory_order_relaxed);
    }
    return answer;
}

static int64_t leaf_bytes(const xp_array *x) { return x->buffer ? (int64_t)x->buffer->bytes : 0; }

/* Sums up what hangs below a node. Inputs are locked if one of them is pending. */
static void measure(xp_node *node)
{
    node->steps = 1;
    node->leaves = 0;
    node->pinned = 0;
    node->foreign = false;
    for (int i = 0; i < node->n_inputs; i++) {
        const xp_array *x = node->inputs[i];
        if (xp_state(x) == XP_STATE_PENDING) {
            node->steps += x->node->steps;
            node->leaves += x->node->kind == XP_NODE_ELEMENTWISE ? x->node->leaves : 1;
            node->pinned += x->node->pinned;
            node->foreign |= x->node->foreign;
            continue;
        }
        node->leaves++;
        if (x->buffer) {
            node->pinned += leaf_bytes(x);
            node->foreign |= x->buffer->foreign;
        }
    }
}

/* Counts what hangs below a node without counting anything twice: measure() does, which cuts graphs that read the same
 * arrays again and again too early. Under the lock. */
static void measure_exactly(xp_node *node)
{
    static const char nobody;
    xp_group group;
    int steps = 1, leaves = 0;
    int64_t pinned = 0;
    for (int i = 0; i < node->n_inputs; i++) {
        if (!xp_is_elementwise(node->inputs[i])) {
            leaves++;
            continue;
        }
        if (!xp_group_collect(&group, node->inputs[i], &nobody))
            return;
        steps += group.n_members;
        leaves += group.n_leaves + group.n_needed;
        for (int k = 0; k < group.n_leaves; k++)
            pinned += leaf_bytes(group.leaves[k]);
        for (int k = 0; k < group.n_needed; k++) {
            steps += group.needed[k]->node->steps;
            pinned += group.needed[k]->node->pinned;
        }
        xp_group_unmark(&group);
    }
    node->steps = steps;
    node->leaves = leaves;
    node->pinned = pinned;
}

static bool any_pending(int count, xp_array *const *inputs)
{
    for (int i = 0; i < count; i++)
        if (xp_state(inputs[i]) == XP_STATE_PENDING)
            return true;
    return false;
}

/* The rule against growth without bound: steps, the driver's inputs, and what stays in memory only because somebody
 * may still ask (an eighth of the pool's bound, or sixteen times the result where that is more). */
static bool is_too_much(const xp_node *node, const xp_array *array)
{
    int64_t bytes = array->size * (int64_t)xp_dtype_bytes(array->dtype);
    int64_t bound = (int64_t)(xp_pool_bound() / 8);
    if (bound < 16 * bytes)
        bound = 16 * bytes;
    return node->steps > MAX_PENDING_STEPS || node->leaves > array->xp->device->driver->max_inputs ||
           node->pinned > bound;
}

xp_node *xp_node_new(xp_array *array, xp_node_kind kind, int count, xp_array *const *inputs, const char *function)
{
    xp_node *node = xp_pool_alloc(sizeof *node);
    if (!node) {
        xp_fail(XP_ERROR_MEMORY, function, NULL, "%s: out of memory", function);
        return NULL;
    }
    memset(node, 0, sizeof *node);
    node->kind = (uint8_t)kind;
    node->n_inputs = (uint8_t)count;
    node->mark = -1;
    node->function = function;
    for (int i = 0; i < count; i++)
        node->inputs[i] = inputs[i];

    bool pending = any_pending(count, inputs);
    if (pending)
        xp_graph_lock();
    measure(node);
    if (pending && is_too_much(node, array))
        measure_exactly(node);
    if (pending)
        xp_graph_unlock();
    if (pending && is_too_much(node, array)) {
        if (!xp_force(inputs, count)) {
            xp_pool_free(node, sizeof *node);
            return NULL;
        }
        measure(node);
    }
    for (int i = 0; i < count; i++) {
        xp_array_ref(inputs[i]);
        if (inputs[i]->flags & XP_ARRAY_GIVEN) {
            node->given |= (uint8_t)(1u << i);
            inputs[i]->flags &= (uint8_t)~XP_ARRAY_GIVEN;
        }
    }
    xp_thread_here()->nodes++;
    return node;
}

xp_array *xp_abandon(xp_array *array)
{
    if (!xp_is_failed(array) && !array->scope)
        xp_release(array);
    return xp_failed();
}

/* Adds the node to what its pending inputs know about: who reads them, and which reductions wait for them. */
static void link_to_inputs(xp_array *array, xp_node *node)
{
    for (int i = 0; i < node->n_inputs; i++)
        if (xp_state(node->inputs[i]) == XP_STATE_PENDING)
            node->inputs[i]->node->consumers++;
    if (node->kind == XP_NODE_REDUCTION) {
        node->sibling = node->inputs[0]->reductions;
        node->inputs[0]->reductions = array;
    }
}

xp_array *xp_node_attach(xp_array *array, xp_node *node)
{
    bool shared = node->kind == XP_NODE_REDUCTION || any_pending(node->n_inputs, node->inputs);
    bool foreign = node->foreign; /* once it is linked, another thread may compute a reduction and drop its node */
    if (shared)
        xp_graph_lock();
    link_to_inputs(array, node);
    array->node = node;
    atomic_store_explicit(&array->state, XP_STATE_PENDING, memory_order_release);
    if (shared)
        xp_graph_unlock();

    xp_thread *thread = xp_thread_here();
    if (foreign && thread->scope)
        thread->scope->has_foreign = true;
    if ((foreign && !thread->scope) || is_eager())
        return xp_force(&array, 1) ? array : xp_abandon(array);
    return array;
}

/* Takes a reduction out of its operand's list. */
static void unlink_sibling(xp_array *array, const xp_node *node)
{
    xp_array **link = &node->inputs[0]->reductions;
    while (*link && *link != array)
        link = &(*link)->node->sibling;
    if (*link)
        *link = node->sibling;
}

xp_node *xp_node_detach(xp_array *array)
{
    xp_node *node = array->node;
    if (node->kind == XP_NODE_REDUCTION)
        unlink_sibling(array, node);
    for (int i = 0; i < node->n_inputs; i++)
        if (xp_state(node->inputs[i]) == XP_STATE_PENDING)
            node->inputs[i]->node->consumers--;
    array->node = NULL;
    return node;
}

void xp_node_drop(xp_node *node)
{
    for (int i = 0; i < node->n_inputs; i++)
        xp_array_unref(node->inputs[i]);
    xp_pool_free(node, sizeof *node);
    xp_thread_here()->nodes--;
}

void xp_node_release(xp_array *array)
{
    xp_graph_lock();
    xp_node *node = xp_node_detach(array);
    xp_graph_unlock();
    xp_node_drop(node);
}

bool xp_node_is_foreign(const xp_array *x)
{
    xp_graph_lock();
    bool foreign = xp_state(x) == XP_STATE_PENDING && x->node->foreign;
    xp_graph_unlock();
    return foreign;
}

int xp_node_consumers(const xp_array *x)
{
    xp_graph_lock();
    int consumers = xp_state(x) == XP_STATE_PENDING ? x->node->consumers : 0;
    xp_graph_unlock();
    return consumers;
}
