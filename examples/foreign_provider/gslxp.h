/* GSL's matrices and vectors as arrays of SciXP: a device whose memory is gsl_blocks.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef GSLXP_H
#define GSLXP_H

#include <gsl/gsl_matrix.h>
#include <gsl/gsl_vector.h>
#include <scixp.h>

/* The device "gsl", registered at the first call, which also switches GSL's error handler off: it would abort the
 * program. NULL with an error recorded. */
const struct xp_device *gslxp_device(void);

/* ---- in: arrays on GSL's memory, without a copy ------------------------------------------------------------------ */

/* float64 arrays of shape (size1, size2) and (size). The matrix must live, and may be changed, as xp_borrow says of
 * XP_MUTABLE memory. */
xp_array *gslxp_borrow_matrix(const gsl_matrix *matrix);
xp_array *gslxp_borrow_vector(const gsl_vector *vector);

/* ---- out: GSL's types, the caller's ------------------------------------------------------------------------------ */

/* Evaluates x straight into a new object, which the caller frees as GSL says. NULL with an error recorded if x has
 * another number of dimensions, no elements (GSL has no empty objects), a dtype that does not cast, or has failed. */
gsl_matrix *gslxp_matrix(xp_array *x);
gsl_vector *gslxp_vector(xp_array *x);
gsl_vector_int *gslxp_vector_int(xp_array *x);

/* How many blocks the device holds: 0 once every array is released. */
long gslxp_blocks(void);

#endif
