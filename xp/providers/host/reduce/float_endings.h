/* From quads of results of rows to cells or elements T, whose vectors carry the suffix F: included once for each dtype.
 * SPDX-License-Identifier: BSD-3-Clause */

#define QUAD F(quad)
#define QUAD_LANES ((int64_t)(QUAD_BYTES / sizeof(T)))

static inline void F(store_cells)(double *cells, QUAD values, int64_t count)
{
    typedef double many __attribute__((vector_size(QUAD_BYTES / sizeof(T) * sizeof(double)), aligned(8), may_alias));
    many wide = __builtin_convertvector(values, many);
    if (count == QUAD_LANES)
        *(many *)cells = wide;
    else
        memcpy(cells, &wide, (size_t)count * sizeof(double));
}

/* Results of whole rows: cells, or what is made of them where quotients and roots wait for units that sums do not
 * need. */
INLINED void F(end_rows)(host_ending ending, char *out, int64_t at, QUAD results, int64_t count)
{
    if (ending.what & HOST_AS_CELLS) {
        F(store_cells)((double *)out + at, results, count);
        return;
    }
    if (ending.what & HOST_DIVIDED)
        results /= F(all_quad)((T)ending.divisor);
    if (ending.what & HOST_ROOTED)
        results = F(root_quad)(results);
    results = F(plain_nans)(results);
    if (count == QUAD_LANES)
        *(F(loose_quad) *)((T *)out + at) = results;
    else
        memcpy((T *)out + at, &results, (size_t)count * sizeof(T));
}

/* The next row. That it follows from the one before is hidden: the compiler would keep the offsets of all rows of a
 * group, and there are not so many registers. */
INLINED const char *F(row_after)(const char *row, int64_t pitch)
{
    row += pitch;
    __asm__("" : "+r"(row));
    return row;
}

#undef QUAD
#undef QUAD_LANES
