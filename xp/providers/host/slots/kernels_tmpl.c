/* All inner loops of the vendor slots for one instruction set: HOST_KERNELS names the table that is made.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "providers/host/slots/kernels.h"
#include "providers/host/slots/draw_tmpl.c"

#define JOIN_(a, b) a##_##b
#define JOIN(a, b) JOIN_(a, b)
#define NAME(x) JOIN(x, KIND)

/* ---- sums and products of integers: signed ones share the unsigned loops, which wrap alike ----------------------- */

#define PLUS(a, b) ((T)((a) + (b)))
#define TIMES(a, b) ((T)(1u * (a) * (b)))
#define T uint8_t
#define KIND uint8
#include "providers/host/slots/product_tmpl.c"
#include "providers/host/slots/scan_tmpl.c"
#include "providers/host/slots/scatter_tmpl.c"
#undef KIND
#undef T
#define T uint16_t
#define KIND uint16
#include "providers/host/slots/product_tmpl.c"
#include "providers/host/slots/scan_tmpl.c"
#include "providers/host/slots/scatter_tmpl.c"
#undef KIND
#undef T
#define T uint32_t
#define KIND uint32
#include "providers/host/slots/product_tmpl.c"
#include "providers/host/slots/scan_tmpl.c"
#include "providers/host/slots/scatter_tmpl.c"
#undef KIND
#undef T
#define T uint64_t
#define KIND uint64
#include "providers/host/slots/product_tmpl.c"
#include "providers/host/slots/scan_tmpl.c"
#include "providers/host/slots/scatter_tmpl.c"
#undef KIND
#undef T
#undef PLUS
#undef TIMES

/* ---- of floating and complex numbers ----------------------------------------------------------------------------- */

#define PLUS(a, b) ((a) + (b))
#define TIMES(a, b) ((a) * (b))
#define T float
#define KIND float32
#include "providers/host/slots/scan_tmpl.c"
#include "providers/host/slots/scatter_tmpl.c"
#undef KIND
#undef T
#define T double
#define KIND float64
#include "providers/host/slots/scan_tmpl.c"
#include "providers/host/slots/scatter_tmpl.c"
#undef KIND
#undef T
#undef PLUS
#undef TIMES

#define PLUS(a, b) ((T){(a).re + (b).re, (a).im + (b).im})
#define TIMES(a, b) ((T){(a).re * (b).re - (a).im * (b).im, (a).re * (b).im + (a).im * (b).re})
#define T xp_complex64
#define KIND complex64
#include "providers/host/slots/scan_tmpl.c"
#undef KIND
#undef T
#define T xp_complex128
#define KIND complex128
#include "providers/host/slots/scan_tmpl.c"
#undef KIND
#undef T
#undef PLUS
#undef TIMES

/* ---- search ------------------------------------------------------------------------------------------------------ */

#define IS_NAN(v) ((v) != (v))
#define T int8_t
#define KIND int8
#include "providers/host/slots/search_tmpl.c"
#undef KIND
#undef T
#define T int16_t
#define KIND int16
#include "providers/host/slots/search_tmpl.c"
#undef KIND
#undef T
#define T int32_t
#define KIND int32
#include "providers/host/slots/search_tmpl.c"
#undef KIND
#undef T
#define T int64_t
#define KIND int64
#include "providers/host/slots/search_tmpl.c"
#undef KIND
#undef T
#define T uint8_t
#define KIND uint8
#include "providers/host/slots/search_tmpl.c"
#undef KIND
#undef T
#define T uint16_t
#define KIND uint16
#include "providers/host/slots/search_tmpl.c"
#undef KIND
#undef T
#define T uint32_t
#define KIND uint32
#include "providers/host/slots/search_tmpl.c"
#undef KIND
#undef T
#define T uint64_t
#define KIND uint64
#include "providers/host/slots/search_tmpl.c"
#undef KIND
#undef T
#define T float
#define KIND float32
#include "providers/host/slots/search_tmpl.c"
#undef KIND
#undef T
#define T double
#define KIND float64
#include "providers/host/slots/search_tmpl.c"
#undef KIND
#undef T

/* ---- masks ----------------------------------------------------------------------------------------------------------
 * Counted in bytes for as long as they cannot overflow, which fills a vector best. */
static int64_t count_bytes(int64_t n, const char *bytes)
{
    enum { ROWS = 255, WIDTH = 256 };
    int64_t count = 0, i = 0;
    while (n - i >= WIDTH) {
        uint8_t sums[WIDTH] = {0};
        for (int row = 0; row < ROWS && n - i >= WIDTH; row++, i += WIDTH)
            for (int j = 0; j < WIDTH; j++)
                sums[j] = (uint8_t)(sums[j] + (bytes[i + j] != 0));
        for (int j = 0; j < WIDTH; j++)
            count += sums[j];
    }
    for (; i < n; i++)
        count += bytes[i] != 0;
    return count;
}

#include "providers/host/slots/compress_tmpl.c"

/* ---- the table --------------------------------------------------------------------------------------------------- */

#define SCANS(kind)                                                                                                    \
    {sum_line_##kind, product_line_##kind, totals_##kind, running_##kind, sum_columns_##kind, product_columns_##kind}

const host_kernels HOST_KERNELS = {
    .scan = {[XP_INT8] = SCANS(uint8), [XP_INT16] = SCANS(uint16), [XP_INT32] = SCANS(uint32),
             [XP_INT64] = SCANS(uint64), [XP_UINT8] = SCANS(uint8), [XP_UINT16] = SCANS(uint16),
             [XP_UINT32] = SCANS(uint32), [XP_UINT64] = SCANS(uint64), [XP_FLOAT32] = SCANS(float32),
             [XP_FLOAT64] = SCANS(float64), [XP_COMPLEX64] = SCANS(complex64), [XP_COMPLEX128] = SCANS(complex128)},
    .search = {[XP_BOOL] = search_uint8, [XP_INT8] = search_int8, [XP_INT16] = search_int16,
               [XP_INT32] = search_int32, [XP_INT64] = search_int64, [XP_UINT8] = search_uint8,
               [XP_UINT16] = search_uint16, [XP_UINT32] = search_uint32, [XP_UINT64] = search_uint64,
               [XP_FLOAT32] = search_float32, [XP_FLOAT64] = search_float64},
    .product = {product_uint8, product_uint16, product_uint32, product_uint64},
    .count = count_bytes,
    .compress = {compress_1, compress_2, compress_4, compress_8, compress_16},
    .add = {[XP_INT8] = add_pieces_uint8, [XP_INT16] = add_pieces_uint16, [XP_INT32] = add_pieces_uint32,
            [XP_INT64] = add_pieces_uint64, [XP_UINT8] = add_pieces_uint8, [XP_UINT16] = add_pieces_uint16,
            [XP_UINT32] = add_pieces_uint32, [XP_UINT64] = add_pieces_uint64, [XP_FLOAT32] = add_pieces_float32,
            [XP_FLOAT64] = add_pieces_float64, [XP_COMPLEX64] = add_pieces_float32,
            [XP_COMPLEX128] = add_pieces_float64},
    .bits = draw_bits,
    .uniform_float32 = draw_uniform_float32,
    .uniform_float64 = draw_uniform_float64,
    .normal_float32 = draw_normal_float32,
    .normal_float64 = draw_normal_float64,
};
