/* The steps of a program as text: functions for its operations and casts, and the calls of them.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>

#include "core/dtype.h"
#include "providers/device/kernels/texts.h"
#include "providers/device/render.h"

static const char *name_of(int dtype) { return xp_dtype_name(dtype); }
static bool is_complex(int dtype) { return xp_dtype_is(dtype, XP_KIND_COMPLEX); }

int render_dtype_of(const xp_program *program, int number)
{
    return number < program->n_inputs ? program->inputs[number].dtype
                                      : program->steps[number - program->n_inputs].result_dtype;
}

static bool is_cast(const xp_step *step)
{
    return step->operation->rule == XP_RULE_CAST;
}

/* ---- operations -------------------------------------------------------------------------------------------------- */

static const char *expression_of(const xp_step *step)
{
    return is_complex(step->dtype) ? step->operation->complex_expression : step->operation->expression;
}

/* Definitions for the bodies in kernel/elementwise.h or kernel/complex.h, then the bodies. */
static void add_bodies(xp_builder *text, int dtype)
{
    int kind = xp_dtypes[dtype].kind, bits = 8 * (int)xp_dtype_bytes(dtype);
    const char *of = kind == XP_KIND_BOOL ? "BOOL" : kind == XP_KIND_SIGNED ? "SIGNED"
                   : kind == XP_KIND_UNSIGNED ? "UNSIGNED" : "FLOAT";
    xp_builder_addf(text, "#define XP_SUFFIX %s\n#define XP_T xp_%s\n", name_of(dtype), name_of(dtype));
    if (is_complex(dtype))
        xp_builder_addf(text, "#define XP_R xp_%s\n#define XP_BITS %d\n", name_of((int)xp_real_dtype((xp_dtype)dtype)),
                        bits / 2);
    else
        xp_builder_addf(text, "#define XP_W xp_uint%d\n#define XP_BITS %d\n#define XP_OF_%s 1\n", bits == 64 ? 64 : 32,
                        bits, of);
    xp_builder_add(text, is_complex(dtype) ? device_complex : device_elementwise);
}

static void add_operation(xp_builder *text, const xp_step *step)
{
    const xp_operation *operation = step->operation;
    const char *element = name_of(step->dtype), *result = name_of(step->result_dtype);
    xp_builder_addf(text, "XP_FN xp_%s do_%s_%s(", result, operation->name, element);
    for (int i = 0; i < operation->arity; i++)
        xp_builder_addf(text, "%sxp_%s %c", i ? ", " : "",
                        operation->rule == XP_RULE_SELECT && i == 0 ? "bool" : element, 'a' + i);
    if (is_complex(step->result_dtype))
        xp_builder_addf(text, ") { return %s; }\n", expression_of(step));
    else
        xp_builder_addf(text, ") { return (xp_%s)(%s); }\n", result, expression_of(step));
}

/* Whether step `at` is the first of its operation and dtype. */
static bool is_first(const xp_program *program, int at)
{
    for (int i = 0; i < at; i++)
        if (program->steps[i].operation == program->steps[at].operation &&
            program->steps[i].dtype == program->steps[at].dtype)
            return false;
    return true;
}

static void add_operations_of(xp_builder *text, const xp_program *program, int dtype)
{
    bool begun = false;
    for (int i = 0; i < program->n_steps; i++) {
        const xp_step *step = &program->steps[i];
        if (step->dtype != dtype || is_cast(step) || !is_first(program, i))
            continue;
        if (!begun)
            add_bodies(text, dtype);
        begun = true;
        add_operation(text, step);
    }
    if (begun)
        xp_builder_add(text, device_elementwise_end);
}

/* ---- casts ------------------------------------------------------------------------------------------------------- */

/* The floating dtype that a cast to an integer saturates from, or 0: it wraps, or is no such cast. */
static int saturates_from(int from, int to)
{
    bool to_integer = xp_dtype_is(to, XP_KIND_INTEGRAL), from_floating = xp_dtype_is(from, XP_KIND_FLOATING);
    return to_integer && from_floating ? (int)xp_real_dtype(xp_loop_dtype(from)) : 0;
}

/* Floating to integer: truncated, held within the integer's range, NaN to 0. Powers of two are exact in any floating
 * dtype; the largest integer often is not. */
static void add_saturation(xp_builder *text, int from, int to)
{
    bool is_signed = xp_dtype_is(to, XP_KIND_SIGNED);
    int bits = 8 * (int)xp_dtype_bytes(to) - is_signed;
    const char *above = from == XP_FLOAT32 ? "f" : "";
    xp_builder_addf(text, "XP_FN xp_%s saturate_%s_%s(xp_%s a)\n{\n", name_of(to), name_of(from), name_of(to),
                    name_of(from));
    xp_builder_addf(text, "    const xp_%s above = 0x1p%d%s, below = %s0x%dp%d%s;\n", name_of(from), bits, above,
                    is_signed ? "-" : "", is_signed, bits, above);
    xp_builder_addf(text, "    const xp_%s largest = (xp_%s)(~(xp_uint64)0 >> %d);\n", name_of(to), name_of(to),
                    64 - bits);
    xp_builder_addf(text, "    const xp_%s least = (xp_%s)%s;\n", name_of(to), name_of(to),
                    is_signed ? "(-largest - 1)" : "0");
    xp_builder_addf(text,
                    "    xp_%s result = (xp_%s)(((a >= below) & (a < above)) ? a : (xp_%s)0);\n"
                    "    result = a >= above ? largest : result;\n"
                    "    return a < below ? least : result;\n}\n",
                    name_of(to), name_of(to), name_of(from));
}

static void note_saturation(xp_builder *text, bool seen[XP_N_DTYPES][XP_N_DTYPES], int from, int to)
{
    int floating = saturates_from(from, to);
    if (floating && !seen[floating][to]) {
        seen[floating][to] = true;
        add_saturation(text, floating, to);
    }
}

static void add_saturations(xp_builder *text, const xp_program *program)
{
    bool seen[XP_N_DTYPES][XP_N_DTYPES] = {{false}};
    for (int i = 0; i < program->n_steps; i++)
        if (is_cast(&program->steps[i]))
            note_saturation(text, seen, program->steps[i].dtype, program->steps[i].result_dtype);
    for (int i = 0; i < program->n_outputs; i++)
        note_saturation(text, seen, render_dtype_of(program, program->outputs[i].value), program->outputs[i].dtype);
}

/* What kernel/half.h calls the dtypes that are stored only. */
static const char *short_name(int dtype)
{
    return dtype == XP_FLOAT16 ? "half" : "bfloat";
}

/* To bits that are stored, rounded once: what float32 does not hold goes through one that is rounded to odd. */
static void add_storing(xp_builder *text, const char *name, int from, int to)
{
    const char *part = is_complex(from) ? ".re" : "";
    bool is_wide = xp_dtype_is(from, XP_KIND_INTEGRAL) && xp_dtype_bytes(from) > 2;
    if (xp_real_dtype((xp_dtype)from) == XP_FLOAT64)
        xp_builder_addf(text, "kernel_%s_of_double(%s%s)", short_name(to), name, part);
    else if (is_wide)
        xp_builder_addf(text, "kernel_%s_of_float(kernel_odd_float_of_%s(%s))", short_name(to),
                        xp_dtype_is(from, XP_KIND_SIGNED) ? "long" : "ulong", name);
    else
        xp_builder_addf(text, "kernel_%s_of_float((xp_float32)%s%s)", short_name(to), name, part);
}

void render_cast(xp_builder *text, const char *name, int from, int to)
{
    const char *part = is_complex(from) ? ".re" : "", *type = name_of(to);
    char widened[64];
    if (xp_is_storage(from) && from != to) {
        snprintf(widened, sizeof widened, "kernel_float_of_%s(%s)", short_name(from), name);
        render_cast(text, widened, XP_FLOAT32, to);
    } else if (from == to)
        xp_builder_add(text, name);
    else if (xp_is_storage(to))
        add_storing(text, name, from, to);
    else if (to == XP_BOOL && is_complex(from))
        xp_builder_addf(text, "(xp_bool)((%s.re != 0) | (%s.im != 0))", name, name);
    else if (to == XP_BOOL)
        xp_builder_addf(text, "(xp_bool)(%s != 0)", name);
    else if (saturates_from(from, to))
        xp_builder_addf(text, "saturate_%s_%s(%s%s)", name_of(saturates_from(from, to)), type, name, part);
    else if (is_complex(to)) {
        const char *real = name_of((int)xp_real_dtype((xp_dtype)to));
        xp_builder_addf(text, "xp_%s_of((xp_%s)%s%s, ", type, real, name, part);
        if (is_complex(from))
            xp_builder_addf(text, "(xp_%s)%s.im)", real, name);
        else
            xp_builder_add(text, "0)");
    } else
        xp_builder_addf(text, "(xp_%s)%s%s", type, name, part);
}

/* ---- all of it --------------------------------------------------------------------------------------------------- */

static bool stores(const xp_program *program)
{
    bool found = false;
    for (int i = 0; i < program->n_steps; i++)
        found |= xp_is_storage(program->steps[i].dtype) || xp_is_storage(program->steps[i].result_dtype);
    for (int i = 0; i < program->n_inputs; i++)
        found |= xp_is_storage(program->inputs[i].dtype);
    for (int i = 0; i < program->n_outputs; i++)
        found |= xp_is_storage(program->outputs[i].dtype);
    return found;
}

void render_functions(xp_builder *text, const xp_program *program)
{
    if (stores(program))
        xp_builder_add(text, device_half);
    for (int dtype = XP_BOOL; dtype < XP_N_DTYPES; dtype++)
        add_operations_of(text, program, dtype);
    add_saturations(text, program);
}

void render_steps(xp_builder *text, const xp_program *program)
{
    for (int i = 0; i < program->n_steps; i++) {
        const xp_step *step = &program->steps[i];
        xp_builder_addf(text, "        const xp_%s v%d = ", name_of(step->result_dtype), program->n_inputs + i);
        if (is_cast(step)) {
            char name[16] = "v";
            snprintf(name, sizeof name, "v%d", step->inputs[0]);
            render_cast(text, name, step->dtype, step->result_dtype);
            xp_builder_add(text, ";\n");
            continue;
        }
        xp_builder_addf(text, "do_%s_%s(", step->operation->name, name_of(step->dtype));
        for (int k = 0; k < step->operation->arity; k++)
            xp_builder_addf(text, "%sv%d", k ? ", " : "", step->inputs[k]);
        xp_builder_add(text, ");\n");
    }
}
