/* Passes of Stockham's algorithm on split complex numbers. Included once for each number type, with T (the type) and
 * NAME(x) defined.
 *
 * A pass of radix r takes n = r m points (further apart by earlier passes' s, which counts the lanes, too) to
 *     y[q + s (r p + j)] = w^(p j) sum over k of x[q + s (p + m k)] exp(-2 pi i j k / r),   w = exp(-2 pi i / (r m)),
 * for p < m, q < s, j < r. Each pass is done from one pair of planes into another, and the result is in order.
 * SPDX-License-Identifier: BSD-3-Clause */

typedef struct NAME(complex) {
    T re, im;
} NAME(complex);

typedef struct NAME(planes) {
    T *re, *im;
} NAME(planes);

/* ---- butterflies: transforms of a few points in place ------------------------------------------------------------ */

typedef void NAME(butterfly)(NAME(complex) *a);

static inline NAME(complex) NAME(plus)(NAME(complex) a, NAME(complex) b)
{
    return (NAME(complex)){a.re + b.re, a.im + b.im};
}

static inline NAME(complex) NAME(minus)(NAME(complex) a, NAME(complex) b)
{
    return (NAME(complex)){a.re - b.re, a.im - b.im};
}

static inline NAME(complex) NAME(scaled)(T factor, NAME(complex) a)
{
    return (NAME(complex)){factor * a.re, factor * a.im};
}

static inline NAME(complex) NAME(minus_i_times)(NAME(complex) a)
{
    return (NAME(complex)){a.im, -a.re};
}

static inline void NAME(butterfly_2)(NAME(complex) *a)
{
    const NAME(complex) sum = NAME(plus)(a[0], a[1]);
    a[1] = NAME(minus)(a[0], a[1]);
    a[0] = sum;
}

static inline void NAME(butterfly_3)(NAME(complex) *a)
{
    const T sine = (T)0.866025403784438646763723170752936183L; /* of pi / 3 */
    const NAME(complex) sum = NAME(plus)(a[1], a[2]), middle = NAME(minus)(a[0], NAME(scaled)((T)0.5, sum));
    const NAME(complex) turned = NAME(scaled)(sine, NAME(minus_i_times)(NAME(minus)(a[1], a[2])));
    a[0] = NAME(plus)(a[0], sum);
    a[1] = NAME(plus)(middle, turned);
    a[2] = NAME(minus)(middle, turned);
}

static inline void NAME(butterfly_4)(NAME(complex) *a)
{
    const NAME(complex) even = NAME(plus)(a[0], a[2]), even_gap = NAME(minus)(a[0], a[2]);
    const NAME(complex) odd = NAME(plus)(a[1], a[3]), turned = NAME(minus_i_times)(NAME(minus)(a[1], a[3]));
    a[0] = NAME(plus)(even, odd);
    a[1] = NAME(plus)(even_gap, turned);
    a[2] = NAME(minus)(even, odd);
    a[3] = NAME(minus)(even_gap, turned);
}

static inline void NAME(butterfly_5)(NAME(complex) *a)
{
    const T cosine1 = (T)0.309016994374947424102293417182819059L;  /* of 2 pi / 5 */
    const T cosine2 = (T)-0.809016994374947424102293417182819059L; /* of 4 pi / 5 */
    const T sine1 = (T)0.951056516295153572116439333379382143L;
    const T sine2 = (T)0.587785252292473129168705954639072769L;
    const NAME(complex) sum1 = NAME(plus)(a[1], a[4]), sum2 = NAME(plus)(a[2], a[3]);
    const NAME(complex) gap1 = NAME(minus_i_times)(NAME(minus)(a[1], a[4]));
    const NAME(complex) gap2 = NAME(minus_i_times)(NAME(minus)(a[2], a[3]));
    const NAME(complex) middle1 =
        NAME(plus)(a[0], NAME(plus)(NAME(scaled)(cosine1, sum1), NAME(scaled)(cosine2, sum2)));
    const NAME(complex) middle2 =
        NAME(plus)(a[0], NAME(plus)(NAME(scaled)(cosine2, sum1), NAME(scaled)(cosine1, sum2)));
    const NAME(complex) turned1 = NAME(plus)(NAME(scaled)(sine1, gap1), NAME(scaled)(sine2, gap2));
    const NAME(complex) turned2 = NAME(minus)(NAME(scaled)(sine2, gap1), NAME(scaled)(sine1, gap2));
    a[0] = NAME(plus)(a[0], NAME(plus)(sum1, sum2));
    a[1] = NAME(plus)(middle1, turned1);
    a[2] = NAME(plus)(middle2, turned2);
    a[3] = NAME(minus)(middle2, turned2);
    a[4] = NAME(minus)(middle1, turned1);
}

/* ---- passes of the small radices --------------------------------------------------------------------------------- */

typedef struct NAME(pass) {
    int radix;
    int64_t m, s;
    const T *w_re, *w_im, *circle; /* as in host_fourier_pass */
} NAME(pass);

/* One butterfly; with `w_re` NULL its results are not turned. Steps are in numbers. */
static inline __attribute__((always_inline)) void NAME(step)(int radix, NAME(butterfly) *butterfly, const T *x_re,
                                                             const T *x_im, int64_t x_step, const T *w_re,
                                                             const T *w_im, int64_t w_step, T *y_re, T *y_im,
                                                             int64_t y_step)
{
    NAME(complex) a[5];
    for (int k = 0; k < radix; k++)
        a[k] = (NAME(complex)){x_re[k * x_step], x_im[k * x_step]};
    butterfly(a);
    for (int j = 1; j < radix && w_re; j++) {
        const T re = w_re[(j - 1) * w_step], im = w_im[(j - 1) * w_step];
        a[j] = (NAME(complex)){a[j].re * re - a[j].im * im, a[j].re * im + a[j].im * re};
    }
    for (int j = 0; j < radix; j++) {
        y_re[j * y_step] = a[j].re;
        y_im[j * y_step] = a[j].im;
    }
}

/* The innermost loop runs over q, but over p in the first pass of a single line, where q is always 0. */
static inline __attribute__((always_inline)) void NAME(run_pass)(int radix, NAME(butterfly) *butterfly,
                                                                 const NAME(pass) *pass, const T *restrict x_re,
                                                                 const T *restrict x_im, T *restrict y_re,
                                                                 T *restrict y_im)
{
    const T *restrict w_re = pass->w_re, *restrict w_im = pass->w_im;
    const int64_t m = pass->m, s = pass->s;
    for (int64_t q = 0; q < s; q++)
        NAME(step)(radix, butterfly, x_re + q, x_im + q, s * m, NULL, NULL, 0, y_re + q, y_im + q, s);
    if (s == 1)
        for (int64_t p = 1; p < m; p++)
            NAME(step)(radix, butterfly, x_re + p, x_im + p, m, w_re + p, w_im + p, m, y_re + radix * p,
                       y_im + radix * p, 1);
    else
        for (int64_t p = 1; p < m; p++)
            for (int64_t q = 0; q < s; q++) {
                const int64_t from = q + s * p, to = q + s * radix * p;
                NAME(step)(radix, butterfly, x_re + from, x_im + from, s * m, w_re + p, w_im + p, m, y_re + to,
                           y_im + to, s);
            }
}

typedef void NAME(pass_function)(const NAME(pass) *pass, const T *x_re, const T *x_im, T *y_re, T *y_im);

static void NAME(pass_2)(const NAME(pass) *pass, const T *x_re, const T *x_im, T *y_re, T *y_im)
{
    NAME(run_pass)(2, NAME(butterfly_2), pass, x_re, x_im, y_re, y_im);
}

static void NAME(pass_3)(const NAME(pass) *pass, const T *x_re, const T *x_im, T *y_re, T *y_im)
{
    NAME(run_pass)(3, NAME(butterfly_3), pass, x_re, x_im, y_re, y_im);
}

static void NAME(pass_4)(const NAME(pass) *pass, const T *x_re, const T *x_im, T *y_re, T *y_im)
{
    NAME(run_pass)(4, NAME(butterfly_4), pass, x_re, x_im, y_re, y_im);
}

static void NAME(pass_5)(const NAME(pass) *pass, const T *x_re, const T *x_im, T *y_re, T *y_im)
{
    NAME(run_pass)(5, NAME(butterfly_5), pass, x_re, x_im, y_re, y_im);
}

/* ---- passes of larger primes: sums of all products, for a strip of neighbours at a time -------------------------- */

#define STRIP 16
#define PAIRS (HOST_FOURIER_LARGEST_RADIX / 2)

typedef struct NAME(strip) {
    T re[STRIP], im[STRIP];
} NAME(strip);

/* Sums and differences of what stands symmetrically: cosines meet the ones, sines the others. Returns the first point;
 * that and all sums are point 0 of the result. */
static NAME(strip) NAME(fold)(const NAME(pass) *pass, int width, const T *x_re, const T *x_im, NAME(strip) *sums,
                              NAME(strip) *gaps, NAME(strip) *total)
{
    const int64_t x_step = pass->s * pass->m;
    NAME(strip) first = {.re = {0}};
    for (int i = 0; i < width; i++) {
        first.re[i] = total->re[i] = x_re[i];
        first.im[i] = total->im[i] = x_im[i];
    }
    for (int k = 1; k <= pass->radix / 2; k++) {
        const int64_t at = k * x_step, mirrored = (pass->radix - k) * x_step;
        for (int i = 0; i < width; i++) {
            sums[k - 1].re[i] = x_re[at + i] + x_re[mirrored + i];
            sums[k - 1].im[i] = x_im[at + i] + x_im[mirrored + i];
            gaps[k - 1].re[i] = x_re[at + i] - x_re[mirrored + i];
            gaps[k - 1].im[i] = x_im[at + i] - x_im[mirrored + i];
            total->re[i] += sums[k - 1].re[i];
            total->im[i] += sums[k - 1].im[i];
        }
    }
    return first;
}

/* What point j and its mirror image are the sum and the difference of; `even` holds the first point. */
static void NAME(correlate)(const NAME(pass) *pass, int width, int j, const NAME(strip) *sums,
                            const NAME(strip) *gaps, NAME(strip) *even, NAME(strip) *odd)
{
    *odd = (NAME(strip)){.re = {0}};
    for (int k = 1, turn = 0; k <= pass->radix / 2; k++) {
        turn = (turn + j) % pass->radix;
        const T cosine = pass->circle[turn], sine = pass->circle[pass->radix + turn];
        for (int i = 0; i < width; i++) {
            even->re[i] += cosine * sums[k - 1].re[i];
            even->im[i] += cosine * sums[k - 1].im[i];
            odd->re[i] += sine * gaps[k - 1].im[i];
            odd->im[i] -= sine * gaps[k - 1].re[i];
        }
    }
}

/* even + sign * odd, turned unless p is 0, as point j of the results. */
static void NAME(put)(const NAME(pass) *pass, int width, int64_t p, int j, const NAME(strip) *even, T sign,
                      const NAME(strip) *odd, T *y_re, T *y_im)
{
    const int64_t w = p == 0 ? 0 : (j - 1) * pass->m + p;
    const T w_re = pass->w_re[w], w_im = pass->w_im[w];
    y_re += j * pass->s;
    y_im += j * pass->s;
    for (int i = 0; i < width; i++) {
        const T re = even->re[i] + sign * odd->re[i], im = even->im[i] + sign * odd->im[i];
        y_re[i] = p == 0 ? re : re * w_re - im * w_im;
        y_im[i] = p == 0 ? im : re * w_im + im * w_re;
    }
}

static void NAME(pass_prime)(const NAME(pass) *pass, const T *x_re, const T *x_im, T *y_re, T *y_im)
{
    const int64_t m = pass->m, s = pass->s;
    NAME(strip) sums[PAIRS], gaps[PAIRS], total, odd;
    for (int64_t p = 0; p < m; p++)
        for (int64_t q = 0; q < s; q += STRIP) {
            const int width = s - q < STRIP ? (int)(s - q) : STRIP;
            const int64_t from = q + s * p, to = q + s * pass->radix * p;
            const NAME(strip) first = NAME(fold)(pass, width, x_re + from, x_im + from, sums, gaps, &total);
            for (int i = 0; i < width; i++) {
                y_re[to + i] = total.re[i];
                y_im[to + i] = total.im[i];
            }
            for (int j = 1; j <= pass->radix / 2; j++) {
                NAME(strip) even = first;
                NAME(correlate)(pass, width, j, sums, gaps, &even, &odd);
                NAME(put)(pass, width, p, j, &even, (T)1, &odd, y_re + to, y_im + to);
                NAME(put)(pass, width, p, pass->radix - j, &even, (T)-1, &odd, y_re + to, y_im + to);
            }
        }
}

#undef STRIP
#undef PAIRS

/* ---- all of them ------------------------------------------------------------------------------------------------- */

/* Transforms `lanes` lines of smooth length in x, with y as scratch memory; returns that of the two which has the
 * result. */
static NAME(planes) NAME(run_passes)(const host_fourier_plan *plan, int64_t lanes, NAME(planes) x, NAME(planes) y)
{
    static NAME(pass_function) *const passes[] = {[2] = NAME(pass_2), [3] = NAME(pass_3), [4] = NAME(pass_4),
                                                  [5] = NAME(pass_5)};
    const T *numbers = plan->numbers;
    for (int i = 0; i < plan->n_passes; i++) {
        const host_fourier_pass *from = &plan->passes[i];
        const T *w_re = numbers + from->twiddles;
        const NAME(pass) pass = {from->radix, from->m, lanes, w_re, w_re + (from->radix - 1) * from->m,
                                 numbers + from->circle};
        (from->radix <= 5 ? passes[from->radix] : NAME(pass_prime))(&pass, x.re, x.im, y.re, y.im);
        lanes *= from->radix;
        const NAME(planes) written = y;
        y = x;
        x = written;
    }
    return x;
}
