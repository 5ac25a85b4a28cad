/* Slots that a vendor's library does where the plug-in has one and takes the operands; else the portable kernels do.
 *
 * SCIXP_PORTABLE lists slots that are to be done portably, "matmul,sort", or "all": to compare the two, and to get the
 * same bits on every device.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "providers/device/slots/slots.h"

/* The vendor's function of that name, or NULL. */
#define OFFERED(device, slot)                                                                                          \
    (offers((device), #slot) ? device_state_of(device)->runtime->vendor->slot : NULL)

static bool is_listed(const char *list, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = list; at && *at; at += strcspn(at, ","), at += *at == ',')
        if (strcspn(at, ",") == length && strncmp(at, name, length) == 0)
            return true;
    return false;
}

static bool offers(const struct xp_device *device, const char *name)
{
    const char *portable = getenv("SCIXP_PORTABLE");
    return device_state_of(device)->runtime->vendor && !is_listed(portable, name) && !is_listed(portable, "all");
}

/* Operands of one call, in the order in which they were put in: what is read first. */
typedef struct vendor_call {
    const struct xp_device *device;
    device_state *state;
    int queue;
    runtime_status status;
} vendor_call;

static vendor_call begin(const struct xp_device *device)
{
    vendor_call call = {device, device_state_of(device), device_queue_here(device), RUNTIME_OK};
    call.status = call.queue < 0 ? RUNTIME_FAILED : RUNTIME_OK;
    return call;
}

static runtime_view put(vendor_call *call, const xp_view *view, bool writes)
{
    xp_memory memory = xp_buffer_memory(view->buffer);
    if (call->status == RUNTIME_OK && memory.order)
        call->status = device_order(call->state, call->queue, memory.order, writes);
    return (runtime_view){memory.handle, view->offset, view->dtype, view->ndim, view->shape, view->strides};
}

static void *queue_of(const vendor_call *call)
{
    return call->state->queues[call->queue].handle;
}

/* Whether the call was taken, well or not: then *status is the slot's. */
static bool taken(vendor_call *call, const char *name, xp_status *status)
{
    if (call->status == RUNTIME_NOT_TAKEN)
        return false;
    if (call->queue >= 0)
        device_enqueued(call->state, call->queue);
    *status = device_status(call->device, call->status, name);
    return true;
}

xp_status device_vendor_matmul(const struct xp_device *device, const xp_view *a, const xp_view *b, const xp_view *out)
{
    xp_status status;
    if (OFFERED(device, matmul)) {
        vendor_call call = begin(device);
        runtime_view first = put(&call, a, false), second = put(&call, b, false), result = put(&call, out, true);
        if (call.status == RUNTIME_OK)
            call.status = OFFERED(device, matmul)(queue_of(&call), &first, &second, &result);
        if (taken(&call, "matmul", &status))
            return status;
    }
    return device_matmul(device, a, b, out);
}

xp_status device_vendor_factor(const struct xp_device *device, xp_factor_kind kind, const xp_view *a,
                               const xp_view *results, int n_results)
{
    xp_status status;
    if (OFFERED(device, factor)) {
        vendor_call call = begin(device);
        runtime_view matrix = put(&call, a, false), written[3];
        for (int i = 0; i < n_results; i++)
            written[i] = put(&call, &results[i], true);
        if (call.status == RUNTIME_OK)
            call.status = OFFERED(device, factor)(queue_of(&call), (int)kind, &matrix, written, n_results);
        if (taken(&call, "factor", &status))
            return status;
    }
    return device_factor_slot(device, kind, a, results, n_results);
}

xp_status device_vendor_solve(const struct xp_device *device, const xp_view *a, const xp_view *b, const xp_view *out)
{
    xp_status status;
    if (OFFERED(device, solve)) {
        vendor_call call = begin(device);
        runtime_view first = put(&call, a, false), second = put(&call, b, false), result = put(&call, out, true);
        if (call.status == RUNTIME_OK)
            call.status = OFFERED(device, solve)(queue_of(&call), &first, &second, &result);
        if (taken(&call, "solve", &status))
            return status;
    }
    return device_solve(device, a, b, out);
}

xp_status device_vendor_fourier(const struct xp_device *device, xp_fourier_kind kind, const xp_view *x,
                                const int *axes, int n_axes, double factor, const xp_view *out)
{
    xp_status status;
    if (OFFERED(device, fourier)) {
        vendor_call call = begin(device);
        runtime_view from = put(&call, x, false), to = put(&call, out, true);
        if (call.status == RUNTIME_OK)
            call.status = OFFERED(device, fourier)(queue_of(&call), (int)kind, &from, axes, n_axes, factor, &to);
        if (taken(&call, "fourier", &status))
            return status;
    }
    return device_fourier(device, kind, x, axes, n_axes, factor, out);
}

xp_status device_vendor_scan(const struct xp_device *device, xp_reduction_kind reduction, const xp_view *x, int axis,
                             const xp_view *out)
{
    xp_status status;
    if (OFFERED(device, scan)) {
        vendor_call call = begin(device);
        runtime_view from = put(&call, x, false), to = put(&call, out, true);
        if (call.status == RUNTIME_OK)
            call.status = OFFERED(device, scan)(queue_of(&call), (int)reduction, &from, axis, &to);
        if (taken(&call, "scan", &status))
            return status;
    }
    return device_scan(device, reduction, x, axis, out);
}

xp_status device_vendor_sort(const struct xp_device *device, const xp_view *x, int axis, bool descending, bool stable,
                             const xp_view *values, const xp_view *positions)
{
    xp_status status;
    if (OFFERED(device, sort)) {
        vendor_call call = begin(device);
        runtime_view from = put(&call, x, false), sorted = {0}, places = {0};
        if (values)
            sorted = put(&call, values, true);
        if (positions)
            places = put(&call, positions, true);
        if (call.status == RUNTIME_OK)
            call.status = OFFERED(device, sort)(queue_of(&call), &from, axis, descending, stable,
                                                values ? &sorted : NULL, positions ? &places : NULL);
        if (taken(&call, "sort", &status))
            return status;
    }
    return device_sort(device, x, axis, descending, stable, values, positions);
}

xp_status device_vendor_compress(const struct xp_device *device, const xp_view *x, const xp_view *mask,
                                 const xp_view *out)
{
    xp_status status;
    if (OFFERED(device, compress)) {
        vendor_call call = begin(device);
        runtime_view from = put(&call, x, false), chosen = put(&call, mask, false), to = put(&call, out, true);
        if (call.status == RUNTIME_OK)
            call.status = OFFERED(device, compress)(queue_of(&call), &from, &chosen, &to);
        if (taken(&call, "compress", &status))
            return status;
    }
    return device_compress(device, x, mask, out);
}

/* ---- what is delegated ------------------------------------------------------------------------------------------- */

/* Slots by their place in the driver's table, and the libraries of CUDA that have them. */
static const struct {
    size_t slot, function;
    const char *name, *library;
} delegations[] = {
#define DELEGATION(slot, library) {offsetof(xp_driver, slot), offsetof(runtime_vendor, slot), #slot, library},
    DELEGATION(matmul, "cuBLAS")
    DELEGATION(factor, "cuSOLVER")
    DELEGATION(solve, "cuSOLVER")
    DELEGATION(fourier, "cuFFT")
    DELEGATION(scan, "CUB")
    DELEGATION(sort, "CUB")
    DELEGATION(compress, "CUB")
#undef DELEGATION
};

const char *device_delegates(const struct xp_device *device, const xp_request *request)
{
    const char *vendor = (const char *)device_state_of(device)->runtime->vendor;
    for (size_t i = 0; i < sizeof delegations / sizeof delegations[0]; i++) {
        if (request->kind != XP_REQUEST_SLOT || request->slot != delegations[i].slot)
            continue;
        if (!offers(device, delegations[i].name))
            return NULL;
        void (*const *function)(void) = (void (*const *)(void))(const void *)(vendor + delegations[i].function);
        return *function ? delegations[i].library : NULL;
    }
    return NULL;
}
