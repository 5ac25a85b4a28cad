/* Merging leaves in pairs.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/host/reduce/counter.h"

static int levels_for(int64_t leaves)
{
    int levels = 1;
    while (leaves >> levels > 0)
        levels++;
    return levels;
}

size_t host_counter_bytes(const host_reducer *reducer, int64_t cells, int64_t leaves)
{
    return (size_t)(levels_for(leaves) + 1) * host_cells_bytes(reducer, cells);
}

void host_counter_start(host_counter *counter, const host_reducer *reducer, int64_t cells, int64_t leaves,
                        char *memory)
{
    int levels = levels_for(leaves);
    counter->reducer = reducer;
    counter->cells = cells;
    counter->occupied = 0;
    for (int i = 0; i <= levels; i++)
        counter->branches[i] = host_cells_at(reducer, cells, memory + (size_t)i * host_cells_bytes(reducer, cells));
    counter->next = &counter->branches[levels];
}

static void swap(host_cells *a, host_cells *b)
{
    host_cells held = *a;
    *a = *b;
    *b = held;
}

/* Cells are not moved: a slot that a branch leaves gets those of the slot that it goes to. */
void host_counter_push(host_counter *counter, int level, double count)
{
    host_cells *at = counter->next;
    while (counter->occupied >> level & 1) {
        host_cells *met = &counter->branches[level];
        counter->reducer->merge(*met, *at, counter->cells, counter->counts[level], count);
        count += counter->counts[level];
        counter->occupied &= ~(UINT64_C(1) << level);
        at = met;
        level++;
    }
    counter->occupied |= UINT64_C(1) << level;
    counter->counts[level] = count;
    swap(&counter->branches[level], at);
}

host_cells host_counter_finish(host_counter *counter, double *count)
{
    int at = -1;
    for (int level = 0; counter->occupied != 0; level++, counter->occupied >>= 1) {
        if (!(counter->occupied & 1))
            continue;
        if (at >= 0) {
            counter->reducer->merge(counter->branches[level], counter->branches[at], counter->cells,
                                    counter->counts[level], counter->counts[at]);
            counter->counts[level] += counter->counts[at];
        }
        at = level;
    }
    *count = counter->counts[at];
    return counter->branches[at];
}
