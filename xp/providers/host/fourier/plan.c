/* Plans of Fourier transforms: the factors of a length, twiddle factors, the convolution of awkward lengths.
 * Plans are made anew for every call: that takes about a fifth of the time of one line, and nothing of many.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "core/alloc.h"
#include "providers/host/fourier/fourier.h"
#include "providers/host/fourier/roots.h"

/* ---- factors ----------------------------------------------------------------------------------------------------- */

/* The passes of n, large radices last, where their loops are longest; returns what is left of n: 1, or some product of
 * primes that are too large. Counts the numbers that the passes need. */
static int64_t factor(host_fourier_plan *plan, int64_t *count)
{
    int64_t rest = plan->n;
    for (int radix = 4; radix <= HOST_FOURIER_LARGEST_RADIX; radix = radix == 4 ? 2 : radix == 2 ? 3 : radix + 2)
        while (rest % radix == 0) {
            rest /= radix;
            host_fourier_pass *pass = &plan->passes[plan->n_passes++];
            *pass = (host_fourier_pass){.radix = radix, .m = rest, .twiddles = *count};
            *count += 2 * (radix - 1) * rest;
            pass->circle = *count;
            *count += radix > 5 ? 2 * radix : 0;
        }
    return rest;
}

/* The least product of 2, 3 and 5 that is not less than n. */
static int64_t smooth_length(int64_t n)
{
    int64_t best = INT64_MAX;
    for (int64_t fives = 1; fives < best; fives *= 5)
        for (int64_t threes = fives; threes < best; threes *= 3) {
            int64_t length = threes;
            while (length < n)
                length *= 2;
            best = length < best ? length : best;
            if (threes >= n)
                break;
        }
    return best;
}

/* ---- tables ------------------------------------------------------------------------------------------------------ */

static void fill_pass(const host_fourier_plan *plan, const host_fourier_pass *pass, const host_roots *roots)
{
    double *re = (double *)plan->numbers + pass->twiddles, *im = re + (pass->radix - 1) * pass->m;
    const int64_t stride = plan->n / (pass->radix * pass->m);
    for (int64_t j = 1; j < pass->radix; j++)
        for (int64_t p = 0; p < pass->m; p++)
            host_root(roots, p * j * stride, re++, im++);
    double *cosines = (double *)plan->numbers + pass->circle;
    for (int j = 0; j < pass->radix && pass->radix > 5; j++) {
        host_root(roots, plan->n / pass->radix * j, &cosines[j], &cosines[pass->radix + j]);
        cosines[pass->radix + j] *= -1.0;
    }
}

/* exp(-pi i k^2 / n), and the transform of its conjugate, which goes both ways from 0. */
static bool fill_chirp(const host_fourier_plan *plan, const host_roots *roots)
{
    const int64_t n = plan->n, m = plan->inner->n;
    double *re = (double *)plan->numbers + plan->chirp, *im = re + n;
    double *to_re = (double *)plan->numbers + plan->spectrum, *to_im = to_re + m;
    double *scratch = xp_alloc((size_t)m, 2 * sizeof *scratch);
    if (!scratch)
        return false;
    memset(to_re, 0, (size_t)m * 2 * sizeof *to_re);
    for (int64_t k = 0, square = 0; k < n; k++) { /* squares modulo 2 n */
        host_root(roots, square, &re[k], &im[k]);
        square = (square + 2 * k + 1) % (2 * n);
        to_re[k] = to_re[k == 0 ? 0 : m - k] = re[k] / (double)m;
        to_im[k] = to_im[k == 0 ? 0 : m - k] = -im[k] / (double)m;
    }
    host_fourier_kernels_here()->one(plan->inner, to_re, to_im, scratch);
    xp_dealloc(scratch);
    return true;
}

static void narrow(host_fourier_plan *plan)
{
    for (int64_t i = 0; i < plan->count; i++) {
        double wide;
        memcpy(&wide, (const char *)plan->numbers + (size_t)i * sizeof wide, sizeof wide);
        const float number = (float)wide;
        memcpy((char *)plan->numbers + (size_t)i * sizeof number, &number, sizeof number);
    }
}

/* ---- plans ------------------------------------------------------------------------------------------------------- */

/* Decides how n is transformed and where the numbers for it will be. */
static void lay_out(host_fourier_plan *plan, bool with_turns)
{
    if (factor(plan, &plan->count) != 1) {
        plan->n_passes = 0;
        plan->spectrum = 2 * plan->n;
        plan->count = 2 * plan->n + 2 * smooth_length(2 * plan->n - 1);
    }
    plan->turns = plan->count;
    plan->count += with_turns ? 2 * (plan->n / 2 + 1) : 0;
}

/* All tables from the roots of unity of one order, a multiple of the length. */
static bool fill(host_fourier_plan *plan, bool with_turns)
{
    host_roots roots;
    bool success = host_roots_make(&roots, plan->inner ? 2 * plan->n : plan->n);
    for (int i = 0; i < plan->n_passes && success; i++)
        fill_pass(plan, &plan->passes[i], &roots);
    if (plan->inner && success)
        success = fill_chirp(plan, &roots);
    host_roots_free(&roots);
    if (!success || !with_turns)
        return success;
    success = host_roots_make(&roots, 2 * plan->n);
    double *cosines = (double *)plan->numbers + plan->turns, *sines = cosines + plan->n / 2 + 1;
    for (int64_t k = 0; k <= plan->n / 2 && success; k++)
        host_root(&roots, k, &cosines[k], &sines[k]);
    host_roots_free(&roots);
    return success;
}

xp_status host_fourier_plan_make(host_fourier_plan *plan, int64_t n, bool with_turns, bool is_single)
{
    *plan = (host_fourier_plan){.n = n};
    lay_out(plan, with_turns);
    plan->numbers = xp_alloc((size_t)plan->count, sizeof(double));
    bool success = plan->numbers != NULL;
    if (success && plan->n_passes == 0 && n > 1) { /* in float64 until the spectrum is known */
        plan->inner = xp_alloc(1, sizeof *plan->inner);
        success = plan->inner && host_fourier_plan_make(plan->inner, smooth_length(2 * n - 1), false, false) == XP_OK;
    }
    if (!success || !fill(plan, with_turns)) {
        host_fourier_plan_free(plan);
        return xp_driver_error(XP_ERROR_MEMORY, "out of memory for a transform of length %lld", (long long)n);
    }
    if (is_single && plan->inner)
        narrow(plan->inner);
    if (is_single)
        narrow(plan);
    return XP_OK;
}

void host_fourier_plan_free(host_fourier_plan *plan)
{
    if (plan->inner)
        host_fourier_plan_free(plan->inner);
    xp_dealloc(plan->inner);
    xp_dealloc(plan->numbers);
    *plan = (host_fourier_plan){.n = 0};
}
