/* Kernels on the host: the tuned body where there is one, else the passes over parts of their index spaces.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <omp.h>

#include "core/alloc.h"
#include "kernel/kernel.h"
#include "providers/host/cpu.h"
#include "providers/host/host.h"

#define PARTS_PER_THREAD 4 /* so that threads which were held up do not hold up all */

static void each_part(int64_t parts, int threads, void (*part)(void *context, int64_t i, int thread), void *context)
{
    if (threads > parts)
        threads = (int)parts;
    if (threads <= 1) {
        for (int64_t i = 0; i < parts; i++)
            part(context, i, 0);
        return;
    }
#pragma omp parallel for num_threads(threads) schedule(dynamic, 1)
    for (int64_t i = 0; i < parts; i++)
        part(context, i, omp_get_thread_num());
}

static const xp_kernel_team team = {
    .threads_for = host_threads_for,
    .each = each_part,
    .take = xp_pool_alloc,
    .give = xp_pool_free,
};

typedef struct pass_range {
    xp_kernel_pass *pass;
    void *const *arrays;
    const xp_number *numbers;
    int64_t extent, parts;
} pass_range;

static void run_part(void *context, int64_t i, int thread)
{
    const pass_range *range = context;
    (void)thread;
    int64_t step = range->extent / range->parts, rest = range->extent % range->parts;
    int64_t first = i * step + (i < rest ? i : rest);
    range->pass(range->arrays, range->numbers, first, first + step + (i < rest));
}

static void run_passes(const xp_kernel_call *call, const xp_kernel_bodies *bodies, void *const *arrays)
{
    int threads = host_threads_for(call->nanoseconds);
    for (int p = 0; p < call->kernel->n_passes; p++) {
        pass_range range = {bodies->passes[p], arrays, call->numbers, call->extents[p], 1};
        if (threads > 1)
            range.parts = PARTS_PER_THREAD * threads < range.extent ? PARTS_PER_THREAD * threads : range.extent;
        if (range.extent > 0)
            each_part(range.parts, threads, run_part, &range);
    }
}

_Static_assert(XP_KERNEL_ISAS == XP_ISA_AVXVNNI + 1, "a kernel has bodies for each of them");

xp_status host_launch(const struct xp_device *device, const xp_kernel_call *call)
{
    const xp_kernel *kernel = call->kernel;
    int place = xp_kernel_dtype_place(kernel, call->real);
    if (place < 0)
        return xp_driver_error(XP_ERROR_UNSUPPORTED, "the kernel %s is not for this dtype", kernel->name);
    const xp_kernel_bodies *bodies = kernel->host[host_kernel_isa()][place];
    void *arrays[XP_KERNEL_ARRAYS];
    for (int i = 0; i < kernel->n_arrays; i++)
        arrays[i] = call->arrays[i].buffer ? xp_host_address(call->arrays[i].buffer, call->arrays[i].offset) : NULL;
    if (!bodies->tuned || call->plain)
        run_passes(call, bodies, arrays);
    else if (!bodies->tuned(arrays, call->numbers, call->extents, &team))
        return xp_driver_error(XP_ERROR_MEMORY, "out of memory on %s for the kernel %s", device->name, kernel->name);
    return XP_OK;
}
