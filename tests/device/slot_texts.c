/* Writes the texts that slots of the device core are made of into a folder, as all readers get them. XP_TEST_ONLY names
 * dtypes of matrices.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "core/dtype.h"
#include "paper.h"
#include "scixp/testing.h"

typedef struct operands {
    const struct xp_device *device;
    int64_t strides[4][2], wide[2], narrow[2], one[1]; /* shapes */
    int64_t steps[2][3];                               /* of stacks of matrices */
} operands;

static xp_status move(operands *o, xp_dtype dtype, int axis)
{
    const struct xp_device *device = o->device;
    xp_view x = paper_view(device, dtype, 2, o->wide, o->strides[0]), out = x;
    xp_view indices = paper_view(device, XP_INT64, 1, &o->wide[axis], o->strides[1]);
    xp_status status = device->driver->gather(device, &x, &indices, axis, &out);
    status |= device->driver->scatter(device, XP_SCATTER_SET, &x, &indices, axis, &out);
    if (xp_dtype_is(dtype, XP_KIND_NUMERIC))
        status |= device->driver->scatter(device, XP_SCATTER_ADD, &x, &indices, axis, &out);
    xp_view line = paper_view(device, dtype, 1, o->one, o->strides[2]);
    xp_view mask = paper_view(device, XP_BOOL, 1, o->one, o->strides[3]);
    return status | device->driver->compress(device, &line, &mask, &line);
}

static xp_status choose(operands *o)
{
    int64_t count;
    xp_view mask = paper_view(o->device, XP_BOOL, 1, o->one, o->strides[0]);
    xp_view positions = paper_view(o->device, XP_INT64, 1, o->one, o->strides[1]);
    return o->device->driver->count_mask(o->device, &mask, &count) |
           o->device->driver->mask_positions(o->device, &mask, &positions);
}

static xp_status reckon(operands *o, xp_dtype dtype, int axis)
{
    const struct xp_device *device = o->device;
    const int64_t *shape = axis == 0 ? o->wide : o->narrow;
    xp_view x = paper_view(device, dtype, 2, shape, o->strides[0]), out = x;
    xp_status status = device->driver->scan(device, XP_REDUCE_SUM, &x, axis, &out);
    status |= device->driver->scan(device, XP_REDUCE_PROD, &x, axis, &out);
    if (!xp_dtype_is(dtype, XP_KIND_REAL))
        return status;
    xp_view sorted = paper_view(device, dtype, 1, o->one, o->strides[1]);
    xp_view places = paper_view(device, XP_INT64, 2, shape, o->strides[2]);
    return status | device->driver->search(device, &sorted, &x, true, &places);
}

static xp_status draw(operands *o)
{
    static const struct {
        xp_draw_kind kind;
        xp_dtype dtype;
    } draws[] = {{XP_DRAW_BITS, XP_UINT32}, {XP_DRAW_BITS, XP_UINT64}, {XP_DRAW_INTEGERS, XP_INT64},
                 {XP_DRAW_UNIFORM, XP_FLOAT32}, {XP_DRAW_UNIFORM, XP_FLOAT64}, {XP_DRAW_NORMAL, XP_FLOAT32},
                 {XP_DRAW_NORMAL, XP_FLOAT64}};
    xp_status status = XP_OK;
    for (size_t i = 0; i < sizeof draws / sizeof *draws; i++) {
        xp_view out = paper_view(o->device, draws[i].dtype, 1, o->one, o->strides[0]);
        status |= o->device->driver->draw(o->device, &(const xp_draw){.kind = draws[i].kind, .span = 10}, &out);
    }
    return status;
}

/* Short lines that are not dense, and a long one. */
static xp_status order(operands *o, xp_dtype dtype)
{
    static const int64_t one_line[] = {1}, rank = 5;
    const struct xp_device *device = o->device;
    xp_view x = paper_view(device, dtype, 2, o->narrow, o->strides[0]);
    xp_view positions = paper_view(device, XP_INT64, 2, o->narrow, o->strides[1]);
    xp_status status = device->driver->sort(device, &x, 0, false, true, NULL, &positions);
    xp_view line = paper_view(device, dtype, 1, o->one, o->strides[2]);
    xp_view places = paper_view(device, XP_INT64, 1, o->one, o->strides[3]);
    xp_view count = paper_view(device, XP_INT64, 0, NULL, NULL);
    status |= device->driver->sort(device, &line, 0, false, true, NULL, &places);
    const xp_unique_views views = {10, &line, &places, &places, &places, &count};
    status |= device->driver->unique(device, &line, &views);
    if (xp_dtype_is(dtype, XP_KIND_COMPLEX))
        return status;
    xp_view pivot = paper_view(device, dtype, 1, one_line, o->strides[3]);
    status |= device->driver->select(device, &line, 0, &rank, 1, true, &pivot);
    return status | device->driver->partition(device, &line, 0, &pivot, true, &places);
}

/* Tiles of either size, and a transform. */
static xp_status multiply(operands *o, xp_dtype dtype)
{
    static const int64_t shapes[][3] = {{1, 100, 100}, {1, 600, 600}}, length[] = {100};
    const struct xp_device *device = o->device;
    xp_status status = XP_OK;
    for (int i = 0; i < 2; i++) {
        xp_view a = paper_view(device, dtype, 3, shapes[i], o->steps[0]), out = a;
        status |= device->driver->matmul(device, &a, &a, &out);
    }
    if (!xp_dtype_is(dtype, XP_KIND_COMPLEX))
        return status;
    xp_view line = paper_view(device, dtype, 1, length, o->steps[1]), out = line;
    return status | device->driver->fourier(device, XP_FOURIER_FORWARD, &line, &(const int){0}, 1, 1.0, &out);
}

/* Matrices for a group each, and small ones that items take by themselves. */
static xp_status decompose(operands *o, xp_dtype dtype)
{
    static const int64_t shapes[][3] = {{2, 40, 40}, {4096, 3, 3}};
    const struct xp_device *device = o->device;
    const xp_driver *slots = device->driver;
    xp_status status = XP_OK;
    for (int i = 0; i < 2; i++) {
        xp_view a = paper_view(device, dtype, 3, shapes[i], o->steps[0]), two[] = {a, a};
        xp_view sizes = paper_view(device, xp_real_dtype(dtype), 2, shapes[i], o->steps[1]);
        status |= slots->factor(device, XP_FACTOR_CHOLESKY, &a, two, 1);
        status |= slots->factor(device, XP_FACTOR_QR, &a, two, 2);
        status |= slots->factor(device, XP_FACTOR_EIGVALSH, &a, &sizes, 1);
        status |= slots->solve(device, &a, &a, two);
    }
    return status;
}

static xp_status use(const struct xp_device *device)
{
    static const xp_dtype dtypes[] = {XP_INT8, XP_UINT16, XP_INT32, XP_FLOAT32, XP_FLOAT64, XP_COMPLEX64,
                                      XP_COMPLEX128};
    operands o = {.device = device, .wide = {5000, 3}, .narrow = {3, 5000}, .one = {10000}};
    xp_status status = choose(&o) | draw(&o);
    for (size_t i = 0; i < sizeof dtypes / sizeof *dtypes; i++)
        status |= move(&o, dtypes[i], (int)i % 2) | reckon(&o, dtypes[i], (int)i % 2) | order(&o, dtypes[i]);
    XP_TEST_DTYPES(dtype, XP_TEST_FLOATING)
        status |= multiply(&o, dtype) | decompose(&o, dtype);
    return status;
}

int main(int count, char **arguments)
{
    xp_scope scope = xp_scope_open();
    xp_status status = XP_OK;
    for (int number = 0; number < 3 && count == 2; number++) {
        const struct xp_device *device = paper_device(number, arguments[1]);
        if (!device)
            return 1;
        status |= use(device);
    }
    status |= xp_scope_close(scope);
    return count == 2 && status == XP_OK && paper_is_good() ? 0 : 1;
}
