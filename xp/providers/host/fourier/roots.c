/* Roots of unity: a table of the first octant, from products of two short tables in extended precision.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/host/fourier/roots.h"

#include <math.h>

#include "core/alloc.h"

#define PI 3.14159265358979323846264338327950288L

typedef struct wide_complex {
    long double re, im;
} wide_complex;

static wide_complex at_angle(const host_roots *roots, int64_t i)
{
    long double angle = PI * (long double)(i * roots->step) / (4.0L * (long double)roots->n);
    return (wide_complex){cosl(angle), sinl(angle)};
}

/* Angle i = high * fine + low is the product of one of few fine and one of few coarse ones, whose error of a few 2^-64
 * is far below a double's. (Where a long double is a double, the last bit may be wrong.) */
static void fill(host_roots *roots, int64_t count, int64_t fine, wide_complex *low)
{
    for (int64_t i = 0; i < fine; i++)
        low[i] = at_angle(roots, i);
    for (int64_t start = 0; start < count; start += fine) {
        const wide_complex high = at_angle(roots, start);
        for (int64_t i = 0; i < fine && start + i < count; i++) {
            roots->cosines[start + i] = (double)(high.re * low[i].re - high.im * low[i].im);
            roots->sines[start + i] = (double)(high.re * low[i].im + high.im * low[i].re);
        }
    }
}

bool host_roots_make(host_roots *roots, int64_t n)
{
    roots->n = n;
    roots->step = n % 8 == 0 ? 8 : n % 4 == 0 ? 4 : n % 2 == 0 ? 2 : 1;
    int64_t count = n / roots->step + 1, fine = 1;
    while (fine * fine < count)
        fine *= 2;
    roots->cosines = xp_alloc(2 * (size_t)count, sizeof(double));
    wide_complex *low = roots->cosines ? xp_alloc((size_t)fine, sizeof *low) : NULL;
    if (!low)
        return false;
    roots->sines = roots->cosines + count;
    fill(roots, count, fine, low);
    xp_dealloc(low);
    return true;
}

void host_roots_free(host_roots *roots)
{
    xp_dealloc(roots->cosines);
}

void host_root(const host_roots *roots, int64_t k, double *re, double *im)
{
    const int64_t n = roots->n;
    int64_t eighths = 8 * k; /* of n, of the circle; then of the octant */
    int octant = 0;
    for (int half = 4; half > 0; half /= 2)
        if (eighths >= half * n) {
            eighths -= half * n;
            octant += half;
        }
    /* odd octants are seen from their end, so that the angle in the table stays small */
    const int64_t i = (octant & 1 ? n - eighths : eighths) / roots->step;
    const bool is_steep = (octant + 1) & 2, is_left = (octant + 2) & 4, is_low = octant & 4;
    const double cosine = is_steep ? roots->sines[i] : roots->cosines[i];
    const double sine = is_steep ? roots->cosines[i] : roots->sines[i];
    *re = is_left ? -cosine : cosine;
    *im = is_low ? sine : -sine;
}
