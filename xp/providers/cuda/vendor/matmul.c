/* Products of stacks of matrices by cuBLAS.
 *
 * cuBLAS takes matrices by columns. One by rows is its transpose by columns, so out = a b by rows is asked for as
 * out^T = b^T a^T: the operands change places and nothing is copied. An operand whose columns are contiguous goes in as
 * a transposed one. Operands that fit neither way are copied; such an `out` is left to the portable kernels.
 *
 * float16 and bfloat16 are multiplied and added up in float32, and rounded once.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/cuda/vendor/job.h"

/* A stack of matrices; steps in elements. */
typedef struct stack {
    char *start;
    int64_t rows, columns, batch_step, row_step, column_step;
} stack;

static bool is_half(int dtype)
{
    return dtype == XP_FLOAT16 || dtype == XP_BFLOAT16;
}

static size_t bytes_of(int dtype)
{
    return is_half(dtype) ? 2 : cuda_dtype_bytes(dtype);
}

/* bfloat16 came with sm_80. */
static bool is_taken(const cuda_queue *queue, int dtype)
{
    return bytes_of(dtype) > 0 && (dtype != XP_BFLOAT16 || queue->device->sm >= 80);
}

static bool stack_of(const runtime_view *view, stack *result)
{
    int64_t bytes = (int64_t)bytes_of(view->dtype);
    for (int d = 0; d < 3; d++)
        if (view->strides[d] % bytes != 0)
            return false;
    *result = (stack){(char *)view->memory + view->offset, view->shape[1], view->shape[2], view->strides[0] / bytes,
                      view->strides[1] / bytes, view->strides[2] / bytes};
    return true;
}

static stack transposed(stack m)
{
    return (stack){m.start, m.columns, m.rows, m.batch_step, m.column_step, m.row_step};
}

/* Whether rows are contiguous and apart from each other. */
static bool has_contiguous_rows(const stack *m)
{
    return (m->column_step == 1 || m->columns == 1) && (m->row_step >= m->columns || m->rows == 1);
}

static bool fits(const stack *m, int64_t batch)
{
    stack t = transposed(*m);
    return (has_contiguous_rows(m) || has_contiguous_rows(&t)) && (m->batch_step >= 0 || batch == 1);
}

/* How cuBLAS is told about a matrix by rows: as its transpose by columns, or with columns contiguous as itself. */
typedef struct operand {
    const void *start;
    cublasOperation_t operation;
    int64_t lead, batch_step;
} operand;

static operand operand_of(const stack *m)
{
    bool by_rows = has_contiguous_rows(m);
    int64_t step = by_rows ? m->row_step : m->column_step, width = by_rows ? m->columns : m->rows;
    /* where there is one line only its distance says nothing, but it is checked */
    return (operand){m->start, by_rows ? CUBLAS_OP_N : CUBLAS_OP_T, step < width ? width : step, m->batch_step};
}

static void multiply(cuda_job *job, int dtype, int64_t batch, stack a, stack b, stack out)
{
    if (!has_contiguous_rows(&out)) { /* out^T = b^T a^T has */
        stack t = transposed(a);
        a = transposed(b);
        b = t;
        out = transposed(out);
    }
    const double ones[2] = {1.0, 0.0}, zeros[2] = {0.0, 0.0};
    const float single_ones[2] = {1.0f, 0.0f}, single_zeros[2] = {0.0f, 0.0f};
    bool is_single = is_half(dtype) || cuda_dtype_real(dtype) == XP_FLOAT32;
    const void *one = is_single ? (const void *)single_ones : ones;
    const void *zero = is_single ? (const void *)single_zeros : zeros;
    const operand p = operand_of(&a), q = operand_of(&b), r = operand_of(&out);
    cublasStatus_t status;
    if (!cuda_job_goes_on(job))
        return;
    if (is_half(dtype)) {
        const cudaDataType type = dtype == XP_FLOAT16 ? CUDA_R_16F : CUDA_R_16BF;
        status = cublas.cublasGemmStridedBatchedEx_64(
            job->queue->vendor->blas, q.operation, p.operation, out.columns, out.rows, a.columns, one, q.start, type,
            q.lead, q.batch_step, p.start, type, p.lead, p.batch_step, zero, (void *)out.start, type, r.lead,
            r.batch_step, batch, CUBLAS_COMPUTE_32F, CUBLAS_GEMM_DEFAULT);
        cuda_job_blas(job, status, "gemmStridedBatchedEx");
        return;
    }
    CUDA_BY_DTYPE(status, dtype, cublas, cublas, gemmStridedBatched_64, job->queue->vendor->blas, q.operation,
                  p.operation, out.columns, out.rows, a.columns, one, q.start, q.lead, q.batch_step, p.start, p.lead,
                  p.batch_step, zero, (void *)out.start, r.lead, r.batch_step, batch);
    cuda_job_blas(job, status, "gemmStridedBatched");
}

/* The operand as cuBLAS takes it, copied if need be; a stack of one matrix that is used for all stays one. */
static stack taken(cuda_job *job, const runtime_view *view, int64_t batch)
{
    stack m;
    size_t bytes = bytes_of(view->dtype);
    if (stack_of(view, &m) && fits(&m, batch))
        return m;
    cuda_layout layout = cuda_layout_of(view);
    bool is_one = view->strides[0] == 0;
    if (is_one)
        layout.shape[0] = 1;
    m = (stack){NULL, view->shape[1], view->shape[2], is_one ? 0 : view->shape[1] * view->shape[2], view->shape[2], 1};
    m.start = cuda_job_scratch(job, cuda_layout_count(&layout), bytes);
    cuda_gather(job, (const char *)view->memory + view->offset, &layout, bytes, m.start);
    return m;
}

runtime_status cuda_matmul(void *queue, const runtime_view *a, const runtime_view *b, const runtime_view *out)
{
    stack target;
    int64_t batch = out->shape[0];
    if (!is_taken(queue, out->dtype) || a->dtype != out->dtype || b->dtype != out->dtype)
        return RUNTIME_NOT_TAKEN;
    if (!batch || !out->shape[1] || !out->shape[2])
        return RUNTIME_OK;
    if (!a->shape[2] || !stack_of(out, &target) || !fits(&target, batch))
        return RUNTIME_NOT_TAKEN;
    cuda_job job;
    cuda_job_start(&job, queue, CUDA_NEEDS_BLAS);
    stack left = taken(&job, a, batch), right = taken(&job, b, batch);
    multiply(&job, out->dtype, batch, left, right, target);
    return cuda_job_end(&job);
}
