/* Determinants from pivots: products that neither overflow nor underflow on the way, signs and logarithms.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>
#include <string.h>

#include "providers/host/slots/factor/family.h"

/* (re + im i) 2^exponent; if finite, the larger part is from 1/2 to 1. */
typedef struct scaled {
    double re, im;
    int64_t exponent;
} scaled;

static scaled rescaled(scaled x)
{
    int exponent;
    double larger = fmax(fabs(x.re), fabs(x.im));
    if (!isfinite(larger) || larger == 0.0)
        return x;
    frexp(larger, &exponent);
    return (scaled){ldexp(x.re, -exponent), ldexp(x.im, -exponent), x.exponent + exponent};
}

static scaled read_element(int dtype, const char *from)
{
    float singles[2] = {0};
    double doubles[2] = {0};
    if (xp_real_dtype((xp_dtype)dtype) == XP_FLOAT64) {
        memcpy(doubles, from, xp_dtype_bytes(dtype));
    } else {
        memcpy(singles, from, xp_dtype_bytes(dtype));
        doubles[0] = (double)singles[0];
        doubles[1] = (double)singles[1];
    }
    return rescaled((scaled){doubles[0], doubles[1], 0});
}

static void write_element(int dtype, double re, double im, char *to)
{
    const double doubles[2] = {re, im};
    const float singles[2] = {(float)re, (float)im};
    const bool is_double = xp_real_dtype((xp_dtype)dtype) == XP_FLOAT64;
    memcpy(to, is_double ? (const void *)doubles : (const void *)singles, xp_dtype_bytes(dtype));
}

void host_negate(int dtype, char *element)
{
    scaled x = read_element(dtype, element);
    write_element(dtype, -ldexp(x.re, (int)x.exponent), -ldexp(x.im, (int)x.exponent), element);
}

static scaled product_of(int dtype, const char *pivots, int64_t n)
{
    const bool is_complex = xp_dtype_is(dtype, XP_KIND_COMPLEX);
    scaled product = {1.0, 0.0, 0};
    for (int64_t i = 0; i < n; i++) {
        scaled x = read_element(dtype, pivots + i * (int64_t)xp_dtype_bytes(dtype));
        if (x.re == 0.0 && x.im == 0.0)
            return (scaled){0.0, 0.0, 0};
        x.exponent += product.exponent;
        product = is_complex ? (scaled){product.re * x.re - product.im * x.im, product.re * x.im + product.im * x.re,
                                        x.exponent}
                             : (scaled){product.re * x.re, 0.0, x.exponent};
        product = rescaled(product);
    }
    return product;
}

/* The logarithm of size * 2^exponent, exact to its last bits near 0, too. */
static double logarithm(double size, int64_t exponent)
{
    if (size < 0.70710678118654752440 && exponent != 0) {
        size *= 2.0;
        exponent--;
    }
    return log(size) + (double)exponent * 0.69314718055994530942;
}

void host_write_determinant(xp_factor_kind kind, const xp_view *results, int dtype, const char *pivots, int64_t n,
                            int64_t number)
{
    scaled x = product_of(dtype, pivots, n);
    char *first = host_factor_result(&results[0], number, 0);
    if (kind == XP_FACTOR_DET) {
        int exponent = (int)(x.exponent < -9999 ? -9999 : x.exponent > 9999 ? 9999 : x.exponent);
        write_element(dtype, ldexp(x.re, exponent), ldexp(x.im, exponent), first);
        return;
    }
    double size = x.im == 0.0 ? fabs(x.re) : hypot(x.re, x.im);
    double over = size == 0.0 ? 1.0 : size;
    write_element(dtype, x.re / over, x.im / over, first);
    write_element(results[1].dtype, logarithm(size, x.exponent), 0.0, host_factor_result(&results[1], number, 0));
}
