/* Roots of unity that are right to the last bit, nearly always.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef HOST_FOURIER_ROOTS_H
#define HOST_FOURIER_ROOTS_H

#include <stdbool.h>
#include <stdint.h>

/* Cosines and sines of the angles up to pi / 4 that the n-th roots of unity lead to. */
typedef struct host_roots {
    int64_t n, step; /* angle i of the table is 2 pi i step / (8 n) */
    double *cosines, *sines;
} host_roots;

/* False if memory is exhausted. Free with host_roots_free in both cases. */
bool host_roots_make(host_roots *roots, int64_t n);
void host_roots_free(host_roots *roots);

/* exp(-2 pi i k / n), 0 <= k < n. */
void host_root(const host_roots *roots, int64_t k, double *re, double *im);

#endif
