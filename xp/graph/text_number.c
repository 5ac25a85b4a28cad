/* Numbers as text: the shortest digits that tell a number from its neighbours, in columns.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "graph/text_number.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/dtype.h"

/* NumPy's print options: digits after the point, and when scientific notation takes over. */
#define PRECISION 8
#define TOO_SMALL 1e-4
#define TOO_WIDE 1000.0

/* The most digits that a number needs, of float64, float32, and what is stored in 16 bits. */
#define DIGITS_DOUBLE 17
#define DIGITS_SINGLE 9
#define DIGITS_HALF 5

/* From here on scientific notation takes over: in arrays, and for single values. */
#define LARGE_HALF 1e3
#define LARGE_SINGLE 1e6
#define LARGE_DOUBLE 1e8
#define LARGE_SCALAR 1e16

/* One of these, by the dtype of real numbers. */
static double by_size(xp_dtype real, double half, double single, double wide)
{
    return xp_is_storage(real) ? half : real == XP_FLOAT32 ? single : wide;
}

/* A value rounded to a dtype. */
static double rounded(double value, xp_dtype real)
{
    const xp_value from = {.as_float64 = value};
    xp_value to;
    xp_value_cast(&from, XP_FLOAT64, &to, real);
    return xp_value_real(&to, real);
}

/* ---- digits ------------------------------------------------------------------------------------------------------ */

typedef struct decimal { /* 0.d1d2d3... * 10^(exponent + 1): exponent is that of the first digit */
    char digits[DIGITS_DOUBLE + 8];
    int count, exponent;
    bool negative;
} decimal;

/* Takes the digits out of "%.*e", whatever the locale's decimal point is. */
static void round_to(double value, int count, decimal *d)
{
    char text[64];
    snprintf(text, sizeof text, "%.*e", count - 1, fabs(value));
    const char *at = text;
    d->count = 0;
    for (; *at && *at != 'e'; at++) {
        if (*at >= '0' && *at <= '9')
            d->digits[d->count++] = *at;
    }
    d->exponent = *at ? atoi(at + 1) : 0;
    d->negative = signbit(value) != 0;
}

/* Whether the digits are read as the value; written as a whole number with an exponent, without a decimal point. */
static bool reads_back(const decimal *d, double value, xp_dtype real)
{
    char text[64];
    snprintf(text, sizeof text, "%.*se%d", d->count, d->digits, d->exponent - (d->count - 1));
    if (real == XP_FLOAT32)
        return strtof(text, NULL) == (float)fabs(value);
    return rounded(strtod(text, NULL), real) == fabs(value);
}

/* The next larger number of as many digits. */
static void step_up(decimal *d)
{
    int at = d->count - 1;
    while (at >= 0 && d->digits[at] == '9')
        d->digits[at--] = '0';
    if (at >= 0) {
        d->digits[at]++;
        return;
    }
    d->digits[0] = '1';
    d->exponent++;
}

/* The neighbour below a power of two is nearer than the one above: of numbers with few digits the nearest may be read
 * as that neighbour, and the one above the value as the value all the same. */
static bool is_found(decimal *d, double value, xp_dtype real)
{
    int exponent;
    if (reads_back(d, value, real))
        return true;
    if (frexp(fabs(value), &exponent) != 0.5)
        return false;
    step_up(d);
    return reads_back(d, value, real);
}

static void strip_zeros(decimal *d)
{
    while (d->count > 1 && d->digits[d->count - 1] == '0')
        d->count--;
}

/* The shortest digits that read back as the value or, where these are more than `most`, the value rounded to `most`. */
static decimal shortest(double value, xp_dtype real, int most)
{
    decimal d;
    int enough = (int)by_size(real, DIGITS_HALF, DIGITS_SINGLE, DIGITS_DOUBLE);
    if (most > enough)
        most = enough;
    for (int count = 1; count < most; count++) {
        round_to(value, count, &d);
        if (is_found(&d, value, real)) {
            strip_zeros(&d);
            return d;
        }
    }
    round_to(value, most < 1 ? 1 : most, &d);
    strip_zeros(&d);
    return d;
}

/* The exponent of the first digit before any rounding. */
static int exponent_of(double value)
{
    decimal d;
    round_to(value, DIGITS_DOUBLE + 1, &d);
    return d.exponent;
}

static decimal digits_for(const text_column *column, double value)
{
    if (column->scientific || value == 0.0)
        return shortest(value, column->real, PRECISION + 1);
    return shortest(value, column->real, exponent_of(value) + 1 + PRECISION);
}

static int digits_before_point(const decimal *d)
{
    return d->exponent < 0 ? 1 : d->exponent + 1;
}

static int digits_after_point(const decimal *d)
{
    int after = d->count - 1 - d->exponent;
    return after < 0 ? 0 : after;
}

/* The digit at 10^power. */
static char digit_at(const decimal *d, int power)
{
    int place = d->exponent - power;
    return place >= 0 && place < d->count ? d->digits[place] : '0';
}

static size_t write_sign(const decimal *d, bool plus, char *text)
{
    text[0] = d->negative ? '-' : '+';
    return d->negative || plus;
}

/* "-12.5": as many digits after the point as there are, at least `least`. */
static size_t write_positional(const decimal *d, bool plus, int least, char *text)
{
    size_t at = write_sign(d, plus, text);
    int after = digits_after_point(d) > least ? digits_after_point(d) : least;
    for (int power = digits_before_point(d) - 1; power >= -after; power--) {
        text[at++] = digit_at(d, power);
        if (power == 0)
            text[at++] = '.';
    }
    text[at] = '\0';
    return at;
}

/* "-1.25e+08" with `after` digits after the point and at least `exponent_digits`. */
static size_t write_scientific(const decimal *d, bool plus, int after, int exponent_digits, char *text)
{
    size_t at = write_sign(d, plus, text);
    for (int i = 0; i <= after; i++) {
        text[at++] = i < d->count ? d->digits[i] : '0';
        if (i == 0)
            text[at++] = '.';
    }
    at += (size_t)sprintf(text + at, "e%c%0*d", d->exponent < 0 ? '-' : '+', exponent_digits, abs(d->exponent));
    return at;
}

/* ---- columns of floating numbers --------------------------------------------------------------------------------- */

typedef struct parts { /* every `step`-th float of packed elements */
    const char *elements;
    int64_t count;
    size_t step;
    xp_dtype real;
} parts;

static double part(const parts *p, int64_t i)
{
    xp_value value;
    memcpy(&value, p->elements + (size_t)i * p->step, xp_dtype_bytes(p->real));
    return xp_value_real(&value, p->real);
}

static bool needs_exponent(const parts *p)
{
    double largest = 0.0, smallest = INFINITY, limit = by_size(p->real, LARGE_HALF, LARGE_SINGLE, LARGE_DOUBLE);
    for (int64_t i = 0; i < p->count; i++) {
        double magnitude = fabs(part(p, i));
        if (!isfinite(magnitude) || magnitude == 0.0)
            continue;
        largest = fmax(largest, magnitude);
        smallest = fmin(smallest, magnitude);
    }
    if (largest == 0.0)
        return false;
    double ratio = p->real == XP_FLOAT32 ? (double)((float)largest / (float)smallest) : largest / smallest;
    return largest >= limit || smallest < rounded(TOO_SMALL, p->real) || rounded(ratio, p->real) > TOO_WIDE;
}

static int larger(int a, int b)
{
    return a > b ? a : b;
}

/* Widens the column so that one number fits. */
static void measure(text_column *column, double value)
{
    decimal d = digits_for(column, value);
    int sign = d.negative || column->plus, before = column->scientific ? 1 : digits_before_point(&d);
    column->left = larger(column->left, sign + before);
    column->right = larger(column->right, column->scientific ? d.count - 1 : digits_after_point(&d));
    if (column->scientific)
        column->exponent = larger(column->exponent, abs(d.exponent) >= 100 ? 3 : 2);
}

/* Characters after the point, for padding what is not finite. */
static int width_after_point(const text_column *column)
{
    return column->scientific ? column->right + 2 + column->exponent : column->right;
}

static text_column choose_column(const parts *p, bool plus)
{
    text_column column = {.real = p->real, .plus = plus, .scientific = needs_exponent(p)};
    bool finite = true, negative_infinity = false;
    for (int64_t i = 0; i < p->count; i++) {
        double value = part(p, i);
        if (isfinite(value))
            measure(&column, value);
        finite &= isfinite(value) != 0;
        negative_infinity |= isinf(value) && value < 0.0;
    }
    if (!finite) {
        int after = width_after_point(&column) + 1;
        column.left = larger(column.left, 3 - after);
        column.left = larger(column.left, 3 + (plus || negative_infinity) - after);
    }
    return column;
}

/* Right-aligned within what number, point and digits take. */
static size_t write_not_finite(const text_column *column, double value, char *text)
{
    const char *sign = !isnan(value) && value < 0.0 ? "-" : column->plus ? "+" : "";
    int width = column->left + width_after_point(column) + 1 - (int)strlen(sign);
    if (width < 3)
        width = 3;
    char name[8];
    snprintf(name, sizeof name, "%s%s", sign, isnan(value) ? "nan" : "inf");
    return (size_t)sprintf(text, "%*s", width + (int)strlen(sign), name);
}

static size_t write_float(const text_column *column, double value, char *text)
{
    char number[TEXT_WORD / 2];
    if (!isfinite(value))
        return write_not_finite(column, value, text);
    decimal d = digits_for(column, value);
    if (column->scientific) /* digits past the shortest ones are those of the exact value, not zeros */
        round_to(value, column->right + 1, &d);
    size_t length = column->scientific ? write_scientific(&d, column->plus, column->right, column->exponent, number)
                                       : write_positional(&d, column->plus, 0, number);
    int before = (int)(strchr(number, '.') - number);
    int blanks_after = column->scientific ? 0 : column->right - digits_after_point(&d);
    int blanks_before = larger(column->left - before, 0);
    return (size_t)sprintf(text, "%*s%.*s%*s", blanks_before, "", (int)length, number, larger(blanks_after, 0), "");
}

/* ---- elements ---------------------------------------------------------------------------------------------------- */

static size_t write_integer(xp_dtype dtype, const char *element, char *text)
{
    xp_value value, cast;
    memcpy(&value, element, xp_dtype_bytes(dtype));
    bool is_signed = xp_dtype_is(dtype, XP_KIND_SIGNED);
    xp_value_cast(&value, dtype, &cast, is_signed ? XP_INT64 : XP_UINT64);
    return (size_t)(is_signed ? sprintf(text, "%" PRId64, cast.as_int64) : sprintf(text, "%" PRIu64, cast.as_uint64));
}

void text_choose_style(text_style *style, xp_dtype dtype, const char *elements, int64_t count)
{
    size_t bytes = xp_dtype_bytes(dtype);
    char word[TEXT_WORD];
    *style = (text_style){.dtype = dtype, .width = dtype == XP_BOOL ? 5 : 0};
    for (int64_t i = 0; xp_dtype_is(dtype, XP_KIND_INTEGRAL) && i < count; i++)
        style->width = larger(style->width, (int)write_integer(dtype, elements + (size_t)i * bytes, word));
    if (!xp_dtype_is(dtype, XP_KIND_FLOATING))
        return;
    parts p = {elements, count, bytes, xp_real_dtype(dtype)};
    style->real = choose_column(&p, false);
    if (!xp_dtype_is(dtype, XP_KIND_COMPLEX))
        return;
    p.elements += bytes / 2;
    style->imaginary = choose_column(&p, true);
}

void text_element(const text_style *style, const char *element, char word[TEXT_WORD])
{
    char number[TEXT_WORD];
    parts one = {element, 1, 0, style->real.real};
    if (style->dtype == XP_BOOL) {
        sprintf(word, "%*s", style->width, *element ? "True" : "False");
        return;
    }
    if (!xp_dtype_is(style->dtype, XP_KIND_FLOATING)) {
        write_integer(style->dtype, element, number);
        sprintf(word, "%*s", style->width, number);
        return;
    }
    size_t at = write_float(&style->real, part(&one, 0), word);
    if (!xp_dtype_is(style->dtype, XP_KIND_COMPLEX))
        return;
    one.elements += xp_dtype_bytes(style->dtype) / 2;
    size_t length = write_float(&style->imaginary, part(&one, 0), number), end = length;
    while (end > 0 && number[end - 1] == ' ')
        end--;
    sprintf(word + at, "%.*sj%*s", (int)end, number, (int)(length - end), "");
}

/* ---- single values ----------------------------------------------------------------------------------------------- */

/* `whole`: "1.0" for 1; without, as in complex numbers, "1". */
static size_t write_scalar_float(double value, xp_dtype dtype, bool plus, bool whole, char *text)
{
    if (!isfinite(value)) {
        const char *sign = !isnan(value) && value < 0.0 ? "-" : plus ? "+" : "";
        return (size_t)sprintf(text, "%s%s", sign, isnan(value) ? "nan" : "inf");
    }
    decimal d = shortest(value, dtype, DIGITS_DOUBLE);
    double magnitude = fabs(value), limit = by_size(dtype, LARGE_HALF, LARGE_SINGLE, LARGE_SCALAR);
    bool scientific = magnitude != 0.0 && (magnitude >= limit || magnitude < TOO_SMALL);
    size_t at = scientific ? write_scientific(&d, plus, d.count - 1, 2, text) : write_positional(&d, plus, whole, text);
    char *point = strchr(text, '.');
    if (point[1] == 'e' || point[1] == '\0') {
        memmove(point, point + 1, strlen(point));
        at--;
    }
    return at;
}

void text_scalar(xp_dtype dtype, const char *element, char word[TEXT_WORD])
{
    char real[TEXT_WORD / 2], imaginary[TEXT_WORD / 2];
    parts one = {element, 1, 0, xp_real_dtype(dtype)};
    if (dtype == XP_BOOL) {
        strcpy(word, *element ? "True" : "False");
        return;
    }
    if (!xp_dtype_is(dtype, XP_KIND_FLOATING)) {
        write_integer(dtype, element, word);
        return;
    }
    double re = part(&one, 0);
    if (!xp_dtype_is(dtype, XP_KIND_COMPLEX)) {
        write_scalar_float(re, one.real, false, true, word);
        return;
    }
    one.elements += xp_dtype_bytes(dtype) / 2;
    bool alone = re == 0.0 && !signbit(re);
    write_scalar_float(re, one.real, false, false, real);
    write_scalar_float(part(&one, 0), one.real, !alone, false, imaginary);
    sprintf(word, alone ? "%.0s%sj" : "(%s%sj)", real, imaginary);
}
