/* What the functions of linear algebra share: operands as matrices, and calls of the slot that factors them.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef XP_STANDARD_LINALG_H
#define XP_STANDARD_LINALG_H

#include "standard/support.h"

/* Whether x is matrices, of a dtype that the device takes here; and whether they are square. */
bool linalg_check_matrices(const char *function, const char *argument, const xp_array *x);
bool linalg_check_square(const char *function, const char *argument, const xp_array *x);

/* x in the dtype that its factors are computed in: float64 for what is not floating. */
xp_array *linalg_floating(xp_array *x, const char *function);

/* A fresh array of x's leading shape and `core` last extents. */
xp_array *linalg_result(const xp_array *x, xp_dtype dtype, int core, int64_t first, int64_t second,
                        const char *function);

/* Factors x, of a floating dtype, into fresh arrays; false if one of them or the slot has failed. */
bool linalg_factor(xp_factor_kind kind, xp_array *x, xp_array *const *results, int count, const char *function);

/* x's singular values without checks: x is floating. */
xp_array *linalg_svdvals(xp_array *x, const char *function);

/* (..., m, n) of x1 (..., m, k) times x2 (..., k, n), whose leading axes broadcast; false if they do not fit. */
bool linalg_product_shape(const xp_array *x1, const xp_array *x2, int *ndim, int64_t *shape, const char *function);

/* The extents of x's matrices. */
static inline int64_t linalg_rows(const xp_array *x) { return x->shape[x->ndim - 2]; }
static inline int64_t linalg_columns(const xp_array *x) { return x->shape[x->ndim - 1]; }

#endif
