/* A call of each function of the namespace that is no elementwise operation.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "functions.h"

#include <string.h>

functions_operands functions_operands_on(const struct xp_device *device)
{
    static const double x[] = {9, 1, 2, 0, 1, 8, 0, 3, 2, 0, 7, 1, 0, 3, 1, 6}, v[] = {5, 1, 4, 1, 3, 2};
    static const bool mask[] = {true, false, true, true, false, true};
    static const int64_t places[] = {3, 0, 2}, whole[] = {2, 1, 3, 0, 1, 2};
    double z[32] = {0};
    memcpy(z, x, sizeof x);
    return (functions_operands){xp_from_host(x, XP_FLOAT64, XP_SHAPE(4, 4), device),
                      xp_from_host(v, XP_FLOAT64, XP_SHAPE(6), device),
                      xp_from_host(mask, XP_BOOL, XP_SHAPE(6), device),
                      xp_from_host(places, XP_INT64, XP_SHAPE(3), device),
                      xp_from_host(whole, XP_INT64, XP_SHAPE(6), device),
                      xp_from_host(z, XP_COMPLEX128, XP_SHAPE(4, 4), device)};
}

static xp_array *doubled(void *context, xp_array *const *arrays, int count)
{
    (void)context, (void)count;
    return xp_multiply(arrays[0], xp_scalar(2.0));
}

#define ONES(n) ((const int64_t[]){1, 1, 1, 1})
#define AXES(...) ((const int[]){__VA_ARGS__})
#define CASE(text, ...)                                                                                                \
    case __LINE__:                                                                                                     \
        (void)(__VA_ARGS__);                                                                                           \
        return text
#define AT_CASES(name)                                                                                                 \
    CASE("extra." #name, xp->extra->name(v, XP_INDEX(xp_slice(0, 4, 2)), two),                                         \
         xp->extra->name(v, XP_INDEX(xp_positions(p)), two),                                                           \
         xp->extra->name(v, XP_INDEX(xp_mask(mask)), two),                                                             \
         xp->extra->name(v, XP_INDEX(xp_mask(mask)), four),                                                            \
         xp->extra->name(x, XP_INDEX(xp_positions(p), xp_at(1)), two))

/* Each line is a case, by its number; returns its function's name, NULL where a line has none. */
const int functions_first = __LINE__;
const char *functions_call(int line, const functions_operands *o)
{
    const xp_namespace *xp = xp_array_namespace(o->x);
    xp_array *const x = o->x, *const v = o->v, *const mask = o->mask, *const p = o->places, *const w = o->whole;
    xp_array *const z = o->z, *const two = xp_scalar(2.0), *results[4];
    xp_array *const both[] = {x, x}, *const four = xp_get(v, XP_INDEX(xp_slice(0, 4, 1)));
    xp_rng rng = xp_rng_seed(3);
    const xp_shape square = XP_SHAPE(4, 4);
    switch (line) {
        CASE("zeros", xp->zeros(square, XP_FLOAT64));
        CASE("ones", xp->ones(square, XP_FLOAT64));
        CASE("empty", xp->empty(square, XP_FLOAT64));
        CASE("full", xp->full(square, two, XP_FLOAT64));
        CASE("zeros_like", xp->zeros_like(x, XP_INT64));
        CASE("ones_like", xp->ones_like(x, XP_INT64));
        CASE("empty_like", xp->empty_like(x, XP_INT64));
        CASE("full_like", xp->full_like(x, two, XP_FLOAT32));
        CASE("arange", xp->arange(0.5, 9, 2, XP_FLOAT64), xp->arange(0, 9, 2, XP_INT64));
        CASE("linspace", xp->linspace(0, 1, 5, true, XP_FLOAT64));
        CASE("eye", xp->eye(3, 4, 1, XP_FLOAT64));
        CASE("asarray", xp->asarray(x, XP_FLOAT32, XP_COPY_ALWAYS));
        CASE("from_dlpack", xp->from_dlpack(xp_export_dlpack(x, NULL), XP_COPY_ALWAYS));
        CASE("meshgrid", xp->meshgrid((xp_array *const[]){v, p}, 2, XP_INDEXING_XY, results));
        CASE("tril", xp->tril(x, 1));
        CASE("triu", xp->triu(x, 1));
        CASE("astype", xp->astype(x, XP_INT32, true));
        CASE("clip", xp->clip(x, two, xp_scalar(5.0)));
        CASE("take", xp->take(x, p, 1));
        CASE("take_along_axis", xp->take_along_axis(v, p, 0));
        CASE("matmul", xp->matmul(x, x));
        CASE("matrix_transpose", xp->matrix_transpose(x));
        CASE("tensordot", xp->tensordot(x, x, NULL, NULL, 1));
        CASE("vecdot", xp->vecdot(x, x, -1));
        CASE("broadcast_arrays", xp->broadcast_arrays((xp_array *const[]){x, x}, 2, results));
        CASE("broadcast_to", xp->broadcast_to(v, XP_SHAPE(2, 6)));
        CASE("concat", xp->concat(both, 2, 0));
        CASE("expand_dims", xp->expand_dims(x, 0));
        CASE("flip", xp->flip(x, XP_ALL));
        CASE("moveaxis", xp->moveaxis(x, 0, 1));
        CASE("permute_dims", xp->permute_dims(x, AXES(1, 0), 2));
        CASE("repeat", xp->repeat(x, 2, 0));
        CASE("reshape", xp->reshape(xp->matrix_transpose(x), XP_SHAPE(16)));
        CASE("roll", xp->roll(x, 1, 0));
        CASE("squeeze", xp->squeeze(xp->expand_dims(x, 0), XP_OVER(0)));
        CASE("stack", xp->stack(both, 2, 0));
        CASE("tile", xp->tile(x, XP_SHAPE(2, 2)));
        CASE("unstack", xp->unstack(x, 0, results, 4));
        CASE("argmax", xp->argmax(x, XP_OVER(0)));
        CASE("argmin", xp->argmin(x, XP_OVER(0)));
        CASE("count_nonzero", xp->count_nonzero(x, XP_ALL));
        CASE("nonzero", xp->nonzero(x, results, 2));
        CASE("searchsorted", xp->searchsorted(v, v, true, w));
        CASE("isin", xp->isin(w, p, false), xp->isin(z, z, false));
        CASE("unique_all", xp->unique_all(x));
        CASE("unique_counts", xp->unique_counts(x));
        CASE("unique_inverse", xp->unique_inverse(x));
        CASE("unique_values", xp->unique_values(x));
        CASE("argsort", xp->argsort(x, 0, false, true));
        CASE("sort", xp->sort(x, 0, false, true));
        CASE("cumulative_prod", xp->cumulative_prod(x, 0, XP_DEFAULT_DTYPE, true));
        CASE("cumulative_sum", xp->cumulative_sum(x, 0, XP_DEFAULT_DTYPE, true));
        CASE("max", xp->max(x, XP_ALL));
        CASE("mean", xp->mean(x, XP_ALL));
        CASE("min", xp->min(x, XP_ALL));
        CASE("prod", xp->prod(x, XP_ALL));
        CASE("std", xp->std(x, XP_ALL));
        CASE("sum", xp->sum(x, XP_ALL));
        CASE("var", xp->var(x, XP_ALL));
        CASE("all", xp->all(x, XP_ALL));
        CASE("any", xp->any(x, XP_ALL));
        CASE("diff", xp->diff(x, 0, 1, NULL, NULL));
        CASE("linalg.cholesky", xp->linalg->cholesky(x, true));
        CASE("linalg.cross", xp->linalg->cross(xp->astype(p, XP_FLOAT64, true), xp->astype(p, XP_FLOAT64, true), -1));
        CASE("linalg.det", xp->linalg->det(x));
        CASE("linalg.diagonal", xp->linalg->diagonal(x, 0));
        CASE("linalg.eig", xp->linalg->eig(x));
        CASE("linalg.eigh", xp->linalg->eigh(x));
        CASE("linalg.eigvalsh", xp->linalg->eigvalsh(x));
        CASE("linalg.eigvals", xp->linalg->eigvals(x));
        CASE("linalg.inv", xp->linalg->inv(x));
        CASE("linalg.matmul", xp->linalg->matmul(x, x));
        CASE("linalg.matrix_norm", xp->linalg->matrix_norm(x, false, XP_NORM_NUCLEAR));
        CASE("linalg.matrix_norm", xp->linalg->matrix_norm(x, false, XP_NORM_FROBENIUS));
        CASE("linalg.matrix_norm", xp->linalg->matrix_norm(x, false, XP_NORM_MINUS_1));
        CASE("linalg.matrix_norm", xp->linalg->matrix_norm(x, false, XP_NORM_INF));
        CASE("linalg.matrix_power", xp->linalg->matrix_power(x, -3));
        CASE("linalg.matrix_rank", xp->linalg->matrix_rank(x, NULL));
        CASE("linalg.matrix_transpose", xp->linalg->matrix_transpose(x));
        CASE("linalg.outer", xp->linalg->outer(v, v));
        CASE("linalg.pinv", xp->linalg->pinv(x, NULL));
        CASE("linalg.qr", xp->linalg->qr(x, false));
        CASE("linalg.slogdet", xp->linalg->slogdet(x));
        CASE("linalg.solve", xp->linalg->solve(x, x));
        CASE("linalg.svd", xp->linalg->svd(x, false));
        CASE("linalg.svdvals", xp->linalg->svdvals(x));
        CASE("linalg.tensordot", xp->linalg->tensordot(x, x, NULL, NULL, 1));
        CASE("linalg.trace", xp->linalg->trace(x, 0, XP_DEFAULT_DTYPE));
        CASE("linalg.vecdot", xp->linalg->vecdot(x, x, -1));
        CASE("linalg.vector_norm", xp->linalg->vector_norm(x, XP_ALL, 2.0), xp->linalg->vector_norm(x, XP_ALL, 0.0));
        CASE("linalg.vector_norm", xp->linalg->vector_norm(x, XP_ALL, XP_INF));
        CASE("linalg.vector_norm", xp->linalg->vector_norm(x, XP_ALL, -XP_INF));
        CASE("fft.fft", xp->fft->fft(z, 0, 0, XP_FFT_BACKWARD));
        CASE("fft.ifft", xp->fft->ifft(z, 0, 0, XP_FFT_BACKWARD));
        CASE("fft.fftn", xp->fft->fftn(z, NULL, NULL, 0, XP_FFT_BACKWARD));
        CASE("fft.ifftn", xp->fft->ifftn(z, NULL, NULL, 0, XP_FFT_BACKWARD));
        CASE("fft.rfft", xp->fft->rfft(x, 0, 0, XP_FFT_BACKWARD));
        CASE("fft.irfft", xp->fft->irfft(z, 0, 0, XP_FFT_BACKWARD));
        CASE("fft.rfftn", xp->fft->rfftn(x, NULL, NULL, 0, XP_FFT_BACKWARD));
        CASE("fft.irfftn", xp->fft->irfftn(z, NULL, NULL, 0, XP_FFT_BACKWARD));
        CASE("fft.hfft", xp->fft->hfft(z, 0, 0, XP_FFT_BACKWARD));
        CASE("fft.ihfft", xp->fft->ihfft(x, 0, 0, XP_FFT_BACKWARD));
        CASE("fft.fftfreq", xp->fft->fftfreq(6, 1, XP_FLOAT64));
        CASE("fft.rfftfreq", xp->fft->rfftfreq(6, 1, XP_FLOAT64));
        CASE("fft.fftshift", xp->fft->fftshift(x, XP_ALL));
        CASE("fft.ifftshift", xp->fft->ifftshift(x, XP_ALL));
        AT_CASES(at_set);
        AT_CASES(at_add);
        AT_CASES(at_subtract);
        AT_CASES(at_multiply);
        AT_CASES(at_divide);
        AT_CASES(at_power);
        AT_CASES(at_min);
        AT_CASES(at_max);
        CASE("extra.cov", xp->extra->cov(x, -1, 1, NULL, NULL), xp->extra->cov(v, -1, 1, w, v));
        CASE("extra.angle", xp->extra->angle(z, true));
        CASE("extra.apply_where", xp->extra->apply_where(mask, &v, 1, doubled, NULL, two, NULL));
        CASE("extra.apply_where", xp->extra->apply_where(mask, &v, 1, doubled, doubled, NULL, NULL));
        CASE("extra.atleast_nd", xp->extra->atleast_nd(v, 3));
        CASE("extra.create_diagonal", xp->extra->create_diagonal(v, 1));
        CASE("extra.deg2rad", xp->extra->deg2rad(v));
        CASE("extra.rad2deg", xp->extra->rad2deg(v));
        CASE("extra.diag_indices", xp->extra->diag_indices(4));
        CASE("extra.tril_indices", xp->extra->tril_indices(4, 1, 5));
        CASE("extra.triu_indices", xp->extra->triu_indices(4, 1, 5));
        CASE("extra.unravel_index", xp->extra->unravel_index(p, XP_SHAPE(2, 3), results, 2));
        CASE("extra.expand_dims", xp->extra->expand_dims(x, AXES(0, 2), 2));
        CASE("extra.isclose", xp->extra->isclose(x, x, 0.1, 0.1, true));
        CASE("extra.isin", xp->extra->isin(w, p, false, false), xp->extra->isin(z, z, false, false));
        CASE("extra.kron", xp->extra->kron(x, v));
        CASE("extra.nan_to_num", xp->extra->nan_to_num(x, NULL), xp->extra->nan_to_num(z, NULL));
        CASE("extra.nanmax", xp->extra->nanmax(x, XP_ALL));
        CASE("extra.nanmin", xp->extra->nanmin(x, XP_ALL));
        CASE("extra.nansum", xp->extra->nansum(x, XP_ALL));
        CASE("extra.nunique", xp->extra->nunique(x));
        CASE("extra.one_hot", xp->extra->one_hot(w, 5, XP_FLOAT64, 0));
        CASE("extra.pad", xp->extra->pad(x, ONES(4), ONES(4), two));
        CASE("extra.partition", xp->extra->partition(x, 2, 0));
        CASE("extra.argpartition", xp->extra->argpartition(x, 2, 0));
        CASE("extra.searchsorted", xp->extra->searchsorted(x, x, true));
        CASE("extra.setdiff1d", xp->extra->setdiff1d(w, p, false));
        CASE("extra.sinc", xp->extra->sinc(x));
        CASE("extra.union1d", xp->extra->union1d(w, p));
        CASE("extra.put", xp->extra->put(x, p, two));
        CASE("extra.scatter_add", xp->extra->scatter_add(v, p, xp->astype(p, XP_FLOAT64, true), 0));
        CASE("extra.nonzero_within", xp->extra->nonzero_within(x, 5, -1, results, 2));
        CASE("extra.compress_within", xp->extra->compress_within(v, mask, 5, two));
        CASE("extra.reshape", xp->extra->reshape(x, XP_SHAPE(16), XP_COPY_ALWAYS));
        CASE("extra.repeat", xp->extra->repeat(v, w, 0));
        CASE("extra.roll", xp->extra->roll(x, ONES(2), AXES(0, 1), 2));
        CASE("extra.moveaxis", xp->extra->moveaxis(x, AXES(0, 1), AXES(1, 0), 2));
        CASE("extra.swapaxes", xp->extra->swapaxes(x, 0, 1));
        CASE("extra.arange", xp->extra->arange(two, xp_scalar(9.5), two, XP_DEFAULT_DTYPE));
        CASE("extra.linspace", xp->extra->linspace(xp_scalar_complex(0, 1), two, 5, true, XP_DEFAULT_DTYPE));
        CASE("extra.sliding_window", xp->extra->sliding_window(v, ONES(1), AXES(0), 1));
        CASE("extra.quantile", xp->extra->quantile(x, xp_scalar(0.3), XP_ALL, XP_QUANTILE_LINEAR));
        CASE("extra.median", xp->extra->median(x, XP_ALL));
        CASE("extra.unique_all_within", xp->extra->unique_all_within(v, 5, two));
        CASE("extra.unique_counts_within", xp->extra->unique_counts_within(v, 5, two));
        CASE("extra.unique_inverse_within", xp->extra->unique_inverse_within(v, 5, two));
        CASE("extra.unique_values_within", xp->extra->unique_values_within(v, 5, two));
        CASE("random.integers", xp->random->integers(&rng, 0, 9, square, XP_INT64));
        CASE("random.uniform", xp->random->uniform(&rng, square, XP_FLOAT64));
        CASE("random.normal", xp->random->normal(&rng, square, XP_FLOAT64));
        CASE("random.choice", xp->random->choice(&rng, 9, 4));
        CASE("info.capabilities", xp->info->capabilities());
        CASE("info.default_device", xp->info->default_device());
        CASE("info.default_dtypes", xp->info->default_dtypes());
        CASE("info.devices", xp->info->devices(NULL, 0));
        CASE("info.dtypes", xp->info->dtypes(XP_KIND_ANY, NULL, 0));
    }
    return NULL;
}
const int functions_last = __LINE__;
