/* The text of a failure: one buffer a thread, appended to piece by piece.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef XP_TESTING_TEXT_H
#define XP_TESTING_TEXT_H

#include "core/array_private.h"

/* Begins a new text with the name of the provider whose turn it is ("[strict] "), adds to it, and gives it. */
void test_text_begin(void);
#if defined(__GNUC__)
__attribute__((format(printf, 1, 2)))
#endif
void test_text_add(const char *format, ...);
const char *test_text(void);

/* One element, as many digits as it takes to tell it from its neighbours. */
void test_text_element(const void *element, xp_dtype dtype);

/* "(0, 3)": where the element of this number stands in C order. */
void test_text_position(int ndim, const int64_t *shape, int64_t number);

#endif
