/* What the slot of Fourier transforms stands on: its program, how lengths are divided, tables.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/device/slots/fourier_tables.h"

#include "core/dtype.h"
#include "providers/device/kernels/texts.h"
#include "providers/device/slots/lines.h"

#define LEAST_SHARE 2048 /* elements of an item on a processor */
#define SHARES_PER_UNIT 4

/* ---- launching --------------------------------------------------------------------------------------------------- */

void device_fourier_open(device_fourier_program *program, const struct xp_device *device, int dtype)
{
    program->device = device;
    program->source = device_algebra_source(&program->algebra, "fourier", device_fourier_text, dtype, "");
    program->algebra.before = device_fourier_tables_text;
}

xp_status device_fourier_launch(const device_fourier_program *program, device_call *call, const char *entry,
                                int64_t count)
{
    const device_state *state = device_state_of(program->device);
    int64_t share = 1;
    if (state->group_items == 1) {
        int64_t shares = (int64_t)state->about.compute_units * SHARES_PER_UNIT;
        share = (count + shares - 1) / shares;
        share = share < LEAST_SHARE ? LEAST_SHARE : share;
    }
    device_call_index(call, share);
    return device_call_launch(call, &program->source, entry,
                              device_groups_for(program->device, (count + share - 1) / share));
}

/* ---- lengths ----------------------------------------------------------------------------------------------------- */

/* Primes come last: their results are far apart, and so neighbours lie side by side. */
int device_fourier_radices(int64_t n, int largest, int radices[DEVICE_FOURIER_PASSES])
{
    static const int small[] = {7, 5, 4, 3, 2};
    int count = 0;
    for (int i = 0; i < 5; i++)
        for (; n % small[i] == 0; n /= small[i])
            radices[count++] = small[i];
    for (int prime = 11; prime <= largest; prime += 2)
        for (; n % prime == 0; n /= prime)
            radices[count++] = prime;
    return n == 1 ? count : 0;
}

int64_t device_fourier_smooth(int64_t n)
{
    int radices[DEVICE_FOURIER_PASSES];
    while (device_fourier_radices(n, DEVICE_FOURIER_SMALL, radices) == 0)
        n++;
    return n;
}

/* ---- roots ------------------------------------------------------------------------------------------------------- */

static xp_status run_roots(const device_fourier_program *program, const char *entry, device_block *to, int64_t n)
{
    device_call call;
    device_call_begin(&call, program->device);
    device_call_block(&call, to, true);
    device_call_index(&call, n);
    return device_fourier_launch(program, &call, entry, n);
}

static xp_status fill_roots(const device_table *table)
{
    device_fourier_program program;
    device_fourier_open(&program, table->device, table->dtype);
    return run_roots(&program, "fourier_roots", table->block, table->n);
}

xp_status device_fourier_roots(const struct xp_device *device, int dtype, int64_t n, device_table **roots)
{
    return device_table_take(device, DEVICE_TABLE_ROOTS, dtype, n, 0, n * (int64_t)xp_dtype_bytes(dtype), fill_roots,
                             roots);
}

/* ---- chirps ------------------------------------------------------------------------------------------------------ */

/* What a chirp's transform needs, in numbers of two parts: roots, and two rooms, of which `now` has the elements. */
typedef struct fine_work {
    const device_table *table;
    device_fourier_program program;
    device_block *roots, *now, *other;
} fine_work;

static xp_status run_chirp(const fine_work *w)
{
    device_call call;
    device_call_begin(&call, w->program.device);
    device_call_block(&call, w->now, true);
    device_call_index(&call, w->table->n);
    device_call_index(&call, w->table->m);
    return device_fourier_launch(&w->program, &call, "fourier_chirp", w->table->m);
}

static xp_status run_pass(fine_work *w, int64_t done, int radix)
{
    device_call call;
    device_call_begin(&call, w->program.device);
    device_call_block(&call, w->now, false);
    device_call_block(&call, w->other, true);
    device_call_block(&call, w->roots, false);
    device_call_index(&call, w->table->m);
    device_call_index(&call, done);
    device_call_int(&call, radix);
    device_block *written = w->other;
    w->other = w->now;
    w->now = written;
    return device_fourier_launch(&w->program, &call, "fourier_fine_pass", w->table->m);
}

static xp_status round_off(const fine_work *w)
{
    device_call call;
    device_call_begin(&call, w->program.device);
    device_call_block(&call, w->now, false);
    device_call_block(&call, w->table->block, true);
    device_call_index(&call, w->table->m);
    return device_fourier_launch(&w->program, &call, "fourier_rounded", w->table->m);
}

static xp_status run_fine(fine_work *w)
{
    int radices[DEVICE_FOURIER_PASSES];
    const int count = device_fourier_radices(w->table->m, DEVICE_FOURIER_SMALL, radices);
    xp_status status = run_roots(&w->program, "fourier_fine_roots", w->roots, w->table->m);
    if (status == XP_OK)
        status = run_chirp(w);
    int64_t done = 1;
    for (int i = 0; i < count && status == XP_OK; i++) {
        status = run_pass(w, done, radices[i]);
        done *= radices[i];
    }
    return status == XP_OK ? round_off(w) : status;
}

static xp_status fill_chirp(const device_table *table)
{
    const struct xp_device *device = table->device;
    fine_work w = {.table = table};
    device_fourier_open(&w.program, device, table->dtype);
    xp_status status = device_scratch(device, 2 * table->bytes, &w.roots);
    if (status == XP_OK)
        status = device_scratch(device, 2 * table->bytes, &w.now);
    if (status == XP_OK)
        status = device_scratch(device, 2 * table->bytes, &w.other);
    if (status == XP_OK)
        status = run_fine(&w);
    device_scratch_free(device, w.roots);
    device_scratch_free(device, w.now);
    device_scratch_free(device, w.other);
    return status;
}

xp_status device_fourier_chirp(const struct xp_device *device, int dtype, int64_t n, int64_t m, device_table **chirp)
{
    return device_table_take(device, DEVICE_TABLE_CHIRP, dtype, n, m, m * (int64_t)xp_dtype_bytes(dtype), fill_chirp,
                             chirp);
}
