/* Fallback: who does a piece of work, by the transfer policy, and what is counted and said about it.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "graph/fallback.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "core/dtype.h"
#include "core/registry.h"
#include "graph/request.h"
#include "scixp/xp/namespace.h"

/* So many functions with what they lacked are kept apart; beyond that only a device's sums go on. */
#define MOST_ENTRIES 1024

typedef struct entry {
    int device;  /* its slot in the registry */
    bool warned; /* of the function's first entry for this device: its one warning is out */
    uint64_t calls;
    char function[48], missing[XP_REQUEST_TEXT];
} entry;

typedef struct sums {
    uint64_t calls, entries, bytes_downloaded, bytes_uploaded;
} sums;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER; /* guards everything below */
static entry entries[MOST_ENTRIES];
static int n_entries;
static sums devices[XP_DEVICE_SLOTS];

/* ---- what is asked for ------------------------------------------------------------------------------------------- */

bool xp_offers(const struct xp_device *device, const xp_request *request)
{
    const xp_driver *driver = device->driver;
    if (request->kind == XP_REQUEST_SLOT) {
        void (*const *address)(void) = (void (*const *)(void))(const void *)((const char *)driver + request->slot);
        if (!*address)
            return false;
    }
    return !driver->supports || driver->supports(device, request);
}

/* ---- counts ------------------------------------------------------------------------------------------------------ */

/* Under the mutex: the entry, made if it has to be; NULL if there is no more room. `is_first`: the first of the
 * function on this device. */
static entry *entry_of(int device, const char *function, const char *missing, entry **first)
{
    *first = NULL;
    for (int i = 0; i < n_entries; i++) {
        entry *e = &entries[i];
        if (e->device != device || strncmp(e->function, function, sizeof e->function - 1) != 0)
            continue;
        if (!*first)
            *first = e;
        if (strcmp(e->missing, missing) == 0)
            return e;
    }
    if (n_entries == MOST_ENTRIES)
        return NULL;
    entry *e = &entries[n_entries++];
    e->device = device;
    snprintf(e->function, sizeof e->function, "%s", function);
    snprintf(e->missing, sizeof e->missing, "%s", missing);
    if (!*first)
        *first = e;
    return e;
}

/* Whether there is to be a warning. */
static bool count(const struct xp_device *device, const char *function, const char *missing, bool may_warn)
{
    entry *first;
    pthread_mutex_lock(&mutex);
    devices[device->slot].calls++;
    entry *e = entry_of(device->slot, function, missing, &first);
    if (e) {
        devices[device->slot].entries += e->calls == 0;
        e->calls++;
    }
    bool warns = may_warn && first && !first->warned;
    if (warns)
        first->warned = true;
    pthread_mutex_unlock(&mutex);
    return warns;
}

void xp_fallback_moved(const struct xp_device *device, size_t downloaded, size_t uploaded)
{
    pthread_mutex_lock(&mutex);
    devices[device->slot].bytes_downloaded += downloaded;
    devices[device->slot].bytes_uploaded += uploaded;
    pthread_mutex_unlock(&mutex);
}

/* ---- choosing ---------------------------------------------------------------------------------------------------- */

const xp_driver *xp_fallback_for(const struct xp_device *device, const xp_request *request, const char *function)
{
    const struct xp_device *host = xp_device_namespace(NULL)->device;
    const char *dtype = xp_dtype_name((xp_dtype)request->dtype);
    char missing[XP_REQUEST_TEXT];
    xp_request_text(request, missing);
    const char *why = NULL;
    if (device == host || host->slot == 0 || !xp_offers(host, request))
        why = "";
    else if (device->driver->keeps_data)
        why = ", and its data is not to leave it";
    else if (xp_transfer_policy_now() == XP_TRANSFER_FORBID)
        why = ", and transfers to the host are forbidden (SCIXP_TRANSFER)";
    if (why) {
        xp_fail(XP_ERROR_UNSUPPORTED, function, NULL, "%s: the device %s has no %s for %s%s", function, device->name,
                missing, dtype, why);
        return NULL;
    }
    if (count(device, function, missing, xp_transfer_policy_now() == XP_TRANSFER_WARN)) {
        char text[256];
        snprintf(text, sizeof text,
                 "%s: the device %s has no %s for %s: done on the host (SCIXP_TRANSFER=allow says nothing, forbid "
                 "makes it an error)",
                 function, device->name, missing, dtype);
        xp_warn_as(XP_WARNING_TRANSFER, text);
    }
    return &xp_fallback_driver;
}

/* ---- asking ------------------------------------------------------------------------------------------------------ */

/* The device, or the one that NULL stands for; NULL with an error recorded. */
static const struct xp_device *asked(const struct xp_device *device) { return device ? device : xp_device(NULL); }

static bool check_size(const void *result, uint64_t size, const char *function, const char *argument)
{
    if (result && size >= sizeof size)
        return true;
    xp_fail(XP_ERROR_VALUE, function, argument, "%s: %s has no size", function, argument);
    return false;
}

xp_status xp_fallback_counts(const struct xp_device *device, xp_fallbacks *fallbacks)
{
    device = asked(device);
    if (!device)
        return XP_ERROR_DEVICE;
    if (!check_size(fallbacks, fallbacks ? fallbacks->size : 0, "fallback_counts", "fallbacks"))
        return XP_ERROR_VALUE;
    pthread_mutex_lock(&mutex);
    const sums *of = &devices[device->slot];
    const xp_fallbacks now = {fallbacks->size, of->calls, of->entries, of->bytes_downloaded, of->bytes_uploaded};
    pthread_mutex_unlock(&mutex);
    memcpy(fallbacks, &now, now.size < sizeof now ? (size_t)now.size : sizeof now);
    return XP_OK;
}

xp_status xp_fallback_entry(const struct xp_device *device, int number, xp_fallback *fallback)
{
    device = asked(device);
    if (!device)
        return XP_ERROR_DEVICE;
    if (!check_size(fallback, fallback ? fallback->size : 0, "fallback_entry", "fallback"))
        return XP_ERROR_VALUE;
    xp_fallback found = {.size = fallback->size};
    int left = number;
    pthread_mutex_lock(&mutex);
    for (int i = 0; i < n_entries && left >= 0; i++) {
        const entry *e = &entries[i];
        if (e->device == device->slot && e->calls > 0 && left-- == 0)
            found = (xp_fallback){fallback->size, e->calls, e->function, e->missing};
    }
    pthread_mutex_unlock(&mutex);
    if (!found.function) {
        xp_fail(XP_ERROR_VALUE, "fallback_entry", "number", "fallback_entry: there is no number %d", number);
        return XP_ERROR_VALUE;
    }
    memcpy(fallback, &found, found.size < sizeof found ? (size_t)found.size : sizeof found);
    return XP_OK;
}

xp_status xp_fallback_reset(const struct xp_device *device)
{
    device = asked(device);
    if (!device)
        return XP_ERROR_DEVICE;
    pthread_mutex_lock(&mutex);
    devices[device->slot] = (sums){0};
    for (int i = 0; i < n_entries; i++)
        if (entries[i].device == device->slot)
            entries[i].calls = 0;
    pthread_mutex_unlock(&mutex);
    return XP_OK;
}
