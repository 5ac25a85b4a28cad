/* The same memory on the host and on a device.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "operands.h"

#include <stdlib.h>
#include <string.h>

#include "core/dtype.h"

const struct xp_device *operand_device(void)
{
#ifdef OPENCL_BUILT
    const struct xp_device *device = xp_device("opencl:0");
    cr_assert(device, "there is no device opencl:0");
    return device;
#else
    return NULL;
#endif
}

void operand_small_numbers(support_random *random, double *values, int64_t count, void *context)
{
    (void)context;
    for (int64_t i = 0; i < count; i++)
        values[i] = (double)support_integer(random, -3, 4);
}

void operand_bounded(support_random *random, double *values, int64_t count, void *context)
{
    for (int64_t i = 0; i < count; i++)
        values[i] = (double)support_integer(random, 0, *(const int64_t *)context);
}

void operand_reals(support_random *random, double *values, int64_t count, void *context)
{
    (void)context;
    for (int64_t i = 0; i < count; i++)
        values[i] = support_uniform(random, -1, 1);
}

operand_layout operand_some_layout(support_random *random)
{
    return support_integer(random, 0, 2) ? OPERAND_SPREAD : OPERAND_CONTIGUOUS;
}

int operand_some_shape(support_random *random, int64_t *shape)
{
    static const int64_t extents[] = {1, 2, 3, 5, 17, 64};
    int ndim = (int)support_integer(random, 1, 5);
    for (int i = 0; i < ndim; i++)
        shape[i] = extents[support_integer(random, 0, ndim < 3 ? 6 : 4)];
    int axis = (int)support_integer(random, 0, ndim);
    switch (support_integer(random, 0, 6)) {
    case 0: shape[axis] = 0; break;
    case 1: shape[axis] = support_integer(random, 1020, 1030); break;
    case 2: shape[axis] = support_integer(random, 4090, 4110); break;
    default: break;
    }
    return ndim;
}

/* Strides in elements, and the first element; returns how many elements there are in all. */
static int64_t lay_out(support_random *random, operand *made, int ndim, operand_layout layout, int64_t *first)
{
    int order[XP_MAX_NDIM];
    bool spread = layout == OPERAND_SPREAD;
    for (int i = 0; i < ndim; i++) {
        int other = spread ? (int)support_integer(random, 0, i + 1) : i;
        order[i] = order[other];
        order[other] = i;
    }
    int64_t span = spread ? support_integer(random, 1, 3) : 1;
    *first = spread ? support_integer(random, 0, 3) : 0;
    for (int i = ndim - 1; i >= 0; i--) {
        int axis = order[i];
        bool backwards = spread && support_integer(random, 0, 3) == 0 && made->shape[axis] > 0;
        made->strides[axis] = backwards ? -span : span;
        *first += backwards ? span * (made->shape[axis] - 1) : 0;
        span *= made->shape[axis] > 0 ? made->shape[axis] : 1;
        span += spread && span < 100 ? support_integer(random, 0, 3) : 0;
    }
    return *first + span + 2;
}

void operand_make(operand *made, support_random *random, xp_dtype dtype, int ndim, const int64_t *shape,
                  operand_layout layout, operand_fill *fill, void *context)
{
    int64_t first, bytes = (int64_t)xp_dtype_bytes(dtype);
    memset(made, 0, sizeof *made);
    memcpy(made->shape, shape, (size_t)ndim * sizeof *shape);
    int64_t count = lay_out(random, made, ndim, layout, &first);
    double *values = malloc(((size_t)count + 1) * sizeof *values);
    cr_assert(values);
    fill(random, values, count + 1, context);
    made->whole[0] = support_array(values, dtype, XP_SHAPE(count), xp_device("host"));
    made->whole[1] = xp_to_device(made->whole[0], operand_device());
    free(values);
    for (int i = 0; i < ndim; i++)
        made->strides[i] *= bytes;
    for (int which = 0; which < 2; which++) {
        xp_view *view = &made->view[which];
        cr_assert(xp_view_of(made->whole[which], "operand_make", view), "%s", xp_error_message());
        view->offset += first * bytes;
        view->ndim = ndim;
        view->shape = made->shape;
        view->strides = made->strides;
    }
}

void operand_same(const operand *a, const char *what)
{
    const char *difference = support_differ(a->whole[0], a->whole[1]);
    cr_assert(!difference, "%s: %s", what, difference);
}
