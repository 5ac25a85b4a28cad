/* The leaves of a reduction: values are computed or found where they lie, and go to the reducers.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "providers/host/reduce/reduce.h"

#define SCRATCH_ELEMENTS 4096 /* HOST_FIRST_ROWS rows of the widest panel */
#define STATE_NUMBERS 3       /* that a leaf of columns may need for each cell */
#define BATCH (1 << HOST_BATCH_LEVEL)
#define SHARED_BYTES 16384     /* that several tallies read one after the other, from the first level cache */

/* ---- memory ------------------------------------------------------------------------------------------------------ */

static char *take(char *memory, size_t *used, size_t bytes)
{
    char *at = memory ? memory + *used : NULL;
    *used += (bytes + 63) & ~(size_t)63;
    return at;
}

int64_t host_strip_cells(const host_reduction *reduction, const host_strip *strip, int t, int64_t width)
{
    return (reduction->shape == HOST_TILED ? strip->width : width) * reduction->tallies[t].reducer->parts;
}

/* Lays out what a thread needs; with NULL only measures. */
static size_t lay_out(host_reducing *r, const host_reduction *reduction, char *memory)
{
    size_t used = 0;
    char *registers = take(memory, &used, host_worker_bytes(&reduction->job));
    if (memory)
        host_worker_start(&r->worker, &reduction->job, registers);
    for (int v = 0; v < reduction->n_values && !reduction->plain; v++)
        r->scratch[v] = take(memory, &used, (size_t)SCRATCH_ELEMENTS * reduction->value_bytes[v]);
    for (int t = 0; t < reduction->n_tallies; t++) {
        const host_reducer *reducer = reduction->tallies[t].reducer;
        size_t counters = 0, state = BATCH * reducer->parts;
        for (int s = 0; s < reduction->n_strips; s++) {
            int64_t cells = host_strip_cells(reduction, &reduction->strips[s], t, reduction->panel);
            size_t bytes = host_counter_bytes(reducer, cells, host_strip_leaves(reduction, &reduction->strips[s]));
            counters = bytes > counters ? bytes : counters;
            state = (size_t)cells > state ? (size_t)cells : state;
        }
        r->counter_memory[t] = take(memory, &used, counters);
        r->state[t] = take(memory, &used, (state + HOST_STATE_PAD) * STATE_NUMBERS * 8);
        r->folded[t] = take(memory, &used, host_cells_bytes(reducer, reduction->panel * reducer->parts));
    }
    r->result = take(memory, &used, (size_t)reduction->panel * 16);
    return used;
}

size_t host_reducing_bytes(const host_reduction *reduction)
{
    host_reducing unused;
    return lay_out(&unused, reduction, NULL);
}

void host_reducing_start(host_reducing *reducing, const host_reduction *reduction, char *memory)
{
    reducing->reduction = reduction;
    reducing->is_open = false;
    lay_out(reducing, reduction, memory);
}

void host_reducing_clear(host_reducing *reducing, const host_strip *strip, int64_t width)
{
    const host_reduction *reduction = reducing->reduction;
    for (int t = 0; t < reduction->n_tallies; t++)
        host_counter_start(&reducing->counters[t], reduction->tallies[t].reducer,
                           host_strip_cells(reduction, strip, t, width), host_strip_leaves(reduction, strip),
                           reducing->counter_memory[t]);
}

/* ---- moving along the outer axes --------------------------------------------------------------------------------- */

static void seek_outer(host_reducing *r, bool reduced, int64_t position)
{
    const host_plan *plan = r->reduction->plan;
    for (int axis = r->reduction->outer - 1; axis >= 0; axis--) {
        if (plan->axes[axis].reduced != reduced)
            continue;
        host_worker_set(&r->worker, axis, position % plan->axes[axis].extent);
        position /= plan->axes[axis].extent;
    }
}

void host_reducing_seek(host_reducing *reducing, int64_t problem, int64_t *first, int64_t *width)
{
    const host_reduction *reduction = reducing->reduction;
    int64_t panels = (reduction->kept + reduction->panel - 1) / reduction->panel;
    seek_outer(reducing, false, problem / panels);
    *first = problem % panels * reduction->panel;
    *width = reduction->kept - *first < reduction->panel ? reduction->kept - *first : reduction->panel;
}

/* ---- values ------------------------------------------------------------------------------------------------------ */

/* Puts the values of [start, start + n) of the run into the scratch, from element `offset` on. */
static void put_together(host_reducing *r, int64_t start, int64_t n, int64_t offset)
{
    const host_reduction *reduction = r->reduction;
    host_worker *worker = &r->worker;
    for (int64_t done = 0; done < n;) {
        int64_t count = n - done < reduction->job.limit ? n - done : reduction->job.limit;
        host_worker_block(worker, start + done, count);
        for (int v = 0; v < reduction->n_values; v++) {
            size_t bytes = reduction->value_bytes[v];
            memcpy(r->scratch[v] + (size_t)(offset + done) * bytes, worker->pointers[reduction->values[v]],
                   (size_t)count * bytes);
        }
        host_worker_commit(worker, start + done, count);
        done += count;
    }
    for (int v = 0; v < reduction->n_values; v++)
        r->values[v] = r->scratch[v];
}

/* The values of [start, start + n) of the run: r->values says where they are, until close_block. */
static void open_block(host_reducing *r, int64_t start, int64_t n)
{
    const host_reduction *reduction = r->reduction;
    if (reduction->plain) {
        for (int v = 0; v < reduction->n_values; v++)
            r->values[v] = (const char *)(intptr_t)(r->worker.address[reduction->values[v]] +
                                                    start * reduction->value_bytes[v]);
    } else if (n <= reduction->job.limit) {
        host_worker_block(&r->worker, start, n);
        r->is_open = true;
        r->open_start = start;
        r->open_n = n;
        for (int v = 0; v < reduction->n_values; v++)
            r->values[v] = r->worker.pointers[reduction->values[v]];
    } else {
        put_together(r, start, n, 0);
    }
}

static void close_block(host_reducing *r)
{
    if (r->is_open)
        host_worker_commit(&r->worker, r->open_start, r->open_n);
    r->is_open = false;
}

static void push_all(host_reducing *r, int level, double count)
{
    for (int t = 0; t < r->reduction->n_tallies; t++)
        host_counter_push(&r->counters[t], level, count);
}

/* ---- rows -------------------------------------------------------------------------------------------------------- */

/* Rows of the block at hand as leaves, to cells from number `at` on. */
static void reduce_rows(host_reducing *r, int t, int64_t count, int64_t length, int64_t pitch, int64_t position,
                        int64_t step, host_cells cells, int64_t at)
{
    const host_tally *tally = &r->reduction->tallies[t];
    tally->reducer->rows(r->values[tally->value_number], count, length, pitch, position, step,
                         host_cells_from(cells, at * tally->reducer->parts));
}

static void leaf_of_rows(host_reducing *r, int64_t first, int64_t width, int64_t outer)
{
    const host_reduction *reduction = r->reduction;
    int64_t length = reduction->length, most = reduction->job.limit / length;
    if (reduction->plain)
        most = width;
    else if (most < 1)
        most = 1;
    for (int64_t done = 0; done < width; done += most) {
        int64_t count = width - done < most ? width - done : most;
        if (!reduction->plain)
            open_block(r, (first + done) * length, count * length);
        for (int t = 0; t < reduction->n_tallies; t++) {
            const host_tally *tally = &reduction->tallies[t];
            int64_t pitch = length * tally->bytes;
            if (reduction->plain) {
                pitch = reduction->pitch[t];
                r->values[tally->value_number] =
                    (const char *)(intptr_t)(r->worker.address[tally->value] + first * pitch);
            }
            reduce_rows(r, t, count, length, pitch, outer * length, 0, *r->counters[t].next, done);
        }
        close_block(r);
    }
    push_all(r, 0, (double)length);
}

char *host_results_at(const host_reducing *reducing, int i, int64_t first)
{
    const host_access *access = &reducing->reduction->results[i];
    int64_t at = reducing->worker.address[HOST_OUTPUT(i)] + first * access->bytes;
    return access->kind == HOST_DIRECT && at % access->bytes == 0 ? (char *)(intptr_t)at : reducing->result;
}

void host_results_made(const host_reducing *reducing, int i, int64_t first, int64_t count)
{
    const host_reduction *reduction = reducing->reduction;
    if (host_results_at(reducing, i, first) == reducing->result)
        host_store(reduction->job.moves, &reduction->results[i], reducing->worker.address[HOST_OUTPUT(i)], first, count,
                   reducing->result);
}

/* The results of an output from rows of the block at hand, of which row `first` is the first one. */
static void end_rows(host_reducing *r, int i, int64_t first, int64_t count)
{
    const host_reduction *reduction = r->reduction;
    const host_tally *tally = &reduction->tallies[reduction->tally_of[i]];
    int64_t pitch = reduction->length * tally->bytes;
    const char *rows = r->values[tally->value_number];
    if (reduction->plain) {
        pitch = reduction->pitch[reduction->tally_of[i]];
        rows = (const char *)(intptr_t)(r->worker.address[tally->value] + first * pitch);
    }
    tally->reducer->results(rows, count, reduction->length, pitch, reduction->endings[i],
                            host_results_at(r, i, first));
    host_results_made(r, i, first, count);
}

void host_reduce_straight(host_reducing *reducing, int64_t first, int64_t width)
{
    const host_reduction *reduction = reducing->reduction;
    const host_plan *plan = reduction->plan;
    int64_t length = reduction->length, most = reduction->plain ? width : reduction->job.limit / length;
    most = most < 1 ? 1 : most;
    seek_outer(reducing, true, 0);
    for (int64_t done = 0; done < width; done += most) {
        int64_t count = width - done < most ? width - done : most;
        if (!reduction->plain)
            open_block(reducing, (first + done) * length, count * length);
        for (int i = 0; i < plan->program->n_outputs; i++)
            if ((plan->outputs >> i & 1) && plan->program->outputs[i].reduction)
                end_rows(reducing, i, first + done, count);
        close_block(reducing);
    }
}

/* Leaf number j of each of the panel's long rows. */
static void leaf_of_long_rows(host_reducing *r, int64_t first, int64_t width, int64_t outer, int64_t j)
{
    const host_reduction *reduction = r->reduction;
    int64_t start = j * HOST_LEAF, left = reduction->length - start, n = left < HOST_LEAF ? left : HOST_LEAF;
    bool together = reduction->plain && (width == 1 || reduction->panel_last - reduction->panel_first == 1);
    int64_t step = together ? width : 1;
    for (int64_t row = 0; row < width; row += step) {
        host_worker_seek(&r->worker, reduction->panel_first, reduction->panel_last, first + row);
        open_block(r, start, n);
        for (int t = 0; t < reduction->n_tallies; t++)
            reduce_rows(r, t, step, n, reduction->pitch[t], outer * reduction->length + start, 0,
                        *r->counters[t].next, row);
        close_block(r);
    }
    push_all(r, 0, (double)n);
}

/* A batch is merged in halves, not in neighbours as the counter would. That its leaves are a batch follows from the
 * shape of the reduction alone. */
static void merge_batch(host_reducing *r, int t)
{
    const host_reducer *reducer = r->reduction->tallies[t].reducer;
    int64_t parts = reducer->parts;
    host_cells leaves = host_cells_at(reducer, BATCH * parts, r->state[t]);
    double count = HOST_LEAF;
    for (int64_t half = BATCH / 2; half > 0; half /= 2, count *= 2)
        reducer->merge(leaves, host_cells_from(leaves, half * parts), half * parts, count, count);
    for (int plane = 0; plane < reducer->planes; plane++)
        memcpy(r->counters[t].next->planes[plane], leaves.planes[plane], (size_t)parts * 8);
}

/* The leaves from number j on of one long row. */
static void batch_of_leaves(host_reducing *r, int64_t first, int64_t outer, int64_t j)
{
    const host_reduction *reduction = r->reduction;
    int64_t most = reduction->job.limit / HOST_LEAF;
    if (reduction->plain)
        most = reduction->n_tallies == 1 ? BATCH : SHARED_BYTES / (HOST_LEAF * reduction->value_bytes[0]);
    if (most < 1)
        most = 1;
    host_worker_seek(&r->worker, reduction->panel_first, reduction->panel_last, first);
    for (int64_t done = 0; done < BATCH; done += most) {
        int64_t count = BATCH - done < most ? BATCH - done : most, start = (j + done) * HOST_LEAF;
        open_block(r, start, count * HOST_LEAF);
        for (int t = 0; t < reduction->n_tallies; t++) {
            const host_tally *tally = &reduction->tallies[t];
            reduce_rows(r, t, count, HOST_LEAF, HOST_LEAF * tally->bytes, outer * reduction->length + start, HOST_LEAF,
                        host_cells_at(tally->reducer, BATCH * tally->reducer->parts, r->state[t]), done);
        }
        close_block(r);
    }
    for (int t = 0; t < reduction->n_tallies; t++)
        merge_batch(r, t);
    push_all(r, HOST_BATCH_LEVEL, (double)BATCH * HOST_LEAF);
}

/* ---- columns ----------------------------------------------------------------------------------------------------- */

/* Adds rows of the block at hand to the leaf: of `width` elements, `pitch` bytes apart (0: dense). */
static void add_rows(host_reducing *r, int64_t rows, int64_t width, const int64_t *pitch, int64_t done)
{
    const host_reduction *reduction = r->reduction;
    for (int t = 0; t < reduction->n_tallies; t++) {
        const host_tally *tally = &reduction->tallies[t];
        tally->reducer->columns(r->values[tally->value_number], rows, width * tally->reducer->parts,
                                pitch ? pitch[t] : width * tally->bytes, done, r->state[t]);
    }
}

static void end_leaf(host_reducing *r, int64_t rows, int64_t width, const host_positions *positions)
{
    const host_reduction *reduction = r->reduction;
    for (int t = 0; t < reduction->n_tallies; t++) {
        const host_reducer *reducer = reduction->tallies[t].reducer;
        reducer->columns_end(r->state[t], rows, width * reducer->parts, positions, *r->counters[t].next);
    }
    push_all(r, 0, (double)rows);
}

static void leaf_of_tile_rows(host_reducing *r, const host_strip *strip, int64_t outer, int64_t j)
{
    const host_reduction *reduction = r->reduction;
    int64_t row = j * HOST_LEAF_TILES, left = strip->rows - row, rows = left < HOST_LEAF_TILES ? left : HOST_LEAF_TILES;
    int64_t start = strip->start + row * strip->width, step = rows;
    if (!reduction->plain)
        step = reduction->job.limit / strip->width;
    if (step < HOST_FIRST_ROWS)
        step = HOST_FIRST_ROWS;
    for (int64_t done = 0; done < rows; done += step) {
        int64_t count = rows - done < step ? rows - done : step;
        open_block(r, start + done * strip->width, count * strip->width);
        add_rows(r, count, strip->width, NULL, done);
        close_block(r);
    }
    host_positions positions = {outer * reduction->length + start / reduction->kept, strip->width / reduction->kept,
                                reduction->kept};
    end_leaf(r, rows, strip->width, &positions);
}

static void leaf_of_columns(host_reducing *r, int64_t first, int64_t width, int64_t outer, int64_t j)
{
    const host_reduction *reduction = r->reduction;
    int64_t row = j * HOST_LEAF_ROWS, left = reduction->length - row;
    int64_t rows = left < HOST_LEAF_ROWS ? left : HOST_LEAF_ROWS;
    if (reduction->plain) {
        host_worker_seek(&r->worker, reduction->line_first, reduction->line_last, row);
        open_block(r, first, width);
        add_rows(r, rows, width, reduction->pitch, 0);
    }
    int64_t step = SCRATCH_ELEMENTS / width;
    for (int64_t done = 0; done < rows && !reduction->plain; done += step) {
        int64_t count = rows - done < step ? rows - done : step;
        for (int64_t i = 0; i < count; i++) {
            host_worker_seek(&r->worker, reduction->line_first, reduction->line_last, row + done + i);
            put_together(r, first, width, i * width);
        }
        add_rows(r, count, width, NULL, done);
    }
    host_positions positions = {outer * reduction->length + row, 1, width};
    end_leaf(r, rows, width, &positions);
}

/* ---- all of them ------------------------------------------------------------------------------------------------- */

static bool starts_batch(const host_reduction *reduction, const host_strip *strip, int64_t width, int64_t leaf,
                         int64_t end)
{
    return reduction->shape == HOST_LONG_ROWS && width == 1 && leaf % BATCH == 0 && leaf + BATCH <= end &&
           (leaf % strip->leaves + BATCH) * HOST_LEAF <= strip->rows;
}

void host_reduce_leaves(host_reducing *reducing, const host_strip *strip, int64_t first, int64_t width, int64_t begin,
                        int64_t end)
{
    const host_reduction *reduction = reducing->reduction;
    for (int64_t leaf = begin; leaf < end; leaf++) {
        int64_t outer = leaf / strip->leaves, j = leaf % strip->leaves;
        if (leaf == begin || j == 0)
            seek_outer(reducing, true, outer);
        if (starts_batch(reduction, strip, width, leaf, end)) {
            batch_of_leaves(reducing, first, outer, j);
            leaf += BATCH - 1;
        } else if (reduction->shape == HOST_ROWS) {
            leaf_of_rows(reducing, first, width, outer);
        } else if (reduction->shape == HOST_LONG_ROWS) {
            leaf_of_long_rows(reducing, first, width, outer, j);
        } else if (reduction->shape == HOST_TILED) {
            leaf_of_tile_rows(reducing, strip, outer, j);
        } else {
            leaf_of_columns(reducing, first, width, outer, j);
        }
    }
}
