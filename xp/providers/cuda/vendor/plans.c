/* Plans of cuFFT: a bounded list for each queue, of which the one that was not used for longest goes first. Their work
 * areas are scratch memory of the call, so a plan that waits holds little.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/cuda/vendor/plans.h"

#include <stdlib.h>
#include <string.h>

#define KEPT 16

typedef struct plan {
    cuda_plan_key key;
    cufftHandle handle;
    size_t work_bytes;
    uint64_t used; /* 0: there is none */
} plan;

struct cuda_plans {
    plan plans[KEPT];
    uint64_t clock;
};

static void check(cuda_job *job, cufftResult result, const char *what)
{
    if (result == CUFFT_SUCCESS || !cuda_job_goes_on(job))
        return;
    cudart.cudaGetLastError();
    job->status = cuda_fail(result == CUFFT_ALLOC_FAILED ? RUNTIME_NO_MEMORY : RUNTIME_FAILED,
                            "%s: cuFFT's result %d", what, (int)result);
}

static bool is_same(const cuda_plan_key *a, const cuda_plan_key *b)
{
    return a->type == b->type && a->rank == b->rank && a->n[0] == b->n[0] && a->n[1] == b->n[1] &&
           a->n[2] == b->n[2] && a->step == b->step && a->in_apart == b->in_apart && a->out_apart == b->out_apart &&
           a->batch == b->batch;
}

static bool has_half(cufftType type, bool is_input)
{
    return is_input ? type == CUFFT_C2R || type == CUFFT_Z2D : type == CUFFT_R2C || type == CUFFT_D2Z;
}

static void make(cuda_job *job, const cuda_plan_key *key, plan *made)
{
    long long n[3], in_extents[3], out_extents[3];
    int last = key->rank - 1;
    for (int d = 0; d < key->rank; d++)
        n[d] = in_extents[d] = out_extents[d] = key->n[d];
    if (has_half(key->type, true))
        in_extents[last] = n[last] / 2 + 1;
    if (has_half(key->type, false))
        out_extents[last] = n[last] / 2 + 1;
    check(job, cufft.cufftCreate(&made->handle), "cufftCreate");
    if (!cuda_job_goes_on(job))
        return;
    check(job, cufft.cufftSetAutoAllocation(made->handle, 0), "cufftSetAutoAllocation");
    check(job,
          cufft.cufftMakePlanMany64(made->handle, key->rank, n, in_extents, key->step, key->in_apart, out_extents,
                                    key->step, key->out_apart, key->type, key->batch, &made->work_bytes),
          "cufftMakePlanMany64");
    if (cuda_job_goes_on(job))
        check(job, cufft.cufftSetStream(made->handle, job->queue->stream), "cufftSetStream");
    made->key = *key;
    if (!cuda_job_goes_on(job))
        cufft.cufftDestroy(made->handle);
}

/* NULL if the job failed. */
static plan *plan_for(cuda_job *job, const cuda_plan_key *key)
{
    cuda_plans **plans = &job->queue->vendor->plans;
    if (!*plans && !(*plans = calloc(1, sizeof **plans))) {
        cuda_job_check(job, cuda_fail(RUNTIME_NO_MEMORY, "out of memory"));
        return NULL;
    }
    plan *oldest = (*plans)->plans;
    for (int i = 0; i < KEPT; i++) {
        plan *candidate = &(*plans)->plans[i];
        if (candidate->used && is_same(&candidate->key, key)) {
            candidate->used = ++(*plans)->clock;
            return candidate;
        }
        if (candidate->used < oldest->used)
            oldest = candidate;
    }
    if (oldest->used)
        cufft.cufftDestroy(oldest->handle);
    oldest->used = 0;
    make(job, key, oldest);
    if (!cuda_job_goes_on(job))
        return NULL;
    oldest->used = ++(*plans)->clock;
    return oldest;
}

void cuda_plans_free(cuda_plans *plans)
{
    for (int i = 0; plans && i < KEPT; i++)
        if (plans->plans[i].used)
            cufft.cufftDestroy(plans->plans[i].handle);
    free(plans);
}

static cufftResult execute(const plan *what, int direction, void *in, void *out)
{
    switch (what->key.type) {
    case CUFFT_C2C:
        return cufft.cufftExecC2C(what->handle, in, out, direction);
    case CUFFT_Z2Z:
        return cufft.cufftExecZ2Z(what->handle, in, out, direction);
    case CUFFT_R2C:
        return cufft.cufftExecR2C(what->handle, in, out);
    case CUFFT_D2Z:
        return cufft.cufftExecD2Z(what->handle, in, out);
    case CUFFT_C2R:
        return cufft.cufftExecC2R(what->handle, in, out);
    default:
        return cufft.cufftExecZ2D(what->handle, in, out);
    }
}

void cuda_transform(cuda_job *job, const cuda_plan_key *key, bool forward, void *in, void *out)
{
    if (!cuda_job_goes_on(job))
        return;
    plan *found = plan_for(job, key);
    if (!found)
        return;
    void *area = NULL;
    if (found->work_bytes) {
        cuda_job_check(job, cuda_scratch(job->queue, found->work_bytes, &area));
        if (!cuda_job_goes_on(job))
            return;
        check(job, cufft.cufftSetWorkArea(found->handle, area), "cufftSetWorkArea");
    }
    if (cuda_job_goes_on(job))
        check(job, execute(found, forward ? CUFFT_FORWARD : CUFFT_INVERSE, in, out), "cufftExec");
    cuda_scratch_free(job->queue, area);
}
