/* The host's vendor slots (see driver.h): work that is no elementwise program and no reduction.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef HOST_SLOTS_H
#define HOST_SLOTS_H

#include "core/buffer.h"
#include "core/dtype.h"
#include "driver.h"
#include "graph/operation.h"
#include "graph/reduction.h"

xp_status host_gather(const struct xp_device *device, const xp_view *x, const xp_view *indices, int axis,
                      const xp_view *out);
xp_status host_count_mask(const struct xp_device *device, const xp_view *mask, int64_t *count);
xp_status host_mask_positions(const struct xp_device *device, const xp_view *mask, const xp_view *positions);
xp_status host_scan(const struct xp_device *device, xp_reduction_kind reduction, const xp_view *x, int axis,
                    const xp_view *out);
xp_status host_search(const struct xp_device *device, const xp_view *sorted, const xp_view *values, bool right,
                      const xp_view *out);
xp_status host_matmul(const struct xp_device *device, const xp_view *a, const xp_view *b, const xp_view *out);
xp_status host_factor(const struct xp_device *device, xp_factor_kind kind, const xp_view *a, const xp_view *results,
                      int n_results);
xp_status host_draw(const struct xp_device *device, const xp_draw *what, const xp_view *out);
xp_status host_fourier(const struct xp_device *device, xp_fourier_kind kind, const xp_view *x, const int *axes,
                       int n_axes, double factor, const xp_view *out);
xp_status host_solve(const struct xp_device *device, const xp_view *a, const xp_view *b, const xp_view *out);
xp_status host_compress(const struct xp_device *device, const xp_view *x, const xp_view *mask, const xp_view *out);
xp_status host_scatter(const struct xp_device *device, xp_scatter_kind kind, const xp_view *values,
                       const xp_view *indices, int axis, const xp_view *out);

#endif
