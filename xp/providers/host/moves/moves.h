/* Copies between strided memory and blocks, compiled once for each instruction set.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef HOST_MOVES_H
#define HOST_MOVES_H

#include <stddef.h>
#include <stdint.h>

#include "providers/host/cpu.h"

/* `to` gets rows times columns elements, dense, from address `from` with these strides in bytes (0: repeated). The
 * coordinates' one takes a value for an address, and steps for strides. */
typedef void host_load_move(char *to, int64_t from, int64_t rows, int64_t columns, int64_t row_stride,
                            int64_t column_stride);

/* The other way: dense elements to rows and columns at address `to`. */
typedef void host_store_move(int64_t to, const char *from, int64_t rows, int64_t columns, int64_t row_stride,
                             int64_t column_stride);

/* to[r][c] = from[c][r]: rows of `to` are dense, rows of `from` are from_pitch bytes apart, with contiguous elements.
 * What lies `ahead` bytes behind them will be wanted soon (0: nothing will). */
typedef void host_turn_move(char *to, const char *from, int64_t rows, int64_t columns, int64_t from_pitch,
                            int64_t ahead);

/* Elements of 1, 2, 4, 8, 16 bytes: by log2 of their bytes. */
#define HOST_SIZES 5
typedef struct host_moves {
    host_load_move *load[HOST_SIZES];
    host_store_move *store[HOST_SIZES];
    host_turn_move *turn[HOST_SIZES];
    host_load_move *count_up;                               /* coordinates */
    void (*stream)(char *to, const char *from, size_t bytes); /* past the caches; the caller fences */
    void (*fence)(void);
} host_moves;

const host_moves *host_moves_for(xp_isa isa);

static inline int host_size_class(size_t bytes)
{
    return bytes == 1 ? 0 : bytes == 2 ? 1 : bytes == 4 ? 2 : bytes == 8 ? 3 : 4;
}

#endif
