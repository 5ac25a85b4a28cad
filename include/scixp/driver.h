/* The seam: what a device must be able to do.
 *
 * A driver is a table of functions and a device is the table with a context. Everything above knows devices through
 * this file alone. Rules that hold for every slot:
 *  - A slot may be NULL: the device cannot do it. `supports` is asked when a call is recorded, so a missing piece is
 *    found, counted, warned about or refused at the call and never later; what is not refused is done by the host, with
 *    operands that are downloaded and results that are uploaded (docs/devices.md).
 *  - Work is enqueued: a slot may return before the work is done. The driver orders what touches the same memory, also
 *    across threads and queues; `download` and `wait` are the only slots that block.
 *  - Programs, operands, views and host memory to upload are read during the call only: the driver copies what it
 *    needs later.
 *  - A decorator hands its own buffers down: a driver looks at the device that it is called with, never at the one
 *    that a buffer names.
 *  - Buffers are handles with offsets. Only `host_pointer` turns one into an address, where there is one.
 *  - A slot that fails returns a status other than XP_OK and leaves its message in `xp_fail`-ready form: it calls
 *    xp_driver_error(). It has then written nothing that anybody will read.
 *  - float16 and bfloat16 reach a driver in memory, in casts from and to them, in copies, and in the slots that move
 *    elements: gather, compress, scatter with XP_SCATTER_SET. No other step, reduction or slot is given them (the
 *    callers cast to float32 first, and round what comes back), but matmul where `supports` says so for the dtype.
 *    Their bits: kernel/half.h. A driver without them lists them in `dtypes.missing`.
 *  - Operands of the vendor slots (xp_view) may have any strides unless the slot says otherwise, and outputs never
 *    overlap inputs.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef SCIXP_DRIVER_H
#define SCIXP_DRIVER_H

#include "driver/kernel.h"
#include "driver/memory.h"
#include "driver/program.h"
#include "xp/array.h"
#include "xp/device.h"
#include "xp/scope.h"

#ifdef __cplusplus
extern "C" {
#endif

#define XP_DRIVER_VERSION 1

/* An operand of a vendor slot. Extents and strides (in bytes) are read during the call only. */
typedef struct xp_view {
    xp_buffer *buffer;
    int64_t offset;
    uint8_t dtype;
    int ndim;
    const int64_t *shape, *strides;
} xp_view;

typedef enum xp_factor_kind {
    XP_FACTOR_CHOLESKY, /* a (..., n, n) -> results[0]: lower triangle, upper part zero */
    XP_FACTOR_SVD,      /* a (..., m, n) -> results: u, s, vh, as full or reduced as their shapes say */
    XP_FACTOR_SVDVALS,  /* a (..., m, n) -> s (..., min(m, n)), descending, real */
    XP_FACTOR_QR,       /* a (..., m, n) -> q, r, as complete or reduced as their shapes say */
    XP_FACTOR_DET,      /* a (..., n, n) -> determinants (...,): 0 if a pivot is; no overflow on the way to a result */
    XP_FACTOR_SLOGDET,  /* a (..., n, n) -> sign (...,), 0 if a pivot is; log of the absolute value (...,), real */
    XP_FACTOR_INVERSE,  /* a (..., n, n) -> (..., n, n); fails if a pivot is 0 and no element of that matrix NaN */
    XP_FACTOR_EIGH,     /* a (..., n, n), the lower triangle read -> eigenvalues (..., n), real, ascending; vectors */
    XP_FACTOR_EIGVALSH, /* the eigenvalues alone */
    XP_FACTOR_EIG,      /* a (..., n, n) -> eigenvalues (..., n), vectors (..., n, n), both complex */
    XP_FACTOR_EIGVALS   /* the eigenvalues alone */
} xp_factor_kind;

typedef enum xp_scatter_kind {
    XP_SCATTER_SET, /* replaces what is there */
    XP_SCATTER_ADD  /* adds to it; numeric dtypes, integers wrap */
} xp_scatter_kind;

typedef enum xp_draw_kind {
    XP_DRAW_BITS,     /* uint32 or uint64: raw words */
    XP_DRAW_INTEGERS, /* int64 in [low, low + span), unbiased: multiply and shift on 64 bits, Lemire's rejection */
    XP_DRAW_UNIFORM,  /* float32 with 24 bits, float64 with 53: [0, 1) */
    XP_DRAW_NORMAL    /* Box-Muller on two uniforms */
} xp_draw_kind;

typedef enum xp_fourier_kind {
    XP_FOURIER_FORWARD,  /* complex to complex: sums of x[j] exp(-2 pi i j k / n) */
    XP_FOURIER_INVERSE,  /* complex to complex: sums of x[j] exp(+2 pi i j k / n) */
    XP_FOURIER_TO_HALF,  /* real to complex, forward: the first n / 2 + 1 along the last of the axes */
    XP_FOURIER_FROM_HALF /* complex to real, inverse, from those */
} xp_fourier_kind;

typedef struct xp_draw { /* what to draw: element i of a C-contiguous output is a function of these and i alone */
    xp_draw_kind kind;
    uint64_t key, stream, counter;
    int64_t low;
    uint64_t span; /* 0 means 2^64 */
} xp_draw;

/* Where `unique` writes: 1-d and contiguous, each but `count` NULL if it is not wanted. values, indices and counts have
 * `capacity` elements, of which the first are written; what comes behind is left as it is. */
typedef struct xp_unique_views {
    int64_t capacity;
    const xp_view *values;  /* of x's dtype */
    const xp_view *indices; /* int64: where each value stands first */
    const xp_view *inverse; /* int64, as long as x: which value each element is; also of those beyond the capacity */
    const xp_view *counts;  /* int64: how often each value occurs */
    const xp_view *count;   /* int64, 0-d: how many values there are, more than the capacity if it does not suffice */
} xp_unique_views;

/* A kernel to run: parameters as its descriptor lists them, read during the call only. */
typedef struct xp_kernel_call {
    const xp_kernel *kernel;
    uint8_t real;             /* the dtype that REAL stands for: one of the kernel's */
    bool plain;               /* no tuned body: tests hold the two against each other */
    const int64_t *extents;   /* of the index space of each pass */
    const xp_view *arrays;    /* in their order; without a buffer: not given */
    const xp_number *numbers; /* in their order, extents and steps of arrays among them */
    double nanoseconds;       /* that all of it takes one core, roughly */
} xp_kernel_call;

/* What `supports` is asked about. */
typedef struct xp_request {
    enum { XP_REQUEST_ELEMENTWISE, XP_REQUEST_REDUCTION, XP_REQUEST_SLOT } kind;
    const xp_operation *operation; /* of ELEMENTWISE */
    const xp_reduction *reduction; /* of REDUCTION */
    size_t slot;                   /* of SLOT: offsetof(xp_driver, gather), ... */
    uint8_t dtype;                 /* in which it computes: of operands, for launch what REAL stands for */
    uint8_t result_dtype;          /* of ELEMENTWISE: what cast casts to, for instance */
    int which;                     /* of SLOT: of factor, fourier, draw, scatter and scan the kind that is asked for */
    const xp_kernel *kernel;       /* of SLOT, for launch */
} xp_request;

/* The dtypes of a device: the defaults of its kinds, 0 for float64, complex128, int64, int64; and, as bits 1 << dtype,
 * those that no array of a caller can have. Inside the library positions are int64 on every device all the same; no
 * program and no slot but `launch` is given a floating dtype that is missing. */
typedef struct xp_device_dtypes {
    xp_dtype real_floating, complex_floating; /* of zeros, linspace */
    xp_dtype integral;                        /* of arange over whole numbers */
    xp_dtype indexing;                        /* of argmax, searchsorted */
    uint32_t missing;
} xp_device_dtypes;

typedef struct xp_driver {
    uint64_t size;      /* sizeof(xp_driver) of whoever filled it */
    uint32_t version;   /* XP_DRIVER_VERSION */
    const char *name;   /* "host" */
    int32_t dlpack_type; /* where its memory is, as DLPack numbers devices (1: the host); 0: others cannot reach it */

    /* -- limits and questions; pure ------------------------------------------------------------------------------- */
    int max_inputs;          /* of one program, at most XP_PROGRAM_INPUTS */
    int64_t small_bytes;     /* operands up to this are computed at the call (0: always recorded) */
    bool (*supports)(const struct xp_device *device, const xp_request *request); /* NULL: whatever has a slot */

    /* Functions of the device's own that go in place of generic ones (see below); read when it is registered. */
    const xp_namespace *native;

    /* -- memory --------------------------------------------------------------------------------------------------- */
    xp_status (*allocate)(const struct xp_device *device, size_t bytes, xp_memory *memory);
    void (*release)(const struct xp_device *device, xp_memory memory, size_t bytes); /* behind its last use */
    xp_status (*upload)(const struct xp_device *device, xp_buffer *to, int64_t offset, const void *from, size_t bytes);
    xp_status (*download)(const struct xp_device *device, void *to, xp_buffer *from, int64_t offset, size_t bytes);
    void *(*host_pointer)(const struct xp_device *device, xp_buffer *buffer); /* NULL slot or result: there is none */

    /* -- order ---------------------------------------------------------------------------------------------------- */
    xp_status (*wait)(const struct xp_device *device);  /* until everything enqueued is done; NULL: it always is */

    /* -- work ------------------------------------------------------------------------------------------------------ */
    xp_status (*run)(const struct xp_device *device, const xp_program *program, const xp_operands *operands);

    /* One elementwise step at once, over contiguous operands of n elements each; a bit in `scalars` says that input i
     * is a single element to be used for all. NULL: small work goes through run. */
    xp_status (*run_small)(const struct xp_device *device, const xp_step *step, int64_t n, uint32_t scalars,
                           const xp_operand *inputs, const xp_operand *output);

    /* The passes of a kernel, one after the other. */
    xp_status (*launch)(const struct xp_device *device, const xp_kernel_call *call);

    /* -- vendor slots ---------------------------------------------------------------------------------------------- */
    /* out = x taken at `indices` (int64, checked, not negative) along `axis`, where out has their length. */
    xp_status (*gather)(const struct xp_device *device, const xp_view *x, const xp_view *indices, int axis,
                        const xp_view *out);
    /* How many of mask (1-d, bool) are true; then the positions of the true ones, int64, contiguous: as many of them as
     * there is room for. What lies behind the last one is left as it is. */
    xp_status (*count_mask)(const struct xp_device *device, const xp_view *mask, int64_t *count);
    xp_status (*mask_positions)(const struct xp_device *device, const xp_view *mask, const xp_view *positions);
    /* out[..., i, ...] = sum or product of x[..., 0..i, ...] along `axis`; reduction is SUM or PROD; same dtypes. */
    xp_status (*scan)(const struct xp_device *device, xp_reduction_kind reduction, const xp_view *x, int axis,
                      const xp_view *out);
    /* out (int64) = how many elements of `sorted` (1-d, ascending, NaN last) are < value (right: <= value). */
    xp_status (*search)(const struct xp_device *device, const xp_view *sorted, const xp_view *values, bool right,
                        const xp_view *out);
    /* out (b, m, n) = a (b, m, k) times b (b, k, n); strides of the batch axis may be 0. All numeric dtypes. */
    xp_status (*matmul)(const struct xp_device *device, const xp_view *a, const xp_view *b, const xp_view *out);
    /* Fails with XP_ERROR_LINALG if the matrix does not allow it. Float and complex dtypes; results C-contiguous. */
    xp_status (*factor)(const struct xp_device *device, xp_factor_kind kind, const xp_view *a, const xp_view *results,
                        int n_results);
    /* `out` is C-contiguous. */
    xp_status (*draw)(const struct xp_device *device, const xp_draw *what, const xp_view *out);
    /* out (..., n, k) with a (..., n, n) times out = b (..., n, k), all of one dtype; strides of leading axes may be 0.
     * Fails as XP_FACTOR_INVERSE does. `out` is C-contiguous. */
    xp_status (*solve)(const struct xp_device *device, const xp_view *a, const xp_view *b, const xp_view *out);

    /* out = x transformed over `axes`, all times `factor`. float32, float64 and their complex dtypes; n_axes >= 1, all
     * different, no extent of 0. Along them x and out have the length n of the transform, but along the last one the
     * half (out of TO_HALF, x of FROM_HALF) has n / 2 + 1; there FROM_HALF takes its first element, and for even n its
     * last one, as real. `out` is C-contiguous. */
    xp_status (*fourier)(const struct xp_device *device, xp_fourier_kind kind, const xp_view *x, const int *axes,
                         int n_axes, double factor, const xp_view *out);
    /* out (1-d, contiguous) = the elements of x (1-d) where mask (1-d, bool) is true: out has as many. */
    xp_status (*compress)(const struct xp_device *device, const xp_view *x, const xp_view *mask, const xp_view *out);
    /* values[..., i, ...] goes to out[..., indices[i], ...] along `axis`, for i from 0 on: of indices that are equal
     * the last one stays, and sums are made in this order. indices: as for gather; values and out have the same
     * dtype. */
    xp_status (*scatter)(const struct xp_device *device, xp_scatter_kind kind, const xp_view *values,
                         const xp_view *indices, int axis, const xp_view *out);
    /* x in order along `axis`: its elements to `values`, their positions to `positions` (int64); either may be NULL.
     * NaN after all numbers, or before them where descending; -0 equals 0. Equal elements keep their order where
     * `stable`, also where descending. Real dtypes and bool; complex ones for ascending positions only, by real
     * part, then by imaginary part, those with a NaN last. */
    xp_status (*sort)(const struct xp_device *device, const xp_view *x, int axis, bool descending, bool stable,
                      const xp_view *values, const xp_view *positions);
    /* out[..., i, ...] = the element of rank ranks[i] (ascending, 0 is the least) along `axis`, where out has `count`
     * elements. NaN ranks last, or with `nan_spreads` is all there is of a line that has one. Zeros come without a
     * sign. Real dtypes and bool. */
    xp_status (*select)(const struct xp_device *device, const xp_view *x, int axis, const int64_t *ranks, int count,
                        bool nan_spreads, const xp_view *out);
    /* The distinct elements of x (1-d, any dtype) in the order of `sort`; -0 and 0 are one, each NaN is another. */
    xp_status (*unique)(const struct xp_device *device, const xp_view *x, const xp_unique_views *out);

    /* Refuses what the standard does not promise: promotion across kinds, dtypes outside an operation's `accepts`. */
    bool standard_only;

    /* Data goes from one device to another by xp_to_device alone: xp_to_host and its like refuse. Values and texts of
     * arrays can be had. */
    bool keeps_data;

    xp_device_dtypes dtypes;

    /* -- later slots, which older drivers do not have ------------------------------------------------------------- */
    /* Along `axis`, what is less than the line's pivot comes first, then what equals it, then what is greater, then
     * NaN, each in the order of the line: as elements, or as `positions` (out is int64 then). A pivot may be NaN; -0
     * equals 0. pivots: extent 1 along `axis`, otherwise x's shape and dtype. Real dtypes and bool. */
    xp_status (*partition)(const struct xp_device *device, const xp_view *x, int axis, const xp_view *pivots,
                           bool positions, const xp_view *out);

    /* -- memory and queues of the caller's; `stream` is what the device's own interface calls so (cudaStream_t,
     *    cl_command_queue), NULL its default one ------------------------------------------------------------------- */
    /* Memory on what lies at `pointer`, for work behind what is on `stream` by now; it is the caller's. */
    xp_status (*adopt)(const struct xp_device *device, void *pointer, size_t bytes, void *stream, xp_memory *memory);
    /* The counterpart: what comes on `stream` from now on is done behind our work with the memory. */
    xp_status (*disown)(const struct xp_device *device, xp_memory memory, void *stream);
    /* Where the buffer is for others, and what comes on `stream` from now on is done behind the work that writes it. */
    xp_status (*share)(const struct xp_device *device, xp_buffer *buffer, void *stream, void **pointer);
    /* This thread's work goes to `stream` from now on; NULL: to a queue of its own, as at first. And which it is. */
    xp_status (*set_stream)(const struct xp_device *device, void *stream);
    xp_status (*get_stream)(const struct xp_device *device, void **stream);
    /* From a buffer of another device with the same driver's name; no host memory in between where that can be. */
    xp_status (*copy_from)(const struct xp_device *device, xp_buffer *to, int64_t to_offset,
                           const struct xp_device *from_device, xp_buffer *from, int64_t from_offset, size_t bytes);

    int32_t dlpack_id; /* which of dlpack_type's devices it is */

    /* The library of a vendor's that does what is asked for: "OpenBLAS"; NULL: the driver does it itself. A pure
     * question, for `scixp coverage`. No slot: nothing is delegated. */
    const char *(*delegates)(const struct xp_device *device, const xp_request *request);
} xp_driver;

struct xp_device {
    const xp_driver *driver;
    void *context;            /* the driver's own */
    const xp_namespace *xp;
    const struct xp_device *inner; /* of a decorator, the device it wraps */
    int slot;                 /* its number in the registry; 0 is the inert device */
    xp_device_dtypes dtypes;  /* the driver's, with the defaults filled in */
    char name[48];
};

/* Records the error of a slot and returns its code: `return xp_driver_error(XP_ERROR_MEMORY, "out of memory ...")`.
 * The function's name is filled in by whoever called the driver. */
#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
XP_API xp_status xp_driver_error(xp_status code, const char *format, ...);

/* What callers of a slot do with a status other than XP_OK: records the slot's message as an error of `function` and
 * returns the failed array. */
XP_API xp_array *xp_driver_failed(xp_status status, const char *function);

/* Fills *driver, of driver->size bytes, with the whole table of a device: where a new driver starts that differs from
 * it in some slots only. The host's slots take memory.handle as the address of the memory, and look at nothing else. */
XP_API void xp_driver_like(xp_driver *driver, const struct xp_device *device);

/* A device made from a driver: gets a slot and a whole namespace, filled with the generic functions, whose work ends in
 * the driver's slots, and with the driver's native ones. From then on xp_device(name) finds it. `context` is the
 * driver's own, `inner` the device that a decorator wraps, or NULL. NULL with an error recorded. Devices are never
 * closed. */
XP_API const struct xp_device *xp_device_register(const char *name, const xp_driver *driver, void *context,
                                                  const struct xp_device *inner);

/* ---- native functions --------------------------------------------------------------------------------------------
 * A namespace with `size` set and some functions filled in, sub-tables too: it is laid over the generic one. What a
 * native function does not take it hands to the generic function of that name; what it takes it reads through views,
 * and returns in a new array of the same device. */

/* The functions of a device as they are without its native ones. */
XP_API const xp_namespace *xp_generic_namespace(const struct xp_device *device);

/* Computes x and says where its elements lie: until the innermost scope closes. False with an error recorded. */
XP_API bool xp_view_of(xp_array *x, const char *function, xp_view *view);

/* A new array, uninitialised, in the innermost scope; `view` (or NULL) says where its elements are to be written before
 * anybody else sees it. */
XP_API xp_array *xp_new_array(const xp_namespace *xp, xp_shape shape, xp_dtype dtype, const char *function,
                              xp_view *view);

/* An array on memory that somebody else owns, for every device: xp_borrow's counterpart, with its flags and its
 * release callback. `memory` is what the device's driver calls memory, `bytes` of it; `layout` says how elements lie
 * there (its buffer is not read; offset and strides in bytes, multiples of what elements are aligned to, as is the
 * memory). If the call fails, `release` is not called. */
XP_API xp_array *xp_wrap(const struct xp_device *device, xp_memory memory, size_t bytes, const xp_view *layout,
                         xp_borrow_flags flags, xp_release_callback *release, void *context);

#ifdef __cplusplus
}
#endif
#endif
