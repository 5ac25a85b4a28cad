/* Memory and single values as a driver sees them.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef SCIXP_DRIVER_MEMORY_H
#define SCIXP_DRIVER_MEMORY_H

#include "../xp/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Storage of a device, counted by the arrays that are views of it. */
typedef struct xp_buffer xp_buffer;

/* What a driver calls memory: an address where the host can reach it, a handle elsewhere. Ordering is the driver's own
 * affair: on a device with queues `order` leads to what this memory still waits for, and releasing comes behind its
 * last use. A driver without queues may keep there what else belongs to the memory. */
typedef struct xp_memory {
    void *handle;
    void *order;
} xp_memory;

/* The memory of a buffer, as `allocate` of its driver left it or xp_wrap was given it. */
XP_API xp_memory xp_buffer_memory(const xp_buffer *buffer);

typedef union xp_value { /* one element, as its dtype lays it out; room for the widest */
    bool as_bool;
    int8_t as_int8;
    int16_t as_int16;
    int32_t as_int32;
    int64_t as_int64;
    uint8_t as_uint8;
    uint16_t as_uint16;
    uint32_t as_uint32;
    uint64_t as_uint64;
    float as_float32;
    double as_float64;
    float as_complex64[2];
    double as_complex128[2];
} xp_value;

/* Bytes of an element; 0 for what is no dtype. */
XP_API size_t xp_dtype_itemsize(xp_dtype dtype);

/* One value from dtype to dtype, as astype does it: float to integer truncates, saturates, and takes NaN to 0. Returns
 * false if an integer does not fit into the integer dtype (value is then unspecified). */
XP_API bool xp_value_cast(const xp_value *from, xp_dtype from_dtype, xp_value *to, xp_dtype to_dtype);

/* The parts of a value as doubles; the imaginary part of a real one is 0. */
XP_API double xp_value_real(const xp_value *value, xp_dtype dtype);
XP_API double xp_value_imag(const xp_value *value, xp_dtype dtype);

#ifdef __cplusplus
}
#endif
#endif
