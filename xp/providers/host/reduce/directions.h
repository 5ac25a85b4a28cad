/* Extrema in both directions for the dtype whose T, CELL, POSITION and D(name) are defined; FLOATING if it is floating,
 * and then F(name) gives its vectors.
 * SPDX-License-Identifier: BSD-3-Clause */

#if FLOATING
#define IS_NAN(x) ((x) != (x))
#else
#define IS_NAN(x) false
#endif

#define NAME(name) D(JOIN(name, min))
#define BETTER(a, b) ((a) < (b))
#define PICK smaller
#if FLOATING
#include "providers/host/reduce/float_extrema.h"
#else
#include "providers/host/reduce/integer_extrema.h"
#endif
#include "providers/host/reduce/extrema.h"
#undef NAME
#undef BETTER
#undef PICK

#define NAME(name) D(JOIN(name, max))
#define BETTER(a, b) ((a) > (b))
#define PICK larger
#if FLOATING
#include "providers/host/reduce/float_extrema.h"
#else
#include "providers/host/reduce/integer_extrema.h"
#endif
#include "providers/host/reduce/extrema.h"
#undef NAME
#undef BETTER
#undef PICK

#undef IS_NAN
