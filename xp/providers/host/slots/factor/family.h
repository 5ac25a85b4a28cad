/* Families of factorizations: what each does with one matrix, and what it is given for it.
 *
 * A family prepares memory once for each thread and then takes the matrices of a stack one after another. It reports
 * by a number, since an error belongs to the thread that called the slot: 0, one of those below, or a positive one of
 * its own that it turns into an error when asked.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef HOST_FACTOR_FAMILY_H
#define HOST_FACTOR_FAMILY_H

#include "driver.h"
#include "providers/host/slots/factor/lapack.h"
#include "providers/host/slots/lines.h"

enum {
    HOST_FACTOR_NO_MEMORY = -1,
    HOST_FACTOR_TOO_LARGE = -2,  /* LAPACK counts in 32 bits */
    HOST_FACTOR_NOT_FINITE = -3
};

#define HOST_FACTOR_PIECES 8

typedef struct host_factor_work {
    xp_factor_kind kind;
    const xp_view *a, *b, *results; /* b: right hand sides of a solution, else NULL */
    int64_t m, n, k;                /* of a, and the columns of b */
    int dtype;
    bool is_complex;
    char *copy;                     /* a matrix, with slack */
    void *work;                     /* what LAPACK asked for, `length` elements; a negative length passes 32 bits */
    lapack_int length;
    void *pieces[HOST_FACTOR_PIECES]; /* the copy, what the family allocated, the workspace; freed at the end */
    int n_pieces;
} host_factor_work;

typedef struct host_factor_family {
    int (*prepare)(host_factor_work *w);
    /* The matrix at `a` (and its right hand sides at `b`) with the number that it has among the results. */
    int (*one)(host_factor_work *w, const char *a, const char *b, int64_t number);
    xp_status (*fail)(int info); /* records the error of a positive number; NULL: there are none */
    double operations;           /* about: these times m * n * min(m, n) */
} host_factor_family;

extern const host_factor_family host_cholesky_family, host_svd_family, host_svdvals_family, host_qr_family,
    host_det_family, host_inverse_family, host_solve_family, host_eigh_family, host_eig_family;

/* Memory for `count` elements of `size` bytes with slack, which the work owns; NULL if there is none. */
void *host_factor_memory(host_factor_work *w, int64_t count, size_t size);

/* Takes LAPACK's answer to a question for the length of its workspace, and the memory for the longest one of them. */
void host_factor_ask(host_factor_work *w, lapack_int info, const xp_value *answer);
int host_factor_workspace(host_factor_work *w);

/* Where the results of a matrix begin whose last `core_dims` axes are one result. */
char *host_factor_result(const xp_view *result, int64_t number, int core_dims);

/* The error of a matrix with a pivot of zero. */
xp_status host_singular(void);

/* ---- copies (copies.c) ------------------------------------------------------------------------------------------- */

typedef enum host_part {
    HOST_WHOLE,
    HOST_LOWER /* and zeros above the diagonal */
} host_part;

/* Copies the matrix of `view` that begins at `from`, by rows or by columns, without gaps. */
void host_copy_rows(const xp_view *view, const char *from, host_part part, char *to);
void host_copy_columns(const xp_view *view, const char *from, char *to);

/* Turns (rows, columns) by columns, `lead` elements apart, into C order without gaps. */
void host_turn_columns(const char *from, int64_t lead, int64_t rows, int64_t columns, size_t bytes, char *to);

/* Whether `count` elements without gaps are neither NaN nor infinite, and whether one is NaN. */
bool host_all_finite(int dtype, const char *elements, int64_t count);
bool host_any_nan(int dtype, const char *elements, int64_t count);

/* Fills `count` elements with NaN. */
void host_fill_nan(int dtype, char *elements, int64_t count);

/* Fills (rows, columns) with zeros and ones on the diagonal. */
void host_fill_identity(int dtype, int64_t rows, int64_t columns, char *to);

/* ---- determinants (determinant.c) -------------------------------------------------------------------------------- */

/* Changes the sign of an element. */
void host_negate(int dtype, char *element);

/* Writes what `kind` asks for (the determinant, or its sign and logarithm) of the matrix with this number: the product
 * of n pivots, which lie without gaps. */
void host_write_determinant(xp_factor_kind kind, const xp_view *results, int dtype, const char *pivots, int64_t n,
                            int64_t number);

#endif
