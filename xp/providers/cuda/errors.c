/* What went wrong: the text of each thread's last failure, and CUDA's errors as statuses.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stdarg.h>
#include <stdio.h>

#include "providers/cuda/plugin.h"

static _Thread_local char text[1024];

const char *cuda_message(void)
{
    return text;
}

runtime_status cuda_fail(runtime_status status, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return status;
}

/* Errors after which every call on the device fails until the process ends: a kernel that faulted takes the context
 * with it. */
static bool is_sticky(cudaError_t error)
{
    switch (error) {
    case cudaErrorCudartUnloading:
    case cudaErrorDevicesUnavailable:
    case cudaErrorDeviceUninitialized:
    case cudaErrorECCUncorrectable:
    case cudaErrorNvlinkUncorrectable:
    case cudaErrorContained:
    case cudaErrorIllegalAddress:
    case cudaErrorLaunchTimeout:
    case cudaErrorContextIsDestroyed:
    case cudaErrorAssert:
    case cudaErrorHardwareStackError:
    case cudaErrorIllegalInstruction:
    case cudaErrorMisalignedAddress:
    case cudaErrorInvalidAddressSpace:
    case cudaErrorInvalidPc:
    case cudaErrorLaunchFailure:
    case cudaErrorTensorMemoryLeak:
    case cudaErrorMpsClientTerminated:
    case cudaErrorExternalDevice:
        return true;
    default:
        return false;
    }
}

runtime_status cuda_check(cudaError_t error, const char *what)
{
    if (error == cudaSuccess)
        return RUNTIME_OK;
    cudart.cudaGetLastError();
    runtime_status status = error == cudaErrorMemoryAllocation ? RUNTIME_NO_MEMORY
                            : is_sticky(error)                 ? RUNTIME_LOST
                                                               : RUNTIME_FAILED;
    return cuda_fail(status, "%s: %s (%s)", what, cudart.cudaGetErrorString(error), cudart.cudaGetErrorName(error));
}
