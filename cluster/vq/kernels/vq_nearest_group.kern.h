/* Labels by groups of items, as GPUs have them.
 *
 * A group takes a block of points past all centroids, a tile of both at a time: some features of each go to the memory
 * that the group shares, and an item adds up the squares of 8 by VQ_ACROSS of their distances in registers. What is
 * read once from that memory serves as many sums, so that arithmetic is what takes the time. Each item keeps the minima
 * over its own centroids; in the end those of a point are merged, the first of equals wins. Squares are added in the
 * order of the features, as in the passes: the bits are the same.
 *
 * A difference and its square are two operations. In float32, where a label is the one that float64 gives, a product is
 * enough if it proves the label: one operation. Points that this leaves open are settled in float64 if they are few,
 * else their block is scanned by differences; distances are always from differences.
 * SPDX-License-Identifier: BSD-3-Clause */
#if XP_REAL_BITS == 32
typedef float4 vq_side; /* neighbours in shared memory that are read at once */
#define VQ_ACROSS 8     /* centroids of an item */
#else
typedef double2 vq_side;
#define VQ_ACROSS 4
#endif
#define VQ_SIDE (128 / XP_REAL_BITS)
#define VQ_DOWN 8  /* points of an item */
#define VQ_DEPTH 8 /* features of a tile */
#define VQ_WIDE 16 /* items that share points, */
#define VQ_TALL (XP_ITEMS / VQ_WIDE)       /* and that share centroids */
#define VQ_POINTS (VQ_DOWN * VQ_TALL)      /* of a block */
#define VQ_CENTROIDS (VQ_ACROSS * VQ_WIDE) /* of a tile */

/* A feature's values lie side by side, and the next feature's in other banks. */
#define VQ_POINTS_ROW (VQ_POINTS / VQ_SIDE + 1)
#define VQ_CENTROIDS_ROW (VQ_CENTROIDS / VQ_SIDE + 1)

typedef struct vq_tiles {
    vq_side points[VQ_DEPTH * VQ_POINTS_ROW], centroids[VQ_DEPTH * VQ_CENTROIDS_ROW];
    REAL best[VQ_DOWN * XP_ITEMS];
    int nearest[VQ_DOWN * XP_ITEMS];
#if XP_REAL_BITS == 32
    REAL second[VQ_DOWN * XP_ITEMS];
    REAL norms[VQ_POINTS + VQ_CENTROIDS], largest[VQ_CENTROIDS]; /* |x|^2 and |c|^2 of a tile; the largest so far */
    double squares[XP_ITEMS];
    int labels[XP_ITEMS], open[VQ_POINTS], n_open;
#endif
} vq_tiles;

/* ---- tiles ------------------------------------------------------------------------------------------------------- */

/* Where an item's i-th value of a tile lies: VQ_SIDE neighbours, then those of the other items that read along. */
XP_FN int vq_place(int i, int lane, int lanes)
{
    return i / VQ_SIDE * (lanes * VQ_SIDE) + lane * VQ_SIDE + i % VQ_SIDE;
}

/* Where an item's elements of a tile come from, and which they are: the first one, and from each to the next. */
typedef struct vq_source {
    XP_GLOBAL const REAL *from;
    xp_index part_step, tile_step;
    int row, part_rows, feature, part_features;
    int rows; /* that there are */
} vq_source;

/* `along`: neighbouring items have neighbouring features, else neighbouring rows. */
XP_FN vq_source vq_source_of(XP_GLOBAL const REAL *x, xp_index rows, xp_index row_step, xp_index feature_step,
                             int tile_rows, int along)
{
    vq_source source;
    source.row = along ? XP_ITEM / VQ_DEPTH : XP_ITEM % tile_rows;
    source.part_rows = along ? XP_ITEMS / VQ_DEPTH : 0;
    source.feature = along ? XP_ITEM % VQ_DEPTH : XP_ITEM / tile_rows;
    source.part_features = along ? 0 : XP_ITEMS / tile_rows;
    source.from = x + source.row * row_step + source.feature * feature_step;
    source.part_step = source.part_rows * row_step + source.part_features * feature_step;
    source.tile_step = VQ_DEPTH * feature_step;
    source.rows = rows < tile_rows ? (int)rows : tile_rows;
    return source;
}

/* Zeros for rows that are not there, and for features behind the `left` ones. Then goes on to the next tile. Nothing is
 * done with the elements here, so that nothing waits for them. */
XP_FN void vq_fetch(REAL *values, REAL *origins, int parts, vq_source *source, int left, XP_GLOBAL const REAL *origin)
{
    int part;
    XP_UNROLL
    for (part = 0; part < parts; part++) {
        const int l = source->feature + part * source->part_features;
        const int is_there = source->row + part * source->part_rows < source->rows && l < left;
        values[part] = is_there ? source->from[part * source->part_step] : XP_REAL(0.0);
        origins[part] = origin && l < left ? origin[l] : XP_REAL(0.0);
    }
    source->from += source->tile_step;
}

XP_FN void vq_put(XP_SHARED vq_side *tile, int side_row, const REAL *values, const REAL *origins, int parts,
                  const vq_source *source)
{
    XP_SHARED REAL *to = (XP_SHARED REAL *)tile;
    int part;
    XP_UNROLL
    for (part = 0; part < parts; part++) {
        const int row = source->row + part * source->part_rows, l = source->feature + part * source->part_features;
        to[l * side_row * VQ_SIDE + row] = values[part] - origins[part];
    }
}

XP_FN void vq_take_side(REAL *to, vq_side side)
{
    to[0] = side.x;
    to[1] = side.y;
#if VQ_SIDE == 4
    to[2] = side.z;
    to[3] = side.w;
#endif
}

/* Adds what a tile's features bring to an item's sums. */
#define VQ_ADD_TILE(name, add)                                                                                         \
    XP_FN void name(REAL sums[VQ_DOWN][VQ_ACROSS], XP_SHARED const vq_tiles *tiles, int x, int y)                      \
    {                                                                                                                  \
        int l, i, j;                                                                                                   \
        XP_UNROLL                                                                                                      \
        for (l = 0; l < VQ_DEPTH; l++) {                                                                               \
            REAL p[VQ_DOWN], c[VQ_ACROSS];                                                                             \
            XP_UNROLL                                                                                                  \
            for (i = 0; i < VQ_DOWN; i += VQ_SIDE)                                                                     \
                vq_take_side(p + i, tiles->points[l * VQ_POINTS_ROW + vq_place(i, y, VQ_TALL) / VQ_SIDE]);             \
            XP_UNROLL                                                                                                  \
            for (j = 0; j < VQ_ACROSS; j += VQ_SIDE)                                                                   \
                vq_take_side(c + j, tiles->centroids[l * VQ_CENTROIDS_ROW + vq_place(j, x, VQ_WIDE) / VQ_SIDE]);       \
            XP_UNROLL                                                                                                  \
            for (i = 0; i < VQ_DOWN; i++)                                                                              \
                XP_UNROLL                                                                                              \
                for (j = 0; j < VQ_ACROSS; j++)                                                                        \
                    sums[i][j] = add(p[i], c[j], sums[i][j]);                                                          \
        }                                                                                                              \
    }
XP_FN REAL vq_plus_square(REAL p, REAL c, REAL sum) { return XP_MULTIPLY_ADD(p - c, p - c, sum); }
VQ_ADD_TILE(vq_add_squares, vq_plus_square)
#if XP_REAL_BITS == 32
VQ_ADD_TILE(vq_add_products, XP_MULTIPLY_ADD)
#endif

/* ---- minima ------------------------------------------------------------------------------------------------------ */

typedef struct vq_minimum {
    REAL best, second; /* second: of float32 alone */
    int nearest;
} vq_minimum;

XP_FN vq_minimum vq_minimum_at(XP_SHARED const vq_tiles *tiles, int at)
{
    vq_minimum minimum;
    minimum.best = tiles->best[at];
    minimum.nearest = tiles->nearest[at];
#if XP_REAL_BITS == 32
    minimum.second = tiles->second[at];
#else
    minimum.second = minimum.best;
#endif
    return minimum;
}

XP_FN void vq_keep_minimum(XP_SHARED vq_tiles *tiles, int at, vq_minimum minimum)
{
    tiles->best[at] = minimum.best;
    tiles->nearest[at] = minimum.nearest;
#if XP_REAL_BITS == 32
    tiles->second[at] = minimum.second;
#endif
}

/* The minimum of both, without branches: the lower centroid of equals. */
XP_FN void vq_take(vq_minimum *minimum, REAL best, REAL second, int nearest)
{
    const vq_minimum old = *minimum;
    const int is_less = best < old.best || (best == old.best && nearest < old.nearest);
    const REAL other = is_less ? old.best : best, rest = is_less ? second : old.second;
    minimum->second = other < rest ? other : rest;
    minimum->nearest = is_less ? nearest : old.nearest;
    minimum->best = is_less ? best : old.best;
}

/* An item's minima with its centroids of a tile, which begins at centroid `first`. */
XP_FN void vq_take_tile(XP_SHARED vq_tiles *tiles, REAL sums[VQ_DOWN][VQ_ACROSS], xp_index first, xp_index k, int x,
                        int by_products)
{
    const xp_index left = k - first;
    int i, j;
    XP_UNROLL
    for (i = 0; i < VQ_DOWN; i++) {
        vq_minimum minimum = vq_minimum_at(tiles, i * XP_ITEMS + XP_ITEM);
        XP_UNROLL
        for (j = 0; j < VQ_ACROSS; j++) {
            const int place = vq_place(j, x, VQ_WIDE);
            REAL one = sums[i][j];
#if XP_REAL_BITS == 32
            one = by_products ? tiles->norms[VQ_POINTS + place] / 2 - one : one;
#else
            (void)by_products;
#endif
            one = place < left ? one : REAL_INFINITY;
            vq_take(&minimum, one, REAL_INFINITY, (int)first + place);
        }
        vq_keep_minimum(tiles, i * XP_ITEMS + XP_ITEM, minimum);
    }
}

/* A point's minimum of all items. */
XP_FN vq_minimum vq_merged(XP_SHARED const vq_tiles *tiles, int point)
{
    const int y = point / VQ_SIDE % VQ_TALL, i = point / (VQ_TALL * VQ_SIDE) * VQ_SIDE + point % VQ_SIDE;
    const int at = i * XP_ITEMS + y * VQ_WIDE;
    vq_minimum merged = vq_minimum_at(tiles, at);
    int x;
    for (x = 1; x < VQ_WIDE; x++) {
        const vq_minimum one = vq_minimum_at(tiles, at + x);
        vq_take(&merged, one.best, one.second, one.nearest);
    }
    return merged;
}

/* ---- scans ------------------------------------------------------------------------------------------------------- */

#define VQ_PARTS_DOWN (VQ_DEPTH * VQ_POINTS / XP_ITEMS) /* of a tile's elements that an item has */
#define VQ_PARTS_ACROSS (VQ_DEPTH * VQ_CENTROIDS / XP_ITEMS)

/* An item's elements of the next tiles, what is to be taken off them, and where those behind them are. */
typedef struct vq_fetched {
    REAL points[VQ_PARTS_DOWN], centroids[VQ_PARTS_ACROSS];
    REAL point_origins[VQ_PARTS_DOWN], centroid_origins[VQ_PARTS_ACROSS];
    vq_source from_points, from_centroids;
} vq_fetched;

/* `left` features are left, from which on the origin is given, too, or NULL. */
XP_FN void vq_fetch_both(vq_fetched *fetched, xp_index left, XP_GLOBAL const REAL *origin)
{
    const int features = left < VQ_DEPTH ? (int)left : VQ_DEPTH;
    vq_fetch(fetched->points, fetched->point_origins, VQ_PARTS_DOWN, &fetched->from_points, features, origin);
    vq_fetch(fetched->centroids, fetched->centroid_origins, VQ_PARTS_ACROSS, &fetched->from_centroids, features,
             origin);
}

XP_FN void vq_put_both(XP_SHARED vq_tiles *tiles, const vq_fetched *fetched)
{
    vq_put(tiles->points, VQ_POINTS_ROW, fetched->points, fetched->point_origins, VQ_PARTS_DOWN,
           &fetched->from_points);
    vq_put(tiles->centroids, VQ_CENTROIDS_ROW, fetched->centroids, fetched->centroid_origins, VQ_PARTS_ACROSS,
           &fetched->from_centroids);
}

#if XP_REAL_BITS == 32
/* Adds a tile's features to the squared norms of its rows. */
XP_FN void vq_add_norms(XP_SHARED vq_tiles *tiles, int is_first)
{
    int part, l;
    XP_UNROLL
    for (part = 0; part < (VQ_POINTS + VQ_CENTROIDS + XP_ITEMS - 1) / XP_ITEMS; part++) {
        const int row = part * XP_ITEMS + XP_ITEM;
        const int stride = (row < VQ_POINTS ? VQ_POINTS_ROW : VQ_CENTROIDS_ROW) * VQ_SIDE;
        XP_SHARED const REAL *x = row < VQ_POINTS ? (XP_SHARED const REAL *)tiles->points + row
                                                  : (XP_SHARED const REAL *)tiles->centroids + (row - VQ_POINTS);
        if (row < VQ_POINTS + VQ_CENTROIDS) {
            REAL norm = is_first ? XP_REAL(0.0) : tiles->norms[row];
            XP_UNROLL
            for (l = 0; l < VQ_DEPTH; l++)
                norm = XP_MULTIPLY_ADD(x[l * stride], x[l * stride], norm);
            tiles->norms[row] = norm;
        }
    }
}

/* Keeps the largest |c|^2 so far, and a NaN for ever; `left` centroids are left. */
XP_FN void vq_keep_largest(XP_SHARED vq_tiles *tiles, int is_first, xp_index left)
{
    int row;
    for (row = XP_ITEM; row < VQ_CENTROIDS; row += XP_ITEMS) {
        const REAL norm = row < left ? tiles->norms[VQ_POINTS + row] : XP_REAL(0.0);
        const REAL most = is_first ? XP_REAL(0.0) : tiles->largest[row];
        tiles->largest[row] = most >= norm || most != most ? most : norm;
    }
}
#endif

/* The minima of `count` points from x on over all centroids, by items. By products: of |c|^2 / 2 - x.c, where x and c
 * are taken from the first centroid. */
XP_FN void vq_scan_block(XP_SHARED vq_tiles *tiles, XP_GLOBAL const REAL *x, int count, xp_index step_0,
                         xp_index step_1, xp_index d, XP_GLOBAL const REAL *code_book, xp_index k, int by_products)
{
    const int across = XP_ITEM % VQ_WIDE, down = XP_ITEM / VQ_WIDE, along = step_1 <= step_0 && step_1 >= -step_0;
    const vq_minimum none = {REAL_INFINITY, REAL_INFINITY, 0};
    vq_fetched fetched;
    REAL sums[VQ_DOWN][VQ_ACROSS];
    xp_index first, feature;
    int i, j;
    for (i = 0; i < VQ_DOWN; i++)
        vq_keep_minimum(tiles, i * XP_ITEMS + XP_ITEM, none);
    for (first = 0; first < k; first += VQ_CENTROIDS) {
        XP_UNROLL
        for (i = 0; i < VQ_DOWN; i++)
            XP_UNROLL
            for (j = 0; j < VQ_ACROSS; j++)
                sums[i][j] = XP_REAL(0.0);
        fetched.from_points = vq_source_of(x, count, step_0, step_1, VQ_POINTS, along);
        fetched.from_centroids = vq_source_of(code_book + first * d, k - first, d, 1, VQ_CENTROIDS, 1);
        vq_fetch_both(&fetched, d, by_products ? code_book : 0);
        for (feature = 0; feature < d; feature += VQ_DEPTH) {
            XP_BARRIER;
            vq_put_both(tiles, &fetched);
            XP_BARRIER;
            /* The next tile comes while this one is worked on. */
            vq_fetch_both(&fetched, d - feature - VQ_DEPTH, by_products ? code_book + feature + VQ_DEPTH : 0);
#if XP_REAL_BITS == 32
            if (by_products) {
                vq_add_norms(tiles, feature == 0);
                vq_add_products(sums, tiles, across, down);
                continue;
            }
#endif
            vq_add_squares(sums, tiles, across, down);
        }
#if XP_REAL_BITS == 32
        if (by_products) {
            XP_BARRIER;
            vq_keep_largest(tiles, first == 0, k - first);
        }
#endif
        vq_take_tile(tiles, sums, first, k, across, by_products);
    }
    XP_BARRIER;
}

#if XP_REAL_BITS == 32
/* The label of one point by squares in float64: vq_settle by all items. */
XP_FN int vq_settle_together(XP_SHARED vq_tiles *tiles, xp_index d, XP_GLOBAL const REAL *x, xp_index step,
                             XP_GLOBAL const REAL *code_book, xp_index k)
{
    double best = (double)INFINITY;
    int nearest = 0, below;
    xp_index c;
    for (c = XP_ITEM; c < k; c += XP_ITEMS) {
        double square = vq_wide_square(d, x, step, code_book + c * d);
        if (square < best) {
            best = square;
            nearest = (int)c;
        }
    }
    tiles->squares[XP_ITEM] = best;
    tiles->labels[XP_ITEM] = nearest;
    for (below = XP_ITEMS / 2; below > 0; below /= 2) {
        XP_BARRIER;
        if (XP_ITEM < below) {
            const double one = tiles->squares[XP_ITEM], other = tiles->squares[XP_ITEM + below];
            if (other < one || (other == one && tiles->labels[XP_ITEM + below] < tiles->labels[XP_ITEM])) {
                tiles->squares[XP_ITEM] = other;
                tiles->labels[XP_ITEM] = tiles->labels[XP_ITEM + below];
            }
        }
    }
    XP_BARRIER;
    nearest = tiles->labels[0];
    XP_BARRIER;
    return nearest;
}

/* ---- products ---------------------------------------------------------------------------------------------------- */

#define VQ_LEAST_CENTROIDS 24  /* with fewer, products save nothing */
#define VQ_MOST_FEATURES 65536 /* their slack of 2 % is for terms of (d u)^2 */
#define VQ_MOST_OPEN (VQ_POINTS / 8) /* points that are settled by themselves; more are scanned by differences */

XP_FN int vq_wants_products(xp_index d, xp_index k)
{
    return k >= VQ_LEAST_CENTROIDS && d > 0 && d <= VQ_MOST_FEATURES;
}

/* The largest |c| from the origin; NaN if there is one. */
XP_FN float vq_reach(XP_SHARED const vq_tiles *tiles)
{
    float most = 0.0f;
    int row;
    for (row = 0; row < VQ_CENTROIDS; row++)
        most = most >= tiles->largest[row] || most != most ? most : tiles->largest[row];
    return sqrt(most);
}

/* Whether a bracket |c|^2 / 2 - x.c is less than all others beyond what rounding can have moved them. With a = |x|, m
 * the largest |c|, R = a + m and u half a unit in the last place, a bracket is off by (d + 1) u m R at most, and taking
 * off the origin has moved |x - c|^2 / 2 by u R^2; vq_host_products.h says more. */
XP_FN int vq_is_proven(vq_minimum minimum, xp_index d, float norm, float reach)
{
    const float far = sqrt(norm) + reach, unit = 1.02f * 5.9604644775390625e-8f;
    const float margin = far * (unit * 2.0f * (float)(d + 1) * reach + unit * 4.0f * far);
    return reach > 1e-15f && far < 1e15f && minimum.second - minimum.best > margin;
}
#endif

/* ---- labels ------------------------------------------------------------------------------------------------------ */

/* Labels and distances of a block after a scan; points that it leaves open are listed. */
XP_FN void vq_write_block(XP_SHARED vq_tiles *tiles, XP_GLOBAL const REAL *x, int count, xp_index step_0,
                          xp_index step_1, xp_index d, XP_GLOBAL const REAL *code_book, XP_GLOBAL int *label,
                          XP_GLOBAL REAL *distance, int by_products)
{
    int p;
#if XP_REAL_BITS == 32
    const float reach = by_products ? vq_reach(tiles) : 0.0f;
    if (XP_ITEM == 0)
        tiles->n_open = 0;
    XP_BARRIER;
#endif
    for (p = XP_ITEM; p < count; p += XP_ITEMS) {
        const vq_minimum minimum = vq_merged(tiles, p);
#if XP_REAL_BITS == 32
        if (by_products ? !vq_is_proven(minimum, d, tiles->norms[p], reach)
                        : vq_is_open(d, minimum.best, minimum.second)) {
            tiles->open[XP_COUNT_UP(&tiles->n_open)] = p;
            continue;
        }
#endif
        label[p] = minimum.nearest;
        if (distance)
            distance[p] = !by_products && minimum.best < REAL_INFINITY
                              ? XP_MATH(sqrt)(minimum.best)
                              : vq_length(d, x + p * step_0, step_1, code_book + minimum.nearest * d);
    }
    XP_BARRIER;
}

XP_GROUP_PASS(128) void vq_nearest_label_group(xp_index begin, xp_index end, XP_SHARED vq_tiles *tiles,
                                               XP_GLOBAL const REAL *obs, xp_index obs_extent_1, xp_index obs_step_0,
                                               xp_index obs_step_1, XP_GLOBAL const REAL *code_book,
                                               xp_index code_book_extent_0, XP_GLOBAL int *label,
                                               XP_GLOBAL REAL *distance)
{
    const xp_index d = obs_extent_1, k = code_book_extent_0;
    for (; begin < end; begin += VQ_POINTS) {
        XP_GLOBAL const REAL *x = obs + begin * obs_step_0;
        XP_GLOBAL int *labels = label + begin;
        XP_GLOBAL REAL *lengths = distance ? distance + begin : 0;
        const int count = end - begin < VQ_POINTS ? (int)(end - begin) : VQ_POINTS;
        int by_products = 0, more = 1;
#if XP_REAL_BITS == 32
        int p, n_open;
        by_products = vq_wants_products(d, k);
#endif
        while (more) {
            vq_scan_block(tiles, x, count, obs_step_0, obs_step_1, d, code_book, k, by_products);
            vq_write_block(tiles, x, count, obs_step_0, obs_step_1, d, code_book, labels, lengths, by_products);
            more = 0;
#if XP_REAL_BITS == 32
            if (by_products && tiles->n_open > VQ_MOST_OPEN) {
                by_products = 0;
                more = 1;
            }
#endif
        }
#if XP_REAL_BITS == 32
        n_open = tiles->n_open;
        for (p = 0; p < n_open; p++) {
            const int open = tiles->open[p];
            XP_GLOBAL const REAL *at = x + open * obs_step_0;
            const int nearest = vq_settle_together(tiles, d, at, obs_step_1, code_book, k);
            if (XP_ITEM == 0) {
                labels[open] = nearest;
                if (lengths)
                    lengths[open] = vq_length(d, at, obs_step_1, code_book + nearest * d);
            }
        }
#endif
        XP_BARRIER; /* the next block begins to write what this one reads */
    }
}
