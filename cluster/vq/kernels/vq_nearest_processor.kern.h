/* Labels and sums on processors, an item a stretch of points.
 *
 * Points lie across lanes: a block of them is turned, feature by feature, and scanned by four centroids at a time,
 * whose features are the same in all lanes. So the running minima and their labels stay in lanes, too. Of many features
 * a slice is turned at a time, and the sums of a chunk of centroids go on from slice to slice. Squares are added in the
 * order of the features, as in the passes: the bits are the same.
 * SPDX-License-Identifier: BSD-3-Clause */
#define VQ_SLICE 384  /* features that are turned at a time */
#define VQ_CHUNK 256  /* centroids whose sums are kept from slice to slice */

/* `count` points, `d` features of each, as (d, VQ_POINTS). Lanes that are left have the last point. */
XP_FN void vq_turn(REAL *to, XP_GLOBAL const REAL *x, xp_index step_0, xp_index step_1, xp_index d, int count)
{
    xp_index j;
    int p, l;
    if (count < VQ_POINTS) {
        for (p = 0; p < VQ_POINTS; p++)
            for (j = 0; j < d; j++)
                to[j * VQ_POINTS + p] = x[(p < count ? p : count - 1) * step_0 + j * step_1];
        return;
    }
    for (p = 0; p < VQ_POINTS; p += 4, x += 4 * step_0)
        for (j = 0; j < d; j++) {
            REAL four[4] XP_ALIGNED;
            XP_UNROLL
            for (l = 0; l < 4; l++)
                four[l] = x[l * step_0 + j * step_1];
            XP_FOUR_STORE(four, to + j * VQ_POINTS + p);
        }
}

/* Adds the squares of d features to the sums of four centroids. */
XP_FN void vq_add_squares(xp_lanes sums[VQ_ROWS][VQ_VECTORS], const REAL *turned, xp_index d,
                          XP_GLOBAL const REAL *rows[VQ_ROWS])
{
    xp_index j;
    int r, v;
    for (j = 0; j < d; j++) {
        xp_lanes of_rows[VQ_ROWS];
        XP_UNROLL
        for (r = 0; r < VQ_ROWS; r++)
            of_rows[r] = (xp_lanes)(rows[r][j]);
        XP_UNROLL
        for (v = 0; v < VQ_VECTORS; v++) {
            const xp_lanes x = XP_LANES_LOAD(turned + j * VQ_POINTS + v * XP_LANES);
            XP_UNROLL
            for (r = 0; r < VQ_ROWS; r++) {
                const xp_lanes t = x - of_rows[r];
                sums[r][v] = XP_MULTIPLY_ADD(t, t, sums[r][v]);
            }
        }
    }
}

/* Centroids first to last - 1, at most VQ_CHUNK, with the d features of a slice, which code_book begins at. `kept` has
 * their sums so far unless it is the first slice, and gets them unless it is the last one. */
XP_FN void vq_scan(vq_minima minima[VQ_VECTORS], REAL *kept, const REAL *turned, xp_index d,
                   XP_GLOBAL const REAL *code_book, xp_index step, xp_index first, xp_index last, int is_first,
                   int is_last)
{
    xp_index c;
    int r, v;
    for (c = first; c < last; c += VQ_ROWS) {
        XP_GLOBAL const REAL *rows[VQ_ROWS];
        xp_lanes sums[VQ_ROWS][VQ_VECTORS];
        REAL *place = kept + (c - first) * VQ_POINTS;
        XP_UNROLL
        for (r = 0; r < VQ_ROWS; r++)
            rows[r] = code_book + (c + r < last ? c + r : last - 1) * step;
        XP_UNROLL
        for (r = 0; r < VQ_ROWS; r++)
            XP_UNROLL
            for (v = 0; v < VQ_VECTORS; v++)
                sums[r][v] = is_first ? (xp_lanes)((REAL)0) : XP_LANES_LOAD(place + (r * VQ_VECTORS + v) * XP_LANES);
        vq_add_squares(sums, turned, d, rows);
        XP_UNROLL
        for (r = 0; r < VQ_ROWS; r++)
            XP_UNROLL
            for (v = 0; v < VQ_VECTORS; v++)
                if (!is_last)
                    XP_LANES_STORE(sums[r][v], place + (r * VQ_VECTORS + v) * XP_LANES);
                else if (c + r < last)
                    vq_take(&minima[v], sums[r][v], c + r);
    }
}

/* The minima of a block of points over all centroids. */
XP_FN void vq_scan_block(vq_minima minima[VQ_VECTORS], XP_GLOBAL const REAL *x, xp_index step_0, xp_index step_1,
                         xp_index d, int count, XP_GLOBAL const REAL *code_book, xp_index k)
{
    REAL turned[VQ_SLICE * VQ_POINTS] XP_ALIGNED, kept[VQ_CHUNK * VQ_POINTS] XP_ALIGNED;
    const xp_index slices = d > VQ_SLICE ? (d + VQ_SLICE - 1) / VQ_SLICE : 1;
    xp_index first, slice;
    int v;
    for (v = 0; v < VQ_VECTORS; v++)
        vq_start_minimum(&minima[v]);
    for (first = 0; first < k; first += VQ_CHUNK)
        for (slice = 0; slice < slices; slice++) {
            const xp_index from = d * slice / slices, width = d * (slice + 1) / slices - from;
            if (slices > 1 || first == 0)
                vq_turn(turned, x + from * step_1, step_0, step_1, width, count);
            vq_scan(minima, kept, turned, width, code_book + from, d, first,
                    k - first < VQ_CHUNK ? k : first + VQ_CHUNK, slice == 0, slice == slices - 1);
        }
}

/* Of each lane, whether the label is sure and the square is what the distance is the root of: 1 or 0. */
XP_FN xp_lane_numbers vq_sure(const vq_minima *minima, xp_index d)
{
    const xp_lane_numbers yes = (xp_lane_numbers)(1), no = (xp_lane_numbers)(0);
#if XP_REAL_BITS == 32
    const xp_lanes share = (xp_lanes)(vq_share(d)), least = (xp_lanes)(VQ_LEAST), most = (xp_lanes)(VQ_GREATEST);
    return XP_LANES_CHOOSE((minima->best < minima->second * share) & (minima->best > least) & (minima->best < most),
                           yes, no);
#else
    (void)d;
    return XP_LANES_CHOOSE(minima->best < (xp_lanes)(REAL_INFINITY), yes, no);
#endif
}

/* Whether all labels and distances of a block are sure; else `sure` has which. */
XP_FN int vq_all_sure(const vq_minima minima[VQ_VECTORS], xp_index d, int sure[VQ_POINTS])
{
    xp_lane_numbers each[VQ_VECTORS], together = (xp_lane_numbers)(1);
    int v;
    XP_UNROLL
    for (v = 0; v < VQ_VECTORS; v++) {
        each[v] = vq_sure(&minima[v], d);
        together &= each[v];
    }
    if (XP_LANES_ALL(together > (xp_lane_numbers)(0)))
        return 1;
    XP_UNROLL
    for (v = 0; v < VQ_VECTORS; v++)
        XP_LANES_STORE_INTS(each[v], sure + v * XP_LANES);
    return 0;
}

/* Labels and distances, if these are wanted, of a block. */
XP_FN void vq_store(const vq_minima minima[VQ_VECTORS], int count, XP_GLOBAL int *label, XP_GLOBAL REAL *distance)
{
    REAL lengths[VQ_POINTS] XP_ALIGNED;
    int labels[VQ_POINTS] XP_ALIGNED, p, v;
    if (count == VQ_POINTS) {
        XP_UNROLL
        for (v = 0; v < VQ_VECTORS; v++) {
            XP_LANES_STORE_INTS(minima[v].nearest, label + v * XP_LANES);
            if (distance)
                XP_LANES_STORE(XP_MATH(sqrt)(minima[v].best), distance + v * XP_LANES);
        }
        return;
    }
    for (v = 0; v < VQ_VECTORS; v++) {
        XP_LANES_STORE_INTS(minima[v].nearest, labels + v * XP_LANES);
        XP_LANES_STORE(XP_MATH(sqrt)(minima[v].best), lengths + v * XP_LANES);
    }
    for (p = 0; p < count; p++)
        label[p] = labels[p];
    for (p = 0; p < count && distance; p++)
        distance[p] = lengths[p];
}

/* Up to VQ_POINTS points. */
XP_FN void vq_label_block(XP_GLOBAL const REAL *x, xp_index step_0, xp_index step_1, xp_index d, int count,
                          XP_GLOBAL const REAL *code_book, xp_index k, XP_GLOBAL int *label, XP_GLOBAL REAL *distance)
{
    vq_minima minima[VQ_VECTORS];
    int sure[VQ_POINTS] XP_ALIGNED, p;
    if (count == VQ_POINTS && vq_are_few(d, step_0, step_1))
        vq_scan_few(minima, x, d, code_book, k);
    else
        vq_scan_block(minima, x, step_0, step_1, d, count, code_book, k);
    vq_store(minima, count, label, distance);
    if (vq_all_sure(minima, d, sure))
        return;
    for (p = 0; p < count; p++)
        if (!sure[p]) {
            XP_GLOBAL const REAL *at = x + p * step_0;
#if XP_REAL_BITS == 32
            label[p] = vq_settle(d, at, step_1, code_book, k);
#endif
            if (distance)
                distance[p] = vq_length(d, at, step_1, code_book + (xp_index)label[p] * d);
        }
}

XP_FN void vq_label_stretch(XP_GLOBAL const REAL *x, xp_index step_0, xp_index step_1, xp_index d, xp_index n,
                            XP_GLOBAL const REAL *code_book, xp_index k, XP_GLOBAL int *label,
                            XP_GLOBAL REAL *distance)
{
    xp_index i;
    for (i = 0; i < n; i += VQ_POINTS)
        vq_label_block(x + i * step_0, step_0, step_1, d, n - i < VQ_POINTS ? (int)(n - i) : VQ_POINTS, code_book, k,
                       label + i, distance ? distance + i : distance);
}

/* The same by products (vq_product_processor.kern.h), but for blocks where these prove too little, and for all that
 * come after two such in a row. */
XP_FN void vq_label_by_products(XP_GLOBAL const REAL *x, xp_index step_0, xp_index step_1, xp_index d, xp_index n,
                                XP_GLOBAL const REAL *code_book, xp_index k, XP_GLOBAL int *label,
                                XP_GLOBAL REAL *distance)
{
    vq_product_block block;
    int failures = vq_product_start(&block, code_book, k, d) ? 0 : VQ_PRODUCT_FAILURES;
    xp_index i;
    for (i = 0; i < n; i += VQ_PRODUCT_POINTS) {
        const int count = n - i < VQ_PRODUCT_POINTS ? (int)(n - i) : VQ_PRODUCT_POINTS;
        XP_GLOBAL const REAL *at = x + i * step_0;
        XP_GLOBAL REAL *lengths = distance ? distance + i : distance;
        if (failures < VQ_PRODUCT_FAILURES &&
            vq_product_labels(&block, at, step_0, step_1, d, count, code_book, k, label + i)) {
            failures = 0;
            if (distance)
                vq_product_lengths(label + i, at, step_0, step_1, d, count, code_book, lengths);
        } else {
            failures += failures < VQ_PRODUCT_FAILURES;
            vq_label_stretch(at, step_0, step_1, d, count, code_book, k, label + i, lengths);
        }
    }
}

XP_PROCESSOR_PASS(64) void vq_nearest_label_processor(xp_index begin, xp_index end, XP_GLOBAL const REAL *obs,
                                                      xp_index obs_extent_1, xp_index obs_step_0, xp_index obs_step_1,
                                                      XP_GLOBAL const REAL *code_book, xp_index code_book_extent_0,
                                                      XP_GLOBAL int *label, XP_GLOBAL REAL *distance)
{
    const xp_index d = obs_extent_1, k = code_book_extent_0, n = end - begin;
    obs += begin * obs_step_0;
    label += begin;
    distance = distance ? distance + begin : distance;
    if (d >= VQ_PRODUCT_LEAST && d <= VQ_PRODUCT_MOST && k >= VQ_PRODUCT_BOOK)
        vq_label_by_products(obs, obs_step_0, obs_step_1, d, n, code_book, k, label, distance);
    else
        vq_label_stretch(obs, obs_step_0, obs_step_1, d, n, code_book, k, label, distance);
}

/* Features j to j_end - 1 of the points of a slot. */
XP_FN void vq_slot_sums(xp_index first, xp_index last, xp_index j, xp_index j_end, XP_GLOBAL const REAL *obs,
                        xp_index step_0, xp_index step_1, XP_GLOBAL const int *label, XP_GLOBAL double *sums,
                        xp_index rows, xp_index k, xp_index d)
{
    xp_index i, f, way = 0;
    for (i = 0; i < rows; i++)
        for (f = j; f < j_end; f++)
            sums[i * d + f] = 0.0;
    for (i = first; i < last; i++) {
        XP_GLOBAL const REAL *x = obs + i * step_0;
        XP_GLOBAL double *sum = sums + (way + label[i]) * d;
        if (step_1 == 1)
            XP_PARALLEL
            for (f = j; f < j_end; f++)
                sum[f] += (double)x[f];
        else
            for (f = j; f < j_end; f++)
                sum[f] += (double)x[f * step_1];
        way = way + k < rows ? way + k : 0;
    }
}

XP_PROCESSOR_PASS(1) void vq_nearest_sum_processor(xp_index begin, xp_index end, XP_GLOBAL const REAL *obs,
                                                   xp_index obs_extent_0, xp_index obs_extent_1, xp_index obs_step_0,
                                                   xp_index obs_step_1, XP_GLOBAL int *label,
                                                   XP_GLOBAL const int *previous, XP_GLOBAL REAL *distance,
                                                   XP_GLOBAL double *sums, xp_index sums_extent_1, xp_index ways,
                                                   XP_GLOBAL xp_index *counts, xp_index counts_extent_0,
                                                   XP_GLOBAL double *totals, XP_GLOBAL xp_index *changed)
{
    xp_index d = obs_extent_1, k = sums_extent_1, per_slot = d > 0 ? d : 1;
    while (begin < end) {
        xp_index slot = begin / per_slot, j = begin - slot * per_slot;
        xp_index j_end = end - begin < per_slot - j ? j + end - begin : per_slot;
        xp_index first = vq_slot_start(slot, counts_extent_0, obs_extent_0);
        xp_index last = vq_slot_start(slot + 1, counts_extent_0, obs_extent_0);
        if (d > 0)
            vq_slot_sums(first, last, j, j_end, obs, obs_step_0, obs_step_1, label, sums + slot * ways * k * d,
                         ways * k, k, d);
        if (j == 0)
            vq_slot_counts(slot, first, last, k, label, previous, distance, counts, totals, changed);
        begin += j_end - j;
    }
}
