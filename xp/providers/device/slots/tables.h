/* Tables in device memory that are worth keeping: roots of unity, transformed chirps.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef DEVICE_SLOTS_TABLES_H
#define DEVICE_SLOTS_TABLES_H

#include "providers/device/call.h"

typedef enum device_table_kind { DEVICE_TABLE_ROOTS, DEVICE_TABLE_CHIRP } device_table_kind;

typedef struct device_table {
    const struct xp_device *device;
    device_table_kind kind;
    int dtype;
    int64_t n, m;
    device_block *block;
    int64_t bytes;
    int users;      /* calls that have taken it and not given it back */
    bool is_kept;   /* in the cache, which frees it; otherwise the last user does */
    uint64_t used;
    struct device_table *next;
} device_table;

/* Enqueues what fills a new table. */
typedef xp_status device_table_fill(const device_table *table);

/* The table for these numbers: one that is kept, or a new one of `bytes`. It stays until it is given back, which is
 * safe once the work that reads it is enqueued. */
xp_status device_table_take(const struct xp_device *device, device_table_kind kind, int dtype, int64_t n, int64_t m,
                            int64_t bytes, device_table_fill *fill, device_table **table);
void device_table_give(device_table *table); /* NULL is nothing */

#endif
