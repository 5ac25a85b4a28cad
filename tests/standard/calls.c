/* How each function is called with the arrays and numbers of a golden case.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "calls.h"

#define CALL(name, ...)                                                                                                \
    static xp_array *call_##name(const arguments *with)                                                                \
    {                                                                                                                  \
        xp_array *const x1 = with->x[0], *const x2 = with->x[1], *const x3 = with->x[2];                               \
        const double a = with->number[0], b = with->number[1], c = with->number[2], d = with->number[3];               \
        const struct xp_device *device = with->device;                                                                 \
        (void)x1, (void)x2, (void)x3, (void)a, (void)b, (void)c, (void)d, (void)device;                                \
        return __VA_ARGS__;                                                                                            \
    }

/* a: the axes as bits, -1 for all of them; b: keepdims. */
static xp_over over(double a, double b)
{
    int axes[XP_MAX_NDIM], count = 0;
    for (int axis = 0; axis < XP_MAX_NDIM && a >= 0; axis++)
        if ((int)a >> axis & 1)
            axes[count++] = axis;
    xp_over o = a < 0 ? XP_ALL : xp_over_axes(axes, count);
    return b != 0.0 ? xp_keepdims(o) : o;
}

static xp_array *reversed(xp_array *x)
{
    int axes[XP_MAX_NDIM];
    for (int i = 0; i < xp_ndim(x); i++)
        axes[i] = xp_ndim(x) - 1 - i;
    return xp_permute_dims(x, axes, xp_ndim(x));
}

static xp_array *repeated(xp_array *x, int64_t times)
{
    int64_t extents[XP_MAX_NDIM] = {times};
    for (int i = 0; i < xp_ndim(x); i++)
        extents[i + 1] = xp_extent(x, i);
    return xp_broadcast_to(x, (xp_shape){xp_ndim(x) + 1, extents});
}

/* A transform over the axes in one array, of the lengths in another; either may be NULL. */
typedef xp_array *many_axes(xp_array *x, const int64_t *s, const int *axes, int count, xp_fft_norm norm);

static xp_array *over_axes(many_axes *transform, xp_array *x, xp_array *axes, xp_array *lengths, xp_fft_norm norm)
{
    int named[XP_MAX_NDIM];
    int64_t s[XP_MAX_NDIM];
    const int count = axes ? (int)xp_size(axes) : 0;
    for (int i = 0; i < count; i++) {
        named[i] = (int)xp_to_double(xp_get(axes, XP_INDEX(xp_at(i))));
        s[i] = lengths ? (int64_t)xp_to_double(xp_get(lengths, XP_INDEX(xp_at(i)))) : 0;
    }
    return transform(x, lengths ? s : NULL, axes ? named : NULL, count, norm);
}

static int64_t end_of(double number)
{
    return (int64_t)number;
}

CALL(arange, xp_arange(a, b, c, (xp_dtype)d, device))
CALL(linspace, xp_linspace(a, b, (int64_t)c, d != 0.0, XP_DEFAULT_DTYPE, device))
CALL(eye, xp_eye((int64_t)a, (int64_t)b, (int64_t)c, (xp_dtype)d, device))
CALL(astype, xp_astype(x1, (xp_dtype)a, false))
CALL(add, xp_add(x1, x2))
CALL(less, xp_less(x1, x2))
CALL(where, xp_where(x1, x2, x3))
CALL(clip, xp_clip(x1, x2, x3))
CALL(sum, xp_sum(x1, over(a, b)))
CALL(prod, xp_prod(x1, over(a, b)))
CALL(mean, xp_mean(x1, over(a, b)))
CALL(var, xp_var(x1, over(a, b)))
CALL(std, xp_std(x1, over(a, b)))
CALL(min, xp_min(x1, over(a, b)))
CALL(max, xp_max(x1, over(a, b)))
CALL(any, xp_any(x1, over(a, b)))
CALL(all, xp_all(x1, over(a, b)))
CALL(argmin, xp_argmin(x1, over(a, b)))
CALL(argmax, xp_argmax(x1, over(a, b)))
CALL(count_nonzero, xp_count_nonzero(x1, over(a, b)))
CALL(cumulative_sum, xp_cumulative_sum(x1, (int)a, XP_DEFAULT_DTYPE, b != 0.0))
CALL(cumulative_prod, xp_cumulative_prod(x1, (int)a, XP_DEFAULT_DTYPE, b != 0.0))
CALL(reshape, xp_reshape(x1, XP_SHAPE((int64_t)a)))
CALL(squeeze, xp_squeeze(x1, XP_ALL))
CALL(expand_dims, xp_expand_dims(x1, (int)a))
CALL(flip, xp_flip(x1, a < 0 ? XP_ALL : XP_OVER((int)a)))
CALL(permute_dims, reversed(x1))
CALL(matrix_transpose, xp_matrix_transpose(x1))
CALL(moveaxis, xp_moveaxis(x1, (int)a, (int)b))
CALL(roll, xp_roll(x1, (int64_t)a, (int)b))
CALL(repeat, xp_repeat(x1, (int64_t)a, (int)b))
CALL(tile, xp_tile(x1, XP_SHAPE((int64_t)a, (int64_t)b)))
CALL(broadcast_to, repeated(x1, (int64_t)a))
CALL(concat, xp_concat((xp_array *const[]){x1, x2}, 2, (int)a))
CALL(stack, xp_stack((xp_array *const[]){x1, x2}, 2, (int)a))
CALL(take, xp_take(x1, x2, (int)a))
CALL(get_mask, xp_get(x1, XP_INDEX(xp_mask(x2))))
CALL(set_mask, xp_set(x1, XP_INDEX(xp_mask(x2)), x3))
CALL(get_slice, xp_get(x1, XP_INDEX(xp_slice(end_of(a), end_of(b), end_of(c)), xp_ellipsis())))
CALL(set_slice, xp_set(x1, XP_INDEX(xp_slice(end_of(a), end_of(b), end_of(c)), xp_ellipsis()), x2))
CALL(get_at, xp_get(x1, XP_INDEX(xp_ellipsis(), xp_at(end_of(a)))))
CALL(set_at, xp_extra_at_set(x1, XP_INDEX(xp_ellipsis(), xp_at(end_of(a))), x2))
CALL(searchsorted, xp_searchsorted(x1, x2, a != 0.0, NULL))
CALL(searchsorted_sorter, xp_searchsorted(x1, x2, a != 0.0, x3))
CALL(matmul, xp_matmul(x1, x2))
CALL(vecdot, xp_vecdot(x1, x2, (int)a))
CALL(cholesky, xp_linalg_cholesky(x1, a != 0.0))
CALL(svd_values, xp_linalg_svd(x1, false).s)
CALL(cov, xp_extra_cov(x1, -1, 1.0, NULL, NULL))
CALL(cov_along, xp_extra_cov(x1, (int)a, b, NULL, NULL))
CALL(cov_frequencies, xp_extra_cov(x1, (int)a, b, x2, NULL))
CALL(cov_weights, xp_extra_cov(x1, (int)a, b, NULL, x2))
CALL(cov_both, xp_extra_cov(x1, (int)a, b, x2, x3))
CALL(fft, xp_fft_fft(x1, (int64_t)a, (int)b, (xp_fft_norm)c))
CALL(ifft, xp_fft_ifft(x1, (int64_t)a, (int)b, (xp_fft_norm)c))
CALL(rfft, xp_fft_rfft(x1, (int64_t)a, (int)b, (xp_fft_norm)c))
CALL(irfft, xp_fft_irfft(x1, (int64_t)a, (int)b, (xp_fft_norm)c))
CALL(hfft, xp_fft_hfft(x1, (int64_t)a, (int)b, (xp_fft_norm)c))
CALL(ihfft, xp_fft_ihfft(x1, (int64_t)a, (int)b, (xp_fft_norm)c))
CALL(fftn, over_axes(xp_fft_fftn, x1, x2, x3, (xp_fft_norm)a))
CALL(ifftn, over_axes(xp_fft_ifftn, x1, x2, x3, (xp_fft_norm)a))
CALL(rfftn, over_axes(xp_fft_rfftn, x1, x2, x3, (xp_fft_norm)a))
CALL(irfftn, over_axes(xp_fft_irfftn, x1, x2, x3, (xp_fft_norm)a))
CALL(fftfreq, xp_fft_fftfreq((int64_t)a, b, (xp_dtype)c, device))
CALL(rfftfreq, xp_fft_rfftfreq((int64_t)a, b, (xp_dtype)c, device))
CALL(fftshift, xp_fft_fftshift(x1, over(a, 0)))
CALL(ifftshift, xp_fft_ifftshift(x1, over(a, 0)))
CALL(cross, xp_linalg_cross(x1, x2, (int)a))
CALL(det, xp_linalg_det(x1))
CALL(diagonal, xp_linalg_diagonal(x1, (int64_t)a))
CALL(eigvalsh, xp_linalg_eigvalsh(x1))
CALL(inv, xp_linalg_inv(x1))
CALL(kron, xp_extra_kron(x1, x2))
CALL(matrix_norm, xp_linalg_matrix_norm(x1, a != 0.0, (xp_matrix_norm_order)b))
CALL(matrix_power, xp_linalg_matrix_power(x1, (int64_t)a))
CALL(matrix_rank, xp_linalg_matrix_rank(x1, NULL))
CALL(matrix_rank_rtol, xp_linalg_matrix_rank(x1, x2))
CALL(outer, xp_linalg_outer(x1, x2))
CALL(pinv, xp_linalg_pinv(x1, NULL))
CALL(pinv_rtol, xp_linalg_pinv(x1, x2))
CALL(slogdet_sign, xp_linalg_slogdet(x1).sign)
CALL(slogdet_logabsdet, xp_linalg_slogdet(x1).logabsdet)
CALL(solve, xp_linalg_solve(x1, x2))
CALL(svdvals, xp_linalg_svdvals(x1))
CALL(tensordot, xp_tensordot(x1, x2, NULL, NULL, (int)a))
CALL(tensordot_axes, xp_tensordot(x1, x2, (const int[]){(int)a, (int)b}, (const int[]){(int)c, (int)d}, 2))
CALL(trace, xp_linalg_trace(x1, (int64_t)a, XP_DEFAULT_DTYPE))
CALL(vector_norm, xp_linalg_vector_norm(x1, over(a, b), c))

static xp_index_item whole(void)
{
    return xp_slice(XP_END, XP_END, 1);
}

/* Columns to go with rows of an index. */
static xp_array *some_columns(const struct xp_device *device)
{
    return xp_from_host((const int64_t[]){0, 3, 3, 1}, XP_INT64, XP_SHAPE(4), device);
}

static xp_array *nonzero(xp_array *x, int axis)
{
    xp_array *results[XP_MAX_NDIM];
    return xp_nonzero(x, results, xp_ndim(x)) ? results[axis] : xp_failed();
}

static xp_array *changed(int number, xp_array *x, xp_indices items, xp_array *value)
{
    xp_array *(*const by[])(xp_array *, xp_indices, xp_array *) = {
        xp_extra_at_add, xp_extra_at_subtract, xp_extra_at_multiply, xp_extra_at_power,
        xp_extra_at_min, xp_extra_at_max,      xp_extra_at_divide};
    return by[number](x, items, value);
}

CALL(get_first, xp_get(x1, XP_INDEX(xp_positions(x2))))
CALL(get_two, xp_get(x1, XP_INDEX(xp_positions(x2), xp_positions(x3))))
CALL(get_around, xp_get(x1, XP_INDEX(xp_positions(x2), whole(), xp_positions(x3))))
CALL(get_last, xp_get(x1, XP_INDEX(whole(), xp_slice(XP_END, XP_END, -2), xp_positions(x2))))
CALL(get_inner, xp_get(x1, XP_INDEX(whole(), xp_positions(x2), xp_positions(x3))))
CALL(get_integer, xp_get(x1, XP_INDEX(xp_at(1), whole(), xp_positions(x2))))
CALL(get_new, xp_get(x1, XP_INDEX(xp_newaxis(), xp_positions(x2), xp_positions(x3), xp_newaxis())))
CALL(get_mask_beside, xp_get(x1, XP_INDEX(xp_mask(x2), xp_positions(x3))))
CALL(set_first, xp_set(x1, XP_INDEX(xp_positions(x2)), x3))
CALL(set_two, xp_set(x1, XP_INDEX(xp_positions(x2), xp_positions(some_columns(device))), x3))
CALL(put, xp_extra_put(x1, x2, x3))
CALL(nonzero, nonzero(x1, (int)a))
CALL(take_along_axis, xp_take_along_axis(x1, x2, (int)a))
CALL(at_slice, changed((int)a, x1, XP_INDEX(xp_slice(1, 4, 2)), x2))
CALL(at_mask, changed((int)a, x1, XP_INDEX(xp_mask(x2)), x3))
CALL(scatter_add, xp_extra_scatter_add(x1, x2, x3, (int)a))

/* ---- chapter extra ----------------------------------------------------------------------------------------------- */

/* One of the results of a function that gives several. */
static xp_array *grid(const arguments *with)
{
    xp_array *results[3];
    xp_meshgrid(with->x, 3, (xp_meshgrid_indexing)with->number[0], results);
    return results[(int)with->number[1]];
}

static xp_array *unstacked(xp_array *x, int axis, int which)
{
    xp_array *results[8];
    xp_unstack(x, axis, results, (int)xp_extent(x, axis));
    return results[which];
}

static xp_array *unravelled(xp_array *x, int which)
{
    xp_array *results[3];
    xp_extra_unravel_index(x, XP_SHAPE(2, 3, 4), results, 3);
    return results[which];
}

static xp_array *of_pair(xp_index_pair pair, double which)
{
    return which != 0.0 ? pair.columns : pair.rows;
}

CALL(meshgrid, grid(with))
CALL(tril, xp_tril(x1, (int64_t)a))
CALL(triu, xp_triu(x1, (int64_t)a))
CALL(create_diagonal, xp_extra_create_diagonal(x1, (int64_t)a))
CALL(unstack, unstacked(x1, (int)a, (int)b))
CALL(sliding_window, xp_extra_sliding_window(x1, (const int64_t[]){(int64_t)a, (int64_t)b}, NULL, 2))
CALL(moveaxis_two, xp_extra_moveaxis(x1, (const int[]){(int)a, (int)b}, (const int[]){(int)c, (int)d}, 2))
CALL(swapaxes, xp_extra_swapaxes(x1, (int)a, (int)b))
CALL(expand_dims_two, xp_extra_expand_dims(x1, (const int[]){(int)a, (int)b}, 2))
CALL(atleast_nd, xp_extra_atleast_nd(x1, (int)a))
CALL(roll_two, xp_extra_roll(x1, (const int64_t[]){(int64_t)a, (int64_t)c}, (const int[]){(int)b, (int)d}, 2))
CALL(repeat_each, xp_extra_repeat(x1, x2, (int)a))
CALL(pad, xp_extra_pad(x1, (const int64_t[]){(int64_t)a, (int64_t)b, 1},
                       (const int64_t[]){(int64_t)b, (int64_t)a, (int64_t)a}, x2))
CALL(diff, xp_diff(x1, (int)a, (int)b, x2, x3))
CALL(isclose, xp_extra_isclose(x1, x2, a, b, c != 0.0))
CALL(nanmax, xp_extra_nanmax(x1, over(a, b)))
CALL(nanmin, xp_extra_nanmin(x1, over(a, b)))
CALL(nansum, xp_extra_nansum(x1, over(a, b)))
CALL(nan_to_num, xp_extra_nan_to_num(x1, x2))
CALL(sinc, xp_extra_sinc(x1))
CALL(angle, xp_extra_angle(x1, a != 0.0))
CALL(deg2rad, xp_extra_deg2rad(x1))
CALL(rad2deg, xp_extra_rad2deg(x1))
CALL(one_hot, xp_extra_one_hot(x1, (int64_t)a, (xp_dtype)b, (int)c))
CALL(unravel_index, unravelled(x1, (int)a))
CALL(tril_indices, of_pair(xp_extra_tril_indices((int64_t)a, (int64_t)b, (int64_t)c, device), d))
CALL(triu_indices, of_pair(xp_extra_triu_indices((int64_t)a, (int64_t)b, (int64_t)c, device), d))
CALL(diag_indices, xp_extra_diag_indices((int64_t)a, device))
CALL(linspace_complex, xp_extra_linspace(xp_scalar_complex(a, b), xp_scalar_complex(c, d), 7, true, XP_DEFAULT_DTYPE,
                                         device))

/* ---- chapters sorting, sets, quantiles --------------------------------------------------------------------------- */

static xp_array *nth(xp_array *x, double kth, double axis)
{
    int64_t number = (int64_t)kth < 0 ? (int64_t)kth + xp_extent(x, (int)axis) : (int64_t)kth;
    return xp_take(x, xp_scalar_int(number), (int)axis);
}

/* The element of the partition's position kth: the positions along the last axis, taken from each row. */
static xp_array *nth_by_positions(xp_array *x, double kth)
{
    xp_array *position = nth(xp_extra_argpartition(x, (int64_t)kth, -1), kth, -1);
    xp_array *rows[3];
    for (int i = 0; i < 3; i++)
        rows[i] = xp_take(xp_take(x, xp_scalar_int(i), 0), xp_take(position, xp_scalar_int(i), 0), 0);
    return xp_stack(rows, 3, 0);
}

CALL(sort, xp_sort(x1, (int)a, b != 0.0, true))
CALL(argsort, xp_argsort(x1, (int)a, b != 0.0, true))
CALL(signs_of_sorted, xp_sign_bit(xp_sort(x1, (int)a, b != 0.0, true)))
CALL(partition_kth, nth(xp_extra_partition(x1, (int64_t)a, (int)b), a, b))
CALL(argpartition_kth, nth_by_positions(x1, a))
CALL(unique_values, xp_unique_values(x1))
CALL(unique_all_indices, xp_unique_all(x1).indices)
CALL(unique_inverse, xp_unique_inverse(x1).inverse_indices)
CALL(unique_counts, xp_unique_counts(x1).counts)
CALL(nunique, xp_extra_nunique(x1))
CALL(isin, xp_isin(x1, x2, a != 0.0))
CALL(isin_extra, xp_extra_isin(x1, x2, false, a != 0.0))
CALL(setdiff1d, xp_extra_setdiff1d(x1, x2, a != 0.0))
CALL(union1d, xp_extra_union1d(x1, x2))
CALL(unique_values_within, xp_extra_unique_values_within(x1, (int64_t)a, xp_scalar_int((int64_t)b)).values)
CALL(unique_counts_within, xp_extra_unique_counts_within(x1, (int64_t)a, xp_scalar_int((int64_t)b)).counts)
CALL(unique_within_count, xp_extra_unique_all_within(x1, (int64_t)a, xp_scalar_int((int64_t)b)).count)
CALL(quantile, xp_extra_quantile(x1, x2, over(a, b), (xp_quantile_method)c))
CALL(median, xp_extra_median(x1, over(a, b)))

#define ENTRY(name) {#name, call_##name}
static const struct {
    const char *name;
    standard_call *call;
} calls[] = {
    ENTRY(arange), ENTRY(linspace), ENTRY(eye), ENTRY(astype), ENTRY(add), ENTRY(less), ENTRY(where), ENTRY(clip),
    ENTRY(sum), ENTRY(prod), ENTRY(mean), ENTRY(var), ENTRY(std), ENTRY(min), ENTRY(max), ENTRY(any), ENTRY(all),
    ENTRY(argmin), ENTRY(argmax), ENTRY(count_nonzero), ENTRY(cumulative_sum), ENTRY(cumulative_prod), ENTRY(reshape),
    ENTRY(squeeze), ENTRY(expand_dims), ENTRY(flip), ENTRY(permute_dims), ENTRY(matrix_transpose), ENTRY(moveaxis),
    ENTRY(roll), ENTRY(repeat), ENTRY(tile), ENTRY(broadcast_to), ENTRY(concat), ENTRY(stack), ENTRY(take),
    ENTRY(get_mask), ENTRY(set_mask), ENTRY(get_slice), ENTRY(set_slice), ENTRY(get_at), ENTRY(set_at),
    ENTRY(searchsorted), ENTRY(searchsorted_sorter), ENTRY(matmul), ENTRY(vecdot), ENTRY(cholesky), ENTRY(svd_values),
    ENTRY(cov), ENTRY(cov_along), ENTRY(cov_both),
    ENTRY(cov_frequencies), ENTRY(cov_weights), ENTRY(fft), ENTRY(ifft), ENTRY(rfft), ENTRY(irfft), ENTRY(hfft), ENTRY(ihfft), ENTRY(fftn),
    ENTRY(ifftn), ENTRY(rfftn), ENTRY(irfftn), ENTRY(fftfreq), ENTRY(rfftfreq), ENTRY(fftshift), ENTRY(ifftshift),
    ENTRY(cross), ENTRY(det), ENTRY(diagonal), ENTRY(eigvalsh), ENTRY(inv), ENTRY(kron), ENTRY(matrix_norm),
    ENTRY(matrix_power), ENTRY(matrix_rank), ENTRY(matrix_rank_rtol), ENTRY(outer), ENTRY(pinv), ENTRY(pinv_rtol),
    ENTRY(slogdet_sign), ENTRY(slogdet_logabsdet), ENTRY(solve), ENTRY(svdvals), ENTRY(tensordot),
    ENTRY(tensordot_axes), ENTRY(trace), ENTRY(vector_norm),
    ENTRY(get_first), ENTRY(get_two), ENTRY(get_around), ENTRY(get_last), ENTRY(get_inner),
    ENTRY(get_integer), ENTRY(get_new), ENTRY(get_mask_beside), ENTRY(set_first), ENTRY(set_two), ENTRY(put),
    ENTRY(nonzero), ENTRY(take_along_axis), ENTRY(at_slice), ENTRY(at_mask), ENTRY(scatter_add),
    ENTRY(meshgrid), ENTRY(tril), ENTRY(triu), ENTRY(create_diagonal), ENTRY(unstack), ENTRY(sliding_window),
    ENTRY(moveaxis_two), ENTRY(swapaxes), ENTRY(expand_dims_two), ENTRY(atleast_nd), ENTRY(roll_two),
    ENTRY(repeat_each), ENTRY(pad), ENTRY(diff), ENTRY(isclose), ENTRY(nanmax), ENTRY(nanmin), ENTRY(nansum),
    ENTRY(nan_to_num), ENTRY(sinc), ENTRY(angle), ENTRY(deg2rad), ENTRY(rad2deg), ENTRY(one_hot), ENTRY(unravel_index),
    ENTRY(tril_indices), ENTRY(triu_indices), ENTRY(diag_indices), ENTRY(linspace_complex),
    ENTRY(sort), ENTRY(argsort), ENTRY(signs_of_sorted), ENTRY(partition_kth), ENTRY(argpartition_kth),
    ENTRY(unique_values), ENTRY(unique_all_indices), ENTRY(unique_inverse), ENTRY(unique_counts), ENTRY(nunique),
    ENTRY(isin), ENTRY(isin_extra), ENTRY(setdiff1d), ENTRY(union1d), ENTRY(unique_values_within),
    ENTRY(unique_counts_within), ENTRY(unique_within_count), ENTRY(quantile), ENTRY(median),
};

standard_call *find_call(const char *name)
{
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++)
        if (strcmp(calls[i].name, name) == 0)
            return calls[i].call;
    return NULL;
}
