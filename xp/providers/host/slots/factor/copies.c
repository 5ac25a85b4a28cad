/* Matrices of any strides into LAPACK's memory and back.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>
#include <string.h>

#include "providers/host/slots/factor/family.h"

#define TILE 16 /* rows and columns that are turned at a time, so that both sides stay in the first cache */


/* One element after another with any steps. */
static void copy_line(const char *from, int64_t from_step, char *to, int64_t to_step, int64_t count, size_t bytes)
{
    if (from_step == (int64_t)bytes && to_step == from_step)
        memcpy(to, from, (size_t)count * bytes);
    else if (bytes == 8)
        for (int64_t i = 0; i < count; i++)
            memcpy(to + i * to_step, from + i * from_step, 8);
    else if (bytes == 4)
        for (int64_t i = 0; i < count; i++)
            memcpy(to + i * to_step, from + i * from_step, 4);
    else
        for (int64_t i = 0; i < count; i++)
            memcpy(to + i * to_step, from + i * from_step, 16);
}

void host_copy_rows(const xp_view *view, const char *from, host_part part, char *to)
{
    const int64_t m = view->shape[view->ndim - 2], n = view->shape[view->ndim - 1];
    const int64_t row_step = view->strides[view->ndim - 2], column_step = view->strides[view->ndim - 1];
    const size_t bytes = xp_dtype_bytes(view->dtype);
    for (int64_t i = 0; i < m; i++, from += row_step, to += n * (int64_t)bytes) {
        int64_t width = part == HOST_LOWER ? i + 1 : n;
        copy_line(from, column_step, to, (int64_t)bytes, width, bytes);
        memset(to + width * (int64_t)bytes, 0, (size_t)(n - width) * bytes);
    }
}

/* to[j][i] = from[i][j], steps in bytes. */
static void turn(const char *from, int64_t row_step, int64_t column_step, int64_t rows, int64_t columns, size_t bytes,
                 char *to)
{
    const int64_t size = (int64_t)bytes;
    for (int64_t i = 0; i < rows; i += TILE)
        for (int64_t j = 0; j < columns; j += TILE) {
            const int64_t height = rows - i < TILE ? rows - i : TILE, width = columns - j < TILE ? columns - j : TILE;
            for (int64_t column = j; column < j + width; column++)
                copy_line(from + i * row_step + column * column_step, row_step, to + (column * rows + i) * size, size,
                          height, bytes);
        }
}

void host_copy_columns(const xp_view *view, const char *from, char *to)
{
    const int last = view->ndim - 1;
    turn(from, view->strides[last - 1], view->strides[last], view->shape[last - 1], view->shape[last],
         xp_dtype_bytes(view->dtype), to);
}

void host_turn_columns(const char *from, int64_t lead, int64_t rows, int64_t columns, size_t bytes, char *to)
{
    turn(from, lead * (int64_t)bytes, (int64_t)bytes, columns, rows, bytes, to);
}

/* ---- values ------------------------------------------------------------------------------------------------------ */

/* Complex numbers are two reals. */
static int64_t reals_in(int dtype, int64_t count)
{
    return xp_dtype_is(dtype, XP_KIND_COMPLEX) ? 2 * count : count;
}

static bool is_single(int dtype)
{
    return xp_real_dtype((xp_dtype)dtype) == XP_FLOAT32;
}

bool host_all_finite(int dtype, const char *elements, int64_t count)
{
    const float *floats = (const float *)(const void *)elements;
    const double *doubles = (const double *)(const void *)elements;
    bool finite = true;
    count = reals_in(dtype, count);
    if (is_single(dtype))
        for (int64_t i = 0; i < count; i++)
            finite &= isfinite(floats[i]) != 0;
    else
        for (int64_t i = 0; i < count; i++)
            finite &= isfinite(doubles[i]) != 0;
    return finite;
}

bool host_any_nan(int dtype, const char *elements, int64_t count)
{
    const float *floats = (const float *)(const void *)elements;
    const double *doubles = (const double *)(const void *)elements;
    bool any = false;
    count = reals_in(dtype, count);
    if (is_single(dtype))
        for (int64_t i = 0; i < count; i++)
            any |= isnan(floats[i]) != 0;
    else
        for (int64_t i = 0; i < count; i++)
            any |= isnan(doubles[i]) != 0;
    return any;
}

void host_fill_nan(int dtype, char *elements, int64_t count)
{
    count = reals_in(dtype, count);
    for (int64_t i = 0; i < count; i++)
        if (is_single(dtype))
            ((float *)(void *)elements)[i] = NAN;
        else
            ((double *)(void *)elements)[i] = (double)NAN;
}

void host_fill_identity(int dtype, int64_t rows, int64_t columns, char *to)
{
    const int64_t bytes = (int64_t)xp_dtype_bytes(dtype);
    const double one = 1.0;
    const float single_one = 1.0f;
    if (rows > 0 && columns > 0)
        memset(to, 0, (size_t)(rows * columns * bytes));
    for (int64_t i = 0; i < columns && i < rows; i++)
        memcpy(to + (i * columns + i) * bytes, is_single(dtype) ? (const void *)&single_one : (const void *)&one,
               is_single(dtype) ? sizeof single_one : sizeof one);
}
