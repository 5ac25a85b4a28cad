/* Sorting of elements of one or two bytes: how often each value occurs says all.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "core/dtype.h"
#include "providers/host/sort/sort.h"

#define TABLES 4        /* for bytes: a count waits for the one before it, so neighbours go to different ones */
#define SHORT_BYTES 256 /* elements from which on going through all values pays, of one byte */
#define SHORT_PAIRS 65536

typedef struct counter {
    int64_t n, x_step, out_step, bytes;
    uint32_t turn; /* the sign bit of signed elements */
    const char *x;
    char *out;
} counter;

bool host_sort_counts(int dtype, int64_t n)
{
    const size_t bytes = xp_dtype_bytes(dtype);
    return (bytes == 1 && n >= SHORT_BYTES) || (bytes == 2 && n >= SHORT_PAIRS);
}

static void count_bytes(const counter *c, int64_t *counts)
{
    int64_t own[TABLES][256] = {{0}};
    int64_t i = 0;
    for (; i + TABLES <= c->n; i += TABLES)
        for (int table = 0; table < TABLES; table++)
            own[table][*(const uint8_t *)(c->x + (i + table) * c->x_step)]++;
    for (; i < c->n; i++)
        own[0][*(const uint8_t *)(c->x + i * c->x_step)]++;
    for (int value = 0; value < 256; value++)
        counts[value] = own[0][value] + own[1][value] + own[2][value] + own[3][value];
}

static void count_pairs(const counter *c, int64_t *counts)
{
    memset(counts, 0, 65536 * sizeof *counts);
    for (int64_t i = 0; i < c->n; i++) {
        uint16_t value;
        memcpy(&value, c->x + i * c->x_step, sizeof value);
        counts[value]++;
    }
}

/* Writes a value `times` times from element `at` on. Where there is room, whole words are written, whose ends the next
 * values replace. */
static void repeat(const counter *c, int64_t at, uint32_t value, int64_t times)
{
    const uint64_t word = value * (c->bytes == 1 ? 0x0101010101010101u : 0x0001000100010001u);
    const int64_t in_word = (int64_t)sizeof word / c->bytes, end = at + times;
    if (c->out_step == c->bytes)
        for (; at < end && at + in_word <= c->n; at += in_word)
            memcpy(c->out + at * c->bytes, &word, sizeof word);
    for (; at < end; at++)
        memcpy(c->out + at * c->out_step, &word, (size_t)c->bytes);
}

void host_sort_by_counting(int dtype, int64_t n, const char *x, int64_t x_step, bool descending, char *out,
                           int64_t out_step, void *room)
{
    const int64_t bytes = (int64_t)xp_dtype_bytes(dtype), n_values = bytes == 1 ? 256 : 65536;
    const bool is_signed = dtype == XP_INT8 || dtype == XP_INT16;
    const counter c = {n, x_step, out_step, bytes, is_signed ? (uint32_t)n_values / 2 : 0, x, out};
    int64_t *counts = room, at = 0;
    if (bytes == 1)
        count_bytes(&c, counts);
    else
        count_pairs(&c, counts);
    for (int64_t i = 0; i < n_values; i++) {
        const uint32_t value = (uint32_t)(descending ? n_values - 1 - i : i) ^ c.turn;
        repeat(&c, at, value, counts[value]);
        at += counts[value];
    }
}
