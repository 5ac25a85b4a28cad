/* What can be asked of a driver, in words.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "graph/request.h"

#include <stdio.h>
#include <string.h>

#include "core/device_dtypes.h"
#include "core/dtype.h"
#include "graph/operation.h"
#include "graph/reduction.h"

static const xp_operation *const operations[] = {
#define XP_ELEMENTWISE(name, arity, rule, accepts, extends, expression, complex_expression) &xp_operation_##name,
#include "graph/elementwise.def"
#undef XP_ELEMENTWISE
    &xp_operation_cast,
};

/* The kinds of the slots that have some, in the order of their enums; those of scan are reductions. */
static const char *const factors[] = {"cholesky", "svd",  "svdvals",  "qr",  "det",    "slogdet",
                                      "inverse",  "eigh", "eigvalsh", "eig", "eigvals"};
static const char *const fouriers[] = {"forward", "inverse", "to_half", "from_half"};
static const char *const draws[] = {"bits", "integers", "uniform", "normal"};
static const char *const scatters[] = {"set", "add"};
static const char *const scans[] = {"sum", "prod"};

/* Slots, and what arrays they mostly work on. */
static const struct named_slot {
    const char *name;
    size_t slot;
    xp_dtype dtype; /* XP_DEFAULT_DTYPE: the device's real floating dtype */
    int n_kinds;
    const char *const *kinds;
} slots[] = {
#define SLOT(slot, dtype) {#slot, offsetof(xp_driver, slot), dtype, 0, NULL}
#define SLOT_OF(slot, kinds) {#slot, offsetof(xp_driver, slot), XP_DEFAULT_DTYPE, sizeof kinds / sizeof *kinds, kinds}
    SLOT(gather, XP_DEFAULT_DTYPE),
    SLOT(count_mask, XP_BOOL),
    SLOT(mask_positions, XP_BOOL),
    SLOT_OF(scan, scans),
    SLOT(search, XP_DEFAULT_DTYPE),
    SLOT(matmul, XP_DEFAULT_DTYPE),
    SLOT_OF(factor, factors),
    SLOT_OF(draw, draws),
    SLOT(solve, XP_DEFAULT_DTYPE),
    SLOT_OF(fourier, fouriers),
    SLOT(compress, XP_DEFAULT_DTYPE),
    SLOT_OF(scatter, scatters),
    SLOT(sort, XP_DEFAULT_DTYPE),
    SLOT(select, XP_DEFAULT_DTYPE),
    SLOT(unique, XP_DEFAULT_DTYPE),
    SLOT(partition, XP_DEFAULT_DTYPE),
#undef SLOT
#undef SLOT_OF
};
#define N_SLOTS (int)(sizeof slots / sizeof slots[0])

/* ---- to words ---------------------------------------------------------------------------------------------------- */

static void slot_text(const xp_request *request, char text[XP_REQUEST_TEXT])
{
    snprintf(text, XP_REQUEST_TEXT, "slot %zu", request->slot);
    for (int i = 0; i < N_SLOTS; i++) {
        const struct named_slot *s = &slots[i];
        if (s->slot != request->slot)
            continue;
        if (request->which >= 0 && request->which < s->n_kinds)
            snprintf(text, XP_REQUEST_TEXT, "%s %s", s->name, s->kinds[request->which]);
        else
            snprintf(text, XP_REQUEST_TEXT, "%s", s->name);
    }
}

const char *xp_request_text(const xp_request *request, char text[XP_REQUEST_TEXT])
{
    if (request->kind == XP_REQUEST_ELEMENTWISE)
        snprintf(text, XP_REQUEST_TEXT, "elementwise %s", request->operation->name);
    else if (request->kind == XP_REQUEST_REDUCTION)
        snprintf(text, XP_REQUEST_TEXT, "reduction %s", request->reduction->name);
    else if (request->kernel)
        snprintf(text, XP_REQUEST_TEXT, "kernel %s", request->kernel->name);
    else
        slot_text(request, text);
    return text;
}

/* ---- from words -------------------------------------------------------------------------------------------------- */

/* A dtype of one of these kinds: floating before whole before complex numbers before bool. */
static xp_dtype typical_dtype(const struct xp_device *device, int kinds)
{
    return kinds & XP_KIND_FLOAT      ? device->dtypes.real_floating
           : kinds & XP_KIND_INTEGRAL ? device->dtypes.integral
           : kinds & XP_KIND_COMPLEX  ? device->dtypes.complex_floating
                                      : XP_BOOL;
}

static bool read_elementwise(const char *name, const struct xp_device *device, xp_request *request)
{
    for (size_t i = 0; i < sizeof operations / sizeof operations[0]; i++) {
        const xp_operation *operation = operations[i];
        if (strcmp(operation->name, name) != 0)
            continue;
        const xp_dtype dtype = typical_dtype(device, operation->accepts);
        *request = (xp_request){.kind = XP_REQUEST_ELEMENTWISE, .operation = operation, .dtype = (uint8_t)dtype};
        request->result_dtype = (uint8_t)(operation->rule == XP_RULE_BOOL   ? XP_BOOL
                                          : operation->rule == XP_RULE_REAL ? xp_real_dtype(dtype)
                                                                            : dtype);
        return true;
    }
    return false;
}

static bool read_reduction(const char *name, const struct xp_device *device, xp_request *request)
{
    for (int kind = 0; kind < XP_N_REDUCTIONS; kind++) {
        if (strcmp(xp_reductions[kind].name, name) != 0)
            continue;
        const xp_dtype dtype = device->dtypes.real_floating;
        *request = (xp_request){.kind = XP_REQUEST_REDUCTION,
                                .reduction = &xp_reductions[kind],
                                .dtype = (uint8_t)dtype,
                                .result_dtype = (uint8_t)xp_reduction_result((xp_reduction_kind)kind, dtype)};
        return true;
    }
    return false;
}

/* The dtype that a slot is asked for in the first place. */
static xp_dtype slot_dtype(const struct named_slot *s, int which, const struct xp_device *device)
{
    if (s->dtype != XP_DEFAULT_DTYPE)
        return s->dtype;
    if (s->slot == offsetof(xp_driver, draw) && which <= XP_DRAW_INTEGERS)
        return which == XP_DRAW_BITS ? XP_UINT64 : XP_INT64;
    if (s->slot == offsetof(xp_driver, fourier) && which != XP_FOURIER_TO_HALF)
        return device->dtypes.complex_floating;
    return device->dtypes.real_floating;
}

/* `words` is the slot's name, and for some its kind behind a space. */
static bool read_slot(const char *words, const struct xp_device *device, xp_request *request)
{
    for (int i = 0; i < N_SLOTS; i++) {
        const struct named_slot *s = &slots[i];
        const size_t length = strlen(s->name);
        int which = 0;
        if (strncmp(words, s->name, length) != 0 || words[length] != (s->n_kinds > 0 ? ' ' : '\0'))
            continue;
        while (which < s->n_kinds && strcmp(words + length + 1, s->kinds[which]) != 0)
            which++;
        if (s->n_kinds > 0 && which == s->n_kinds)
            return false;
        *request = (xp_request){.kind = XP_REQUEST_SLOT,
                                .slot = s->slot,
                                .which = which,
                                .dtype = (uint8_t)slot_dtype(s, which, device)};
        return true;
    }
    return false;
}

bool xp_request_read(const char *words, const struct xp_device *device, xp_request *request)
{
    static const char elementwise[] = "elementwise ", reduction[] = "reduction ";
    if (strncmp(words, elementwise, sizeof elementwise - 1) == 0)
        return read_elementwise(words + sizeof elementwise - 1, device, request);
    if (strncmp(words, reduction, sizeof reduction - 1) == 0)
        return read_reduction(words + sizeof reduction - 1, device, request);
    return read_slot(words, device, request);
}
