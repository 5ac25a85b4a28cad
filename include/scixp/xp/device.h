/* Devices: finding one, moving arrays between them, threads, transfer policy.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef SCIXP_XP_DEVICE_H
#define SCIXP_XP_DEVICE_H

#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The device called `name`: "host"; "strict", "strict:device1", "strict:device2", "strict:no_float64", "strict:no_x64"
 * (they refuse what the standard does not promise: strict.h); "trace(host)" (counts what its inner device does). NULL
 * or "": the one that SCIXP_DEVICE names, or host. Opened at first use, never closed. NULL, with an error, if there is
 * none such. */
XP_API const struct xp_device *xp_device(const char *name);

XP_API const char *xp_device_name(const struct xp_device *device); /* "host", "strict" */

/* The namespace of a device, and the one that all these arrays share (NULLs and weak scalars are passed over). Arrays
 * of two devices, or a failed one, give an inert namespace whose functions return the failed array: never NULL. */
XP_API const xp_namespace *xp_device_namespace(const struct xp_device *device);
XP_API const xp_namespace *xp_array_namespace_of(xp_array *const *arrays, int count);
#ifdef __cplusplus
} /* extern "C" */
template <class... T> inline const xp_namespace *xp_array_namespace(T... arrays)
{
    xp_array *const list[] = {arrays...};
    return xp_array_namespace_of(list, static_cast<int>(sizeof...(arrays)));
}
extern "C" {
#else
#define xp_array_namespace(...)                                                                                        \
    (xp_array_namespace_of((xp_array *const[]){__VA_ARGS__},                                                           \
                           (int)(sizeof((xp_array *const[]){__VA_ARGS__}) / sizeof(xp_array *))))
#endif

/* Questions that libraries ask of arrays are xp_ok(x) (is it one?), xp_is_pending(x) (would reading it wait for work?),
 * xp_is_weak(x), and of their devices xp_device_of(x) == device, xp_device_name() and this one: whether arrays lie in
 * host memory, so that xp_data() works. */
XP_API bool xp_is_host(const struct xp_device *device);

/* The dtype of this kind (XP_KIND_FLOAT, XP_KIND_COMPLEX or XP_KIND_INTEGRAL) that a device (NULL: as for xp_device)
 * prefers. XP_DEFAULT_DTYPE, with an error, for other kinds (XP_ERROR_VALUE). */
XP_API xp_dtype xp_default_dtype(const struct xp_device *device, xp_kind kind);

/* A copy of x on another device (x itself if it is there already). Forces. The only way data moves unless a fallback
 * is allowed. */
XP_API xp_array *xp_to_device(xp_array *x, const struct xp_device *device);

/* Threads that one call may use on the host; 0: as many as there are cores (OMP_NUM_THREADS is respected). A call made
 * inside an OpenMP region uses one. The results have the same bits for any number. */
XP_API void xp_set_num_threads(int threads);
XP_API int xp_num_threads(void);

/* What happens where a device lacks what a function needs: the host does it, on operands that are brought there, and
 * the result is sent back. It is decided at the call, by SCIXP_TRANSFER=warn|allow|forbid, or for the whole process by
 * xp_set_transfer_policy. Devices that let their data go by xp_to_device alone (strict:device1, ...) always forbid. */
typedef enum xp_transfer_policy {
    XP_TRANSFER_WARN = 0,  /* it is done, with a warning (XP_WARNING_TRANSFER), one for each function and device */
    XP_TRANSFER_ALLOW = 1, /* it is done */
    XP_TRANSFER_FORBID = 2 /* it fails with XP_ERROR_UNSUPPORTED, which names function, device and what is missing */
} xp_transfer_policy;
XP_API void xp_set_transfer_policy(xp_transfer_policy policy);

/* What the host has done in place of a device, since the process began or the last reset. */
typedef struct xp_fallbacks {
    uint64_t size;    /* of this struct, set by the caller */
    uint64_t calls;   /* for which the device lacked something */
    uint64_t entries; /* how many there are of xp_fallback_entry */
    uint64_t bytes_downloaded, bytes_uploaded; /* that went to the host and back */
} xp_fallbacks;

/* What the host has done for one function. */
typedef struct xp_fallback {
    uint64_t size;        /* of this struct, set by the caller */
    uint64_t calls;
    const char *function; /* "matmul" */
    const char *missing;  /* what the device lacks: "matmul", "factor svd", "elementwise add", "reduction var" */
} xp_fallback;

/* The counts of a device (NULL: as for xp_device), and their parts by number, from 0 to below `entries`: one for each
 * function and thing that it lacked, in the order in which they came first. The texts stay valid. Up to 1024 parts are
 * kept in a process. Fails if the size is not given or there is no such number (XP_ERROR_VALUE). */
XP_API xp_status xp_fallback_counts(const struct xp_device *device, xp_fallbacks *fallbacks);
XP_API xp_status xp_fallback_entry(const struct xp_device *device, int number, xp_fallback *fallback);

/* Sets the counts of a device (NULL: as for xp_device) to 0. What was warned about is not warned about again. */
XP_API xp_status xp_fallback_reset(const struct xp_device *device);

/* What a trace device, or any device since the last reset, has done. */
typedef struct xp_counts {
    uint64_t size;          /* of this struct, set by the caller */
    uint64_t launches;      /* programs and other pieces of work handed to the driver */
    uint64_t passes;        /* launches whose largest operand exceeds 8 KB */
    uint64_t bytes_read;    /* of operands, broadcast ones counted once */
    uint64_t bytes_written;
    uint64_t uploads, downloads;             /* transfers between host and device */
    uint64_t bytes_uploaded, bytes_downloaded;
    uint64_t allocations, bytes_allocated;   /* buffers asked of the driver */
    uint64_t reused;                         /* outputs that took over an input's buffer */
} xp_counts;
XP_API xp_status xp_trace_counts(const struct xp_device *trace, xp_counts *counts);
XP_API xp_status xp_trace_reset(const struct xp_device *trace);

/* Memory: bytes in live buffers and kept for reuse on the host, the bound of the latter, and giving it back. */
XP_API size_t xp_memory_live(void);
XP_API size_t xp_memory_pooled(void);
XP_API void xp_set_memory_bound(size_t bytes);
XP_API void xp_memory_trim(void);

/* The version of the library as major * 10000 + minor * 100 + patch, and as text. */
XP_API int xp_version(void);
XP_API const char *xp_version_string(void);

#ifdef __cplusplus
}
#endif
#endif
