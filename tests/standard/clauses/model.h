/* Arrays in plain host memory: what tests work out element by element to compare a device's results with.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_MODEL_H
#define TESTS_MODEL_H

#include "support.h"

#define MODEL_NDIM 14

/* An element of any dtype: long double holds all of int64 and of uint64. Of real dtypes im is 0, of bool re is 0 or 1.
 * Of an expected element, `slack` is how far either part of the result may be from it. */
typedef struct model_number {
    long double re, im, slack;
} model_number;

/* Elements in C order, alive until model_release. Along the axes of the mask `constant` all elements are equal, so that
 * an array of them may be broadcast. */
typedef struct model {
    xp_dtype dtype;
    int ndim;
    int64_t shape[MODEL_NDIM], size;
    uint32_t constant;
    model_number *at;
} model;

model model_zeros(xp_dtype dtype, xp_shape shape);
model model_filled(xp_dtype dtype, xp_shape shape, long double re, long double im);
model model_0d(xp_dtype dtype, long double number);
model model_of(xp_array *x);
model model_astype(const model *x, xp_dtype dtype); /* the same numbers under another dtype */
model model_reshaped(const model *x, xp_shape shape);
xp_shape model_shape_of(const model *x);
void model_release(void);

/* The array on a device in C order; or in a layout that is drawn, broadcast where it is constant. */
xp_array *model_upload(const model *x, const struct xp_device *device);
xp_array *model_array(const model *x, const struct xp_device *device, support_random *random);

/* Runs the block that follows for each element: `index` is where it stands, `flat` its number in C order. */
#define MODEL_EACH(m, index)                                                                                           \
    for (int64_t flat = 0, index[MODEL_NDIM]; flat < (m).size && model_index(&(m), flat, index); flat++)
bool model_index(const model *x, int64_t flat, int64_t *index); /* true */
int64_t model_at(const model *x, const int64_t *index);         /* the number of the element at an index */
void model_put(model *to, int64_t at, const model *from, int64_t source);
void model_add_product(model *to, int64_t at, model_number a, model_number b); /* += a * b */

/* NULL if x has the model's dtype, shape and elements, else a text. Elements must be equal (NaN to NaN; 0 to -0, unless
 * signs are looked at) or lie within their slack plus `tolerance` times the largest of the model's, or times 1 if that
 * is larger. */
const char *model_differs(xp_array *x, const model *expected, double tolerance, bool signs);
const char *model_compare(const model *actual, const model *expected, double tolerance);
const char *model_shape_text(xp_shape shape, char *text, size_t room);

/* Shapes that stand for all: 0-d, vectors, up to 6 dimensions, an extent of 0 or of 1 in each place; one so large that
 * devices record the work. */
#define MODEL_SHAPES(name)                                                                                             \
    for (int name##_i = 0; name##_i < model_n_shapes; name##_i++)                                                      \
        for (xp_shape name = model_shape(name##_i), *name##_once = &name; name##_once; name##_once = NULL)
extern const int model_n_shapes;
xp_shape model_shape(int i);

bool model_is(xp_dtype dtype, unsigned set); /* of XP_TEST_... */
double model_epsilon(xp_dtype dtype);        /* of the parts of floating dtypes; else 0 */
xp_dtype model_real(xp_dtype dtype);         /* of the parts of complex dtypes */
xp_dtype model_complex(xp_dtype dtype);      /* the complex one of a floating dtype's precision */

/* What a number is in another dtype; integers modulo 2^bits. */
model_number model_cast(model_number x, xp_dtype dtype);
bool model_is_nan(model_number x);

#endif
