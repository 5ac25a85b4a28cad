/* Cholesky factors, made as upper triangles, so that all loops are over rows.
 *
 * u (count, n, n) holds the transposes of the matrices. kernels/lanes.h comes before this.
 * SPDX-License-Identifier: BSD-3-Clause */

/* Whether what is read of a matrix has a NaN or an infinity; its upper part becomes that of the conjugate. */
XP_FN int prepare_upper(XP_GLOBAL R *u, xp_index n)
{
    int is_bad = 0;
    for (xp_index i = LY; i < n; i += YS)
        for (xp_index j = i + LX; j < n; j += XS) {
            T z = conjugate(LOAD(u, PARTS * (i * n + j)));
            is_bad |= !is_finite(z);
            STORE(u, PARTS * (i * n + j), z);
        }
    return is_bad;
}

/* Row c is made; what is behind it loses its share. */
XP_FN void subtract_share(XP_GLOBAL R *u, xp_index c, xp_index n)
{
    XP_GLOBAL const R *row = u + PARTS * c * n;
    for (xp_index i = c + 1 + LY; i < n; i += YS) {
        XP_GLOBAL R *line = u + PARTS * i * n;
        T f = conjugate(LOAD(row, PARTS * i));
        XP_PARALLEL
        for (xp_index j = i + LX; j < n; j += XS) {
            T z = minus_times(LOAD(line, PARTS * j), f, LOAD(row, PARTS * j));
            STORE(line, PARTS * j, z);
        }
    }
}

/* out: lower triangles. status: the order of the first leading minor that is not positive, or -1: it is not finite. */
XP_ENTRY cholesky(XP_GLOBAL R *u, XP_GLOBAL R *out, xp_index out_start, XP_GLOBAL int *status, xp_index n,
                  xp_index count)
{
    SHARED int flags[LANES];
    xp_index matrix = MATRIX, failed = 0;
    if (matrix >= count)
        return;
    u += PARTS * matrix * n * n;
    out += out_start + PARTS * matrix * n * n;
    int is_bad = prepare_upper(u, n);
    REDUCE(flags, is_bad, EITHER);
    SYNC;
    if (is_bad)
        failed = -1;
    for (xp_index c = 0; c < n && failed == 0; c++) {
        R pivot = u[PARTS * (c * n + c)], root = sqrt(pivot);
        SYNC;
        if (!(pivot > (R)0)) {
            failed = c + 1;
        } else {
            for (xp_index j = c + LANE; j < n; j += LANES) {
                T z = LOAD(u, PARTS * (c * n + j));
                z = j == c ? element_of(root) : over(z, element_of(root));
                STORE(u, PARTS * (c * n + j), z);
            }
        }
        SYNC;
        if (failed == 0)
            subtract_share(u, c, n);
        SYNC;
    }
    for (xp_index i = LY; i < n; i += YS)
        for (xp_index j = LX; j < n; j += XS) {
            T z = j <= i ? conjugate(LOAD(u, PARTS * (j * n + i))) : element_of((R)0);
            STORE(out, PARTS * (i * n + j), z);
        }
    if (LANE == 0)
        status[matrix] = (int)failed;
}
