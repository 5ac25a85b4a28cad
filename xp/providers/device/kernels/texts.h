/* The texts of kernels that the build embeds: a line for each file.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef DEVICE_KERNELS_TEXTS_H
#define DEVICE_KERNELS_TEXTS_H

extern const char device_words[];           /* words.h */
extern const char device_elementwise[];     /* xp/kernel/elementwise.h */
extern const char device_complex[];         /* xp/kernel/complex.h */
extern const char device_elementwise_end[]; /* xp/kernel/elementwise_end.h */
extern const char device_half[];            /* xp/kernel/half.h */
extern const char device_reduce_sums[];     /* reduce_sums.h */
extern const char device_reduce_moments[];  /* reduce_moments.h */
extern const char device_reduce_extrema[];  /* reduce_extrema.h */
extern const char device_reduce_end[];      /* reduce_end.h */
extern const char device_gather_text[];     /* gather.h */
extern const char device_mask_text[];       /* mask.h */
extern const char device_search_text[];     /* search.h */
extern const char device_draw_text[];       /* draw.h */
extern const char device_scan_text[];       /* scan.h */
extern const char device_scatter_text[];    /* scatter.h */
extern const char device_lines_text[];      /* lines.h */
extern const char device_sort_keys_text[];  /* sort_keys.h: before the texts over keys */
extern const char device_sort_short_text[]; /* sort_short.h */
extern const char device_sort_radix_text[]; /* sort_radix.h */
extern const char device_unique_text[];     /* unique.h */
extern const char device_select_text[];     /* select.h */
extern const char device_algebra_text[];    /* algebra.h */
extern const char device_cholesky_text[];   /* cholesky.h */
extern const char device_fourier_tables_text[]; /* fourier_tables.h */
extern const char device_fourier_text[];    /* fourier.h: after fourier_tables.h */
extern const char device_lanes_text[];      /* lanes.h */
extern const char device_lu_text[];         /* lu.h */
extern const char device_matmul_text[];     /* matmul.h */
extern const char device_qr_text[];         /* qr.h */
extern const char device_rotations_text[];  /* rotations.h */

#endif
