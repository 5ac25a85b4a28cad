/* What factorizations of stacks of matrices share: their copies, and how they report what a matrix does not allow.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef DEVICE_SLOTS_FACTOR_H
#define DEVICE_SLOTS_FACTOR_H

#include "providers/device/slots/algebra.h"

#define DEVICE_FACTOR_NOT_FINITE (-1) /* a status; 0 is none, others are the kind's own */
#define DEVICE_FACTOR_BLOCKS 6

/* A stack of matrices in contiguous scratch memory, and what comes with it; device_factor_close frees all. */
typedef struct device_factor {
    const struct xp_device *device;
    device_source source;
    device_algebra algebra;
    int dtype;
    int64_t count, m, n;        /* matrices, of m by n elements */
    bool alone;                 /* an item for each of them, not a group */
    device_block *a;            /* their elements, NULL until device_factor_read */
    device_block *status;       /* int, of each */
    device_block *blocks[DEVICE_FACTOR_BLOCKS];
    int n_blocks;
} device_factor;

/* A factorization by entries of a text, of the last two axes of `a`. */
void device_factor_open(device_factor *f, const struct xp_device *device, const xp_view *a, const char *name,
                        const char *text);

/* Copies the elements, turned into transposes if `turn`. */
xp_status device_factor_read(device_factor *f, const xp_view *a, bool turn);

/* Scratch memory for `elements` of the dtype; for integers of 4 bytes. */
xp_status device_factor_elements(device_factor *f, int64_t elements, device_block **block);
xp_status device_factor_integers(device_factor *f, int64_t count, device_block **block);

/* Enqueues an entry, whose arguments are there, for all matrices. */
xp_status device_factor_launch(device_factor *f, device_call *call, const char *entry);

/* Waits, and gives the first status that is not 0, or 0. */
xp_status device_factor_status(device_factor *f, int *first);

void device_factor_close(device_factor *f);

/* The kinds: what device_factor calls. */
xp_status device_cholesky(const struct xp_device *device, xp_factor_kind kind, const xp_view *a,
                          const xp_view *results);
xp_status device_qr(const struct xp_device *device, xp_factor_kind kind, const xp_view *a, const xp_view *results);
xp_status device_eigh(const struct xp_device *device, xp_factor_kind kind, const xp_view *a, const xp_view *results);
xp_status device_svd(const struct xp_device *device, xp_factor_kind kind, const xp_view *a, const xp_view *results);
xp_status device_lu(const struct xp_device *device, xp_factor_kind kind, const xp_view *a, const xp_view *results);

#endif
