/* Groups: which pending arrays one program computes in registers, and what it reads from memory.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "graph/graph_private.h"

/* One array on the way down, and which of its inputs comes next. */
typedef struct visit {
    xp_array *array;
    int next;
} visit;

/* A value that every index of the space has its own of stays in registers; one that is broadcast (fewer elements) is
 * computed once, into memory, and so is everything that is not elementwise. */
static bool is_member(const xp_group *group, const xp_array *x, const void *plan)
{
    return xp_is_elementwise(x) && x->node->claimed_by != plan && x->size == group->root->size;
}

static bool add_once(xp_array **list, int *count, int most, xp_array *x)
{
    for (int i = 0; i < *count; i++)
        if (list[i] == x)
            return true;
    if (*count == most)
        return false;
    list[(*count)++] = x;
    return true;
}

/* x is read from memory: it is there, or will be (planned), or is needed first. */
static bool add_leaf(xp_group *group, xp_array *x, const void *plan)
{
    if (xp_state(x) == XP_STATE_PENDING && x->node->claimed_by != plan)
        return add_once(group->needed, &group->n_needed, XP_PROGRAM_INPUTS, x);
    return add_once(group->leaves, &group->n_leaves, XP_PROGRAM_INPUTS, x);
}

static void count_uses(xp_group *group)
{
    for (int m = 0; m < group->n_members; m++)
        group->uses[m] = 0;
    for (int m = 0; m < group->n_members; m++) {
        const xp_node *node = group->members[m]->node;
        for (int i = 0; i < node->n_inputs; i++) {
            const xp_array *x = node->inputs[i];
            if (xp_is_elementwise(x) && x->node->mark >= 0)
                group->uses[x->node->mark]++;
        }
    }
}

/* Depth first and without recursion: an array becomes a member when all its inputs have been seen. The depth is bounded
 * by the number of steps that may be pending. */
bool xp_group_collect(xp_group *group, xp_array *root, const void *plan)
{
    group->root = root;
    group->n_members = group->n_leaves = group->n_needed = 0;
    if (!is_member(group, root, plan))
        return add_leaf(group, root, plan);

    visit path[XP_PROGRAM_STEPS];
    int depth = 0;
    path[depth++] = (visit){root, 0};
    while (depth > 0) {
        visit *top = &path[depth - 1];
        xp_node *node = top->array->node;
        if (top->next < node->n_inputs) {
            xp_array *x = node->inputs[top->next++];
            if (!is_member(group, x, plan)) {
                if (!add_leaf(group, x, plan))
                    break;
            } else if (x->node->mark < 0) {
                if (depth == XP_PROGRAM_STEPS)
                    break;
                path[depth++] = (visit){x, 0};
            }
            continue;
        }
        if (group->n_members == XP_PROGRAM_STEPS)
            break;
        node->mark = group->n_members;
        group->members[group->n_members++] = top->array;
        depth--;
    }
    if (depth > 0) {
        xp_group_unmark(group);
        return false;
    }
    count_uses(group);
    return true;
}

void xp_group_unmark(xp_group *group)
{
    for (int m = 0; m < group->n_members; m++)
        group->members[m]->node->mark = -1;
}
