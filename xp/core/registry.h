/* What core calls in the layers above it, by name alone: providers that open devices, and the graph's pending nodes.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef XP_CORE_REGISTRY_H
#define XP_CORE_REGISTRY_H

#include "core/array_private.h"

/* How many devices a process can have, the inert one included. */
#define XP_DEVICE_SLOTS 32

/* Each registers its device and returns it; NULL with an error recorded. Called once for each, under a lock. */
const struct xp_device *host_device_open(void);
const struct xp_device *trace_device_open(const struct xp_device *inner);

/* A device of a plug-in by its name, "opencl:0"; NULL with an error recorded, also where the name is of no kind. */
const struct xp_device *device_open(const char *name);

/* Has plug-ins and their devices tell of themselves in xp_info_text. */
void device_tell(void);

/* Registers all strict devices at once. */
void strict_devices_open(void);

/* The devices that have been opened and whose driver has this name: up to `capacity` of them. Returns how many there
 * are. */
int xp_devices_of(const char *provider, const struct xp_device **found, int capacity);

/* What xp_set_transfer_policy, or else SCIXP_TRANSFER, says. */
xp_transfer_policy xp_transfer_policy_now(void);

/* Fills the namespace of a device from the generic functions, whose work ends in the driver's slots. `native` (or NULL)
 * holds functions of the device's own that go in place of generic ones. NULL with an error recorded. */
const xp_namespace *xp_namespace_from_driver(const struct xp_device *device, const xp_namespace *native);

/* The namespace of the inert device, whose functions all return the failed array. */
const xp_namespace *xp_inert_namespace(void);

/* The graph's side of a pending array (graph/node.h says more). */
bool xp_force(xp_array *const *arrays, int count);
void xp_node_release(xp_array *array);
bool xp_node_is_foreign(const xp_array *array); /* reads borrowed memory whose owner may change it */
int xp_node_consumers(const xp_array *array);   /* pending nodes that read this array */

#endif
