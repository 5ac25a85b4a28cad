/* Cholesky and QR factors.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/device/kernels/texts.h"
#include "providers/device/slots/factor.h"

xp_status device_cholesky(const struct xp_device *device, xp_factor_kind kind, const xp_view *a,
                          const xp_view *results)
{
    (void)kind;
    device_factor f;
    device_factor_open(&f, device, a, "cholesky", device_cholesky_text);
    if (f.n == 0)
        return XP_OK;
    xp_status status = device_factor_read(&f, a, true);
    int order = 0;
    if (status == XP_OK) {
        device_call call;
        device_call_begin(&call, device);
        device_call_block(&call, f.a, true);
        device_call_view(&call, &results[0], true);
        device_call_block(&call, f.status, true);
        device_call_index(&call, f.n);
        device_call_index(&call, f.count);
        status = device_factor_launch(&f, &call, "cholesky");
    }
    if (status == XP_OK)
        status = device_factor_status(&f, &order);
    device_factor_close(&f);
    if (status != XP_OK || order == 0)
        return status;
    return order == DEVICE_FACTOR_NOT_FINITE
               ? xp_driver_error(XP_ERROR_LINALG, "the matrix holds NaN or infinity")
               : xp_driver_error(XP_ERROR_LINALG, "the leading minor of order %d is not positive definite", order);
}

xp_status device_qr(const struct xp_device *device, xp_factor_kind kind, const xp_view *a, const xp_view *results)
{
    (void)kind;
    device_factor f;
    device_block *taus = NULL, *sums = NULL;
    device_factor_open(&f, device, a, "qr", device_qr_text);
    const int64_t k = results[0].shape[a->ndim - 1], least = f.m < f.n ? f.m : f.n, widest = f.n > k ? f.n : k;
    if (f.m == 0)
        return XP_OK;
    xp_status status = device_factor_read(&f, a, false);
    if (status == XP_OK)
        status = device_factor_elements(&f, f.count * least, &taus);
    if (status == XP_OK)
        status = device_factor_elements(&f, f.count * widest, &sums);
    if (status == XP_OK) {
        device_call call;
        device_call_begin(&call, device);
        device_call_block(&call, f.a, true);
        device_call_view(&call, &results[0], true);
        device_call_view(&call, &results[1], true);
        device_call_block(&call, taus, true);
        device_call_block(&call, sums, true);
        const int64_t numbers[] = {f.m, f.n, k, f.count};
        for (int i = 0; i < 4; i++)
            device_call_index(&call, numbers[i]);
        status = device_factor_launch(&f, &call, "qr");
    }
    device_factor_close(&f);
    return status;
}
