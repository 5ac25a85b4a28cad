/* The structs of DLPack 1.0, for those who have no <dlpack/dlpack.h>. Nothing else of the library includes this header.
 *
 * Names and layout are those of the specification (https://dmlc.github.io/dlpack/latest/c_api.html). The guard is that
 * of the original, so that whichever of the two comes first counts.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef SCIXP_XP_DLPACK_STRUCTS_H
#define SCIXP_XP_DLPACK_STRUCTS_H
#ifndef DLPACK_DLPACK_H_
#define DLPACK_DLPACK_H_

#include <stdint.h>

#define DLPACK_MAJOR_VERSION 1
#define DLPACK_MINOR_VERSION 0

/* Bits of DLManagedTensorVersioned.flags. */
#define DLPACK_FLAG_BITMASK_READ_ONLY 1UL
#define DLPACK_FLAG_BITMASK_IS_COPIED 2UL

#ifdef __cplusplus
extern "C" {
#endif

/* Tensors of another major version may be looked at no further than to their deleter. */
typedef struct DLPackVersion {
    uint32_t major, minor;
} DLPackVersion;

/* Kinds of memory. */
typedef enum DLDeviceType {
    kDLCPU = 1,
    kDLCUDA = 2,
    kDLCUDAHost = 3, /* host memory, pinned */
    kDLOpenCL = 4,
    kDLVulkan = 7,
    kDLMetal = 8,
    kDLVPI = 9,
    kDLROCM = 10,
    kDLROCMHost = 11, /* host memory, pinned */
    kDLExtDev = 12,
    kDLCUDAManaged = 13,
    kDLOneAPI = 14,
    kDLWebGPU = 15,
    kDLHexagon = 16
} DLDeviceType;

typedef struct DLDevice {
    DLDeviceType device_type;
    int32_t device_id;
} DLDevice;

/* Kinds of elements. */
typedef enum DLDataTypeCode {
    kDLInt = 0,
    kDLUInt = 1,
    kDLFloat = 2,
    kDLOpaqueHandle = 3,
    kDLBfloat = 4,
    kDLComplex = 5,
    kDLBool = 6
} DLDataTypeCode;

typedef struct DLDataType {
    uint8_t code;   /* a DLDataTypeCode */
    uint8_t bits;   /* of one lane */
    uint16_t lanes; /* 1, but for vector types */
} DLDataType;

typedef struct DLTensor {
    void *data; /* on some devices a handle */
    DLDevice device;
    int32_t ndim;
    DLDataType dtype;
    int64_t *shape;
    int64_t *strides;     /* in elements; NULL: compact and row-major */
    uint64_t byte_offset; /* from data to the first element */
} DLTensor;

/* A tensor with what is needed to give it back; up to DLPack 0.8. */
typedef struct DLManagedTensor {
    DLTensor dl_tensor;
    void *manager_ctx; /* the producer's own */
    void (*deleter)(struct DLManagedTensor *self); /* or NULL */
} DLManagedTensor;

/* The same since DLPack 1.0. */
typedef struct DLManagedTensorVersioned {
    DLPackVersion version;
    void *manager_ctx; /* the producer's own */
    void (*deleter)(struct DLManagedTensorVersioned *self); /* or NULL */
    uint64_t flags; /* DLPACK_FLAG_BITMASK_... */
    DLTensor dl_tensor;
} DLManagedTensorVersioned;

#ifdef __cplusplus
}
#endif
#endif
#endif
