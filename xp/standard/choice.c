/* Choosing without replacement: the beginning of a shuffle of 0 .. n - 1.
 *
 * Each step of Fisher and Yates' shuffle depends on those before it, so the random words are drawn on the device and
 * the steps are made on the host. Where few numbers of many are wanted, only the places that have changed are kept.
 * Source: Durstenfeld, Algorithm 235: random permutation, Communications of the ACM 7 (1964).
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "core/alloc.h"
#include "core/thread.h"
#include "graph/transfer.h"
#include "standard/support.h"

#define DENSE 8 /* from one in so many on, all places are kept in memory */

static const char *const function = "choice";

/* The places of the shuffle that no longer hold their own number, by place: an open-addressed table. Empty slots have
 * place -1. */
typedef struct moved {
    int64_t mask; /* slots - 1, a power of two less one */
    int64_t (*slots)[2];
} moved;

static bool moved_make(moved *m, int64_t count)
{
    int64_t slots = 16;
    while (slots < 2 * count)
        slots *= 2;
    m->mask = slots - 1;
    m->slots = xp_alloc((size_t)slots, sizeof *m->slots);
    if (m->slots)
        memset(m->slots, 0xff, (size_t)slots * sizeof *m->slots);
    return m->slots != NULL;
}

/* The slot of a place, empty if it is not in the table. */
static int64_t *moved_find(const moved *m, int64_t place)
{
    uint64_t hash = (uint64_t)place * 0x9E3779B97F4A7C15u;
    int64_t at = (int64_t)(hash >> 20) & m->mask;
    while (m->slots[at][0] != -1 && m->slots[at][0] != place)
        at = (at + 1) & m->mask;
    return m->slots[at];
}

/* The number from 0 to span - 1 that a word of 64 random bits stands for, or -1: the word has to be drawn again. */
static int64_t below(uint64_t word, uint64_t span)
{
    unsigned __int128 product = (unsigned __int128)word * span;
    bool refused = (uint64_t)product < span && (uint64_t)product < (0 - span) % span;
    return refused ? -1 : (int64_t)(product >> 64);
}

/* 64 random bits for each of `count` elements into host memory. `slots` has the slot that draws. */
static bool draw_words(const xp_namespace *xp, const xp_driver *slots, const xp_rng *rng, int64_t count, uint64_t *words)
{
    xp_scope scope = xp_scope_open();
    xp_array *drawn = xp_array_new_filled(xp, XP_UINT64, 1, &count, function);
    if (!xp_is_failed(drawn)) {
        const xp_draw what = {.kind = XP_DRAW_BITS, .key = rng->key, .stream = rng->stream, .counter = rng->counter};
        const xp_view view = standard_view(drawn);
        xp_status status = slots->draw(xp->device, &what, &view);
        if (status == XP_OK)
            xp_download(drawn, 0, words, (size_t)count * sizeof *words, function);
        else
            xp_driver_failed(status, function);
    }
    return xp_scope_close(scope) == XP_OK;
}

/* The number for step i once more, from a key of its own for each attempt; -1 if drawing fails. */
static int64_t draw_again(const xp_namespace *xp, const xp_driver *slots, const xp_rng *rng, int64_t i,
                          uint64_t span)
{
    int64_t number = -1;
    xp_rng other = {rng->key, rng->stream, rng->counter + (uint64_t)i};
    while (number < 0) {
        uint64_t word;
        other.key += 0x9E3779B97F4A7C15u;
        if (!draw_words(xp, slots, &other, 1, &word))
            return -1;
        number = below(word, span);
    }
    return number;
}

/* Words become the place that each of the first `size` steps of the shuffle swaps with. */
static bool make_partners(const xp_namespace *xp, const xp_driver *slots, const xp_rng *rng, int64_t n, int64_t size,
                          uint64_t *words)
{
    for (int64_t i = 0; i < size; i++) {
        uint64_t span = (uint64_t)(n - i);
        int64_t number = below(words[i], span);
        if (number < 0)
            number = draw_again(xp, slots, rng, i, span);
        if (number < 0)
            return false;
        words[i] = (uint64_t)(i + number);
    }
    return true;
}

static bool out_of_memory(void)
{
    xp_fail(XP_ERROR_MEMORY, function, NULL, "choice: out of memory");
    return false;
}

/* Partners become what the first places of the shuffle hold: with all places in memory. */
static bool shuffle_all(int64_t n, int64_t size, uint64_t *words)
{
    uint64_t *places = xp_alloc((size_t)n, sizeof *places);
    if (!places)
        return out_of_memory();
    for (int64_t i = 0; i < n; i++)
        places[i] = (uint64_t)i;
    for (int64_t i = 0; i < size; i++) {
        uint64_t partner = words[i];
        words[i] = places[partner];
        places[partner] = places[i];
    }
    xp_dealloc(places);
    return true;
}

/* The same with the places that have changed. */
static bool shuffle_few(int64_t size, uint64_t *words)
{
    moved m;
    if (!moved_make(&m, size))
        return out_of_memory();
    for (int64_t i = 0; i < size; i++) {
        int64_t partner = (int64_t)words[i];
        const int64_t *mine = moved_find(&m, i);
        int64_t own = mine[0] == -1 ? i : mine[1];
        int64_t *other = moved_find(&m, partner);
        words[i] = (uint64_t)(other[0] == -1 ? partner : other[1]);
        other[0] = partner;
        other[1] = own;
    }
    xp_dealloc(m.slots);
    return true;
}

static xp_array *chosen_on_device(const xp_namespace *xp, const uint64_t *numbers, int64_t size)
{
    xp_scope scope = xp_scope_open();
    xp_array *chosen = xp_array_from_host(xp, numbers, XP_INT64, XP_SHAPE(size), function);
    return xp_scope_return(scope, standard_positions(chosen, function));
}

xp_array *standard_random_choice(const xp_namespace *xp, xp_rng *rng, int64_t n, int64_t size)
{
    if (!rng)
        return xp_fail(XP_ERROR_VALUE, function, "rng", "choice: rng is not given");
    if (n < 0 || size < 0 || size > n)
        return xp_fail(XP_ERROR_VALUE, function, "size", "choice: cannot choose %lld of %lld", (long long)size,
                       (long long)n);
    const xp_driver *slots = STANDARD_SLOTS(xp, draw, XP_DRAW_BITS, XP_UINT64, function);
    if (!slots)
        return xp_failed();
    uint64_t *words = xp_alloc((size_t)size, sizeof *words);
    if (!words)
        return xp_fail(XP_ERROR_MEMORY, function, NULL, "choice: out of memory");
    bool success = draw_words(xp, slots, rng, size, words) && make_partners(xp, slots, rng, n, size, words) &&
                   (size >= n / DENSE ? shuffle_all(n, size, words) : shuffle_few(size, words));
    xp_array *out = success ? chosen_on_device(xp, words, size) : xp_failed();
    xp_dealloc(words);
    if (!xp_is_failed(out))
        rng->counter += (uint64_t)size / 2 + (uint64_t)size % 2;
    return out;
}
