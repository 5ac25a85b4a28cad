/* The host's driver table.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/registry.h"
#include "providers/host/host.h"
#include "providers/host/slots/slots.h"
#include "providers/host/sort/slots.h"
#include "scixp/xp/dlpack_structs.h"

/* Operands up to this many bytes are computed at the call: below it, recording costs more than it saves. */
#define SMALL_BYTES 8192

static const xp_driver driver = {
    .size = sizeof(xp_driver),
    .version = XP_DRIVER_VERSION,
    .name = "host",
    .dlpack_type = kDLCPU,
    .max_inputs = XP_PROGRAM_INPUTS,
    .small_bytes = SMALL_BYTES,
    .allocate = host_allocate,
    .release = host_release,
    .upload = host_upload,
    .download = host_download,
    .host_pointer = host_pointer,
    .run = host_run,
    .run_small = host_run_small,
    .launch = host_launch,
    .gather = host_gather,
    .count_mask = host_count_mask,
    .mask_positions = host_mask_positions,
    .scan = host_scan,
    .search = host_search,
    .matmul = host_matmul,
    .factor = host_factor,
    .draw = host_draw,
    .fourier = host_fourier,
    .solve = host_solve,
    .compress = host_compress,
    .scatter = host_scatter,
    .sort = host_sort,
    .select = host_select,
    .unique = host_unique,
    .partition = host_partition,
    .delegates = host_delegates,
};

const struct xp_device *host_device_open(void)
{
    host_tell();
    return xp_device_register("host", &driver, NULL, NULL);
}
