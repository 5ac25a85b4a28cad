/* Numbers as NumPy's str() writes them: shortest digits, columns of a common width.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef XP_GRAPH_TEXT_NUMBER_H
#define XP_GRAPH_TEXT_NUMBER_H

#include "core/array_private.h"

/* Room for any element, complex ones included. */
#define TEXT_WORD 128

/* How the floating numbers of one array (or the real, or imaginary parts of one) are written. */
typedef struct text_column {
    xp_dtype real;   /* whose digits they are */
    bool plus;       /* positive ones get a sign: imaginary parts */
    bool scientific;
    int left, right; /* characters before the point, digits after it */
    int exponent;    /* digits of the exponent */
} text_column;

/* How the elements of one array are written. */
typedef struct text_style {
    xp_dtype dtype;
    int width;             /* of integers and bools */
    text_column real, imaginary;
} text_style;

/* The style for `count` elements of a dtype, packed. */
void text_choose_style(text_style *style, xp_dtype dtype, const char *elements, int64_t count);

/* One element as a word of its column, padded with blanks. */
void text_element(const text_style *style, const char *element, char word[TEXT_WORD]);

/* A single value as Python writes it: "0.1", "1e-05", "(1+2j)", "True". */
void text_scalar(xp_dtype dtype, const char *element, char word[TEXT_WORD]);

#endif
