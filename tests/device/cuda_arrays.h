/* Arrays on the double of a CUDA device, for tests of vendor functions: known elements in several layouts.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_CUDA_ARRAYS_H
#define TESTS_CUDA_ARRAYS_H

#include <complex.h>
#include <criterion/criterion.h>

#include "cuda_plugin.h"
#include "driver.h"

typedef double complex number;

/* What `start_doubles` opens and `end_doubles` closes: the plug-in on doubles, and a queue of device 1. */
extern const runtime *cuda;
extern const fake_control *fake;
extern void *queue;
void start_doubles(void); /* skips the test where something is missing */
void end_doubles(void);   /* nothing was misused, and the thread is left as it was */

#define assert_ok(call) cr_assert_eq(call, RUNTIME_OK, "%s", cuda->message())

typedef struct array {
    runtime_view view;
    int64_t shape[5], strides[5], count;
    number *values; /* in C order */
} array;

bool is_complex(int dtype);
int real_of(int dtype);
double tolerance_of(int dtype);

/* Layouts of the last two axes: C order, transposed, every third element. Elements start behind 16 bytes. */
enum { LAYOUT_C, LAYOUT_T, LAYOUT_APART, N_LAYOUTS };

array new_array(int dtype, int ndim, const int64_t *shape, int layout); /* zeros, not yet sent */
array random_array(int dtype, int ndim, const int64_t *shape, int layout);
void settle(array *a); /* the view points to where the array is now; `send_array` does it, too */
void send_array(array *a);   /* values to the device, rounded to the dtype here as well */
void receive_array(array *a);
void drop_array(array *a);

/* Matrices on the host. */
number *multiplied(const number *a, const number *b, int64_t batch, int64_t m, int64_t k, int64_t n);
number *dagger(const number *a, int64_t batch, int64_t m, int64_t n);
double worst(const number *a, const number *b, int64_t count); /* difference */
double from_identity(const number *a, int64_t batch, int64_t n);
double from_unitary(const number *q, int64_t batch, int64_t m, int64_t n); /* of the columns of q (m x n) */

#endif
