/* Products of stacks of matrices: BLAS for floating dtypes, a blocked loop for integers.
 *
 * BLAS takes a matrix whose rows or whose columns are contiguous, so a transposed view costs nothing; anything else is
 * copied first. Its extents are 32-bit, so larger products go in pieces. The order of its sums is its own: results are
 * not promised to have the same bits for every number of threads.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <cblas.h>
#include <omp.h>
#include <string.h>

#include "core/alloc.h"
#include "providers/host/slots/kernels.h"
#include "providers/host/slots/lines.h"
#include "providers/host/slots/slots.h"

#define PIECE ((int64_t)1 << 30) /* the largest extent that one call of BLAS gets */

/* One matrix: steps in bytes. */
typedef struct matrix {
    char *start;
    int64_t rows, columns, row_step, column_step;
    int dtype;
    void *owned; /* the copy's memory, or NULL */
} matrix;

static matrix matrix_at(const xp_view *view, int64_t batch)
{
    return (matrix){host_view_start(view) + batch * view->strides[0], view->shape[1], view->shape[2],
                    view->strides[1], view->strides[2], view->dtype, NULL};
}

static matrix transposed(matrix m)
{
    return (matrix){m.start, m.columns, m.rows, m.column_step, m.row_step, m.dtype, m.owned};
}

static void copy_elements(const matrix *from, const matrix *to)
{
    size_t bytes = xp_dtype_bytes(from->dtype);
    for (int64_t i = 0; i < from->rows; i++) {
        const char *x = from->start + i * from->row_step;
        char *out = to->start + i * to->row_step;
        if (from->column_step == (int64_t)bytes && to->column_step == (int64_t)bytes)
            memcpy(out, x, bytes * (size_t)from->columns);
        else
            for (int64_t j = 0; j < from->columns; j++)
                memcpy(out + j * to->column_step, x + j * from->column_step, bytes);
    }
}

/* A C-contiguous matrix of its own with m's extents, uninitialised; owned is NULL if out of memory. */
static matrix fresh_like(const matrix *m)
{
    int64_t bytes = (int64_t)xp_dtype_bytes(m->dtype);
    matrix copy = *m;
    copy.owned = copy.start = xp_alloc((size_t)m->rows, (size_t)(m->columns * bytes));
    copy.row_step = m->columns * bytes;
    copy.column_step = bytes;
    return copy;
}

static void fill_zero(const matrix *out)
{
    size_t bytes = xp_dtype_bytes(out->dtype);
    for (int64_t i = 0; i < out->rows; i++)
        for (int64_t j = 0; j < out->columns; j++)
            memset(out->start + i * out->row_step + j * out->column_step, 0, bytes);
}

/* Whether the rows are contiguous and apart from each other as BLAS wants them. */
static bool has_contiguous_rows(const matrix *m)
{
    int64_t bytes = (int64_t)xp_dtype_bytes(m->dtype);
    return (m->column_step == bytes || m->columns == 1) && m->row_step % bytes == 0 &&
           (m->row_step >= m->columns * bytes || m->rows == 1) && m->row_step / bytes <= INT32_MAX;
}

static bool fits_blas(const matrix *m)
{
    matrix t = transposed(*m);
    return has_contiguous_rows(m) || has_contiguous_rows(&t);
}

/* ---- floating dtypes --------------------------------------------------------------------------------------------- */

/* How BLAS is told about a matrix: its elements, whether they lie by columns, and the distance of two lines. */
typedef struct operand {
    void *start;
    CBLAS_TRANSPOSE order;
    blasint lead;
} operand;

static operand operand_of(const matrix *m)
{
    int64_t bytes = (int64_t)xp_dtype_bytes(m->dtype);
    bool by_rows = has_contiguous_rows(m);
    int64_t step = (by_rows ? m->row_step : m->column_step) / bytes, width = by_rows ? m->columns : m->rows;
    /* the distance does not matter where there is one line only, but BLAS checks it */
    return (operand){m->start, by_rows ? CblasNoTrans : CblasTrans, (blasint)(step < width ? width : step)};
}

static void multiply_blas(const matrix *a, const matrix *b, const matrix *out, bool accumulate)
{
    const operand p = operand_of(a), q = operand_of(b), r = operand_of(out);
    const blasint m = (blasint)out->rows, n = (blasint)out->columns, k = (blasint)a->columns;
    const double beta = accumulate ? 1.0 : 0.0, one[2] = {1.0, 0.0}, betas[2] = {beta, 0.0};
    const float single_one[2] = {1.0f, 0.0f}, single_betas[2] = {(float)beta, 0.0f};
    switch (out->dtype) {
    case XP_FLOAT32:
        cblas_sgemm(CblasRowMajor, p.order, q.order, m, n, k, 1.0f, p.start, p.lead, q.start, q.lead, (float)beta,
                    r.start, r.lead);
        break;
    case XP_FLOAT64:
        cblas_dgemm(CblasRowMajor, p.order, q.order, m, n, k, 1.0, p.start, p.lead, q.start, q.lead, beta, r.start,
                    r.lead);
        break;
    case XP_COMPLEX64:
        cblas_cgemm(CblasRowMajor, p.order, q.order, m, n, k, single_one, p.start, p.lead, q.start, q.lead,
                    single_betas, r.start, r.lead);
        break;
    default:
        cblas_zgemm(CblasRowMajor, p.order, q.order, m, n, k, one, p.start, p.lead, q.start, q.lead, betas, r.start,
                    r.lead);
        break;
    }
}

/* Matrix times vector: a by rows or columns, b (k, 1). BLAS has a path of its own that reads the matrix once. */
static void multiply_vector(const matrix *a, const matrix *b, const matrix *out)
{
    const operand p = operand_of(a);
    const int64_t bytes = (int64_t)xp_dtype_bytes(a->dtype);
    const blasint rows = (blasint)(p.order == CblasNoTrans ? a->rows : a->columns);
    const blasint columns = (blasint)(p.order == CblasNoTrans ? a->columns : a->rows);
    const blasint x_step = (blasint)(b->row_step / bytes), y_step = (blasint)(out->row_step / bytes);
    fill_zero(out); /* some BLAS multiply what is there by zero, NaN included */
    if (out->dtype == XP_FLOAT32)
        cblas_sgemv(CblasRowMajor, p.order, rows, columns, 1.0f, p.start, p.lead, (float *)(void *)b->start, x_step,
                    0.0f, (float *)(void *)out->start, y_step);
    else
        cblas_dgemv(CblasRowMajor, p.order, rows, columns, 1.0, p.start, p.lead, (double *)(void *)b->start, x_step,
                    0.0, (double *)(void *)out->start, y_step);
}

/* Whether a column vector's step is one that gemv takes. Complex ones go to gemm: OpenBLAS up to 0.3.23 reads behind
 * the end of a complex vector (its issue 4013). */
static bool is_blas_vector(const matrix *m)
{
    int64_t bytes = (int64_t)xp_dtype_bytes(m->dtype);
    bool fits = m->row_step % bytes == 0 && m->row_step / bytes > 0 && m->row_step / bytes <= INT32_MAX;
    return m->columns == 1 && !xp_dtype_is(m->dtype, XP_KIND_COMPLEX) && fits;
}

static matrix part_of(const matrix *m, int64_t row, int64_t rows, int64_t column, int64_t columns)
{
    matrix part = *m;
    part.start += row * m->row_step + column * m->column_step;
    part.rows = m->rows - row < rows ? m->rows - row : rows;
    part.columns = m->columns - column < columns ? m->columns - column : columns;
    return part;
}

/* All three are as BLAS wants them, but perhaps too large for one call. */
static void multiply_pieces(const matrix *a, const matrix *b, const matrix *out)
{
    bool is_small = out->rows <= PIECE && out->columns <= PIECE && a->columns <= PIECE;
    if (is_small && is_blas_vector(b) && is_blas_vector(out)) {
        multiply_vector(a, b, out);
        return;
    }
    matrix a_t = transposed(*a), b_t = transposed(*b), out_t = transposed(*out);
    if (is_small && is_blas_vector(&a_t) && is_blas_vector(&out_t)) {
        multiply_vector(&b_t, &a_t, &out_t);
        return;
    }
    for (int64_t i = 0; i < out->rows; i += PIECE)
        for (int64_t j = 0; j < out->columns; j += PIECE)
            for (int64_t l = 0; l < a->columns; l += PIECE) {
                matrix pa = part_of(a, i, PIECE, l, PIECE), pb = part_of(b, l, PIECE, j, PIECE);
                matrix po = part_of(out, i, PIECE, j, PIECE);
                multiply_blas(&pa, &pb, &po, l > 0);
            }
}

static bool multiply_floating(matrix a, matrix b, matrix out)
{
    matrix target = out;
    matrix *const operands[] = {&a, &b};
    bool fits = true;
    for (int i = 0; i < 2; i++) {
        if (fits_blas(operands[i]))
            continue;
        matrix copy = fresh_like(operands[i]);
        fits = fits && copy.owned;
        if (copy.owned)
            copy_elements(operands[i], &copy);
        *operands[i] = copy;
    }
    if (!has_contiguous_rows(&out)) {
        target = fresh_like(&out);
        fits = fits && target.owned;
    }
    if (fits)
        multiply_pieces(&a, &b, &target);
    if (fits && target.owned)
        copy_elements(&target, &out);
    xp_dealloc(a.owned);
    xp_dealloc(b.owned);
    xp_dealloc(target.owned);
    return fits;
}

/* ---- integers ---------------------------------------------------------------------------------------------------- */

static bool is_plain(const matrix *m)
{
    int64_t bytes = (int64_t)xp_dtype_bytes(m->dtype);
    return m->column_step == bytes && m->row_step % bytes == 0;
}

static bool multiply_integers(matrix a, matrix b, matrix out)
{
    int64_t bytes = (int64_t)xp_dtype_bytes(out.dtype);
    matrix *const operands[] = {&a, &b};
    for (int i = 0; i < 2; i++) {
        if (is_plain(operands[i]))
            continue;
        matrix copy = fresh_like(operands[i]);
        if (!copy.owned) {
            xp_dealloc(a.owned);
            return false;
        }
        copy_elements(operands[i], &copy);
        *operands[i] = copy;
    }
    matrix target = is_plain(&out) ? out : fresh_like(&out);
    if (target.start) {
        int log2_bytes = __builtin_ctzll((unsigned long long)bytes);
        int threads = host_threads_for((double)out.rows * (double)out.columns * (double)a.columns * 0.1);
#pragma omp parallel for num_threads(threads) if (threads > 1) schedule(dynamic, 16)
        for (int64_t row = 0; row < out.rows; row++) {
            char *to = target.start + row * target.row_step;
            memset(to, 0, (size_t)(out.columns * bytes));
            host_kernels_here()->product[log2_bytes](1, a.columns, out.columns, a.start + row * a.row_step,
                                                     a.row_step / bytes, a.column_step / bytes, b.start,
                                                     b.row_step / bytes, to, target.row_step / bytes);
        }
        if (target.owned)
            copy_elements(&target, &out);
    }
    bool done = target.start != NULL;
    xp_dealloc(a.owned);
    xp_dealloc(b.owned);
    xp_dealloc(target.owned);
    return done;
}

/* ---- the slot ---------------------------------------------------------------------------------------------------- */

static bool multiply_one(const xp_view *a, const xp_view *b, const xp_view *out, int64_t batch)
{
    matrix result = matrix_at(out, batch);
    if (a->shape[2] == 0) {
        fill_zero(&result);
        return true;
    }
    bool is_floating = xp_dtype_is(out->dtype, XP_KIND_FLOATING);
    return (is_floating ? multiply_floating : multiply_integers)(matrix_at(a, batch), matrix_at(b, batch), result);
}

/* OpenBLAS reads how many threads it may use from OpenMP. Small products of a stack run side by side instead, each on
 * one thread. */
xp_status host_matmul(const struct xp_device *device, const xp_view *a, const xp_view *b, const xp_view *out)
{
    (void)device;
    if (host_view_size(out) == 0)
        return XP_OK;
    if (!xp_dtype_is(out->dtype, XP_KIND_NUMERIC))
        return xp_driver_error(XP_ERROR_TYPE, "cannot multiply matrices of %s", xp_dtype_name(out->dtype));
    const int64_t batches = out->shape[0];
    double each = (double)out->shape[1] * (double)out->shape[2] * (double)a->shape[2] * 0.05 + 200.0;
    int threads = each < 1e6 && batches > 1 ? host_threads_for(each * (double)batches) : 1;
    bool done = true;
    if (threads > 1) {
#pragma omp parallel for num_threads(threads) reduction(&& : done)
        for (int64_t batch = 0; batch < batches; batch++)
            done = multiply_one(a, b, out, batch) && done;
    } else {
        int before = omp_get_max_threads(), wanted = host_threads_for(each);
        if (wanted != before)
            omp_set_num_threads(wanted);
        for (int64_t batch = 0; batch < batches && done; batch++)
            done = multiply_one(a, b, out, batch);
        if (wanted != before)
            omp_set_num_threads(before);
    }
    return done ? XP_OK : xp_driver_error(XP_ERROR_MEMORY, "out of memory for copies of the matrices");
}
