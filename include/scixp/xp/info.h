/* What there is on this machine, and how each function is done on a device: what the program `scixp` prints.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef SCIXP_XP_INFO_H
#define SCIXP_XP_INFO_H

#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The library's version and build, the devices, the plug-ins and why some are not there, the libraries of vendors, and
 * the caches, as lines of text. Opens the devices that it tells of. NULL with an error if memory is exhausted. The
 * caller gives it back with xp_text_free. */
XP_API char *xp_info_text(void);

/* How a device does a function. */
typedef enum xp_coverage_way {
    XP_COVERAGE_NATIVE = 0,    /* a function of the device's own */
    XP_COVERAGE_DELEGATED = 1, /* its work goes to a library of a vendor's */
    XP_COVERAGE_GENERIC = 2,   /* the device's fused programs, kernels and slots */
    XP_COVERAGE_FALLBACK = 3,  /* the device lacks something that the host does in its place (xp_transfer_policy) */
    XP_COVERAGE_ABSENT = 4     /* not in this build */
} xp_coverage_way;

typedef struct xp_coverage {
    uint64_t size;        /* of this struct, set by the caller */
    const char *function; /* "linalg.svd" */
    xp_coverage_way way;
    const char *by;       /* DELEGATED: the library; FALLBACK: what the device lacks; otherwise "" */
} xp_coverage;

/* How many functions there are in all tables of the namespace, and what a device (NULL: as for xp_device) does with
 * number 0, 1, ... of them, for the device's default dtypes. The texts stay valid. Fails if the size is not given or
 * there is no such number (XP_ERROR_VALUE). */
XP_API int xp_coverage_count(void);
XP_API xp_status xp_coverage_of(const struct xp_device *device, int number, xp_coverage *coverage);

/* The same as a table in text, a line for each function. NULL with an error if memory is exhausted or there is no such
 * device. The caller gives it back with xp_text_free. */
XP_API char *xp_coverage_text(const struct xp_device *device);

/* Gives back a text; NULL is passed over. */
XP_API void xp_text_free(char *text);

#ifdef __cplusplus
}
#endif
#endif
