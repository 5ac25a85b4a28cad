/* Fourier transforms on the host: what a length needs to be known of it, and the compiled work on a few lines.
 *
 * Several lines are transformed side by side: point k of line l is number k * lanes + l of two planes, one for real
 * and one for imaginary parts. So the same loops run along vectors for many short lines and for one long one, and an
 * inverse transform is a forward one with the planes exchanged. Values do not depend on how many lines go side by side.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef HOST_FOURIER_H
#define HOST_FOURIER_H

#include "driver.h"

#define HOST_FOURIER_LARGEST_RADIX 61 /* lengths with a larger prime factor go through a convolution */
#define HOST_FOURIER_MOST_PASSES 64
#define HOST_FOURIER_LANE_BYTES 64    /* of the numbers that stand side by side, at most */

/* One pass of Stockham's algorithm: transforms of `radix` points on what m points apart. */
typedef struct host_fourier_pass {
    int radix;
    int64_t m;
    int64_t twiddles; /* where they are among the plan's numbers: rows 1 to radix - 1 of m cosines, then of sines */
    int64_t circle;   /* of radices above 5: radix cosines, then sines, of 2 pi j / radix */
} host_fourier_pass;

/* How `n` complex points are transformed. Numbers are float64 or, narrowed once all are known, float32. */
typedef struct host_fourier_plan {
    int64_t n;
    int n_passes;                           /* 0 where there is an `inner` */
    host_fourier_pass passes[HOST_FOURIER_MOST_PASSES];
    void *numbers;                          /* `count` of them */
    int64_t count;
    int64_t turns;    /* for real transforms of 2 n points: exp(-pi i k / n), k = 0 .. n / 2: cosines, then sines */
    /* Bluestein's algorithm (A linear filtering approach to the computation of discrete Fourier transform, 1970): a
     * convolution with a chirp, exp(-pi i k^2 / n). */
    struct host_fourier_plan *inner;        /* of the length that the convolution is done in; NULL: not needed */
    int64_t chirp, spectrum;                /* n cosines and sines; inner->n real and imaginary parts, over inner->n */
} host_fourier_plan;

/* Makes the plan for a complex transform of n points or, with `turns`, for a real one of 2 n. */
xp_status host_fourier_plan_make(host_fourier_plan *plan, int64_t n, bool with_turns, bool is_single);
void host_fourier_plan_free(host_fourier_plan *plan);

/* One axis of a call. */
typedef struct host_fourier_job {
    const host_fourier_plan *plan; /* of n points, or n / 2 for the real kinds of even n */
    xp_fourier_kind kind;
    int64_t n;                     /* points of the transform */
    int64_t points;                /* that each plane of the scratch memory has room for, in every lane */
    int64_t x_step, out_step;      /* bytes along the axis */
    double factor;
} host_fourier_job;

/* Transforms `lanes` lines, which begin at these addresses; an input and an output may be the same line. `scratch` is
 * room for four planes of job->points numbers in each lane. */
typedef void host_fourier_lines(const host_fourier_job *job, int lanes, const char *const *x, char *const *out,
                                void *scratch);

/* The transform of the planes at `re` and `im` (n points, one lane, float64) into themselves; `scratch`: two planes. */
typedef void host_fourier_one(const host_fourier_plan *plan, double *re, double *im, double *scratch);

typedef struct host_fourier_kernels {
    host_fourier_lines *lines_float32, *lines_float64;
    host_fourier_one *one;
} host_fourier_kernels;

extern const host_fourier_kernels host_fourier_baseline, host_fourier_avx2, host_fourier_avx512;

/* The kernels for this processor. */
const host_fourier_kernels *host_fourier_kernels_here(void);

#endif
