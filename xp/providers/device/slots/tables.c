/* Tables in device memory that are worth keeping, up to a bound in number and bytes; the one not used for longest goes.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/device/slots/tables.h"

#include "core/alloc.h"

#define MOST_TABLES 64
#define MOST_BYTES ((int64_t)256 << 20) /* of all tables together; larger ones are never kept */

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static device_table *kept;
static uint64_t uses;

static void discard(device_table *table)
{
    device_scratch_free(table->device, table->block);
    xp_dealloc(table);
}

static device_table *find(const device_table *like)
{
    for (device_table *t = kept; t; t = t->next)
        if (t->device == like->device && t->kind == like->kind && t->dtype == like->dtype && t->n == like->n &&
            t->m == like->m)
            return t;
    return NULL;
}

/* Takes out the table that nobody uses and that was not used for longest; NULL if all are in use. */
static device_table *evict(void)
{
    device_table **oldest = NULL;
    for (device_table **t = &kept; *t; t = &(*t)->next)
        if ((*t)->users == 0 && (!oldest || (*t)->used < (*oldest)->used))
            oldest = t;
    device_table *out = oldest ? *oldest : NULL;
    if (out)
        *oldest = out->next;
    return out;
}

/* Puts a table among those kept if it fits in; what it displaces is chained to *gone. */
static void keep(device_table *table, device_table **gone)
{
    if (table->bytes > MOST_BYTES || find(table))
        return;
    for (;;) {
        int64_t bytes = table->bytes, count = 1;
        for (device_table *t = kept; t; t = t->next, count++)
            bytes += t->bytes;
        if (bytes <= MOST_BYTES && count <= MOST_TABLES)
            break;
        device_table *out = evict();
        if (!out)
            return;
        out->next = *gone;
        *gone = out;
    }
    table->is_kept = true;
    table->next = kept;
    kept = table;
}

static xp_status make(const device_table *like, device_table_fill *fill, device_table **table)
{
    device_table *made = xp_alloc(1, sizeof *made);
    if (!made)
        return xp_driver_error(XP_ERROR_MEMORY, "out of memory");
    *made = *like;
    xp_status status = device_scratch(made->device, made->bytes, &made->block);
    if (status == XP_OK)
        status = fill(made);
    if (status == XP_OK)
        *table = made;
    else
        discard(made);
    return status;
}

xp_status device_table_take(const struct xp_device *device, device_table_kind kind, int dtype, int64_t n, int64_t m,
                            int64_t bytes, device_table_fill *fill, device_table **table)
{
    const device_table like = {.device = device, .kind = kind, .dtype = dtype, .n = n, .m = m, .bytes = bytes,
                               .users = 1};
    pthread_mutex_lock(&mutex);
    *table = find(&like);
    if (*table) {
        (*table)->users++;
        (*table)->used = ++uses;
    }
    pthread_mutex_unlock(&mutex);
    if (*table)
        return XP_OK;
    xp_status status = make(&like, fill, table);
    if (status != XP_OK)
        return status;
    device_table *gone = NULL;
    pthread_mutex_lock(&mutex);
    (*table)->used = ++uses;
    keep(*table, &gone);
    pthread_mutex_unlock(&mutex);
    while (gone) {
        device_table *next = gone->next;
        discard(gone);
        gone = next;
    }
    return XP_OK;
}

void device_table_give(device_table *table)
{
    if (!table)
        return;
    pthread_mutex_lock(&mutex);
    bool is_last = --table->users == 0 && !table->is_kept;
    pthread_mutex_unlock(&mutex);
    if (is_last)
        discard(table);
}
