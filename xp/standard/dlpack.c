/* The standard's way to arrays of other libraries.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "graph/dlpack.h"

#include "standard/support.h"

xp_array *standard_from_dlpack(const xp_namespace *xp, struct DLManagedTensorVersioned *tensor, xp_copy_policy copy)
{
    xp_dlpack_options options = xp_dlpack_defaults();
    options.device = xp->device;
    options.copy = copy;
    return dlpack_import(tensor, &options, "from_dlpack");
}
