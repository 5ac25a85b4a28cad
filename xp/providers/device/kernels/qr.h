/* QR factors by Householder's reflections.
 *
 * A reflection is 1 - tau v v^H; the first element of v is 1 and not kept, the others stay below the diagonal. Its
 * place and sign are LAPACK's. kernels/lanes.h comes before this.
 * SPDX-License-Identifier: BSD-3-Clause */

/* x (rows, columns of the matrix, `width` apart) -= by v (v^H x), with `sums` to keep v^H x. */
XP_FN void reflect(XP_GLOBAL const R *v, xp_index v_step, T by, XP_GLOBAL R *x, xp_index width, xp_index rows,
                   xp_index columns, XP_GLOBAL R *sums)
{
#if ONE_LANE
    for (xp_index j = 0; j < PARTS * columns; j++)
        sums[j] = x[j];
    for (xp_index i = 1; i < rows; i++) {
        T f = conjugate(LOAD(v, i * v_step));
        XP_GLOBAL const R *line = x + PARTS * i * width;
        XP_PARALLEL
        for (xp_index j = 0; j < columns; j++) {
            T z = times_plus(f, LOAD(line, PARTS * j), LOAD(sums, PARTS * j));
            STORE(sums, PARTS * j, z);
        }
    }
#else
    for (xp_index j = LANE; j < columns; j += LANES) {
        T sum = LOAD(x, PARTS * j);
        for (xp_index i = 1; i < rows; i++)
            sum = times_plus(conjugate(LOAD(v, i * v_step)), LOAD(x, PARTS * (i * width + j)), sum);
        STORE(sums, PARTS * j, sum);
    }
#endif
    SYNC;
    for (xp_index i = LY; i < rows; i += YS) {
        T f = i == 0 ? by : times(LOAD(v, i * v_step), by);
        XP_GLOBAL R *line = x + PARTS * i * width;
        XP_PARALLEL
        for (xp_index j = LX; j < columns; j += XS) {
            T z = minus_times(LOAD(line, PARTS * j), f, LOAD(sums, PARTS * j));
            STORE(line, PARTS * j, z);
        }
    }
    SYNC;
}

/* a (count, m, n) is used up; q (count, m, k), r (count, k, n). taus (count, min(m, n)), sums (count, max(n, k)). */
XP_ENTRY qr(XP_GLOBAL R *a, XP_GLOBAL R *q, xp_index q_start, XP_GLOBAL R *r, xp_index r_start, XP_GLOBAL R *taus,
            XP_GLOBAL R *sums, xp_index m, xp_index n, xp_index k, xp_index count)
{
    SHARED R numbers[LANES];
    xp_index matrix = MATRIX, least = m < n ? m : n;
    if (matrix >= count)
        return;
    a += PARTS * matrix * m * n;
    q += q_start + PARTS * matrix * m * k;
    r += r_start + PARTS * matrix * k * n;
    taus += PARTS * matrix * least;
    sums += PARTS * matrix * (n > k ? n : k);
    for (xp_index c = 0; c < least; c++) {
        XP_GLOBAL R *v = a + PARTS * (c * n + c);
        xp_index rows = m - c;
        R largest = (R)0, sum = (R)0;
        for (xp_index i = 1 + LANE; i < rows; i += LANES)
            largest = LARGER(part_of(LOAD(v, PARTS * i * n)), largest);
        REDUCE(numbers, largest, LARGER);
        R scale = largest > (R)0 ? largest : (R)1;
        for (xp_index i = 1 + LANE; i < rows; i += LANES) {
            T z = LOAD(v, PARTS * i * n);
#if PARTS == 2
            z = element_from(z.re / scale, z.im / scale);
#else
            z = z / scale;
#endif
            sum += square_of(z);
        }
        REDUCE(numbers, sum, SUM_OF);
        T first = LOAD(v, 0), tau = element_of((R)0), by = element_of((R)0);
        R beta = real_part(first);
        SYNC;
        if (sum != (R)0 || size_of(minus(first, element_of(beta))) != (R)0) {
            R norm = hypot(size_of(first), scale * sqrt(sum));
            beta = beta < (R)0 ? norm : -norm;
            by = over(element_of((R)1), minus(first, element_of(beta)));
            tau = over(minus(element_of(beta), first), element_of(beta));
        }
        for (xp_index i = 1 + LANE; i < rows; i += LANES) {
            T z = times(LOAD(v, PARTS * i * n), by);
            STORE(v, PARTS * i * n, z);
        }
        SYNC;
        reflect(v, PARTS * n, conjugate(tau), v + PARTS, n, rows, n - c - 1, sums);
        if (LANE == 0) {
            STORE(v, 0, element_of(beta));
            STORE(taus, PARTS * c, tau);
        }
        SYNC;
    }
    for (xp_index i = LY; i < k; i += YS)
        for (xp_index j = LX; j < n; j += XS) {
            T z = j >= i && i < m ? LOAD(a, PARTS * (i * n + j)) : element_of((R)0);
            STORE(r, PARTS * (i * n + j), z);
        }
    for (xp_index i = LY; i < m; i += YS)
        for (xp_index j = LX; j < k; j += XS)
            STORE(q, PARTS * (i * k + j), element_of((R)(i == j)));
    SYNC;
    for (xp_index c = least - 1; c >= 0; c--)
        reflect(a + PARTS * (c * n + c), PARTS * n, LOAD(taus, PARTS * c), q + PARTS * (c * k + c), k, m - c, k - c,
                sums);
}
