/* minilearn: three estimators on arrays of any device. The template for libraries that build on SciXP.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef MINILEARN_H
#define MINILEARN_H

#include <scixp.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What holds for all of them:
 *  - x is (n, d), n samples of d features, of any real dtype; integers become float64. NaNs and infinities go through.
 *  - A fitted model is a struct of arrays. They live where x does and belong to the caller's scope: xp_keep those that
 *    are to outlive it. On failure all of them are failed arrays, and the scope notices.
 *  - A NULL pointer for options means those that minilearn_..._defaults() returns.
 *  - Errors: XP_ERROR_TYPE (a complex or bool x), XP_ERROR_VALUE (dimensions, samples or features that do not fit,
 *    options out of range), XP_ERROR_DEVICE (arrays of two devices), XP_ERROR_UNSUPPORTED (a device that cannot
 *    factorize, for PCA and ridge). */

/* ---- standard scaler: features of mean 0 and variance 1 ---------------------------------------------------------- */

typedef struct minilearn_scaler_options {
    size_t size;    /* of this struct */
    bool with_mean; /* true: subtract the mean */
    bool with_std;  /* true: divide by the standard deviation */
} minilearn_scaler_options;

minilearn_scaler_options minilearn_scaler_defaults(void);

typedef struct minilearn_scaler {
    xp_array *mean;  /* (d,); NULL without with_mean */
    xp_array *scale; /* (d,): the deviation, divided by n; 1 where a feature does not vary; NULL without with_std */
} minilearn_scaler;

/* n >= 1. Forces nothing. scikit-learn: StandardScaler, whose features of deviation near 0 count as constant, too. */
minilearn_scaler minilearn_scaler_fit(xp_array *x, const minilearn_scaler_options *options);

/* (n, d), floating; the one undoes the other. Force nothing. */
xp_array *minilearn_scaler_transform(const minilearn_scaler *scaler, xp_array *x);
xp_array *minilearn_scaler_inverse_transform(const minilearn_scaler *scaler, xp_array *x);

/* ---- principal component analysis -------------------------------------------------------------------------------- */

typedef struct minilearn_pca_options {
    size_t size;          /* of this struct */
    int64_t n_components; /* 0: as many as there can be, min(n, d) */
} minilearn_pca_options;

minilearn_pca_options minilearn_pca_defaults(void);

typedef struct minilearn_pca {
    xp_array *components;               /* (k, d): orthonormal rows; the element largest in magnitude is positive */
    xp_array *explained_variance;       /* (k,), descending, divided by n - 1 */
    xp_array *explained_variance_ratio; /* (k,): as a share of the variance of all d features */
    xp_array *singular_values;          /* (k,): of the centred data */
    xp_array *mean;                     /* (d,) */
} minilearn_pca;

/* n >= 2, d >= 1. Forces x. scikit-learn: PCA with svd_solver="full". */
minilearn_pca minilearn_pca_fit(xp_array *x, const minilearn_pca_options *options);

/* (n, d) to (n, k) and back. Both force x. */
xp_array *minilearn_pca_transform(const minilearn_pca *pca, xp_array *x);
xp_array *minilearn_pca_inverse_transform(const minilearn_pca *pca, xp_array *x);

/* ---- ridge regression -------------------------------------------------------------------------------------------- */

typedef struct minilearn_ridge_options {
    size_t size;        /* of this struct */
    double alpha;       /* 1.0: weight of the squared coefficients; 0 or more */
    bool fit_intercept; /* true */
} minilearn_ridge_options;

minilearn_ridge_options minilearn_ridge_defaults(void);

typedef struct minilearn_ridge {
    xp_array *coef;      /* (d,), or (t, d) for t targets */
    xp_array *intercept; /* 0-d, or (t,); zeros without fit_intercept */
} minilearn_ridge;

/* Minimises |y - x coef - intercept|^2 + alpha |coef|^2 by a singular value decomposition of x, which does not square
 * its condition number. y: (n,), or (n, t). n, d >= 1. Forces x and y. With alpha 0 the solution is the shortest one.
 * scikit-learn: Ridge with solver="svd". */
minilearn_ridge minilearn_ridge_fit(xp_array *x, xp_array *y, const minilearn_ridge_options *options);

/* (n,), or (n, t). Forces x. */
xp_array *minilearn_ridge_predict(const minilearn_ridge *ridge, xp_array *x);

#ifdef __cplusplus
}
#endif
#endif
