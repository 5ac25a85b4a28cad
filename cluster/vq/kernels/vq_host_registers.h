/* Points of up to MOST_IN_REGISTERS features, which stay in registers as whole numbers while all centroids go past, for
 * dtype T: included by vq_host_nearest.h.
 *
 * As in vq_host_integers.h, but that the points of a block have one scale: with L the largest |x| that counts in it, or
 * m where that is more, s = LONGEST_ROW / L and t = LONGEST_ROW / m. Sums that begin with s t |c|^2 / 2 are brackets
 * then as they are, and the number of a centroid stands in their last bits, as among few features (vq_host_low_book.h).
 * |c|^2 / 2 is rounded three times and then to a whole number, and a tag of b bits moves a bracket by less than 2^b.
 *
 * Sums are within 1.5 LONGEST_ROW^2 of MIDDLE_SUM, and what is added to them for a limit is less than MOST_APART: their
 * bits are those of positive floats in the same order, of sums those of finite ones. Points that are not as near, or
 * do not count, have an infinite limit. They stay open, and all centroids are in question.
 * SPDX-License-Identifier: BSD-3-Clause */

#define ROUNDINGS_IN_REGISTERS 2 /* margin() adds one */
#define MORE_THAN_SUMS 3e38f     /* finite */
#define MOST_APART 4194304       /* 2^22 */
#define OUTLIER_REACH 10         /* times m: a few points beyond do not count, since all others would lose their bits */
#define MOST_OUTLIERS 4

_Static_assert(FEW == 8 && MOST_IN_REGISTERS == 16, "scan_rows has a case for each number of pairs");

/* A block's points, and what all of them share. */
typedef struct F(row_block) {
    float pairs[MOST_IN_REGISTERS / 2 * FLOAT_BLOCK] __attribute__((aligned(64)));
    float starts[MOST_FOR_TAGS + FLOATS]; /* |c|^2 / 2 */
    vector_f32 norm[2], best[2], second[2];
    float longest_2, per; /* L^2; s t */
} F(row_block);

/* L^2. */
static float F(longest_of)(const vector_f32 norm[2], float reach)
{
    const vector_f32 reach_2 = all_f32(reach * reach), outlier = reach_2 * all_f32(OUTLIER_REACH * OUTLIER_REACH);
    const uint32_t out = not_below_f32(norm[0], outlier) | not_below_f32(norm[1], outlier) << FLOATS;
    const vector_f32 most = __builtin_popcount(out) > MOST_OUTLIERS ? all_f32(FAR_REACH * FAR_REACH) : outlier;
    int32_t bits[FLOAT_BLOCK], largest = 0; /* of lengths, whose bits have their order */
    for (int v = 0; v < 2; v++) {
        const index_f32 counts = norm[v] < most;
        const vector_f32 length = larger_f32((vector_f32)((index_f32)norm[v] & counts), reach_2);
        memcpy(bits + v * FLOATS, &length, sizeof length);
    }
    for (int64_t i = 0; i < FLOAT_BLOCK; i++)
        largest = bits[i] > largest ? bits[i] : largest;
    float longest_2;
    memcpy(&longest_2, &largest, sizeof longest_2);
    return longest_2;
}

static void F(fill_block)(const nearest_job *job, const F(book) *book, int64_t point, int64_t count,
                          F(row_block) *block)
{
    float room[FLOAT_BLOCK * (MOST_IN_REGISTERS + 1)] __attribute__((aligned(64)));
    block->norm[0] = block->norm[1] = (vector_f32){0};
    F(centred)(job, point, count, 0, job->d, book->centre, room, block->norm);
    const float longest_2 = F(longest_of)(block->norm, book->bounds->reach), scale = LONGEST_ROW / sqrtf(longest_2);
    const float per = scale * book->bounds->scale;
    vector_f32 scales[2];
    for (int v = 0; v < 2; v++) {
        const index_f32 counts = block->norm[v] <= all_f32(longest_2);
        scales[v] = (vector_f32)((index_f32)all_f32(scale) & counts);
    }
    F(pair_strip)(room, job->d, scales, block->pairs);
    for (int64_t i = 0; i < job->k; i += FLOATS) {
        /* Behind the last centroid something else may lie. */
        const vector_f32 half = smaller_f32(load_f32(book->halves + i) * all_f32(per), all_f32(MIDDLE_SUM / 2));
        store_f32(block->starts + i, (vector_f32)(rounded(half) + all_index_f32(MIDDLE_SUM)));
    }
    block->longest_2 = longest_2;
    block->per = per;
}

/* The rows of the next block, which are fetched while this one is scanned. */
typedef struct F(row_ahead) {
    const char *row;
    int64_t rows, at; /* those that are left; bytes of the first one that are fetched */
} F(row_ahead);

INLINED void F(fetch)(const nearest_job *job, F(row_ahead) *ahead)
{
    if (ahead->rows <= 0)
        return;
    __builtin_prefetch(ahead->row + ahead->at);
    ahead->at += 64;
    if (ahead->at >= job->d * SIZE) {
        ahead->row += job->row;
        ahead->rows--;
        ahead->at = 0;
    }
}

PAIRS_TARGET INLINED void F(scan_block)(const nearest_job *job, const F(book) *book, const int rows,
                                        F(row_ahead) ahead, F(row_block) *block)
{
    const int64_t k = job->k, lines = FLOAT_BLOCK * ((job->d * SIZE + 63) / 64);
    const index_f32 keep = ~all_index_f32(book->bounds->tags);
    const int32_t *c = book->rows_by_integers;
    const loose_int32 *starts = (const loose_int32 *)block->starts;
    index_f32 x[MOST_IN_REGISTERS / 2][2];
    vector_f32 best[2], second[2];
#pragma GCC unroll 8
    for (int j = 0; j < rows; j++)
        for (int v = 0; v < 2; v++)
            x[j][v] = (index_f32)load_f32(block->pairs + j * FLOAT_BLOCK + v * FLOATS);
    for (int v = 0; v < 2; v++)
        best[v] = second[v] = all_f32(MORE_THAN_SUMS);
#pragma GCC unroll 1
    for (int64_t i = 0; i < k; i++, c += rows + 1) {
#pragma GCC unroll 1
        for (int64_t line = 0; line < lines; line += k) /* so that all are there after the last centroid */
            F(fetch)(job, &ahead);
#pragma GCC unroll 2
        for (int v = 0; v < 2; v++) {
            index_f32 sum = all_index_f32(starts[i]);
#pragma GCC unroll 8
            for (int j = 0; j < rows; j++)
                sum = add_pairs(sum, x[j][v], all_index_f32(c[j]));
            const vector_f32 s = tagged((vector_f32)sum, keep, all_index_f32(c[rows]));
            second[v] = next_less_f32(second[v], best[v], s);
            best[v] = smaller_f32(s, best[v]);
        }
    }
    for (int v = 0; v < 2; v++) {
        block->best[v] = best[v];
        block->second[v] = second[v];
    }
}

static PAIRS_TARGET __attribute__((noinline)) void F(scan_rows)(const nearest_job *job, const F(book) *book,
                                                                F(row_ahead) ahead, F(row_block) *block)
{
    switch (pairs_of(job->d)) {
#define CASE(rows)                                                                                                     \
    case rows:                                                                                                         \
        F(scan_block)(job, book, rows, ahead, block);                                                                  \
        break;
        CASE(5)
        CASE(6)
        CASE(7)
        CASE(8)
#undef CASE
    }
}

/* The brackets of a block's point, without tags: `of` has room for a vector more. */
static PAIRS_TARGET void F(brackets_again)(const nearest_job *job, const F(book) *book, const F(row_block) *block,
                                           int64_t point, float *of)
{
    const loose_int32 *x = (const loose_int32 *)block->pairs + point;
    const int64_t pairs = pairs_of(job->d), pitch = column_pitch(job->k);
    for (int64_t i = 0; i < job->k; i += FLOATS) {
        index_f32 sum = (index_f32)load_f32(block->starts + i);
        for (int64_t j = 0; j < pairs; j++)
            sum = add_pairs(sum, all_index_f32(x[j * FLOAT_BLOCK]),
                            (index_f32)load_f32(book->columns_by_integers + j * pitch + i));
        store_f32(of + i, (vector_f32)sum);
    }
}

/* A block of `count` points of `left` through everything; returns how many of them are open. */
static int64_t F(scan_in_registers)(const nearest_job *job, const F(book) *book, int64_t point, int64_t count,
                                    int64_t left, F(row_block) *block, F(found) *found)
{
    const int64_t behind = job->column != SIZE ? 0 : left - count < FLOAT_BLOCK ? left - count : FLOAT_BLOCK;
    const F(row_ahead) ahead = {F(point)(job, point + count, 0), behind, 0};
    const book_bounds *bounds = book->bounds;
    const uint32_t points = count < 32 ? ((uint32_t)1 << count) - 1 : UINT32_MAX;
    F(fill_block)(job, book, point, count, block);
    F(scan_rows)(job, book, ahead, block);
    found->open[0] = 0;
    found->kept = NULL;
    found->row_block = block;
    for (int v = 0; v < 2; v++) {
        const vector_f32 norm = block->norm[v], best = block->best[v];
        const vector_f32 apart = margin(ROUNDINGS_IN_REGISTERS, norm, bounds->reach) * all_f32(block->per);
        const index_f32 near = (norm <= all_f32(block->longest_2)) & (apart < all_f32(MOST_APART));
        const index_f32 units = rounded(apart + all_f32(bounds->error + 1)) & near;
        const index_f32 tags = all_index_f32(bounds->tags), infinite = (index_f32)all_f32(INFINITY);
        const index_f32 limit = (((index_f32)best + units) & near) | (infinite & ~near);
        found->open[0] |= not_below_f32((vector_f32)limit, block->second[v]) << v * FLOATS;
        store_f32(found->limit + v * FLOATS, (vector_f32)(limit + (tags & near)));
        store_labels_f32(found->label + v * FLOATS, (index_f32)best & tags);
    }
    found->open[0] &= points;
    return __builtin_popcount(found->open[0]);
}
