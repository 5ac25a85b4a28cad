/* The registry of devices: opening one by its name, the namespace that arrays share, the version.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/registry.h"
#include "core/thread.h"
#include "core/version.h" /* made when the build is configured */
#include "driver.h"
#include "scixp/xp/namespace.h"

typedef const struct xp_device *opener(const char *argument);

/* Slot 0 is the inert device. Entries below n_devices are complete and never change again. */
static struct xp_device devices[XP_DEVICE_SLOTS];
static xp_driver drivers[XP_DEVICE_SLOTS]; /* whole tables: a driver's own may be of an older, shorter kind */
static _Atomic int n_devices = 1;
static _Atomic(const struct xp_device *) host;
static pthread_mutex_t registering = PTHREAD_MUTEX_INITIALIZER; /* guards the table */
static pthread_mutex_t opening;                                 /* one device is opened at a time, and those it wraps */
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void start(void)
{
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&opening, &attributes);
    pthread_mutexattr_destroy(&attributes);
}

static const struct xp_device *find(const char *name)
{
    int count = atomic_load(&n_devices);
    for (int i = 1; i < count; i++) {
        if (strcmp(devices[i].name, name) == 0)
            return &devices[i];
    }
    return NULL;
}

/* Short names: of the strict devices by number and as array-api-strict has them, and of the first device of a kind. */
static const char *full_name(const char *name)
{
    static const char *const names[][2] = {
        {"opencl", "opencl:0"}, {"cuda", "cuda:0"},
        {"strict:0", "strict"}, {"strict:CPU_DEVICE", "strict"}, {"strict:1", "strict:device1"},
        {"strict:2", "strict:device2"}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(name, names[i][0]) == 0)
            return names[i][1];
    return name;
}

/* ---- registering ------------------------------------------------------------------------------------------------- */

static xp_dtype default_of(xp_dtype dtype, xp_dtype fallback)
{
    return dtype == XP_DEFAULT_DTYPE ? fallback : dtype;
}

/* What the driver says, with the defaults that it leaves out. */
static xp_device_dtypes dtypes_of(const xp_driver *driver)
{
    const xp_device_dtypes given = driver->dtypes;
    return (xp_device_dtypes){.real_floating = default_of(given.real_floating, XP_FLOAT64),
                              .complex_floating = default_of(given.complex_floating, XP_COMPLEX128),
                              .integral = default_of(given.integral, XP_INT64),
                              .indexing = default_of(given.indexing, XP_INT64),
                              .missing = given.missing};
}

static const struct xp_device *register_locked(const char *name, const xp_driver *driver, void *context,
                                               const struct xp_device *inner)
{
    int slot = atomic_load(&n_devices);
    if (slot == XP_DEVICE_SLOTS || find(name)) {
        xp_fail(XP_ERROR_DEVICE, "device_register", "name",
                slot == XP_DEVICE_SLOTS ? "device_register: no room for device %s"
                                        : "device_register: there is a device %s already",
                name);
        return NULL;
    }
    memset(&drivers[slot], 0, sizeof drivers[slot]);
    memcpy(&drivers[slot], driver, driver->size < sizeof *driver ? (size_t)driver->size : sizeof *driver);
    struct xp_device *device = &devices[slot];
    *device = (struct xp_device){.driver = &drivers[slot],
                                 .context = context,
                                 .inner = inner,
                                 .slot = slot,
                                 .dtypes = dtypes_of(&drivers[slot])};
    snprintf(device->name, sizeof device->name, "%s", name);
    device->xp = xp_namespace_from_driver(device, device->driver->native);
    if (!device->xp)
        return NULL;
    atomic_store(&n_devices, slot + 1);
    return device;
}

const struct xp_device *xp_device_register(const char *name, const xp_driver *driver, void *context,
                                           const struct xp_device *inner)
{
    if (!name || !*name || strlen(name) >= sizeof devices[0].name) {
        xp_fail_message(XP_ERROR_VALUE, "device_register", "name", "device_register: name is empty or too long");
        return NULL;
    }
    if (!driver || driver->size == 0 || driver->version != XP_DRIVER_VERSION) {
        xp_fail(XP_ERROR_DEVICE, "device_register", "driver", "device_register: the driver of %s is of another version",
                name);
        return NULL;
    }
    pthread_mutex_lock(&registering);
    const struct xp_device *device = register_locked(name, driver, context, inner);
    pthread_mutex_unlock(&registering);
    return device;
}

void xp_driver_like(xp_driver *driver, const struct xp_device *device)
{
    size_t size = (size_t)driver->size;
    memcpy(driver, device->driver, size < sizeof *driver ? size : sizeof *driver);
    driver->size = size;
}

/* ---- opening by name --------------------------------------------------------------------------------------------- */

/* `text` between `before` and `after`, or false. */
static bool text_between(const char *text, const char *before, const char *after, char *part, size_t bytes)
{
    size_t length = strlen(text), n_before = strlen(before), n_after = strlen(after);
    if (length <= n_before + n_after || length - n_before - n_after >= bytes)
        return false;
    if (strncmp(text, before, n_before) != 0 || strcmp(text + length - n_after, after) != 0)
        return false;
    memcpy(part, text + n_before, length - n_before - n_after);
    part[length - n_before - n_after] = '\0';
    return true;
}

static const struct xp_device *open_new(const char *name)
{
    if (strcmp(name, "host") == 0)
        return host_device_open();
    if (strncmp(name, "strict", strlen("strict")) == 0) {
        strict_devices_open();
        const struct xp_device *device = find(name);
        if (device)
            return device;
    }
    return device_open(name);
}

static const struct xp_device *open_locked(const char *name);

static const struct xp_device *open_trace(const char *inner_name)
{
    const struct xp_device *inner = open_locked(full_name(inner_name));
    if (!inner)
        return NULL;
    char name[sizeof inner->name + sizeof "trace()"];
    snprintf(name, sizeof name, "trace(%s)", inner->name);
    const struct xp_device *device = find(name);
    return device ? device : trace_device_open(inner);
}

static const struct xp_device *open_locked(const char *name)
{
    char inner[sizeof devices[0].name];
    const struct xp_device *device = find(name);
    if (device)
        return device;
    return text_between(name, "trace(", ")", inner, sizeof inner) ? open_trace(inner) : open_new(name);
}

int xp_devices_of(const char *provider, const struct xp_device **found, int capacity)
{
    int count = 0, registered = atomic_load(&n_devices);
    for (int i = 1; i < registered; i++) {
        if (strcmp(devices[i].driver->name, provider) != 0)
            continue;
        if (count < capacity)
            found[count] = &devices[i];
        count++;
    }
    return count;
}

const struct xp_device *xp_device(const char *name)
{
    if (!name || !*name)
        name = getenv("SCIXP_DEVICE");
    if (!name || !*name)
        name = "host";
    name = full_name(name);
    const struct xp_device *device = find(name);
    if (device)
        return device;
    pthread_once(&once, start);
    pthread_mutex_lock(&opening);
    device = open_locked(name);
    pthread_mutex_unlock(&opening);
    return device;
}

const char *xp_device_name(const struct xp_device *device)
{
    return device ? device->name : "";
}

/* ---- namespaces -------------------------------------------------------------------------------------------------- */

static const struct xp_device *host_device(void)
{
    const struct xp_device *device = atomic_load_explicit(&host, memory_order_acquire);
    if (!device) {
        device = xp_device("host");
        atomic_store_explicit(&host, device, memory_order_release);
    }
    return device;
}

const xp_namespace *xp_device_namespace(const struct xp_device *device)
{
    if (!device)
        device = host_device();
    return device ? device->xp : xp_inert_namespace();
}

static const xp_namespace *fail_mixed(const xp_namespace *first, const xp_namespace *second)
{
    xp_fail(XP_ERROR_DEVICE, "array_namespace", NULL, "array_namespace: arrays of two devices, %s and %s",
            first->device->name, second->device->name);
    return xp_inert_namespace();
}

const xp_namespace *xp_array_namespace_of(xp_array *const *arrays, int count)
{
    const xp_namespace *xp = NULL;
    for (int i = 0; i < count; i++) {
        const xp_array *x = arrays[i];
        if (!x)
            continue;
        if (xp_is_failed(x)) {
            xp_fail_again();
            return xp_inert_namespace();
        }
        if (!x->xp)
            continue;
        if (!xp)
            xp = x->xp;
        else if (xp != x->xp && xp->device != x->xp->device)
            return fail_mixed(xp, x->xp);
    }
    return xp ? xp : xp_device_namespace(NULL);
}

/* ---- transfer policy, version ------------------------------------------------------------------------------------ */

static _Atomic int policy = -1; /* -1: not asked for yet */

static xp_transfer_policy policy_from_environment(void)
{
    const char *text = getenv("SCIXP_TRANSFER");
    if (text && strcmp(text, "allow") == 0)
        return XP_TRANSFER_ALLOW;
    return text && strcmp(text, "forbid") == 0 ? XP_TRANSFER_FORBID : XP_TRANSFER_WARN;
}

void xp_set_transfer_policy(xp_transfer_policy new_policy)
{
    atomic_store(&policy, (int)new_policy);
}

xp_transfer_policy xp_transfer_policy_now(void)
{
    int now = atomic_load(&policy);
    return now < 0 ? policy_from_environment() : (xp_transfer_policy)now;
}

int xp_version(void)
{
    int parts[3] = {0, 0, 0};
    sscanf(SCIXP_VERSION, "%d.%d.%d", &parts[0], &parts[1], &parts[2]);
    return parts[0] * 10000 + parts[1] * 100 + parts[2];
}

const char *xp_version_string(void)
{
    return SCIXP_VERSION;
}
