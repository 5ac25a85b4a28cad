/* The text of a kernel as a device compiles it: the dialect's words, the prelude, the kernel, an entry for each pass.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/builder.h"
#include "core/dtype.h"
#include "kernel/kernel.h"

/* How an entry is written in each dialect, and which item of it this is. Groups are the prelude's affair. */
static const struct {
    const char *head, *global, *item;
} dialects[] = {
    [XP_DIALECT_C] = {"void ", "", "0"},
    [XP_DIALECT_OPENCL] = {"__kernel void ", "__global ", "(xp_index)get_global_id(0)"},
    [XP_DIALECT_CUDA] = {"extern \"C\" __global__ void ", "",
                         "(xp_index)blockIdx.x * (xp_index)blockDim.x + (xp_index)threadIdx.x"},
};

/* Of bodies for groups: their registers let two groups be on a unit, so that one works while the other waits. */
static const char *const group_heads[] = {
    [XP_DIALECT_C] = "void ",
    [XP_DIALECT_OPENCL] = "__kernel void ",
    [XP_DIALECT_CUDA] = "extern \"C\" __global__ void __launch_bounds__(XP_ITEMS, 2) ",
};

static bool is_array(const xp_parameter *parameter)
{
    return parameter->kind == XP_PARAMETER_INPUT || parameter->kind == XP_PARAMETER_OUTPUT;
}

/* An array comes with the place of its first element: handles of memory cannot be added to. */
static void add_parameter(xp_builder *text, const xp_parameter *parameter, const char *global)
{
    if (is_array(parameter))
        xp_builder_addf(text, ", %s%s%s *%s, xp_index %s_first", global,
                        parameter->kind == XP_PARAMETER_INPUT ? "const " : "", parameter->type, parameter->name,
                        parameter->name);
    else
        xp_builder_addf(text, ", %s %s", parameter->type, parameter->name);
}

/* What the body of an entry gives to the function that does the work, behind indices. */
static void add_arguments(xp_builder *text, const xp_kernel *kernel, const xp_pass *pass)
{
    for (int i = 0; i < pass->n_parameters; i++) {
        const xp_parameter *parameter = &kernel->parameters[pass->parameters[i]];
        xp_builder_addf(text, is_array(parameter) ? ", %s + %s_first" : ", %s", parameter->name, parameter->name);
    }
    xp_builder_add(text, ");\n}\n");
}

/* An item does `xp_stretch` indices, one after the other; or a group does them together. */
static void add_entry(xp_builder *text, const xp_kernel *kernel, const xp_pass *pass, xp_dialect dialect, int items)
{
    const bool in_stretches = xp_pass_has_stretches(pass, items), shares = in_stretches && items > 1 && pass->shared;
    xp_builder_addf(text, "\n%s%s_entry(xp_index xp_count, xp_index xp_stretch",
                    in_stretches ? group_heads[dialect] : dialects[dialect].head, pass->name);
    for (int i = 0; i < pass->n_parameters; i++)
        add_parameter(text, &kernel->parameters[pass->parameters[i]], dialects[dialect].global);
    xp_builder_add(text, ")\n{\n");
    if (shares)
        xp_builder_addf(text, "    XP_LOCAL %s xp_shared;\n", pass->shared);
    xp_builder_addf(text,
                    "    xp_index xp_at = (%s) * xp_stretch;\n"
                    "    xp_index xp_last = xp_count - xp_at < xp_stretch ? xp_count : xp_at + xp_stretch;\n",
                    in_stretches ? "XP_GROUP" : dialects[dialect].item);
    if (in_stretches)
        xp_builder_addf(text, "    if (xp_at < xp_last)\n        %s_%s(xp_at, xp_last%s", pass->name,
                        items > 1 ? "group" : "processor", shares ? ", &xp_shared" : "");
    else
        xp_builder_addf(text, "    for (; xp_at < xp_last; xp_at++)\n        %s(xp_at", pass->name);
    add_arguments(text, kernel, pass);
}

char *xp_kernel_source(const xp_kernel *kernel, xp_dialect dialect, int dtype, int items)
{
    if (xp_kernel_dtype_place(kernel, dtype) < 0)
        return NULL;
    const char *stretches = items == 1 ? kernel->processor_text : items > 1 ? kernel->group_text : NULL;
    xp_builder text = {0};
    xp_builder_add(&text, xp_dtype_bytes(dtype) == 4 ? "#define XP_REAL_BITS 32\n" : "#define XP_REAL_BITS 64\n");
    if (stretches)
        xp_builder_addf(&text, "#define XP_ITEMS %d\n", items);
    xp_builder_add(&text, xp_kernel_prelude);
    xp_builder_add(&text, kernel->text);
    xp_builder_add(&text, stretches ? stretches : "");
    for (int pass = 0; pass < kernel->n_passes; pass++)
        add_entry(&text, kernel, &kernel->passes[pass], dialect, items);
    return xp_builder_take(&text);
}
