/* Spreads of rows of a few floating values T, whose vectors carry the suffix F: included once for each dtype.
 *
 * Such rows are read once: a group of QUAD_LANES rows is in registers, in quads whose halves belong to two rows. A row
 * is cut into pieces of half a quad. The last one ends where the row ends, and shares its first lanes with the one
 * before it; these are not kept. Pieces are added in pairs, then the lanes. What is left of the rows after the last
 * whole group is one more group that overlaps it; fewer rows than a group has are copied first.
 * SPDX-License-Identifier: BSD-3-Clause */

#define HALF_LANES ((int64_t)(HALF_BYTES / sizeof(T)))
#define MOST_PIECES 6
#define FEW (sizeof(T) == 4 ? 16 : 12) /* elements whose pieces are in registers */

/* The pieces of a group, and where the last ones are. */
typedef struct F(cut) {
    F(keep) keep;
    int64_t last;        /* bytes from the start of a row */
} F(cut);

typedef struct F(pieces) {
    QUAD of[HALF_BYTES / sizeof(T)][MOST_PIECES];
} F(pieces);

INLINED void F(load_group)(const char *a, int64_t pitch, F(cut) cut, int pieces, F(pieces) *group)
{
#pragma GCC unroll 4
    for (int row = 0; row < HALF_LANES; row++, a = F(row_after)(a, pitch)) {
        const char *b = F(row_after)(a, HALF_LANES * pitch);
#pragma GCC unroll 8
        for (int k = 0; k < pieces; k++) {
            int64_t at = k < pieces - 1 ? k * HALF_BYTES : cut.last;
            group->of[row][k] = F(load_halves)(a + at, b + at);
        }
    }
}

/* Neighbours first. */
INLINED QUAD F(sum_in_pairs)(const QUAD *x, int pieces)
{
    QUAD sums[MOST_PIECES];
#pragma GCC unroll 8
    for (int k = 0; k < pieces; k++)
        sums[k] = x[k];
#pragma GCC unroll 4
    for (int step = 1; step < pieces; step *= 2)
#pragma GCC unroll 8
        for (int k = 0; k + step < pieces; k += 2 * step)
            sums[k] += sums[k + step];
    return sums[0];
}

/* The means of a group's rows, each in all lanes of its half. */
INLINED void F(means_of_pieces)(const F(pieces) *group, F(cut) cut, int pieces, T share, QUAD *means)
{
    QUAD sums[HALF_BYTES / sizeof(T)];
#pragma GCC unroll 4
    for (int row = 0; row < HALF_LANES; row++) {
        QUAD sum = pieces > 1 ? F(sum_in_pairs)(group->of[row], pieces - 1) : F(all_quad)((T)-0.0);
        sums[row] = F(plus_kept)(sum, group->of[row][pieces - 1], cut.keep);
    }
    F(spread_halves)(F(fold_sum)(sums) * F(all_quad)(share), means);
}

INLINED QUAD F(squares_of_pieces)(const F(pieces) *group, F(cut) cut, int pieces, const QUAD *means)
{
    QUAD sums[HALF_BYTES / sizeof(T)], squares[MOST_PIECES];
#pragma GCC unroll 4
    for (int row = 0; row < HALF_LANES; row++) {
#pragma GCC unroll 8
        for (int k = 0; k < pieces; k++) {
            QUAD x = group->of[row][k];
            QUAD d = k < pieces - 1 ? x - means[row] : F(minus_kept)(x, means[row], cut.keep);
            squares[k] = d * d;
        }
        sums[row] = F(sum_in_pairs)(squares, pieces);
    }
    return F(fold_sum)(sums);
}

/* While the squares of a group are summed, the next one is loaded. */
INLINED void F(spread_pieces)(const char *x, int64_t count, int64_t n, int64_t pitch, int pieces, host_ending ending,
                              char *out)
{
    const int64_t rest = n % HALF_LANES, last = count - QUAD_LANES;
    const F(cut) cut = {F(keep_last)(rest ? rest : HALF_LANES), n * (int64_t)sizeof(T) - HALF_BYTES};
    F(pieces) group;
    QUAD means[HALF_BYTES / sizeof(T)];
    F(load_group)(x, pitch, cut, pieces, &group);
    for (int64_t at = 0;;) {
        int64_t next = at + QUAD_LANES < last ? at + QUAD_LANES : last;
        F(means_of_pieces)(&group, cut, pieces, (T)1 / (T)n, means);
        QUAD squares = F(squares_of_pieces)(&group, cut, pieces, means);
        F(load_group)(x += (next - at) * pitch, pitch, cut, pieces, &group);
        F(end_rows)(ending, out, at, squares, QUAD_LANES);
        if (at == last)
            return;
        at = next;
    }
}

/* Of rows of HALF_LANES to FEW elements. */
static void F(spread_few)(const char *values, int64_t count, int64_t n, int64_t pitch, host_ending ending, char *out)
{
    if (count < QUAD_LANES) {
        T copy[QUAD_BYTES / sizeof(T) * FEW];
        double results[QUAD_BYTES / sizeof(T)];
        memset(copy, 0, sizeof copy);
        for (int64_t r = 0; r < count; r++)
            memcpy(copy + r * n, values + r * pitch, (size_t)n * sizeof(T));
        F(spread_few)((const char *)copy, QUAD_LANES, n, n * (int64_t)sizeof(T), ending, (char *)results);
        memcpy(out, results, (size_t)count * (ending.what & HOST_AS_CELLS ? sizeof(double) : sizeof(T)));
        return;
    }
    switch ((n + HALF_LANES - 1) / HALF_LANES) {
    case 1:
        F(spread_pieces)(values, count, n, pitch, 1, ending, out);
        break;
    case 2:
        F(spread_pieces)(values, count, n, pitch, 2, ending, out);
        break;
    case 3:
        F(spread_pieces)(values, count, n, pitch, 3, ending, out);
        break;
    case 4:
        F(spread_pieces)(values, count, n, pitch, 4, ending, out);
        break;
    case 5:
        F(spread_pieces)(values, count, n, pitch, 5, ending, out);
        break;
    case 6:
        F(spread_pieces)(values, count, n, pitch, 6, ending, out);
        break;
    }
}
