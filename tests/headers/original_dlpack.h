/* Stands for <dlpack/dlpack.h> in the test of headers: its guard, and structs of its names that are not ours.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef DLPACK_DLPACK_H_
#define DLPACK_DLPACK_H_

#ifdef __cplusplus
extern "C" {
#endif
typedef struct DLManagedTensor {
    void (*deleter)(struct DLManagedTensor *self);
} DLManagedTensor;
typedef struct DLManagedTensorVersioned {
    void (*deleter)(struct DLManagedTensorVersioned *self);
} DLManagedTensorVersioned;
#ifdef __cplusplus
}
#endif
#endif
