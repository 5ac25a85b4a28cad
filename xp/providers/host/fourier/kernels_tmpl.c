/* Fourier transforms of lines for one instruction set, whose name is in HOST_SUFFIX.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "providers/host/fourier/fourier.h"

#define JOIN_(a, b) a##_##b
#define JOIN(a, b) JOIN_(a, b)
#define NAME(x) JOIN(x, T)

#define T float
#include "providers/host/fourier/passes_tmpl.c"
#include "providers/host/fourier/lines_tmpl.c"
#undef T
#define T double
#include "providers/host/fourier/passes_tmpl.c"
#include "providers/host/fourier/lines_tmpl.c"

static void one(const host_fourier_plan *plan, double *re, double *im, double *scratch)
{
    const planes_double x = {re, im}, y = {scratch, scratch + plan->n};
    const planes_double result = transform_double(plan, 1, x, y);
    if (result.re == re)
        return;
    memcpy(re, result.re, (size_t)plan->n * sizeof *re);
    memcpy(im, result.im, (size_t)plan->n * sizeof *im);
}

const host_fourier_kernels JOIN(host_fourier, HOST_SUFFIX) = {lines_float, lines_double, one};
