/* DLPack: arrays from other libraries and for them, without a copy.
 *
 * The tensors are named by forward declarations alone, so that this header goes with any <dlpack/dlpack.h>, before or
 * behind it. Who has none finds the definitions in dlpack_structs.h.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef SCIXP_XP_DLPACK_H
#define SCIXP_XP_DLPACK_H

#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

struct DLManagedTensor;          /* up to DLPack 0.8, "legacy" below */
struct DLManagedTensorVersioned; /* since DLPack 1.0 */

/* How arrays go out and come in. */
typedef struct xp_dlpack_options {
    size_t size;                    /* of this struct */
    const struct xp_device *device; /* where the result is to be; NULL: where x or the tensor is */
    xp_copy_policy copy;            /* out: for the consumer alone; in: the tensor is then let go at once */
    int64_t stream;                 /* on which the other side works, as __dlpack__ numbers streams; 0: none given, -1:
                                       it does not want us to wait. Host memory has none */
} xp_dlpack_options;

XP_API xp_dlpack_options xp_dlpack_defaults(void);

/* A tensor on x's memory, for another library. It keeps the memory alive until its deleter is called: by the consumer,
 * once, on any thread; x may be released before. The tensor is of version 1.0, with strides always given, and
 *  - flagged as read-only, for arrays do not change; not so if it is a copy or if the array was given away and nobody
 *    else uses its memory: xp_export_dlpack(xp_give(x), NULL);
 *  - flagged as copied if a copy was made: because options ask for one or for another device, or because strides are no
 *    multiples of the element's size.
 * Forces x. NULL on failure: x is a scalar (XP_ERROR_TYPE), its device shares no memory (XP_ERROR_DEVICE), a copy is
 * needed and refused, a stream is given for host memory (XP_ERROR_VALUE). */
XP_API struct DLManagedTensorVersioned *xp_export_dlpack(xp_array *x, const xp_dlpack_options *options);

/* The same for consumers from before DLPack 1.0. There is no flag for read-only memory: what is borrowed or imported
 * is copied, or refused (XP_ERROR_VALUE) if copies are; a consumer must not write to the rest either. */
XP_API struct DLManagedTensor *xp_export_dlpack_legacy(xp_array *x, const xp_dlpack_options *options);

/* An array on the tensor's memory, which is never written; so no work of ours changes what others see there. Its owner
 * may change it under the rules of xp_borrow with XP_MUTABLE. A tensor that is flagged as copied is nobody else's: what
 * reads it may wait, and its memory is reused like any other unless it is flagged as read-only.
 *
 * Ownership: on success the tensor is the array's. Its deleter is called once: after the last use of the memory, on a
 * thread that called into the library, or before the call returns if the data was copied. On failure the tensor stays
 * the caller's, who has to call the deleter, as the holder of a capsule that nobody has consumed.
 *
 * Copied, if options allow it, when the device is not that of the tensor or elements are not aligned to their dtype.
 * Strides may be anything, NULL stands for compact ones. Fails on a tensor of another major version or with more than
 * 32 dimensions (XP_ERROR_VALUE), of a dtype that is none of the 15 (XP_ERROR_TYPE), on a device that cannot be read
 * (XP_ERROR_DEVICE), and if it reaches beyond all memory (XP_ERROR_OVERFLOW). */
XP_API xp_array *xp_import_dlpack(struct DLManagedTensorVersioned *tensor, const xp_dlpack_options *options);

/* The same for tensors from before DLPack 1.0, which have neither version nor flags. */
XP_API xp_array *xp_import_dlpack_legacy(struct DLManagedTensor *tensor, const xp_dlpack_options *options);

/* DLPack's numbers for where x is, as __dlpack_device__ gives them: 1 and 0 on the host. False if there are none. */
XP_API bool xp_dlpack_device(const xp_array *x, int32_t *device_type, int32_t *device_id);

#ifdef __cplusplus
}
#endif
#endif
