/* Arrays as a test sees them: elements in host memory in C order, and plain loops over them.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_SAMPLES_H
#define TESTS_SAMPLES_H

#include "support.h"

enum { SAMPLE_AXES = 7 };

/* An element of any dtype: long double holds all of int64 and of uint64. Of real dtypes im is 0, of bool re is 0 or 1.
 * Of an expected element, `slack` is how far either part of the result may be from it. */
typedef struct sample_number {
    long double re, im, slack;
} sample_number;

/* The elements lie in memory that sample_forget() takes back. Along the axes of the mask `constant`, all elements are
 * equal, so that an array of them may be broadcast. */
typedef struct sample {
    xp_dtype dtype;
    int ndim;
    int64_t shape[SAMPLE_AXES], size;
    uint32_t constant;
    sample_number *at;
} sample;

/* What elements are drawn from. */
typedef enum sample_range {
    SAMPLE_FEW,     /* whole numbers from -4 to 4, or from 0 to 4: every one stands there several times */
    SAMPLE_WHOLE,   /* whole numbers up to 100 */
    SAMPLE_WIDE,    /* all numbers of the dtype, or some of very different size */
    SAMPLE_SPECIAL, /* the few, but for one in six, that is NaN, infinite or a zero with a sign */
    SAMPLE_SIGNS    /* -2, -1, 1 and 2, so that products do not vanish; of complex ones 1, -1, j and -j, few others */
} sample_range;

void sample_forget(void);
sample sample_of_shape(xp_dtype dtype, int ndim, const int64_t *shape); /* elements not set */
sample sample_number_0d(xp_dtype dtype, long double number);
sample sample_draw(support_random *random, sample_range range, xp_dtype dtype, int ndim, const int64_t *shape);

/* The same elements in an array on a device: in C order, or in a layout that is drawn: axes in another order, running
 * backwards, with gaps, broadcast, not computed yet. Complex ones keep their parts. */
xp_array *sample_upload(const sample *x, const struct xp_device *device);
xp_array *sample_array(support_random *random, const sample *x, const struct xp_device *device);
sample sample_download(xp_array *x);

/* NULL if x has the dtype, shape and elements, else a text. NaN equals NaN; 0 equals -0, unless signs are looked at. */
const char *sample_differs(xp_array *x, const sample *expected, bool signs);

/* What an element is in another dtype, integers modulo 2^bits; the distance from 1 to the next number of a dtype, 0 of
 * integers. */
sample_number sample_cast(sample_number x, xp_dtype dtype);
long double sample_eps(xp_dtype dtype);
bool sample_is_nan(sample_number x);
bool sample_is(xp_dtype dtype, unsigned set);

/* The place of an element, and the other way round. */
void sample_split(int64_t flat, int ndim, const int64_t *shape, int64_t *index);
int64_t sample_place(int ndim, const int64_t *shape, const int64_t *index);

/* `fold` of the elements along axes, for each element of the result; they come in C order. */
typedef sample_number sample_fold(const sample_number *elements, int64_t n, const void *context);
sample sample_reduce(const sample *x, uint32_t axes, bool keepdims, xp_dtype dtype, sample_fold *fold,
                     const void *context);

/* Every line along an axis becomes a line of `extent` elements. */
typedef void sample_line(const sample_number *from, int64_t n, sample_number *to, int64_t extent, const void *context);
sample sample_lines(const sample *x, int axis, int64_t extent, xp_dtype dtype, sample_line *line, const void *context);

/* Axes that are drawn, in any order, some counted from the end: some of them, perhaps none or all. */
xp_over sample_draw_axes(support_random *random, int ndim, uint32_t *axes);
int sample_draw_axis(support_random *random, int ndim, int *written); /* one axis; `written` is how to name it */

#endif
