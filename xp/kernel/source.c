/* The text of a kernel as a device compiles it: the dialect's words, the prelude, the kernel, an entry for each pass.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "core/alloc.h"
#include "core/dtype.h"
#include "kernel/kernel.h"

/* Text that grows. `data` is NULL after memory has run out. */
typedef struct text {
    char *data;
    size_t length, room;
} text;

static void append(text *t, const char *more)
{
    size_t length = strlen(more);
    if (!t->data)
        return;
    if (t->length + length + 1 > t->room) {
        size_t room = 2 * (t->length + length + 1);
        char *grown = xp_realloc(t->data, room, 1);
        if (!grown) {
            xp_dealloc(t->data);
            t->data = NULL;
            return;
        }
        t->data = grown;
        t->room = room;
    }
    memcpy(t->data + t->length, more, length + 1);
    t->length += length;
}

/* How an entry is written in each dialect. */
static const struct {
    const char *head, *global, *index;
} dialects[] = {
    [XP_DIALECT_C] = {"void ", "", NULL},
    [XP_DIALECT_OPENCL] = {"__kernel void ", "__global ", "(xp_index)get_global_id(0)"},
    [XP_DIALECT_CUDA] = {"extern \"C\" __global__ void ", "",
                         "(xp_index)blockIdx.x * (xp_index)blockDim.x + (xp_index)threadIdx.x"},
};

static void append_parameter(text *t, const xp_parameter *parameter, const char *global)
{
    append(t, ", ");
    bool is_array = parameter->kind == XP_PARAMETER_INPUT || parameter->kind == XP_PARAMETER_OUTPUT;
    if (is_array)
        append(t, global);
    if (parameter->kind == XP_PARAMETER_INPUT)
        append(t, "const ");
    append(t, parameter->type);
    append(t, is_array ? " *" : " ");
    append(t, parameter->name);
}

static void append_entry(text *t, const xp_kernel *kernel, const xp_pass *pass, xp_dialect dialect)
{
    append(t, "\n");
    append(t, dialects[dialect].head);
    append(t, pass->name);
    append(t, "_entry(xp_index xp_count");
    for (int i = 0; i < pass->n_parameters; i++)
        append_parameter(t, &kernel->parameters[pass->parameters[i]], dialects[dialect].global);
    append(t, ")\n{\n    xp_index xp_at");
    if (dialects[dialect].index) {
        append(t, " = ");
        append(t, dialects[dialect].index);
        append(t, ";\n    if (xp_at < xp_count)\n        ");
    } else {
        append(t, ";\n    for (xp_at = 0; xp_at < xp_count; xp_at++)\n        ");
    }
    append(t, pass->name);
    append(t, "(xp_at");
    for (int i = 0; i < pass->n_parameters; i++) {
        append(t, ", ");
        append(t, kernel->parameters[pass->parameters[i]].name);
    }
    append(t, ");\n}\n");
}

char *xp_kernel_source(const xp_kernel *kernel, xp_dialect dialect, int dtype)
{
    if (xp_kernel_dtype_place(kernel, dtype) < 0)
        return NULL;
    text t = {.data = xp_alloc(1, 1), .room = 1};
    if (t.data)
        t.data[0] = '\0';
    append(&t, xp_dtype_bytes(dtype) == 4 ? "#define XP_REAL_BITS 32\n" : "#define XP_REAL_BITS 64\n");
    append(&t, xp_kernel_prelude);
    append(&t, kernel->text);
    for (int pass = 0; pass < kernel->n_passes; pass++)
        append_entry(&t, kernel, &kernel->passes[pass], dialect);
    return t.data;
}
