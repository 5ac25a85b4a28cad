/* How an operand is reached from the indices of a run, and the copies in and out where it is not used as it lies.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "providers/host/engine.h"

/* The axes of an operand alone: innermost first, neighbours that are evenly spaced for it joined. */
static void own_axes(host_access *access, int n_axes, const int64_t *extents, const int64_t *strides)
{
    int n = 0;
    for (int i = n_axes - 1; i >= 0; i--) {
        if (extents[i] == 1)
            continue;
        if (n > 0 && strides[i] == access->strides[n - 1] * access->extents[n - 1]) {
            access->extents[n - 1] *= extents[i];
            continue;
        }
        access->extents[n] = extents[i];
        access->strides[n++] = strides[i];
    }
    access->n_axes = n;
}

void host_access_make(host_access *access, int n_axes, const int64_t *extents, const int64_t *strides, size_t bytes,
                      bool coordinate)
{
    own_axes(access, n_axes, extents, strides);
    access->bytes = (uint8_t)bytes;
    access->coordinate = coordinate;
    access->kind = HOST_COPIED;
    access->period = 0;
    int n = access->n_axes;
    if (n == 0) {
        access->kind = coordinate ? HOST_CONSTANT : HOST_DIRECT;
        access->n_axes = 1;
        access->extents[0] = 1;
        access->strides[0] = 0;
    } else if (n == 1 && access->strides[0] == 0) {
        access->kind = HOST_CONSTANT;
    } else if (n == 1 && access->strides[0] == (int64_t)bytes && !coordinate) {
        access->kind = HOST_DIRECT;
    } else if (n > 1 && access->strides[n - 1] == 0) {
        access->period = 1;
        for (int i = 0; i + 1 < n; i++)
            access->period *= access->extents[i];
    }
}

/* ---- walking rows ------------------------------------------------------------------------------------------------ */

/* Where a walk over an operand's own axes stands; `row` is the address of the current innermost row's first element. */
typedef struct walk {
    const host_access *access;
    int64_t index[XP_MAX_NDIM];
    int64_t row;
} walk;

static void walk_start(walk *w, const host_access *access, int64_t address, int64_t start)
{
    w->access = access;
    w->row = address;
    for (int i = 0; i < access->n_axes; i++) {
        w->index[i] = start % access->extents[i];
        start /= access->extents[i];
        if (i > 0)
            w->row += w->index[i] * access->strides[i];
    }
}

/* To the row `rows` further along axis 1, which does not pass that axis' end. */
static void walk_rows(walk *w, int64_t rows)
{
    const host_access *access = w->access;
    w->index[0] = 0;
    if (access->n_axes == 1)
        return;
    w->index[1] += rows;
    w->row += rows * access->strides[1];
    for (int i = 1; i + 1 < access->n_axes && w->index[i] == access->extents[i]; i++) {
        w->index[i] = 0;
        w->row += access->strides[i + 1] - access->extents[i] * access->strides[i];
        w->index[i + 1]++;
    }
}

/* The next rectangle of at most n elements: rows times columns from `address`. Returns how many elements it has. */
static int64_t walk_next(walk *w, int64_t n, int64_t *rows, int64_t *columns, int64_t *address)
{
    const host_access *access = w->access;
    int64_t row_length = access->extents[0];
    *address = w->row + w->index[0] * access->strides[0];
    *rows = 1;
    if (access->n_axes > 1 && w->index[0] == 0 && n >= row_length) {
        int64_t left = access->extents[1] - w->index[1], whole = n / row_length;
        *rows = whole < left ? whole : left;
        *columns = row_length;
        walk_rows(w, *rows);
        return *rows * row_length;
    }
    int64_t left = row_length - w->index[0];
    *columns = n < left ? n : left;
    w->index[0] += *columns;
    if (w->index[0] == row_length)
        walk_rows(w, 1);
    return *columns;
}

/* Writes `period` elements again and again until there are n. */
static void repeat(char *to, int64_t period, int64_t n, size_t bytes)
{
    for (int64_t done = period; done < n;) {
        int64_t count = done < n - done ? done : n - done;
        memcpy(to + (size_t)done * bytes, to, (size_t)count * bytes);
        done += count;
    }
}

void host_load(const host_moves *moves, const host_access *access, int64_t address, int64_t start, int64_t n, char *to)
{
    host_load_move *move = access->coordinate ? moves->count_up : moves->load[host_size_class(access->bytes)];
    if (access->n_axes == 1) {
        move(to, address + start * access->strides[0], 1, n, 0, access->strides[0]);
        return;
    }
    int64_t wanted = n;
    if (access->kind == HOST_PATTERN && n > access->period)
        wanted = access->period;
    walk w;
    walk_start(&w, access, address, start);
    char *at = to;
    for (int64_t left = wanted; left > 0;) {
        int64_t rows, columns, from;
        int64_t count = walk_next(&w, left, &rows, &columns, &from);
        move(at, from, rows, columns, access->strides[1], access->strides[0]);
        at += (size_t)count * access->bytes;
        left -= count;
    }
    repeat(to, wanted, n, access->bytes);
}

void host_store(const host_moves *moves, const host_access *access, int64_t address, int64_t start, int64_t n,
                const char *from)
{
    host_store_move *move = moves->store[host_size_class(access->bytes)];
    if (access->n_axes == 1) {
        move(address + start * access->strides[0], from, 1, n, 0, access->strides[0]);
        return;
    }
    walk w;
    walk_start(&w, access, address, start);
    while (n > 0) {
        int64_t rows, columns, to;
        int64_t count = walk_next(&w, n, &rows, &columns, &to);
        move(to, from, rows, columns, access->strides[1], access->strides[0]);
        from += (size_t)count * access->bytes;
        n -= count;
    }
}
