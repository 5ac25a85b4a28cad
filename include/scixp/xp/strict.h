/* The strict devices: what they refuse, and the flags that make them refuse more. For tests.
 *
 * An algorithm that passes on them relies on nothing that the Array API standard leaves open, so that it will run on
 * devices that nobody has tried it on. They are named and behave as those of Python's array-api-strict:
 *
 *   strict             CPU_DEVICE: all dtypes; defaults float64, complex128, int64
 *   strict:device1     the same: finds arrays that are made on the wrong device (strict:1 for short)
 *   strict:device2     defaults float32 and complex64
 *   strict:no_float64  no float64 and complex128
 *   strict:no_x64      no int64 and uint64 either: positions and sums of integers are int32
 *
 * On all of them only the driver can touch data: there is no xp_data(), and an access by other code ends the process
 * with a report. From all but the first data leaves by xp_to_device() alone: xp_to_host(), xp_eval_into() and files
 * refuse. Single values and texts can be had of every array.
 *
 * The flags hold for all strict devices at once. They come, the later the stronger,
 *   - from the environment: SCIXP_STRICT_API_VERSION=2022.12, SCIXP_STRICT_BOOLEAN_INDEXING=0,
 *     SCIXP_STRICT_DATA_DEPENDENT_SHAPES=0, SCIXP_STRICT_ENABLED_EXTENSIONS=linalg,fft (or none),
 *   - from xp_set_strict_flags(), for the process,
 *   - from xp_strict_begin() to xp_strict_end(), for the thread.
 * xp->info->capabilities() tells what holds.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef SCIXP_XP_STRICT_H
#define SCIXP_XP_STRICT_H

#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Extensions of the standard, as bits. */
typedef enum xp_extension {
    XP_EXTENSION_NONE = 0,
    XP_EXTENSION_LINALG = 1,
    XP_EXTENSION_FFT = 2
} xp_extension;

typedef struct xp_strict_flags {
    size_t size;                 /* of this struct */
    int32_t api_version;         /* 202112, 202212, 202312, 202412 or 202512: what is newer refuses */
    bool boolean_indexing;       /* whether x[mask] may be read and set */
    bool data_dependent_shapes;  /* whether there are nonzero, unique_values and their like */
    uint32_t enabled_extensions; /* bits of xp_extension */
} xp_strict_flags;

XP_API xp_strict_flags xp_strict_flags_defaults(void); /* 202512, and everything allowed */

/* The flags that hold for this thread now. Cannot fail. */
XP_API xp_strict_flags xp_strict_flags_now(void);

/* Sets the flags of the process; NULL: back to what the environment says. Fails on a version that there is none of and
 * on unknown extensions (XP_ERROR_VALUE). */
XP_API xp_status xp_set_strict_flags(const xp_strict_flags *flags);

/* What xp_strict_end() needs to bring back the flags from before. A plain value, of one thread. */
typedef struct xp_strict_guard {
    uint64_t before;
} xp_strict_guard;

/* Sets the flags of this thread until the guard ends. Guards nest. Fails as xp_set_strict_flags() does; the flags are
 * then left as they are. */
XP_API xp_strict_guard xp_strict_begin(const xp_strict_flags *flags);

/* Ends a guard: the flags are again as they were when it began. Cannot fail. */
XP_API void xp_strict_end(xp_strict_guard guard);

#ifdef __cplusplus
}
#endif
#endif
