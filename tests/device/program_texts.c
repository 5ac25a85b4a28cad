/* Writes texts of fused programs into a folder, as all readers get them: every operation and every cast by dtype, and
 * layouts. XP_TEST_ONLY names dtypes.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "core/dtype.h"
#include "graph/operation.h"
#include "paper.h"
#include "scixp/testing.h"
#include "scixp/xp/functions.h"

#define COUNT 1000

static const xp_operation *const operations[] = {
#define XP_ELEMENTWISE(name, arity, rule, accepts, extends, expression, complex_expression) &xp_operation_##name,
#include "graph/elementwise.def"
#undef XP_ELEMENTWISE
};
enum { N_OPERATIONS = sizeof operations / sizeof operations[0] };

static bool takes(const xp_operation *operation, xp_dtype dtype)
{
    int kinds = operation->accepts | operation->extends;
    kinds = operation->rule == XP_RULE_FLOAT ? kinds & XP_KIND_FLOATING : kinds;
    return !xp_is_storage(dtype) && (kinds & xp_dtypes[dtype].kind) != 0;
}

static xp_dtype result_of(const xp_operation *operation, xp_dtype dtype)
{
    return operation->rule == XP_RULE_BOOL ? XP_BOOL : operation->rule == XP_RULE_REAL ? xp_real_dtype(dtype) : dtype;
}

/* A program over lines, put together by hand so that many results share a text. */
typedef struct lines {
    xp_program program;
    xp_operands operands;
} lines;

static void add_input(lines *l, const struct xp_device *device, xp_dtype dtype)
{
    static const int64_t shape[] = {COUNT};
    int number = l->program.n_inputs++;
    xp_operand *operand = &l->operands.inputs[number];
    xp_view view = paper_view(device, dtype, 1, shape, operand->strides);
    l->program.inputs[number] = (xp_input){XP_INPUT_ARRAY, (uint8_t)dtype};
    operand->buffer = view.buffer;
}

static void add_output(lines *l, const struct xp_device *device, int value, xp_dtype dtype)
{
    static const int64_t shape[] = {COUNT};
    int number = l->program.n_outputs++;
    xp_operand *operand = &l->operands.outputs[number];
    xp_view view = paper_view(device, dtype, 1, shape, operand->strides);
    l->program.outputs[number] = (xp_output){.value = (uint16_t)value, .dtype = (uint8_t)dtype};
    operand->buffer = view.buffer;
}

/* Two lines of the dtype, and one of bools. */
static void begin(lines *l, const struct xp_device *device, xp_dtype dtype)
{
    *l = (lines){.operands = {.ndim = 1, .shape = {COUNT}}};
    add_input(l, device, dtype);
    add_input(l, device, dtype);
    add_input(l, device, XP_BOOL);
}

static xp_status all_operations(const struct xp_device *device, xp_dtype dtype)
{
    static lines l;
    xp_status status = XP_OK;
    begin(&l, device, dtype);
    for (int i = 0; i <= N_OPERATIONS; i++) {
        if (i < N_OPERATIONS && takes(operations[i], dtype)) {
            const xp_dtype result = result_of(operations[i], dtype);
            xp_step step = {operations[i], (uint8_t)dtype, (uint8_t)result, {0, 1, 1}};
            if (operations[i]->rule == XP_RULE_SELECT)
                step.inputs[0] = 2;
            l.program.steps[l.program.n_steps++] = step;
            add_output(&l, device, l.program.n_inputs + l.program.n_steps - 1, result);
        }
        if (l.program.n_outputs == XP_PROGRAM_OUTPUTS || (i == N_OPERATIONS && l.program.n_outputs > 0)) {
            status |= device->driver->run(device, &l.program, &l.operands);
            begin(&l, device, dtype);
        }
    }
    return status;
}

static xp_status all_casts(const struct xp_device *device, xp_dtype from)
{
    static lines l;
    begin(&l, device, from);
    for (int to = XP_BOOL; to < XP_N_DTYPES; to++)
        if (!xp_dtype_is(from, XP_KIND_COMPLEX) || xp_dtype_is(to, XP_KIND_COMPLEX))
            add_output(&l, device, 0, (xp_dtype)to);
    return device->driver->run(device, &l.program, &l.operands);
}

static xp_array *zeros(const struct xp_device *device, xp_dtype dtype, xp_shape shape)
{
    int64_t bytes = (int64_t)xp_dtype_bytes(dtype);
    for (int i = 0; i < shape.ndim; i++)
        bytes *= shape.extents[i];
    void *memory = calloc((size_t)bytes, 1);
    xp_array *x = memory ? xp_from_host(memory, dtype, shape, device) : xp_failed();
    free(memory);
    return x;
}

/* Rows and columns that are broadcast, axes in another order, gaps, going backwards. */
static xp_status some_layouts(const struct xp_device *device, xp_dtype dtype)
{
    xp_array *x = zeros(device, dtype, XP_SHAPE(30, 20, 20)), *row = zeros(device, dtype, XP_SHAPE(20));
    xp_array *column = zeros(device, dtype, XP_SHAPE(20, 1)), *turned = xp_matrix_transpose(x);
    xp_array *apart = xp_get(x, XP_INDEX(xp_ellipsis(), xp_slice(XP_END, XP_END, -2)));
    xp_array *half = xp_get(row, XP_INDEX(xp_slice(0, XP_END, 2)));
    xp_array *results[] = {xp_add(x, row), xp_add(turned, column), xp_add(x, turned), xp_add(apart, half)};
    xp_status status = XP_OK;
    for (size_t i = 0; i < sizeof results / sizeof results[0]; i++)
        status |= xp_eval(results[i]);
    return status;
}

int main(int count, char **arguments)
{
    xp_status status = XP_OK;
    for (int number = 0; number < 3 && count == 2; number++) {
        const struct xp_device *device = paper_device(number, arguments[1]);
        if (!device)
            return 1;
        XP_TEST_DTYPES(dtype, XP_TEST_ANY | XP_TEST_STORAGE)
        {
            xp_scope scope = xp_scope_open();
            status |= all_operations(device, dtype) | all_casts(device, dtype);
            if (dtype == XP_INT8 || dtype == XP_FLOAT64 || dtype == XP_FLOAT16)
                status |= some_layouts(device, dtype);
            status |= xp_scope_close(scope);
        }
    }
    return count == 2 && status == XP_OK && paper_is_good() ? 0 : 1;
}
