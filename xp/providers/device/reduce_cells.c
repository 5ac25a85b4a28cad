/* Texts of cells: the definitions before each kind, and what results are made of.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>
#include <string.h>

#include "core/dtype.h"
#include "providers/device/kernels/texts.h"
#include "providers/device/reduce_plan.h"

static const char *const names[] = {"sum", "product", "moments", "min", "max", "argmin", "argmax", "count"};

void reduce_tally_name(const reduce_tally *tally, char name[32])
{
    snprintf(name, 32, "%s_%s", names[tally->family], xp_dtype_name(tally->dtype));
}

/* What values are added up in: integers wrap, so those of their own width would do, too. */
static const char *wide_of(const reduce_tally *tally)
{
    if (tally->family == REDUCE_COUNT)
        return "xp_index";
    if (xp_dtype_is(tally->dtype, XP_KIND_FLOATING))
        return "xp_float64";
    return xp_dtype_bytes(tally->dtype) == 8 || tally->dtype == XP_BOOL ? "xp_uint64" : "xp_uint32";
}

/* The value that loses against all others, or is the last to win. */
static void add_worst(xp_builder *text, const reduce_tally *tally, bool least)
{
    const char *type = xp_dtype_name(tally->dtype);
    int bits = 8 * (int)xp_dtype_bytes(tally->dtype);
    if (xp_dtype_is(tally->dtype, XP_KIND_FLOATING))
        xp_builder_addf(text, "#define NOTHING ((xp_%s)%sINFINITY)\n#define IS_NAN(a) ((a) != (a))\n", type,
                        least ? "" : "-");
    else if (xp_dtype_is(tally->dtype, XP_KIND_SIGNED))
        xp_builder_addf(text, "#define NOTHING ((xp_%s)(%s(xp_int64)(~(xp_uint64)0 >> %d)%s))\n#define IS_NAN(a) 0\n",
                        type, least ? "" : "-", 65 - bits, least ? "" : " - 1");
    else if (tally->dtype == XP_BOOL)
        xp_builder_addf(text, "#define NOTHING ((xp_bool)%d)\n#define IS_NAN(a) 0\n", least);
    else
        xp_builder_addf(text, "#define NOTHING ((xp_%s)%s)\n#define IS_NAN(a) 0\n", type,
                        least ? "~(xp_uint64)0" : "0");
    xp_builder_addf(text, "#define BETTER(a, b) ((a) %c (b))\n", least ? '<' : '>');
}

static void add_cells(xp_builder *text, const reduce_tally *tally)
{
    char name[32];
    reduce_family family = (reduce_family)tally->family;
    reduce_tally_name(tally, name);
    xp_builder_addf(text, "#define CELL(name) %s_##name\n#define ELEMENT xp_%s\n#define WIDE %s\n", name,
                    xp_dtype_name(tally->dtype), wide_of(tally));
    if (family >= REDUCE_MIN && family <= REDUCE_ARGMAX) {
        add_worst(text, tally, family == REDUCE_MIN || family == REDUCE_ARGMIN);
        xp_builder_addf(text, "#define OF_POSITION %d\n", family >= REDUCE_ARGMIN);
        xp_builder_add(text, device_reduce_extrema);
    } else if (family == REDUCE_MOMENTS) {
        xp_builder_add(text, device_reduce_moments);
    } else {
        bool floating = xp_dtype_is(tally->dtype, XP_KIND_FLOATING) && family == REDUCE_SUM;
        xp_builder_addf(text, "#define NOTHING (%s(WIDE)%d)\n", floating ? "-" : "", family == REDUCE_PRODUCT);
        xp_builder_addf(text, "#define OF_COMPLEX %d\n#define OF_PRODUCT %d\n#define OF_COUNT %d\n",
                        xp_dtype_is(tally->dtype, XP_KIND_COMPLEX), family == REDUCE_PRODUCT, family == REDUCE_COUNT);
        xp_builder_add(text, device_reduce_sums);
    }
    xp_builder_add(text, device_reduce_end);
}

/* Whether a tally is the first of its family and dtype. */
static bool is_first(const reduce_plan *plan, int t)
{
    for (int i = 0; i < t; i++)
        if (plan->tallies[i].family == plan->tallies[t].family && plan->tallies[i].dtype == plan->tallies[t].dtype)
            return false;
    return true;
}

void reduce_render_cells(xp_builder *text, const reduce_plan *plan)
{
    int width = plan->render.form == REDUCE_ROWS ? REDUCE_ROW_LANES
                : plan->render.form == REDUCE_COLUMNS ? REDUCE_PANEL : 1;
    xp_builder_addf(text, "#define WIDTH %d\n#define LAST_POSITION ((xp_index)(~(xp_uint64)0 >> 1))\n", width);
    for (int t = 0; t < plan->n_tallies; t++)
        if (is_first(plan, t))
            add_cells(text, &plan->tallies[t]);
    xp_builder_add(text, "#undef WIDTH\n#undef LAST_POSITION\n");
}

/* ---- results ----------------------------------------------------------------------------------------------------- */

/* Of complex values each part by itself. The sum of nothing is 0 without a sign. */
static void add_sum(xp_builder *text, const xp_output *output, const char *cell, const char *after)
{
    const char *type = xp_dtype_name(output->dtype);
    bool is_complex = xp_dtype_is(output->dtype, XP_KIND_COMPLEX);
    const char *real = is_complex ? xp_dtype_name((int)xp_real_dtype((xp_dtype)output->dtype)) : type;
    bool adds = output->reduction->kind != XP_REDUCE_PROD;
    const char *whole = adds ? "reduced == 0 ? 0 : " : "";
    if (is_complex) /* the product of nothing has no imaginary part either */
        xp_builder_addf(text, "xp_%s_of((xp_%s)((%s%s.re)%s), (xp_%s)((reduced == 0 ? 0 : %s.im)%s))", type, real,
                        whole, cell, after, real, cell, after);
    else if (output->dtype == XP_BOOL)
        xp_builder_addf(text, "(xp_bool)(%s != 0)", cell);
    else
        xp_builder_addf(text, "(xp_%s)((%s%s)%s)", type, whole, cell, after);
}

void reduce_render_result(xp_builder *text, const reduce_plan *plan, int i, const char *cell)
{
    const xp_output *output = &plan->program.outputs[i];
    const char *type = xp_dtype_name(output->dtype);
    switch ((xp_reduction_kind)output->reduction->kind) {
    case XP_REDUCE_SUM:
    case XP_REDUCE_PROD:
        add_sum(text, output, cell, "");
        break;
    case XP_REDUCE_MEAN:
        add_sum(text, output, cell, " / (xp_float64)reduced");
        break;
    case XP_REDUCE_VAR:
        xp_builder_addf(text, "(xp_%s)(%s.squares / d%d)", type, cell, i);
        break;
    case XP_REDUCE_STD:
        xp_builder_addf(text, "(xp_%s)sqrt(%s.squares / d%d)", type, cell, i);
        break;
    case XP_REDUCE_ARGMIN:
    case XP_REDUCE_ARGMAX:
        xp_builder_addf(text, "%s.position", cell);
        break;
    case XP_REDUCE_ANY:
        xp_builder_addf(text, "(xp_bool)(%s != 0)", cell);
        break;
    case XP_REDUCE_ALL:
        xp_builder_addf(text, "(xp_bool)(%s == reduced)", cell);
        break;
    default:
        xp_builder_addf(text, "(xp_%s)%s", type, cell);
        break;
    }
}
