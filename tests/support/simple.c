/* A driver that computes one element at a time.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "simple.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "scixp/xp.h"

/* ---- memory: a handle is no address of data ---------------------------------------------------------------------- */

typedef struct block {
    size_t bytes;
    char *data;
} block;

static xp_status simple_allocate(const struct xp_device *device, size_t bytes, xp_memory *memory)
{
    block *made = malloc(sizeof *made);
    char *data = malloc(bytes + 1);
    if (!made || !data) {
        free(made);
        free(data);
        return xp_driver_error(XP_ERROR_MEMORY, "out of memory on %s: %zu bytes", device->name, bytes);
    }
    *made = (block){bytes, data};
    memory->handle = made;
    return XP_OK;
}

static void simple_release(const struct xp_device *device, xp_memory memory, size_t bytes)
{
    block *made = memory.handle;
    (void)device, (void)bytes;
    if (made)
        free(made->data);
    free(made);
}

static size_t bytes_of(uint8_t dtype)
{
    return xp_dtype_itemsize((xp_dtype)dtype);
}

static char *data_of(const xp_buffer *buffer)
{
    return ((const block *)xp_buffer_memory(buffer).handle)->data;
}

static xp_status simple_upload(const struct xp_device *device, xp_buffer *to, int64_t offset, const void *from,
                               size_t bytes)
{
    (void)device;
    memcpy(data_of(to) + offset, from, bytes);
    return XP_OK;
}

static xp_status simple_download(const struct xp_device *device, void *to, xp_buffer *from, int64_t offset,
                                 size_t bytes)
{
    (void)device;
    memcpy(to, data_of(from) + offset, bytes);
    return XP_OK;
}

/* ---- one element of a program ------------------------------------------------------------------------------------ */

typedef struct run {
    const xp_program *program;
    const xp_operands *operands;
    int64_t index[XP_MAX_NDIM];
    xp_value values[XP_PROGRAM_INPUTS + XP_PROGRAM_STEPS]; /* of the element at `index` */
} run;

static int64_t place(const run *r, const xp_operand *operand)
{
    int64_t at = operand->offset;
    for (int axis = 0; axis < r->operands->ndim; axis++)
        at += r->index[axis] * operand->strides[axis];
    return at;
}

static void load_input(run *r, int i)
{
    const xp_operand *operand = &r->operands->inputs[i];
    const xp_input *input = &r->program->inputs[i];
    if (input->kind == XP_INPUT_SCALAR)
        r->values[i] = operand->scalar;
    else if (input->kind == XP_INPUT_COORDINATE)
        r->values[i].as_int64 = place(r, operand);
    else
        memcpy(&r->values[i], data_of(operand->buffer) + place(r, operand), bytes_of(input->dtype));
}

static void do_step(run *r, int i)
{
    const xp_step *step = &r->program->steps[i];
    const void *inputs[3] = {NULL, NULL, NULL};
    for (int k = 0; k < step->operation->arity; k++)
        inputs[k] = &r->values[step->inputs[k]];
    bool is_cast = step->operation->rule == XP_RULE_CAST;
    int number = is_cast ? step->dtype * XP_N_DTYPES + step->result_dtype : step->dtype;
    step->operation->loops(0)[number](1, inputs, &r->values[r->program->n_inputs + i]);
}

static void compute(run *r)
{
    for (int i = 0; i < r->program->n_inputs; i++)
        load_input(r, i);
    for (int i = 0; i < r->program->n_steps; i++)
        do_step(r, i);
}

/* The next index in C order over the axes of `axes`, false after the last. */
static bool advance(run *r, uint32_t axes)
{
    for (int axis = r->operands->ndim; axis-- > 0;) {
        if (!(axes >> axis & 1))
            continue;
        if (++r->index[axis] < r->operands->shape[axis])
            return true;
        r->index[axis] = 0;
    }
    return false;
}

static void store(const run *r, int i, const xp_value *value)
{
    const xp_operand *operand = &r->operands->outputs[i];
    memcpy(data_of(operand->buffer) + place(r, operand), value, bytes_of(r->program->outputs[i].dtype));
}

/* ---- reductions -------------------------------------------------------------------------------------------------- */

/* Enough of everything: one loop over the reduced axes gathers it all, but for the moments, which take a second. */
typedef struct gathered {
    int64_t count, nonzero, position_min, position_max;
    double least, greatest;     /* NaN if any was */
    xp_value least_whole, greatest_whole; /* of integers, as they are: doubles do not hold them all */
    double sum[2], product[2];  /* real and imaginary */
    int64_t whole_sum, whole_product;
    double squares;             /* of the distances from the mean */
} gathered;

static bool is_less_whole(const xp_value *a, const xp_value *b, xp_dtype dtype)
{
    return xp_is_dtype(dtype, XP_KIND_UNSIGNED) ? a->as_uint64 < b->as_uint64 : a->as_int64 < b->as_int64;
}

static bool replaces(double candidate, double best, bool is_less)
{
    return !isnan(best) && (isnan(candidate) || (is_less ? candidate < best : candidate > best));
}

static void gather(gathered *g, const xp_value *value, xp_dtype dtype)
{
    double re = xp_value_real(value, dtype), im = xp_is_dtype(dtype, XP_KIND_COMPLEX) ? xp_value_imag(value, dtype) : 0;
    xp_value whole = {.as_int64 = 0};
    if (xp_is_dtype(dtype, XP_KIND_UNSIGNED))
        memcpy(&whole, value, xp_dtype_itemsize(dtype));
    if (xp_is_dtype(dtype, XP_KIND_SIGNED))
        xp_value_cast(value, dtype, &whole, XP_INT64);
    bool is_whole = xp_is_dtype(dtype, XP_KIND_INTEGRAL), is_first = g->count == 0;
    if (is_first || (is_whole ? is_less_whole(&whole, &g->least_whole, dtype) : replaces(re, g->least, true))) {
        g->least = re;
        g->least_whole = whole;
        g->position_min = g->count;
    }
    if (is_first || (is_whole ? is_less_whole(&g->greatest_whole, &whole, dtype) : replaces(re, g->greatest, false))) {
        g->greatest = re;
        g->greatest_whole = whole;
        g->position_max = g->count;
    }
    double product = g->product[0] * re - g->product[1] * im;
    g->product[1] = g->product[0] * im + g->product[1] * re;
    g->product[0] = product;
    g->sum[0] += re;
    g->sum[1] += im;
    g->whole_sum = (int64_t)((uint64_t)g->whole_sum + (uint64_t)whole.as_int64);
    g->whole_product = (int64_t)((uint64_t)g->whole_product * (uint64_t)whole.as_int64);
    g->nonzero += !(re == 0 && im == 0);
    g->count++;
}

static void put_number(xp_value *out, xp_dtype dtype, double re, double im)
{
    const xp_value value = {.as_complex128 = {re, im}};
    xp_value_cast(&value, XP_COMPLEX128, out, dtype);
}

static void finish(const gathered *g, const xp_output *output, xp_value *out)
{
    xp_dtype dtype = (xp_dtype)output->dtype;
    bool is_whole = xp_is_dtype(dtype, XP_KIND_INTEGRAL);
    double n = (double)g->count, left = n - output->correction, variance = left > 0 ? g->squares / left : NAN;
    switch (output->reduction->kind) {
    case XP_REDUCE_SUM:
    case XP_REDUCE_PROD: {
        bool is_sum = output->reduction->kind == XP_REDUCE_SUM;
        const double *parts = is_sum ? g->sum : g->product;
        if (is_whole)
            memcpy(out, is_sum ? &g->whole_sum : &g->whole_product, sizeof(int64_t));
        else
            put_number(out, dtype, parts[0], parts[1]);
        break;
    }
    case XP_REDUCE_MEAN:
        put_number(out, dtype, g->sum[0] / n, g->sum[1] / n);
        break;
    case XP_REDUCE_VAR:
    case XP_REDUCE_STD:
        put_number(out, dtype, output->reduction->kind == XP_REDUCE_STD ? sqrt(variance) : variance, 0);
        break;
    case XP_REDUCE_MIN:
    case XP_REDUCE_MAX: {
        bool is_min = output->reduction->kind == XP_REDUCE_MIN;
        if (is_whole)
            *out = is_min ? g->least_whole : g->greatest_whole;
        else
            put_number(out, dtype, is_min ? g->least : g->greatest, 0);
        break;
    }
    case XP_REDUCE_ANY:
    case XP_REDUCE_ALL:
        out->as_bool = output->reduction->kind == XP_REDUCE_ANY ? g->nonzero > 0 : g->nonzero == g->count;
        break;
    case XP_REDUCE_COUNT_NONZERO:
        out->as_int64 = g->nonzero;
        break;
    default:
        out->as_int64 = output->reduction->kind == XP_REDUCE_ARGMIN ? g->position_min : g->position_max;
    }
}

static void reduce_cell(run *r, int i)
{
    const xp_output *output = &r->program->outputs[i];
    xp_dtype dtype = output->value < r->program->n_inputs
                         ? (xp_dtype)r->program->inputs[output->value].dtype
                         : (xp_dtype)r->program->steps[output->value - r->program->n_inputs].result_dtype;
    gathered g = {.product = {1, 0}, .whole_product = 1};
    uint32_t axes = r->operands->reduced;
    int64_t extent = 1;
    for (int axis = 0; axis < r->operands->ndim; axis++)
        extent *= axes >> axis & 1 ? r->operands->shape[axis] : 1;
    if (extent > 0) {
        do {
            compute(r);
            gather(&g, &r->values[output->value], dtype);
        } while (advance(r, axes));
        do {
            compute(r);
            double distance = xp_value_real(&r->values[output->value], dtype) - g.sum[0] / (double)g.count;
            g.squares += distance * distance;
        } while (advance(r, axes));
    }
    xp_value result;
    finish(&g, output, &result);
    store(r, i, &result);
}

/* ---- the driver -------------------------------------------------------------------------------------------------- */

/* An output may lie where an input does, element for element: all of an index is read before any of it is written. */
static xp_status simple_run(const struct xp_device *device, const xp_program *program, const xp_operands *operands)
{
    run *r = malloc(sizeof *r);
    if (!r)
        return xp_driver_error(XP_ERROR_MEMORY, "out of memory on %s", device->name);
    *r = (run){.program = program, .operands = operands};
    bool is_empty = false;
    for (int axis = 0; axis < operands->ndim; axis++)
        is_empty |= operands->shape[axis] == 0 && !(operands->reduced >> axis & 1);
    uint32_t all = operands->ndim < 32 ? (UINT32_C(1) << operands->ndim) - 1 : UINT32_MAX;
    for (int i = 0; i < program->n_outputs && !is_empty; i++)
        if (program->outputs[i].reduction) {
            do
                reduce_cell(r, i);
            while (advance(r, all & ~operands->reduced));
        }
    for (int axis = 0; axis < operands->ndim; axis++)
        is_empty |= operands->shape[axis] == 0;
    if (!is_empty) {
        do {
            compute(r);
            for (int i = 0; i < program->n_outputs; i++)
                if (!program->outputs[i].reduction)
                    store(r, i, &r->values[program->outputs[i].value]);
        } while (advance(r, all));
    }
    free(r);
    return XP_OK;
}

const xp_driver simple_driver = {
    .size = sizeof(xp_driver),
    .version = XP_DRIVER_VERSION,
    .name = "simple",
    .max_inputs = 8,
    .allocate = simple_allocate,
    .release = simple_release,
    .upload = simple_upload,
    .download = simple_download,
    .run = simple_run,
};

const struct xp_device *simple_device(void)
{
    static const struct xp_device *device;
    if (!device)
        device = xp_device_register("simple", &simple_driver, NULL, NULL);
    return device;
}
