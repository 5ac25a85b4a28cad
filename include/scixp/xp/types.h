/* The few types and numbers that every header of the array layer shares.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef SCIXP_XP_TYPES_H
#define SCIXP_XP_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32)
#define XP_API __declspec(dllexport)
#elif defined(__GNUC__)
#define XP_API __attribute__((visibility("default")))
#else
#define XP_API
#endif

/* Marks functions whose result must not be dropped. */
#if defined(__GNUC__)
#define XP_NODISCARD __attribute__((warn_unused_result))
#else
#define XP_NODISCARD
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* An array: an immutable, reference-counted handle. NULL stands for "not given" wherever an argument may be
 * left out; "went wrong" is a failed array (see scope.h), which every function passes through. */
typedef struct xp_array xp_array;

/* The functions of the Array API standard on one device (see namespace.h). */
typedef struct xp_namespace xp_namespace;

/* A device that arrays live on. The type has no typedef: `xp_device("host")` is the function that finds one. */
struct xp_device;

/* The most dimensions that an array can have. */
#define XP_MAX_NDIM 32

/* Element types. The numbers are part of the interface and do not change. */
typedef enum xp_dtype {
    XP_DEFAULT_DTYPE = 0, /* "not given": the function's default */
    XP_BOOL = 1,          /* one byte, 0 or 1 */
    XP_INT8 = 2,
    XP_INT16 = 3,
    XP_INT32 = 4,
    XP_INT64 = 5,
    XP_UINT8 = 6,
    XP_UINT16 = 7,
    XP_UINT32 = 8,
    XP_UINT64 = 9,
    XP_FLOAT32 = 10,
    XP_FLOAT64 = 11,
    XP_COMPLEX64 = 12,  /* two float32: real, imaginary */
    XP_COMPLEX128 = 13, /* two float64 */
    XP_FLOAT16 = 14,    /* IEEE 754's binary16: 11 bits of precision, up to 65504. For storage, see below */
    XP_BFLOAT16 = 15,   /* the upper half of a float32: 8 bits of precision, float32's range */
    XP_N_DTYPES = 16
} xp_dtype;

/* The dtypes below this number are the standard's. */
#define XP_N_STANDARD_DTYPES 14

/* float16 and bfloat16 are dtypes to store in: arrays of them are made, moved, cast, imported and exported as all
 * others are. What is computed of them is computed in float32, and each function's result is rounded to the dtype, ties
 * to even; but factorizations, solutions of equations and Fourier transforms give float32 and complex64. With other
 * dtypes they promote as float16 does in NumPy: with bool, int8 and uint8 they stay as they are, with int16 and uint16
 * they give float32, with larger integers float64; with each other float32; with float32, float64 and complex dtypes
 * those. Devices may lack them (the strict ones do), and a device's list of dtypes names the standard's alone. */

/* Kinds of dtypes, as bits, so that sets of kinds can be asked for. */
typedef enum xp_kind {
    XP_KIND_NONE = 0,
    XP_KIND_BOOL = 1,
    XP_KIND_SIGNED = 2,
    XP_KIND_UNSIGNED = 4,
    XP_KIND_FLOAT = 8,     /* the standard's "real floating" */
    XP_KIND_COMPLEX = 16,
    XP_KIND_INTEGRAL = 6,  /* signed and unsigned integers */
    XP_KIND_DISCRETE = 7,  /* bool and integral */
    XP_KIND_REAL = 14,     /* real numeric: integral and real floating */
    XP_KIND_FLOATING = 24, /* real or complex floating */
    XP_KIND_NUMERIC = 30,
    XP_KIND_ANY = 31
} xp_kind;

/* What may become of data that could be shared: the standard's copy=None, True and False. */
typedef enum xp_copy_policy {
    XP_COPY_IF_NEEDED = 0,
    XP_COPY_ALWAYS = 1,
    XP_COPY_NEVER = 2 /* fails where a copy is needed */
} xp_copy_policy;

/* What went wrong. The numbers are part of the interface and do not change. */
typedef enum xp_status {
    XP_OK = 0,
    XP_ERROR_TYPE = 1,        /* a dtype that the function does not take */
    XP_ERROR_VALUE = 2,       /* an argument out of its range, shapes that do not fit, NaN where finite was required */
    XP_ERROR_INDEX = 3,       /* an index or axis out of bounds */
    XP_ERROR_OVERFLOW = 4,    /* a size or an integer that does not fit */
    XP_ERROR_MEMORY = 5,      /* out of memory, on any device */
    XP_ERROR_DEVICE = 6,      /* mixed devices, an unknown device, a device that failed */
    XP_ERROR_UNSUPPORTED = 7, /* not on this device, or not in this build */
    XP_ERROR_CANCELLED = 8,   /* the progress callback asked to stop */
    XP_ERROR_CLUSTER = 9,     /* an empty cluster where none is allowed (SciPy's ClusterError) */
    XP_ERROR_LINALG = 10,     /* a singular or not positive definite matrix, no convergence */
    XP_ERROR_IO = 11          /* a file that cannot be read or written, or is damaged */
} xp_status;

#ifdef __cplusplus
}
#endif
#endif
