/* The device core's vendor slots.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef DEVICE_SLOTS_H
#define DEVICE_SLOTS_H

#include "providers/device/device.h"

xp_status device_gather(const struct xp_device *device, const xp_view *x, const xp_view *indices, int axis,
                        const xp_view *out);
xp_status device_count_mask(const struct xp_device *device, const xp_view *mask, int64_t *count);
xp_status device_mask_positions(const struct xp_device *device, const xp_view *mask, const xp_view *positions);
xp_status device_compress(const struct xp_device *device, const xp_view *x, const xp_view *mask, const xp_view *out);
xp_status device_search(const struct xp_device *device, const xp_view *sorted, const xp_view *values, bool right,
                        const xp_view *out);
xp_status device_draw(const struct xp_device *device, const xp_draw *what, const xp_view *out);
xp_status device_scan(const struct xp_device *device, xp_reduction_kind reduction, const xp_view *x, int axis,
                      const xp_view *out);
xp_status device_scatter(const struct xp_device *device, xp_scatter_kind kind, const xp_view *values,
                         const xp_view *indices, int axis, const xp_view *out);
xp_status device_sort(const struct xp_device *device, const xp_view *x, int axis, bool descending, bool stable,
                      const xp_view *values, const xp_view *positions);
xp_status device_unique(const struct xp_device *device, const xp_view *x, const xp_unique_views *out);
xp_status device_select(const struct xp_device *device, const xp_view *x, int axis, const int64_t *ranks, int count,
                        bool nan_spreads, const xp_view *out);
xp_status device_partition(const struct xp_device *device, const xp_view *x, int axis, const xp_view *pivots,
                           bool positions, const xp_view *out);
bool device_supports(const struct xp_device *device, const xp_request *request);

xp_status device_matmul(const struct xp_device *device, const xp_view *a, const xp_view *b, const xp_view *out);
xp_status device_fourier(const struct xp_device *device, xp_fourier_kind kind, const xp_view *x, const int *axes,
                         int n_axes, double factor, const xp_view *out);
xp_status device_factor_slot(const struct xp_device *device, xp_factor_kind kind, const xp_view *a,
                             const xp_view *results, int n_results);
bool device_factor_has(int kind); /* whether the core has kernels for a kind */
xp_status device_solve(const struct xp_device *device, const xp_view *a, const xp_view *b, const xp_view *out);

/* vendor.c: those that a vendor's library does where it can */
xp_status device_vendor_matmul(const struct xp_device *device, const xp_view *a, const xp_view *b, const xp_view *out);
xp_status device_vendor_factor(const struct xp_device *device, xp_factor_kind kind, const xp_view *a,
                               const xp_view *results, int n_results);
xp_status device_vendor_solve(const struct xp_device *device, const xp_view *a, const xp_view *b, const xp_view *out);
xp_status device_vendor_fourier(const struct xp_device *device, xp_fourier_kind kind, const xp_view *x,
                                const int *axes, int n_axes, double factor, const xp_view *out);
xp_status device_vendor_scan(const struct xp_device *device, xp_reduction_kind reduction, const xp_view *x, int axis,
                             const xp_view *out);
xp_status device_vendor_sort(const struct xp_device *device, const xp_view *x, int axis, bool descending, bool stable,
                             const xp_view *values, const xp_view *positions);
xp_status device_vendor_compress(const struct xp_device *device, const xp_view *x, const xp_view *mask,
                                 const xp_view *out);

/* The library that does what is asked for, or NULL. */
const char *device_delegates(const struct xp_device *device, const xp_request *request);

#endif
