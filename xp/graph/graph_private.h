/* What the files of the graph share: the planning mutex, making nodes, the plan that a force claims and runs.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef XP_GRAPH_PRIVATE_H
#define XP_GRAPH_PRIVATE_H

#include "driver.h"
#include "graph/node.h"

/* Guards the structure of the graph in the whole process: nodes of pending arrays, their consumers, claims, and the
 * lists of sibling reductions. Held while recording on a pending array and while planning, never while work runs. */
void xp_graph_lock(void);
void xp_graph_unlock(void);
void xp_graph_wait(void);   /* until some plan has finished; the lock is given up meanwhile */
void xp_graph_notify(void); /* tells the waiting ones */

/* ---- nodes (node.c) ---------------------------------------------------------------------------------------------- */

/* A node that reads `inputs` (a reference on each) for `array`. Pending inputs beyond the bounds on pending work are
 * forced first. NULL with an error recorded. */
xp_node *xp_node_new(xp_array *array, xp_node_kind kind, int count, xp_array *const *inputs, const char *function);

/* Makes the array PENDING on the node. Does what is due at once: SCIXP_EAGER, borrowed memory outside a scope.
 * Returns the array, or the failed one. */
xp_array *xp_node_attach(xp_array *array, xp_node *node);

/* Gives up an array that could not be completed: the caller never sees it. Returns the failed array. */
xp_array *xp_abandon(xp_array *array);

/* Under the lock: takes the node off its array without dropping it. */
xp_node *xp_node_detach(xp_array *array);

/* Without the lock: gives back the node's references and its memory. */
void xp_node_drop(xp_node *node);

static inline bool xp_is_elementwise(const xp_array *x)
{
    return xp_state(x) == XP_STATE_PENDING && x->node->kind == XP_NODE_ELEMENTWISE;
}

/* ---- groups (group.c): what one program computes ----------------------------------------------------------------- */

/* The pending elementwise arrays that compute `root` in registers, in the order in which they can be computed, and the
 * arrays they read. All under the lock. */
typedef struct xp_group {
    xp_array *root;
    int n_members, n_leaves;
    xp_array *members[XP_PROGRAM_STEPS];   /* root is the last; none if root is a leaf itself */
    int uses[XP_PROGRAM_STEPS];            /* by how many members each is read */
    xp_array *leaves[XP_PROGRAM_INPUTS];   /* ready, weak, coordinate, or computed by an earlier program of the plan */
    int n_needed;
    xp_array *needed[XP_PROGRAM_INPUTS];   /* pending arrays that must be in memory first */
} xp_group;

/* Collects the group of `root`, whose own state may be anything. `plan` is who asks: arrays that it claimed count as
 * leaves. False if it does not fit into one program (nothing is marked then). */
bool xp_group_collect(xp_group *group, xp_array *root, const void *plan);
void xp_group_unmark(xp_group *group);

/* ---- tasks (task.c): a program with the arrays it reads and writes ----------------------------------------------- */

typedef struct xp_task {
    struct xp_task *next;
    const char *function;            /* for errors */
    const struct xp_device *device;
    int ndim;                        /* of the index space */
    int64_t shape[XP_MAX_NDIM];
    uint32_t reduced;
    bool is_apart;                   /* the host does it in the device's place */
    bool is_view;                    /* no program: outputs[0] becomes a view of inputs[0] */
    int n_arrays;                    /* inputs as arrays, one for each of the program's */
    uint64_t given;                  /* bit i: inputs[i] was given away by a node of the task */
    xp_array *inputs[XP_PROGRAM_INPUTS];
    xp_array *outputs[XP_PROGRAM_OUTPUTS]; /* pending arrays that it writes; a reference on each */
    xp_array *into;                  /* if given, where outputs[0] goes: a READY array (outputs[0] is then NULL) */
    xp_program program;
} xp_task;

/* Under the lock: the task that computes `target` (a pending array), its siblings and the members that must be
 * written; claims what it writes for `plan`. The group must not need anything. NULL if out of memory. */
xp_task *xp_task_elementwise(const xp_group *group, const void *plan);
xp_task *xp_task_reduction(xp_array *target, const xp_group *group, const void *plan);
xp_task *xp_task_view(xp_array *target, const void *plan);
xp_task *xp_task_write(const xp_group *group, xp_array *into, const char *function);

/* Without the lock: runs it, and makes its outputs READY or FAILED. False with an error recorded. */
bool xp_task_run(xp_task *task);
void xp_task_free(xp_task *task);

#endif
