/* Running the host's compiled loops by hand, for every instruction set that this machine has.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "loop_support.h"

#include <string.h>

#define XP_ELEMENTWISE(name, arity, rule, accepts, extends, expression, complex_expression)                            \
    {#name, &xp_operation_##name},
const loop_row loop_rows[] = {
#include "graph/elementwise.def"
    {"copy", &xp_operation_copy},
};
#undef XP_ELEMENTWISE
const int loop_row_count = (int)(sizeof loop_rows / sizeof loop_rows[0]);

xp_dtype loop_result_dtype(const xp_operation *operation, xp_dtype dtype)
{
    switch ((xp_rule)operation->rule) {
    case XP_RULE_BOOL:
        return XP_BOOL;
    case XP_RULE_REAL:
        return dtype == XP_COMPLEX64 ? XP_FLOAT32 : dtype == XP_COMPLEX128 ? XP_FLOAT64 : dtype;
    default:
        return dtype;
    }
}

xp_dtype loop_operand_dtype(const xp_operation *operation, int i, xp_dtype dtype)
{
    return operation->rule == XP_RULE_SELECT && i == 0 ? XP_BOOL : dtype;
}

uint64_t loop_bits(loop_random *random)
{
    uint64_t z = random->state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

double loop_uniform(loop_random *random) { return (double)(loop_bits(random) >> 11) * 0x1p-53; }

static double any_number(loop_random *random, bool wide)
{
    static const double special[] = {0.0, -0.0,     1.0,       -1.0, 2.0,   0.5,   -2.0,
                                     3.0, INFINITY, -INFINITY, NAN,  1e-40, -1e-40};
    uint64_t kind = loop_bits(random) % 6;
    if (kind == 0)
        return special[loop_bits(random) % (sizeof special / sizeof special[0])];
    if (kind == 1)
        return (loop_uniform(random) - 0.5) * 4.0;
    if (kind == 2)
        return (loop_uniform(random) - 0.5) * 300.0;
    if (kind == 3)
        return floor((loop_uniform(random) - 0.5) * 30.0);
    double size = exp((loop_uniform(random) - 0.5) * (wide ? 1400.0 : 170.0));
    return loop_bits(random) & 1 ? size : -size;
}

static uint64_t any_integer(loop_random *random)
{
    uint64_t kind = loop_bits(random) % 4;
    if (kind == 0)
        return loop_bits(random);
    if (kind == 1)
        return (uint64_t)1 << loop_bits(random) % 64;
    return (uint64_t)((int64_t)(loop_bits(random) % 41) - 20);
}

void loop_fill(loop_random *random, xp_dtype dtype, void *elements, int64_t n)
{
    bool is_complex = dtype == XP_COMPLEX64 || dtype == XP_COMPLEX128;
    for (int64_t i = 0; i < n * (is_complex ? 2 : 1); i++) {
        uint64_t integer = any_integer(random);
        switch (dtype) {
        case XP_BOOL:
            ((uint8_t *)elements)[i] = integer & 1;
            break;
        case XP_INT8:
        case XP_UINT8:
            ((uint8_t *)elements)[i] = (uint8_t)integer;
            break;
        case XP_INT16:
        case XP_UINT16:
        case XP_FLOAT16:
        case XP_BFLOAT16:
            ((uint16_t *)elements)[i] = (uint16_t)integer;
            break;
        case XP_INT32:
        case XP_UINT32:
            ((uint32_t *)elements)[i] = (uint32_t)integer;
            break;
        case XP_FLOAT32:
        case XP_COMPLEX64:
            ((float *)elements)[i] = (float)any_number(random, false);
            break;
        case XP_FLOAT64:
        case XP_COMPLEX128:
            ((double *)elements)[i] = any_number(random, true);
            break;
        default:
            ((uint64_t *)elements)[i] = integer;
        }
    }
}

bool loop_same(xp_dtype dtype, const void *a, const void *b)
{
    int parts = dtype == XP_COMPLEX64 || dtype == XP_COMPLEX128 ? 2 : 1;
    size_t bytes = xp_dtype_bytes((int)dtype) / (size_t)parts;
    for (int i = 0; i < parts; i++) {
        const char *of_a = (const char *)a + (size_t)i * bytes, *of_b = (const char *)b + (size_t)i * bytes;
        if (memcmp(of_a, of_b, bytes) == 0)
            continue;
        double x = NAN, y = 0.0;
        float f, g;
        if (!xp_dtype_is((int)dtype, XP_KIND_FLOATING))
            return false;
        if (bytes == 2) {
            xp_value stored = {.as_uint64 = 0};
            memcpy(&stored, of_a, 2);
            x = xp_value_real(&stored, dtype);
            memcpy(&stored, of_b, 2);
            y = xp_value_real(&stored, dtype);
        } else if (bytes == 4) {
            memcpy(&f, of_a, 4);
            memcpy(&g, of_b, 4);
            x = (double)f;
            y = (double)g;
        } else {
            memcpy(&x, of_a, 8);
            memcpy(&y, of_b, 8);
        }
        if (!isnan(x) || !isnan(y))
            return false;
    }
    return true;
}

double loop_value(const xp_operation *operation, xp_isa isa, xp_dtype dtype, double a, double b)
{
    float narrow[3] = {(float)a, (float)b, 0.0f};
    double wide[3] = {a, b, 0.0};
    uint8_t truth[8] = {0};
    bool is_wide = dtype == XP_FLOAT64, is_bool = operation->rule == XP_RULE_BOOL;
    const void *of_narrow[2] = {&narrow[0], &narrow[1]}, *of_wide[2] = {&wide[0], &wide[1]};
    void *result = is_bool ? (void *)truth : is_wide ? (void *)&wide[2] : (void *)&narrow[2];
    operation->loops((int)isa)[dtype](1, is_wide ? of_wide : of_narrow, result);
    return is_bool ? (double)truth[0] : is_wide ? wide[2] : (double)narrow[2];
}

bool loop_equal(double a, double b) { return isnan(a) ? isnan(b) : a == b && signbit(a) == signbit(b); }
