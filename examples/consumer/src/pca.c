/* Principal component analysis: the directions along which samples vary most.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "arguments.h"

minilearn_pca_options minilearn_pca_defaults(void)
{
    return (minilearn_pca_options){.size = sizeof(minilearn_pca_options), .n_components = 0};
}

/* How many components there will be; -1 with an error recorded. */
static int64_t count_components(xp_array *x, const minilearn_pca_options *options)
{
    int64_t n = xp_extent(x, 0), d = xp_extent(x, 1), most = n < d ? n : d, k = options->n_components;
    if (k >= 0 && k <= most)
        return k == 0 ? most : k;
    xp_fail(XP_ERROR_VALUE, "pca_fit", "n_components", "pca_fit: n_components is %lld, expected 0 to %lld",
            (long long)k, (long long)most);
    return -1;
}

/* A singular vector is as good as its negative. Here the element that is largest in magnitude is positive: it is the
 * row's largest or its smallest, whichever is farther from 0. */
static xp_array *with_positive_peaks(const xp_namespace *xp, xp_array *rows)
{
    xp_array *highest = xp->max(rows, xp_keepdims(XP_OVER(1))), *lowest = xp->min(rows, xp_keepdims(XP_OVER(1)));
    xp_array *points_down = xp->less(xp->add(highest, lowest), xp_scalar(0.0)); /* (k, 1) */
    return xp->where(points_down, xp->negative(rows), rows);
}

static minilearn_pca decompose(const xp_namespace *xp, xp_array *x, int64_t k)
{
    minilearn_pca pca;
    pca.mean = xp->mean(x, XP_OVER(0));
    xp_svd_result svd = xp->linalg->svd(xp->subtract(x, pca.mean), false);
    xp_array *variance = xp->divide(xp->square(svd.s), xp_scalar((double)(xp_extent(x, 0) - 1)));
    xp_array *share = xp->divide(variance, xp->sum(variance, XP_ALL));
    const xp_index_item first_k = xp_slice(0, k, 1);
    pca.components = with_positive_peaks(xp, xp_get(svd.vh, XP_INDEX(first_k, xp_ellipsis())));
    pca.explained_variance = xp_get(variance, XP_INDEX(first_k));
    pca.explained_variance_ratio = xp_get(share, XP_INDEX(first_k));
    pca.singular_values = xp_get(svd.s, XP_INDEX(first_k));
    return pca;
}

minilearn_pca minilearn_pca_fit(xp_array *x, const minilearn_pca_options *given)
{
    minilearn_pca pca = {xp_failed(), xp_failed(), xp_failed(), xp_failed(), xp_failed()};
    minilearn_pca_options options = minilearn_pca_defaults();
    if (!minilearn_read_options("pca_fit", &options, sizeof options, given))
        return pca;
    xp_scope scope = xp_scope_open();
    const xp_namespace *xp = xp_array_namespace(x);

    x = minilearn_check(xp, "pca_fit", "x", x, 2, 2);
    int64_t k = minilearn_check_least("pca_fit", x, 2, 1) ? count_components(x, &options) : -1;
    if (k > 0)
        pca = decompose(xp, x, k);

    xp_scope_pass(scope, &pca.components, &pca.explained_variance, &pca.explained_variance_ratio,
                  &pca.singular_values, &pca.mean, NULL);
    return pca;
}

xp_array *minilearn_pca_transform(const minilearn_pca *pca, xp_array *x)
{
    xp_scope scope = xp_scope_open();
    const xp_namespace *xp = xp_array_namespace(x, pca->components);

    x = minilearn_check(xp, "pca_transform", "x", x, 2, 2);
    if (!minilearn_check_features("pca_transform", x, xp_extent(pca->components, 1)))
        return xp_scope_return(scope, xp_failed());
    xp_array *centred = xp->subtract(x, pca->mean);

    return xp_scope_return(scope, xp->matmul(centred, xp->matrix_transpose(pca->components)));
}

xp_array *minilearn_pca_inverse_transform(const minilearn_pca *pca, xp_array *x)
{
    xp_scope scope = xp_scope_open();
    const xp_namespace *xp = xp_array_namespace(x, pca->components);

    x = minilearn_check(xp, "pca_inverse_transform", "x", x, 2, 2);
    if (!minilearn_check_features("pca_inverse_transform", x, xp_extent(pca->components, 0)))
        return xp_scope_return(scope, xp_failed());

    return xp_scope_return(scope, xp->add(xp->matmul(x, pca->components), pca->mean));
}
