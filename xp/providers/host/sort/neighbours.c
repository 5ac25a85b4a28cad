/* Lines that lie side by side across memory, as along the first axis: a few of them are gathered, so that every piece
 * of memory is fetched once for all of them, and put back in pieces.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "providers/host/moves/moves.h"
#include "providers/host/slots/lines.h"
#include "providers/host/sort/sort.h"

#define PIECE 128             /* bytes of neighbours side by side */
#define MOST_BYTES (1 << 22)  /* of gathered lines */
#define ROWS 64               /* of elements that are turned at a time */

int64_t host_neighbours(const host_lines *lines, int operand, int64_t n, int64_t bytes)
{
    const int last = lines->ndim - 1;
    if (last < 0 || lines->strides[operand][last] != bytes)
        return 1;
    const int64_t most = MOST_BYTES / bytes / n, count = PIECE / bytes < most ? PIECE / bytes : most;
    return count > 1 ? count : 1;
}

int64_t host_neighbours_left(const host_lines *lines, const host_line *line, int64_t count)
{
    const int last = lines->ndim - 1;
    const int64_t left = last < 0 ? 1 : lines->shape[last] - line->index[last];
    return left < count ? left : count;
}

void host_gather_lines(char *lines, const char *x, int64_t step, int64_t n, int64_t count, int64_t bytes)
{
    host_moves_for(host_isa())->turn[host_size_class((size_t)bytes)](lines, x, count, n, step, 0);
}

void host_scatter_lines(char *out, int64_t step, const char *lines, int64_t n, int64_t count, int64_t bytes)
{
    char turned[ROWS * PIECE];
    host_turn_move *turn = host_moves_for(host_isa())->turn[host_size_class((size_t)bytes)];
    for (int64_t i = 0; i < n; i += ROWS) {
        const int64_t rows = n - i < ROWS ? n - i : ROWS;
        turn(turned, lines + i * bytes, rows, count, n * bytes, 0);
        for (int64_t row = 0; row < rows; row++)
            memcpy(out + (i + row) * step, turned + row * count * bytes, (size_t)(count * bytes));
    }
}
