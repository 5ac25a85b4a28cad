/* Numbers that stand for all others, arrays of them, and the functions by their names in the standard.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/dtype.h"
#include "scixp/testing.h"
#include "special_cases.h"

/* ---- numbers ----------------------------------------------------------------------------------------------------- */

static bool is_single(xp_dtype dtype)
{
    return dtype == XP_FLOAT32 || dtype == XP_COMPLEX64;
}

static bool is_integral(xp_dtype dtype)
{
    return (XP_TEST_DTYPE(dtype) & XP_TEST_INTEGRAL) != 0;
}

special_call special_call_of(xp_dtype dtype)
{
    return (special_call){
        .eps = is_single(dtype) ? FLT_EPSILON : DBL_EPSILON,
        .smallest = is_single(dtype) ? FLT_MIN : DBL_MIN,
        .is_complex = (XP_TEST_DTYPE(dtype) & XP_TEST_COMPLEX) != 0,
    };
}

/* The least one, the greatest one as far as double has it, and small ones. */
static int integers(xp_dtype dtype, double *numbers)
{
    static const int bits[] = {[XP_INT8] = 7,  [XP_INT16] = 15, [XP_INT32] = 31, [XP_INT64] = 63,
                               [XP_UINT8] = 8, [XP_UINT16] = 16, [XP_UINT32] = 32, [XP_UINT64] = 64};
    const bool is_signed = (XP_TEST_DTYPE(dtype) & XP_TEST_SIGNED) != 0;
    const double end = ldexp(1, bits[dtype]);
    int n = 0;
    for (int i = is_signed ? -4 : 0; i <= 4; i++)
        numbers[n++] = i;
    numbers[n++] = end / 2;
    numbers[n++] = bits[dtype] > 53 ? nextafter(end, 0) : end - 1;
    if (is_signed)
        numbers[n++] = -end;
    return n;
}

int special_numbers(xp_dtype dtype, bool few, double *numbers)
{
    if (is_integral(dtype))
        return integers(dtype, numbers);
    const bool single = is_single(dtype);
    const double eps = single ? FLT_EPSILON : DBL_EPSILON, smallest = single ? FLT_MIN : DBL_MIN;
    const double positive[] = {
        0, 1, 2.5, INFINITY, NAN, /* the few */
        smallest * eps, 3 * smallest * eps, smallest, eps, single ? (double)0.3f : 0.3, 0.5, 1 - eps / 2, 1 + eps, 1.5,
        2, 3, 7, 88.25, 1000001, 1 / eps, 2 / eps - 1, single ? (double)FLT_MAX : DBL_MAX,
    };
    const int count = few ? 5 : (int)(sizeof positive / sizeof positive[0]);
    for (int i = 0; i < count; i++) {
        numbers[2 * i] = copysign(positive[i], 1);
        numbers[2 * i + 1] = copysign(positive[i], -1);
    }
    return 2 * count;
}

/* ---- arrays ------------------------------------------------------------------------------------------------------ */

#define STORE(dtype_name, type)                                                                                        \
    case dtype_name:                                                                                                   \
        for (int64_t i = 0; i < n; i++)                                                                                \
            ((type *)memory)[i] = (type)elements[i].re;                                                                \
        break;
#define LOAD(dtype_name, type)                                                                                         \
    case dtype_name:                                                                                                   \
        for (int64_t i = 0; i < n; i++)                                                                                \
            elements[i] = (special_number){(double)((const type *)memory)[i], 0};                                      \
        break;
#define REAL(EACH)                                                                                                     \
    EACH(XP_INT8, int8_t) EACH(XP_INT16, int16_t) EACH(XP_INT32, int32_t) EACH(XP_INT64, int64_t)                      \
    EACH(XP_UINT8, uint8_t) EACH(XP_UINT16, uint16_t) EACH(XP_UINT32, uint32_t) EACH(XP_UINT64, uint64_t)              \
    EACH(XP_FLOAT32, float) EACH(XP_FLOAT64, double) EACH(XP_BOOL, uint8_t)

xp_array *special_upload(const special_number *elements, int64_t n, xp_dtype dtype, const struct xp_device *device)
{
    void *memory = calloc((size_t)n, sizeof *elements);
    cr_assert(memory);
    switch (dtype) {
        REAL(STORE)
    case XP_COMPLEX64:
        for (int64_t i = 0; i < n; i++) {
            ((float *)memory)[2 * i] = (float)elements[i].re;
            ((float *)memory)[2 * i + 1] = (float)elements[i].im;
        }
        break;
    default:
        memcpy(memory, elements, (size_t)n * sizeof *elements);
    }
    xp_array *x = xp_from_host(memory, dtype, XP_SHAPE(n), device);
    free(memory);
    return x;
}

void special_download(xp_array *x, special_number *elements, int64_t n)
{
    const size_t bytes = (size_t)n * sizeof *elements;
    void *memory = malloc(bytes);
    cr_assert(memory && xp_size(x) == n, "%lld elements instead of %lld: %s", (long long)xp_size(x), (long long)n,
              xp_error_message());
    const size_t taken = (size_t)n * xp_dtype_bytes((int)xp_dtype_of(x));
    xp_assert_that(xp_to_host(x, memory, taken) == XP_OK, "%s", xp_error_message());
    switch (xp_dtype_of(x)) {
        REAL(LOAD)
    case XP_COMPLEX64:
        for (int64_t i = 0; i < n; i++)
            elements[i] = (special_number){((const float *)memory)[2 * i], ((const float *)memory)[2 * i + 1]};
        break;
    default:
        memcpy(elements, memory, bytes);
    }
    free(memory);
}

/* ---- functions --------------------------------------------------------------------------------------------------- */

#define ONE(name) {#name, 1, .one = xp_##name}
#define TWO(name) {#name, 2, .two = xp_##name}
static const struct {
    const char *name;
    int operands;
    xp_array *(*one)(xp_array *);
    xp_array *(*two)(xp_array *, xp_array *);
    xp_array *(*three)(xp_array *, xp_array *, xp_array *);
} functions[] = {
    ONE(abs), ONE(acos), ONE(acosh), TWO(add), ONE(asin), ONE(asinh), ONE(atan), TWO(atan2), ONE(atanh), ONE(ceil),
    {"clip", 3, .three = xp_clip}, TWO(copysign), ONE(cos), ONE(cosh), TWO(divide), TWO(equal), ONE(exp), ONE(expm1),
    ONE(floor), TWO(floor_divide), TWO(hypot), {"isfinite", 1, .one = xp_is_finite}, {"isinf", 1, .one = xp_is_inf},
    {"isnan", 1, .one = xp_is_nan}, ONE(log), ONE(log1p), ONE(log2), ONE(log10), TWO(logaddexp), TWO(maximum),
    TWO(minimum), TWO(multiply), TWO(nextafter), TWO(not_equal), TWO(pow), ONE(reciprocal), TWO(remainder), ONE(round),
    ONE(sign), {"signbit", 1, .one = xp_sign_bit}, ONE(sin), ONE(sinh), ONE(sqrt), ONE(square), TWO(subtract),
    ONE(tan), ONE(tanh), ONE(trunc),
};

static size_t find(const char *name)
{
    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++)
        if (strcmp(functions[i].name, name) == 0)
            return i;
    cr_assert_fail("nobody knows how to call %s", name);
    return 0;
}

int special_operands(const char *name)
{
    return functions[find(name)].operands;
}

xp_array *special_apply(const char *name, xp_array *const *x)
{
    const size_t i = find(name);
    if (functions[i].operands == 1)
        return functions[i].one(x[0]);
    return functions[i].operands == 2 ? functions[i].two(x[0], x[1]) : functions[i].three(x[0], x[1], x[2]);
}
