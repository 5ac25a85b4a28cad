/* Transforms of a few lines side by side, from memory to memory. Included once for each number type, after
 * passes_tmpl.c.
 * SPDX-License-Identifier: BSD-3-Clause */

/* ---- to and from the planes -------------------------------------------------------------------------------------- */

/* Where a point's parts are in memory: points follow each other by `step` bytes, an imaginary part lies `beside` bytes
 * from its real part, if there is one. */
typedef struct NAME(layout) {
    int64_t step, beside;
    bool is_real;
} NAME(layout);

static NAME(layout) NAME(complex_layout)(int64_t step)
{
    return (NAME(layout)){step, (int64_t)sizeof(T), false};
}

/* Of real elements: in pairs, or one by one. */
static NAME(layout) NAME(real_layout)(int64_t step, bool in_pairs)
{
    return in_pairs ? (NAME(layout)){2 * step, step, false} : (NAME(layout)){step, 0, true};
}

static void NAME(load)(int64_t n, int lanes, const char *const *x, NAME(layout) layout, NAME(planes) to)
{
    if (layout.is_real)
        memset(to.im, 0, (size_t)(n * lanes) * sizeof(T));
    for (int64_t k = 0; k < n; k++)
        for (int lane = 0; lane < lanes; lane++) {
            const char *from = x[lane] + k * layout.step;
            memcpy(&to.re[k * lanes + lane], from, sizeof(T));
            if (!layout.is_real)
                memcpy(&to.im[k * lanes + lane], from + layout.beside, sizeof(T));
        }
}

static void NAME(store)(int64_t n, int lanes, NAME(planes) from, T factor, char *const *out, NAME(layout) layout)
{
    for (int64_t k = 0; k < n; k++)
        for (int lane = 0; lane < lanes; lane++) {
            const T re = from.re[k * lanes + lane] * factor, im = from.im[k * lanes + lane] * factor;
            char *to = out[lane] + k * layout.step;
            memcpy(to, &re, sizeof re);
            if (!layout.is_real)
                memcpy(to + layout.beside, &im, sizeof im);
        }
}

static NAME(planes) NAME(exchanged)(NAME(planes) x)
{
    return (NAME(planes)){x.im, x.re};
}

/* ---- the forward complex transform ------------------------------------------------------------------------------- */

/* x[k] *= factors[k] for n points. */
static void NAME(multiply)(int64_t n, int64_t lanes, NAME(planes) x, const T *re, const T *im)
{
    for (int64_t k = 0; k < n; k++)
        for (int64_t i = k * lanes; i < (k + 1) * lanes; i++) {
            const T product = x.re[i] * re[k] - x.im[i] * im[k];
            x.im[i] = x.re[i] * im[k] + x.im[i] * re[k];
            x.re[i] = product;
        }
}

/* Bluestein's algorithm: times the chirp, convolved with its conjugate, times the chirp. */
static NAME(planes) NAME(convolve)(const host_fourier_plan *plan, int64_t lanes, NAME(planes) x, NAME(planes) y)
{
    const int64_t n = plan->n, m = plan->inner->n;
    const T *chirp = (const T *)plan->numbers + plan->chirp, *spectrum = (const T *)plan->numbers + plan->spectrum;
    NAME(multiply)(n, lanes, x, chirp, chirp + n);
    memset(x.re + n * lanes, 0, (size_t)((m - n) * lanes) * sizeof(T));
    memset(x.im + n * lanes, 0, (size_t)((m - n) * lanes) * sizeof(T));
    const NAME(planes) there = NAME(run_passes)(plan->inner, lanes, x, y);
    NAME(multiply)(m, lanes, there, spectrum, spectrum + m);
    const NAME(planes) other = there.re == x.re ? y : x;
    const NAME(planes) back =
        NAME(exchanged)(NAME(run_passes)(plan->inner, lanes, NAME(exchanged)(there), NAME(exchanged)(other)));
    NAME(multiply)(n, lanes, back, chirp, chirp + n);
    return back;
}

static NAME(planes) NAME(transform)(const host_fourier_plan *plan, int64_t lanes, NAME(planes) x, NAME(planes) y)
{
    return plan->inner ? NAME(convolve)(plan, lanes, x, y) : NAME(run_passes)(plan, lanes, x, y);
}

/* ---- real transforms of even length: even elements as real parts, odd ones as imaginary ones --------------------- */

/* The transform of h such points becomes points 0 .. h of the real one's: what belongs to the even and to the odd
 * elements is its Hermitian and its anti-Hermitian part. */
static void NAME(untangle)(int64_t h, int lanes, const T *cosines, const T *sines, NAME(planes) x)
{
    for (int lane = 0; lane < lanes; lane++) {
        const T re = x.re[lane], im = x.im[lane];
        x.re[lane] = re + im;
        x.re[h * lanes + lane] = re - im;
        x.im[lane] = x.im[h * lanes + lane] = 0;
    }
    for (int64_t k = 1; k <= h / 2; k++)
        for (int lane = 0; lane < lanes; lane++) {
            const int64_t a = k * lanes + lane, b = (h - k) * lanes + lane;
            const T even_re = (T)0.5 * (x.re[a] + x.re[b]), even_im = (T)0.5 * (x.im[a] - x.im[b]);
            const T odd_re = (T)0.5 * (x.im[a] + x.im[b]), odd_im = (T)0.5 * (x.re[b] - x.re[a]);
            const T re = odd_re * cosines[k] - odd_im * sines[k], im = odd_re * sines[k] + odd_im * cosines[k];
            x.re[a] = even_re + re;
            x.im[a] = even_im + im;
            x.re[b] = even_re - re;
            x.im[b] = im - even_im;
        }
}

/* The other way, up to a factor of 2: points 0 .. h of a real transform to what gives the real elements. */
static void NAME(tangle)(int64_t h, int lanes, const T *cosines, const T *sines, NAME(planes) x)
{
    for (int lane = 0; lane < lanes; lane++) {
        const T first = x.re[lane], last = x.re[h * lanes + lane];
        x.re[lane] = first + last;
        x.im[lane] = first - last;
    }
    for (int64_t k = 1; k <= h / 2; k++)
        for (int lane = 0; lane < lanes; lane++) {
            const int64_t a = k * lanes + lane, b = (h - k) * lanes + lane;
            const T sum_re = x.re[a] + x.re[b], sum_im = x.im[a] - x.im[b];
            const T gap_re = x.re[a] - x.re[b], gap_im = x.im[a] + x.im[b];
            const T re = gap_re * sines[k] - gap_im * cosines[k], im = gap_re * cosines[k] + gap_im * sines[k];
            x.re[a] = sum_re + re;
            x.im[a] = sum_im + im;
            x.re[b] = sum_re - re;
            x.im[b] = im - sum_im;
        }
}

/* ---- real transforms of odd length: complex ones ----------------------------------------------------------------- */

/* Points n / 2 + 1 .. n - 1 are the conjugates of the first ones, and point 0 is real. */
static void NAME(mirror)(int64_t n, int lanes, NAME(planes) x)
{
    memset(x.im, 0, (size_t)lanes * sizeof(T));
    for (int64_t k = 1; k <= n / 2; k++)
        for (int lane = 0; lane < lanes; lane++) {
            x.re[(n - k) * lanes + lane] = x.re[k * lanes + lane];
            x.im[(n - k) * lanes + lane] = -x.im[k * lanes + lane];
        }
}

/* ---- lines ------------------------------------------------------------------------------------------------------- */

static NAME(planes) NAME(transform_back)(const host_fourier_plan *plan, int64_t lanes, NAME(planes) x,
                                         NAME(planes) y)
{
    return NAME(exchanged)(NAME(transform)(plan, lanes, NAME(exchanged)(x), NAME(exchanged)(y)));
}

static void NAME(complex_lines)(const host_fourier_job *job, int lanes, const char *const *x, char *const *out,
                                NAME(planes) a, NAME(planes) b)
{
    NAME(load)(job->n, lanes, x, NAME(complex_layout)(job->x_step), a);
    a = job->kind == XP_FOURIER_FORWARD ? NAME(transform)(job->plan, lanes, a, b)
                                        : NAME(transform_back)(job->plan, lanes, a, b);
    NAME(store)(job->n, lanes, a, (T)job->factor, out, NAME(complex_layout)(job->out_step));
}

static void NAME(real_lines)(const host_fourier_job *job, int lanes, const char *const *x, char *const *out,
                             NAME(planes) a, NAME(planes) b)
{
    const int64_t n = job->n, h = n / 2;
    const bool in_pairs = n % 2 == 0;
    const T *cosines = (const T *)job->plan->numbers + job->plan->turns, *sines = cosines + h / 2 + 1;
    if (job->kind == XP_FOURIER_TO_HALF) {
        NAME(load)(job->plan->n, lanes, x, NAME(real_layout)(job->x_step, in_pairs), a);
        a = NAME(transform)(job->plan, lanes, a, b);
        if (in_pairs)
            NAME(untangle)(h, lanes, cosines, sines, a);
        NAME(store)(h + 1, lanes, a, (T)job->factor, out, NAME(complex_layout)(job->out_step));
        return;
    }
    NAME(load)(h + 1, lanes, x, NAME(complex_layout)(job->x_step), a);
    if (in_pairs)
        NAME(tangle)(h, lanes, cosines, sines, a);
    else
        NAME(mirror)(n, lanes, a);
    a = NAME(transform_back)(job->plan, lanes, a, b);
    NAME(store)(job->plan->n, lanes, a, (T)job->factor, out, NAME(real_layout)(job->out_step, in_pairs));
}

static void NAME(lines)(const host_fourier_job *job, int lanes, const char *const *x, char *const *out, void *scratch)
{
    const int64_t room = job->points * lanes;
    T *numbers = scratch;
    const NAME(planes) a = {numbers, numbers + room}, b = {numbers + 2 * room, numbers + 3 * room};
    const bool is_complex = job->kind == XP_FOURIER_FORWARD || job->kind == XP_FOURIER_INVERSE;
    (is_complex ? NAME(complex_lines) : NAME(real_lines))(job, lanes, x, out, a, b);
}
