/* Lines in order: what the slots that sort have in common.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef DEVICE_SLOTS_SORTING_H
#define DEVICE_SLOTS_SORTING_H

#include "providers/device/slots/dense.h"

/* Dense lines of n elements (n, lines > 0) are sorted, stably, into values and positions (int64), either of which may
 * be missing. With pivots, one a line, elements are told apart by classes alone: less, equal, greater, NaN. */
typedef struct device_sorting {
    int dtype;
    bool descending;
    int64_t n, lines;
    device_dense x, pivots, values, positions;
} device_sorting;

xp_status device_sort_lines(const struct xp_device *device, const device_sorting *sorting);

/* ---- for other texts over kernels/sort_keys.h -------------------------------------------------------------------- */

/* A text with the keys before it: definitions are made of dtype, length of lines, and whether there are pivots. */
typedef struct device_keyed {
    const char *text;
    char definitions[96];
    device_source source;
} device_keyed;

/* `keyed` stays where it is as long as its source is used. */
void device_keyed_make(device_keyed *keyed, const char *name, const char *text, int dtype, int64_t n, bool classes);

/* The bits that keys differ from elements in, as an argument. */
void device_call_flip(device_call *call, int dtype, bool descending);

/* Bytes of a position in a line of n elements, as scratch memory has them. */
int64_t device_place_bytes(int64_t n);

#endif
