/* LAPACK by dtype.
 *
 * Memory that holds complex numbers must go on behind the matrix for a column and HOST_LAPACK_SLACK elements: OpenBLAS
 * up to 0.3.23, which LAPACK calls, reads behind the end of complex vectors (its issue 4013), and from matrices with
 * odd numbers of columns one that is not there.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef HOST_FACTOR_LAPACK_H
#define HOST_FACTOR_LAPACK_H

#include <lapacke.h>

#include "driver.h"

#define HOST_LAPACK_SLACK 16

/* A routine that exists for all four dtypes under the letters s, d, c, z, matrices by columns; pointers to elements
 * are void. */
#define HOST_LAPACK(dtype, routine, ...)                                                                               \
    ((dtype) == XP_FLOAT32     ? LAPACKE_s##routine##_work(LAPACK_COL_MAJOR, __VA_ARGS__)                              \
     : (dtype) == XP_FLOAT64   ? LAPACKE_d##routine##_work(LAPACK_COL_MAJOR, __VA_ARGS__)                              \
     : (dtype) == XP_COMPLEX64 ? LAPACKE_c##routine##_work(LAPACK_COL_MAJOR, __VA_ARGS__)                              \
                               : LAPACKE_z##routine##_work(LAPACK_COL_MAJOR, __VA_ARGS__))

/* One that is called otherwise for real dtypes than for complex ones. */
#define HOST_LAPACK_REAL(dtype, routine, ...)                                                                          \
    ((dtype) == XP_FLOAT32 ? LAPACKE_s##routine##_work(LAPACK_COL_MAJOR, __VA_ARGS__)                                  \
                           : LAPACKE_d##routine##_work(LAPACK_COL_MAJOR, __VA_ARGS__))
#define HOST_LAPACK_COMPLEX(dtype, routine, ...)                                                                       \
    ((dtype) == XP_COMPLEX64 ? LAPACKE_c##routine##_work(LAPACK_COL_MAJOR, __VA_ARGS__)                                \
                             : LAPACKE_z##routine##_work(LAPACK_COL_MAJOR, __VA_ARGS__))

#endif
