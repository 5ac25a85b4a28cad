/* Points against panels of centroids: included by vq_host_nearest.h, once for each way.
 *
 * A block is two vectors of points, a panel a few centroids; what decides between them stays in registers while
 * features are gone through. By differences that is the squared distance, in the points' dtype; by products half of it
 * less half of |x|^2, in float32 (vq_host_products.h) or from whole numbers (vq_host_integers.h). Features are cut into
 * slices of which a block of points fits into the first level cache, panels into chunks that fit into the second one,
 * and where all centroids do not, several blocks go through a chunk after each other; unfinished sums are kept in
 * between.
 *
 * S is the type of the sums, V gives names of vectors of S their suffix, K names of this way; PRODUCTS and INTEGERS say
 * which one it is. By integers what S is given for points, panels and unfinished sums are the bits of whole numbers.
 * SPDX-License-Identifier: BSD-3-Clause */

enum { K(LANES) = VECTOR_BYTES / sizeof(S), K(BLOCK) = 2 * K(LANES) };
enum { K(PER_ROW) = INTEGERS ? 2 : 1 }; /* features of a row */

static panel_plan K(plan_of)(const nearest_job *job)
{
    const int64_t size = sizeof(S);
    panel_plan plan = {.width = width_of(job->k)};
    plan.panels = (job->k + plan.width - 1) / plan.width;
    const int64_t sums = plan.panels * plan.width * K(BLOCK) * size;
    plan.rows = INTEGERS ? pairs_of(job->d) : job->d;
    const int64_t slices = plan.rows > SLICE + SLICE / 4 ? (plan.rows + SLICE - 1) / SLICE : 1;
    plan.slice = (plan.rows + slices - 1) / slices;
    plan.chunk = CHUNK_BYTES / (plan.width * plan.slice * size);
    /* The more the centroids take, the more points share what comes of them from further away. */
    plan.blocks = 1 + plan.panels * plan.width * plan.rows * size / IN_CACHE;
    plan.blocks = plan.blocks < MOST_BLOCKS ? plan.blocks : MOST_BLOCKS;
    plan.blocks = plan.blocks * sums < ROOM_BYTES ? plan.blocks : 1 + ROOM_BYTES / (sums + 1);
    plan.keeps = plan.slice < plan.rows || (size == sizeof(float) && sums <= KEPT_BYTES);
    return plan;
}

/* The best and second best sums of a block so far, labels of the best, and by products |x|^2. */
typedef struct K(state) {
    V(vector) best[2], second[2], norm[2];
    V(vector) scale[2], unit[2]; /* by integers: of the points, and what a product of whole numbers comes to */
    V(index) label[2];
} K(state);

/* Offers the sums of a panel to the best so far; `numbers` are those of its centroids. */
INLINED void K(select)(V(vector) s[12][2], const int32_t *numbers, const int width, K(state) *state)
{
#pragma GCC unroll 2
    for (int v = 0; v < 2; v++) {
        V(vector) best = state->best[v], second = state->second[v];
        V(index) label = state->label[v];
#pragma GCC unroll 12
        for (int r = 0; r < width; r++) {
            const V(index) at = V(all_index)(numbers[r]); /* loading costs less than counting */
            if (PRODUCTS) {
                second = V(next_less)(second, best, s[r][v]);
                V(less)(&best, &label, s[r][v], at);
            } else {
                if (DOUBTS)
                    second = V(runner_up)(second, best, s[r][v]);
                V(nearer)(&best, &label, s[r][v], at);
            }
        }
        state->best[v] = best;
        state->second[v] = second;
        state->label[v] = label;
    }
}

#if INTEGERS
/* `halves`: |c|^2 / 2, to which products are added at last. */
PAIRS_TARGET INLINED void K(run_panel)(const S *x, const S *panel, const S *halves, const int32_t *numbers,
                                       int64_t rows, const int width, S *kept, int flags, K(state) *state)
{
    index_f32 s[12][2];
    vector_f32 bracket[12][2];
#pragma GCC unroll 12
    for (int r = 0; r < width; r++)
        for (int v = 0; v < 2; v++)
            s[r][v] = flags & RESUME ? (index_f32)load_f32(kept + r * K(BLOCK) + v * K(LANES)) : (index_f32){0};
#pragma GCC unroll 1
    for (int64_t j = 0; j < rows; j++, x += K(BLOCK), panel += width) {
        index_f32 x0 = (index_f32)load_f32(x), x1 = (index_f32)load_f32(x + K(LANES));
#pragma GCC unroll 12
        for (int r = 0; r < width; r++) {
            index_f32 c = all_index_f32(((const loose_int32 *)panel)[r]);
            s[r][0] = add_pairs(s[r][0], x0, c);
            s[r][1] = add_pairs(s[r][1], x1, c);
        }
    }
#pragma GCC unroll 12
    for (int r = 0; r < width; r++)
#pragma GCC unroll 2
        for (int v = 0; v < 2; v++) {
            bracket[r][v] = (vector_f32)s[r][v];
            if (flags & SELECT) {
                vector_f32 product = __builtin_convertvector(s[r][v], vector_f32);
                bracket[r][v] = add_product_f32(all_f32(halves[r]), product, state->unit[v]);
            }
            if (flags & KEEP)
                store_f32(kept + r * K(BLOCK) + v * K(LANES), bracket[r][v]);
        }
    if (flags & SELECT)
        K(select)(bracket, numbers, width, state);
}
#else
/* `halves`: what sums by products begin with, one for each centroid. */
INLINED void K(run_panel)(const S *x, const S *panel, const S *halves, const int32_t *numbers, int64_t d,
                          const int width, S *kept, int flags, K(state) *state)
{
    V(vector) s[12][2];
#pragma GCC unroll 12
    for (int r = 0; r < width; r++)
        if (flags & RESUME) {
            s[r][0] = V(load)(kept + r * K(BLOCK));
            s[r][1] = V(load)(kept + r * K(BLOCK) + K(LANES));
        } else
            s[r][0] = s[r][1] = PRODUCTS ? V(all)(halves[r]) : (V(vector)){0};
    const S *again = PRODUCTS ? panel : V(hidden)(panel);
#pragma GCC unroll 1
    for (int64_t j = 0; j < d; j++, x += K(BLOCK), panel += width, again += width) {
        V(vector) x0 = V(load)(x), x1 = V(load)(x + K(LANES));
#pragma GCC unroll 12
        for (int r = 0; r < width; r++)
            if (PRODUCTS) {
                V(vector) c = V(all)(panel[r]);
                s[r][0] = V(add_product)(s[r][0], x0, c);
                s[r][1] = V(add_product)(s[r][1], x1, c);
            } else {
                s[r][0] = V(add_square)(s[r][0], x0 - V(all)(panel[r]));
                s[r][1] = V(add_square)(s[r][1], x1 - V(all)(again[r]));
            }
    }
    if (flags & KEEP)
#pragma GCC unroll 12
        for (int r = 0; r < width; r++) {
            V(store)(kept + r * K(BLOCK), s[r][0]);
            V(store)(kept + r * K(BLOCK) + K(LANES), s[r][1]);
        }
    if (flags & SELECT)
        K(select)(s, numbers, width, state);
}
#endif

#define NAME(w) PASTED(K(panel_of), w)
#define PASTED(name, w) PASTED_ON(name, w)
#define PASTED_ON(name, w) name##_##w
#define CASE(w)                                                                                                        \
    static TARGET __attribute__((noinline)) void NAME(w)(const S *x, const S *panel, const S *halves,                  \
                                                         const int32_t *numbers, int64_t rows, S *kept, int flags,     \
                                                         K(state) *state)                                              \
    {                                                                                                                  \
        K(run_panel)(x, panel, halves, numbers, rows, w, kept, flags, state);                                          \
    }
#if INTEGERS
#define TARGET PAIRS_TARGET
#else
#define TARGET
#endif
PANEL_CASES(CASE)
#undef CASE
#undef TARGET
typedef void (*K(panel_kernel))(const S *, const S *, const S *, const int32_t *, int64_t, S *, int, K(state) *);

static K(panel_kernel) K(kernel_of)(int64_t width)
{
#define CASE(w)                                                                                                        \
    if (width == w)                                                                                                    \
        return NAME(w);
    PANEL_CASES(CASE)
#undef CASE
    return NULL;
}
#undef NAME
#undef PASTED
#undef PASTED_ON
