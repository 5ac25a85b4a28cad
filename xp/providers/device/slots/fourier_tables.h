/* What the slot of Fourier transforms stands on: its program, how lengths are divided, tables.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef DEVICE_SLOTS_FOURIER_TABLES_H
#define DEVICE_SLOTS_FOURIER_TABLES_H

#include "providers/device/slots/algebra.h"
#include "providers/device/slots/tables.h"

#define DEVICE_FOURIER_PASSES 64 /* that a length of 64 bits may need */
#define DEVICE_FOURIER_SMALL 7   /* the largest radix that has a function of its own in kernels/fourier.h */

/* The program of kernels/fourier_tables.h and kernels/fourier.h for a complex dtype. */
typedef struct device_fourier_program {
    const struct xp_device *device;
    device_source source;
    device_algebra algebra;
} device_fourier_program;

void device_fourier_open(device_fourier_program *program, const struct xp_device *device, int dtype);

/* Ends the arguments of a kernel for `count` elements with an item's share of them, and enqueues it. */
xp_status device_fourier_launch(const device_fourier_program *program, device_call *call, const char *entry,
                                int64_t count);

/* The radices of the passes for n, primes up to `largest`; how many there are, or 0 if n has larger ones. */
int device_fourier_radices(int64_t n, int largest, int radices[DEVICE_FOURIER_PASSES]);

/* The least length that passes of small radices can do, and that is not below n. */
int64_t device_fourier_smooth(int64_t n);

/* exp(-2 pi i j / n) for all j; the transform, in m elements, of the chirp that lengths n are convolved with. To be
 * given back. */
xp_status device_fourier_roots(const struct xp_device *device, int dtype, int64_t n, device_table **roots);
xp_status device_fourier_chirp(const struct xp_device *device, int dtype, int64_t n, int64_t m, device_table **chirp);

#endif
