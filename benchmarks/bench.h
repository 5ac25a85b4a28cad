/* A benchmark row in C: how to prepare it, the call that is timed, its result.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef SCIXP_BENCH_H
#define SCIXP_BENCH_H

#include <scixp.h>

/* What a row works on: arrays read from the data folder that the runner fills, the same for every contestant. */
typedef struct bench_data {
    const char *folder;
    const char *row;      /* its name: rows of one kind find their arrays by it */
    xp_dtype dtype;
    xp_array *a, *b;      /* as the row's setup put them there */
    void *memory;         /* scratch of rows that bypass the library */
    xp_array *result;     /* of the last call, for `save` */
} bench_data;

typedef struct bench_row {
    const char *name;
    bool (*setup)(bench_data *data);
    void (*call)(bench_data *data);  /* does the whole job once, and leaves nothing behind but data->result */
} bench_row;

/* Rows by contestant; each list ends with a NULL name. */
extern const bench_row bench_elementwise_rows[], bench_reduction_rows[], bench_call_rows[], bench_cluster_rows[],
    bench_fourier_rows[], bench_move_rows[], bench_linalg_rows[], bench_sorting_rows[];
extern const bench_row bench_blas_rows[]; /* the BLAS that the library is linked to, called without it */
extern const bench_row bench_hand_rows[]; /* plain C loops, and the ceilings: a plain read, FMAs in registers */

/* Reads FOLDER/name.DTYPE.npy onto the host, kept. NULL with the library's error on failure. */
xp_array *bench_read(const bench_data *data, const char *name);

/* Evaluates the result, keeps it for `save` in place of the last one, and closes the scope. */
void bench_finish(bench_data *data, xp_scope scope, xp_array *result);

#endif
