/* The inner loops of the vendor slots, compiled once for each instruction set and chosen at run time.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef HOST_SLOTS_KERNELS_H
#define HOST_SLOTS_KERNELS_H

#include "core/dtype.h"
#include "providers/host/slots/scatter.h"

/* ---- scans ----------------------------------------------------------------------------------------------------------
 * A sum is scanned in blocks of this many elements: out[i] = (sum of all blocks before) + (running sum in the block).
 * So the error does not grow with the element's position and the bits do not depend on threads or layout. A product
 * has no blocks (a block of it can over- or underflow where the running product does not). */
#define HOST_SCAN_BLOCK 512
#define HOST_SCAN_COLUMNS 256 /* the most columns that a kernel takes at once */

/* One line of n elements, `first` saying whether it begins with the first block. *total is the sum of all blocks
 * before (not read if first) and becomes that of all until here. Steps are in bytes. */
typedef void host_scan_line(int64_t n, const char *x, int64_t x_step, char *out, int64_t out_step, bool first,
                            void *total);
/* The sum of each of the whole and partial blocks of a line, as host_scan_line has them. */
typedef void host_scan_totals(int64_t n, const char *x, int64_t x_step, void *totals);
/* totals[i] becomes the sum of all blocks until i, as host_scan_line has it. */
typedef void host_scan_running(int64_t blocks, void *totals);
/* n rows of up to HOST_SCAN_COLUMNS contiguous columns, each scanned from row to row. */
typedef void host_scan_columns(int64_t n, int64_t columns, const char *x, int64_t x_step, char *out, int64_t out_step);

typedef struct host_scan_kernels {
    host_scan_line *sum_line, *product_line;
    host_scan_totals *totals;
    host_scan_running *running;
    host_scan_columns *sum_columns, *product_columns;
} host_scan_kernels;

/* ---- search ---------------------------------------------------------------------------------------------------------
 * Positions of `count` values in `length` contiguous ascending elements, NaN last. The step of values is in bytes. */
typedef void host_search_values(const void *sorted, int64_t length, const char *values, int64_t step, int64_t count,
                                bool right, int64_t *positions);

/* ---- integer matrix products ----------------------------------------------------------------------------------------
 * out (rows, n) += a (rows, k) times b (k, n), modulo 2^bits: b and out have contiguous rows. Steps are in elements. */
typedef void host_integer_product(int64_t rows, int64_t k, int64_t n, const void *a, int64_t a_row, int64_t a_column,
                                  const void *b, int64_t b_row, void *out, int64_t out_row);

/* ---- masks ----------------------------------------------------------------------------------------------------------
 * How many of n contiguous bytes are not 0. */
typedef int64_t host_count_bytes(int64_t n, const char *bytes);
/* Those of n contiguous elements whose byte in the mask is not 0, side by side; returns how many. Up to 64 bytes behind
 * the last one are overwritten. */
typedef int64_t host_compress_elements(int64_t n, const char *x, const char *mask, char *out);

/* ---- scatters -------------------------------------------------------------------------------------------------------
 * Adds the pieces, whose `run` counts real numbers: a complex one is two. */
typedef void host_add_pieces(const host_pieces *pieces);

/* ---- random words ---------------------------------------------------------------------------------------------------
 * What `count` blocks of four 32-bit words from block number `counter` on become. */
typedef struct host_philox {
    uint64_t key, stream, counter;
} host_philox;
typedef void host_draw_blocks(const host_philox *from, int64_t count, void *out);

typedef struct host_kernels {
    host_scan_kernels scan[XP_N_DTYPES];              /* numeric dtypes */
    host_search_values *search[XP_N_DTYPES];          /* bool and real dtypes */
    host_integer_product *product[4];                 /* by log2 of the element's bytes */
    host_count_bytes *count;
    host_compress_elements *compress[5];              /* by log2 of the element's bytes */
    host_add_pieces *add[XP_N_DTYPES];                /* numeric dtypes */
    host_draw_blocks *bits;                           /* four uint32, or two uint64, a block */
    host_draw_blocks *uniform_float32, *uniform_float64;
    host_draw_blocks *normal_float32, *normal_float64;
} host_kernels;

extern const host_kernels host_kernels_baseline, host_kernels_avx2, host_kernels_avx512;

/* The kernels for this processor. */
const host_kernels *host_kernels_here(void);

#endif
