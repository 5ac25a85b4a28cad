/* A double of cuFFT: sums by their definition, over the layouts that a plan describes.
 *
 * As cuFFT may, a transform to real numbers spoils its input; and imaginary parts that have to be 0 there are added to
 * the output, so that they are missed if they are not.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <complex.h>
#undef I /* cuFFT's headers use the letter */
#include <cufft.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "vendor.h"

enum { PLANS = 64, WORK_BYTES = 96 };

static struct plan {
    bool is_used, is_made;
    cudaStream_t stream;
    cufftType type;
    int rank;
    long long n[3], in_extents[3], out_extents[3], in_step, out_step, in_apart, out_apart, batch;
    void *area;
} plans[PLANS];

cufftResult cufftCreate(cufftHandle *handle)
{
    for (int i = 0; i < PLANS; i++)
        if (!plans[i].is_used) {
            plans[i] = (struct plan){.is_used = true};
            *handle = i;
            return CUFFT_SUCCESS;
        }
    return CUFFT_ALLOC_FAILED;
}

cufftResult cufftDestroy(cufftHandle handle)
{
    plans[handle].is_used = false;
    return CUFFT_SUCCESS;
}

cufftResult cufftSetAutoAllocation(cufftHandle handle, int is_automatic)
{
    return plans[handle].is_used && !is_automatic ? CUFFT_SUCCESS : CUFFT_INVALID_VALUE;
}

cufftResult cufftSetStream(cufftHandle handle, cudaStream_t stream)
{
    plans[handle].stream = stream;
    return CUFFT_SUCCESS;
}

cufftResult cufftSetWorkArea(cufftHandle handle, void *area)
{
    plans[handle].area = area;
    return CUFFT_SUCCESS;
}

cufftResult cufftGetProperty(libraryPropertyType type, int *value)
{
    *value = type == MAJOR_VERSION ? 12 : 0;
    return CUFFT_SUCCESS;
}

cufftResult cufftMakePlanMany64(cufftHandle handle, int rank, long long *n, long long *in_extents, long long in_step,
                                long long in_apart, long long *out_extents, long long out_step, long long out_apart,
                                cufftType type, long long batch, size_t *work_bytes)
{
    struct plan *plan = &plans[handle];
    if (rank < 1 || rank > 3 || plan->is_made)
        return CUFFT_INVALID_VALUE;
    plan->is_made = true;
    plan->type = type;
    plan->rank = rank;
    plan->in_step = in_step;
    plan->out_step = out_step;
    plan->in_apart = in_apart;
    plan->out_apart = out_apart;
    plan->batch = batch;
    for (int d = 0; d < 3; d++) { /* missing axes in front, of extent 1 */
        int from = d - (3 - rank);
        plan->n[d] = from < 0 ? 1 : n[from];
        plan->in_extents[d] = from < 0 ? 1 : in_extents[from];
        plan->out_extents[d] = from < 0 ? 1 : out_extents[from];
    }
    *work_bytes = WORK_BYTES;
    return CUFFT_SUCCESS;
}

static long long place(const long long *extents, const long long *at)
{
    return (at[0] * extents[1] + at[1]) * extents[2] + at[2];
}

static double complex number(const void *x, long long at, bool is_double, bool is_complex)
{
    if (!is_complex)
        return is_double ? ((const double *)x)[at] : ((const float *)x)[at];
    return is_double ? ((const double complex *)x)[at] : ((const float complex *)x)[at];
}

static void store(void *x, long long at, bool is_double, bool is_complex, double complex value)
{
    if (is_double && is_complex)
        ((double complex *)x)[at] = value;
    else if (is_complex)
        ((float complex *)x)[at] = (float complex)value;
    else if (is_double)
        ((double *)x)[at] = creal(value);
    else
        ((float *)x)[at] = (float)creal(value);
}

/* The element of the whole input, where a half stands for it. */
static double complex input(const struct plan *p, const void *x, long long batch, const long long *at, bool is_double,
                            bool is_half)
{
    long long mirror[3] = {at[0], at[1], at[2]};
    bool is_mirrored = is_half && at[2] > p->n[2] / 2;
    if (is_mirrored)
        mirror[2] = p->n[2] - at[2]; /* halves have one axis here */
    bool is_complex = p->type != CUFFT_R2C && p->type != CUFFT_D2Z;
    double complex value =
        number(x, batch * p->in_apart + place(p->in_extents, mirror) * p->in_step, is_double, is_complex);
    return is_mirrored ? conj(value) : value;
}

static double complex sum(const struct plan *p, const void *x, long long batch, const long long *k, double sign,
                          bool is_double, bool is_half)
{
    double complex total = 0;
    for (long long a = 0; a < p->n[0]; a++)
        for (long long b = 0; b < p->n[1]; b++)
            for (long long c = 0; c < p->n[2]; c++) {
                double turns = (double)(a * k[0] % p->n[0]) / (double)p->n[0] +
                               (double)(b * k[1] % p->n[1]) / (double)p->n[1] +
                               (double)(c * k[2] % p->n[2]) / (double)p->n[2];
                double complex value = input(p, x, batch, (const long long[]){a, b, c}, is_double, is_half);
                if (is_half && (c == 0 || 2 * c == p->n[2]))
                    total += cimag(value);
                total += value * cexp(sign * 2 * M_PI * turns * _Complex_I);
            }
    return total;
}

static cufftResult execute(cufftHandle handle, void *in, void *out, cufftType type, double sign)
{
    struct plan *p = &plans[handle];
    bool is_double = type == CUFFT_Z2Z || type == CUFFT_D2Z || type == CUFFT_Z2D;
    bool is_half = type == CUFFT_C2R || type == CUFFT_Z2D;
    if (!p->is_made || p->type != type || !p->area || (is_half && p->rank != 1))
        return CUFFT_INVALID_PLAN;
    fake_vendor_wait(p->stream);
    memset(p->area, 0x77, WORK_BYTES);
    long long columns = type == CUFFT_R2C || type == CUFFT_D2Z ? p->n[2] / 2 + 1 : p->n[2];
    double complex *results = malloc(sizeof *results * (size_t)(p->batch * p->n[0] * p->n[1] * columns)), *at = results;
    for (long long batch = 0; batch < p->batch; batch++)
        for (long long i = 0; i < p->n[0] * p->n[1] * columns; i++)
            *at++ = sum(p, in, batch,
                        (const long long[]){i / columns / p->n[1], i / columns % p->n[1], i % columns}, sign, is_double,
                        is_half);
    at = results;
    for (long long batch = 0; is_half && batch < p->batch; batch++)
        memset((char *)in + (size_t)(batch * p->in_apart) * (is_double ? 16 : 8), 0x77, is_double ? 16 : 8);
    for (long long batch = 0; batch < p->batch; batch++)
        for (long long i = 0; i < p->n[0] * p->n[1] * columns; i++) {
            const long long k[] = {i / columns / p->n[1], i / columns % p->n[1], i % columns};
            store(out, batch * p->out_apart + place(p->out_extents, k) * p->out_step, is_double, !is_half, *at++);
        }
    free(results);
    p->area = NULL;
    return CUFFT_SUCCESS;
}

cufftResult cufftExecC2C(cufftHandle handle, cufftComplex *in, cufftComplex *out, int direction)
{
    return execute(handle, in, out, CUFFT_C2C, direction);
}

cufftResult cufftExecZ2Z(cufftHandle handle, cufftDoubleComplex *in, cufftDoubleComplex *out, int direction)
{
    return execute(handle, in, out, CUFFT_Z2Z, direction);
}

cufftResult cufftExecR2C(cufftHandle handle, cufftReal *in, cufftComplex *out)
{
    return execute(handle, in, out, CUFFT_R2C, -1.0);
}

cufftResult cufftExecD2Z(cufftHandle handle, cufftDoubleReal *in, cufftDoubleComplex *out)
{
    return execute(handle, in, out, CUFFT_D2Z, -1.0);
}

cufftResult cufftExecC2R(cufftHandle handle, cufftComplex *in, cufftReal *out)
{
    return execute(handle, in, out, CUFFT_C2R, 1.0);
}

cufftResult cufftExecZ2D(cufftHandle handle, cufftDoubleComplex *in, cufftDoubleReal *out)
{
    return execute(handle, in, out, CUFFT_Z2D, 1.0);
}
