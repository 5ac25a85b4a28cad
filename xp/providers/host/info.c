/* What the host tells of itself: the processor, and the libraries that do a part of its work.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/info.h"

#include <cblas.h>
#include <lapacke.h>
#include <omp.h>
#include <sleef.h>
#include <unistd.h>

#include "providers/host/cpu.h"
#include "providers/host/host.h"
#include "scixp/xp/device.h"

static void tell_device(xp_builder *text)
{
    const double gibibytes = (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGE_SIZE) / 1073741824;
    xp_builder_addf(text, XP_INFO_LINE "%s, %d of %d processors, %.1f GiB\n", "host", host_isa_name(host_kernel_isa()),
                    xp_num_threads(), omp_get_num_procs(), gibibytes);
}

static void tell_libraries(xp_builder *text)
{
    lapack_int major = 0, minor = 0, patch = 0;
    LAPACKE_ilaver(&major, &minor, &patch);
    xp_builder_addf(text, XP_INFO_LINE "%s (%s)\n", "OpenBLAS", openblas_get_config(), openblas_get_corename());
    xp_builder_addf(text, XP_INFO_LINE "%d.%d.%d\n", "LAPACK", (int)major, (int)minor, (int)patch);
#if defined(SLEEF_VERSION_MAJOR)
    xp_builder_addf(text, XP_INFO_LINE "%d.%d\n", "SLEEF", SLEEF_VERSION_MAJOR, SLEEF_VERSION_MINOR);
#endif
    xp_builder_addf(text, XP_INFO_LINE "%d\n", "OpenMP", _OPENMP);
}

void host_tell(void)
{
    xp_info_tell(XP_INFO_DEVICES, tell_device);
    xp_info_tell(XP_INFO_LIBRARIES, tell_libraries);
}

/* Integers, and what else no BLAS has, is done by loops of our own. */
const char *host_delegates(const struct xp_device *device, const xp_request *request)
{
    (void)device;
    if (request->kind != XP_REQUEST_SLOT || !xp_dtype_is(request->dtype, XP_KIND_FLOATING))
        return NULL;
    if (request->slot == offsetof(xp_driver, matmul))
        return "OpenBLAS";
    bool is_linear = request->slot == offsetof(xp_driver, factor) || request->slot == offsetof(xp_driver, solve);
    return is_linear ? "LAPACK" : NULL;
}
