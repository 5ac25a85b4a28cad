/* Random programs that reduce, and whether what they have written is right.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "reduced.h"

#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

static const xp_dtype dtypes[] = {XP_FLOAT64, XP_FLOAT32, XP_INT32, XP_INT64, XP_INT8, XP_UINT16, XP_UINT64, XP_UINT8,
                                  XP_INT16, XP_UINT32, XP_BOOL, XP_COMPLEX64, XP_COMPLEX128};

static bool takes(xp_reduction_kind kind, xp_dtype dtype)
{
    switch (kind) {
    case XP_REDUCE_SUM:
    case XP_REDUCE_PROD:
        return dtype != XP_BOOL;
    case XP_REDUCE_MEAN:
        return xp_dtype_is(dtype, XP_KIND_FLOATING);
    case XP_REDUCE_VAR:
    case XP_REDUCE_STD:
        return xp_dtype_is(dtype, XP_KIND_FLOAT);
    case XP_REDUCE_MIN:
    case XP_REDUCE_MAX:
    case XP_REDUCE_ARGMIN:
    case XP_REDUCE_ARGMAX:
        return !xp_dtype_is(dtype, XP_KIND_COMPLEX);
    default:
        return true;
    }
}

void reduced_make(sample *s, sample_random *random, int64_t size)
{
    sample_start(s, random, size, true);
    uint16_t value = sample_array(s, random, dtypes[sample_chance(random, 60) ? sample_below(random, 2)
                                                                              : sample_below(random, 13)]);
    if (sample_chance(random, 60)) {
        if (sample_chance(random, 70))
            sample_array(s, random, dtypes[sample_below(random, 4)]);
        if (sample_chance(random, 30))
            sample_scalar(s, random, XP_FLOAT64);
        sample_steps(s, random, 1 + (int)sample_below(random, 6));
        value = (uint16_t)(s->program.n_inputs + s->program.n_steps - 1);
    }
    int outputs = 1 + (int)sample_below(random, 6);
    while (s->program.n_outputs < outputs) {
        xp_reduction_kind kind = (xp_reduction_kind)sample_below(random, XP_N_REDUCTIONS);
        uint16_t reduced = sample_chance(random, 85)
                               ? value
                               : (uint16_t)sample_below(random, s->program.n_inputs + s->program.n_steps);
        if (sample_chance(random, 10))
            sample_store(s, random, reduced);
        else if (takes(kind, sample_dtype(s, reduced)))
            sample_reduce(s, random, reduced, kind, (double)sample_below(random, 3));
    }
}

/* ---- plain evaluation -------------------------------------------------------------------------------------------- */

typedef struct number {
    long double re, im;
    int64_t whole;
} number;

static number read_number(const char *from, xp_dtype dtype)
{
    xp_value value;
    memcpy(&value, from, xp_dtype_bytes(dtype));
    number n = {.re = 0};
    switch (dtype) {
    case XP_FLOAT32:
        n.re = value.as_float32;
        break;
    case XP_FLOAT64:
        n.re = value.as_float64;
        break;
    case XP_COMPLEX64:
        n.re = value.as_complex64[0];
        n.im = value.as_complex64[1];
        break;
    case XP_COMPLEX128:
        n.re = value.as_complex128[0];
        n.im = value.as_complex128[1];
        break;
    case XP_UINT64:
        n.whole = (int64_t)value.as_uint64;
        n.re = (long double)value.as_uint64;
        break;
    default: {
        xp_value as_int64;
        xp_value_cast(&value, dtype, &as_int64, XP_INT64);
        n.whole = as_int64.as_int64;
        n.re = (long double)n.whole;
    }
    }
    return n;
}

/* Everything that a reduction may ask about the values of one result, in C order. */
typedef struct facts {
    number *values;
    int64_t n;
} facts;

static bool is_better(number a, number b, bool least)
{
    if (isnan(b.re))
        return false;
    return isnan(a.re) || (least ? a.re < b.re : a.re > b.re);
}

static int64_t best_position(const facts *f, bool least)
{
    int64_t best = 0;
    for (int64_t i = 1; i < f->n; i++)
        if (is_better(f->values[i], f->values[best], least))
            best = i;
    return best;
}

static int64_t count_nonzero(const facts *f)
{
    int64_t count = 0;
    for (int64_t i = 0; i < f->n; i++)
        count += f->values[i].re != 0 || f->values[i].im != 0;
    return count;
}

static bool is_close(long double got, long double want, long double scale, long double tolerance)
{
    if (!isfinite(want))
        return isnan(want) ? isnan(got) : got == want;
    return fabsl(got - want) <= scale * tolerance;
}

static uint64_t mask_of(xp_dtype dtype)
{
    size_t bytes = xp_dtype_bytes(dtype);
    return bytes == 8 ? UINT64_MAX : (UINT64_C(1) << (8 * bytes)) - 1;
}

static bool check_sum(const facts *f, number got, xp_dtype dtype, bool mean, long double tolerance)
{
    long double re = 0, im = 0, scale = 0;
    uint64_t whole = 0;
    for (int64_t i = 0; i < f->n; i++) {
        re += f->values[i].re;
        im += f->values[i].im;
        scale += isfinite(f->values[i].re) ? fabsl(f->values[i].re) : 0;
        scale += isfinite(f->values[i].im) ? fabsl(f->values[i].im) : 0;
        whole += (uint64_t)f->values[i].whole;
    }
    if (!xp_dtype_is(dtype, XP_KIND_FLOATING))
        return ((whole ^ (uint64_t)got.whole) & mask_of(dtype)) == 0;
    long double share = mean ? 1 / (long double)f->n : 1;
    return is_close(got.re, re * share, scale * share, tolerance) &&
           is_close(got.im, im * share, scale * share, tolerance);
}

static bool check_prod(const facts *f, number got, xp_dtype dtype, long double tolerance)
{
    long double re = 1, im = 0;
    uint64_t whole = 1;
    for (int64_t i = 0; i < f->n; i++) {
        long double next = re * f->values[i].re - im * f->values[i].im;
        im = re * f->values[i].im + im * f->values[i].re;
        re = next;
        whole *= (uint64_t)f->values[i].whole;
    }
    if (!xp_dtype_is(dtype, XP_KIND_FLOATING))
        return ((whole ^ (uint64_t)got.whole) & mask_of(dtype)) == 0;
    long double size = fabsl(re) + fabsl(im);
    if (f->n > 20 || !(size < 1e30L)) /* the order decides what overflows */
        return true;
    return is_close(got.re, re, size, 30 * tolerance) && is_close(got.im, im, size, 30 * tolerance);
}

static bool check_var(const facts *f, number got, double correction, bool root, long double tolerance)
{
    long double mean = 0, rest = 0, divisor = (long double)f->n - (long double)correction;
    for (int64_t i = 0; i < f->n; i++)
        mean += f->values[i].re / (long double)f->n;
    for (int64_t i = 0; i < f->n; i++)
        rest += (f->values[i].re - mean) * (f->values[i].re - mean);
    if (divisor <= 0)
        return !isfinite(got.re);
    if (!isfinite(rest))
        return isnan(got.re);
    long double var = rest / divisor, want = root ? sqrtl(var) : var;
    return is_close(got.re, want, want + 1e-15L, 30 * tolerance) || (root && got.re * got.re <= 1e-28L && var < 1e-28L);
}

static bool check_result(const xp_output *output, xp_dtype dtype, const facts *f, const char *at)
{
    number got = read_number(at, (xp_dtype)output->dtype);
    bool single = dtype == XP_FLOAT32 || dtype == XP_COMPLEX64;
    long double tolerance = single ? 3e-7L : 5e-16L;
    switch ((xp_reduction_kind)output->reduction->kind) {
    case XP_REDUCE_SUM:
        return check_sum(f, got, dtype, false, tolerance);
    case XP_REDUCE_MEAN:
        return check_sum(f, got, dtype, true, tolerance);
    case XP_REDUCE_PROD:
        return check_prod(f, got, dtype, tolerance);
    case XP_REDUCE_VAR:
        return check_var(f, got, output->correction, false, tolerance);
    case XP_REDUCE_STD:
        return check_var(f, got, output->correction, true, tolerance);
    case XP_REDUCE_MIN:
    case XP_REDUCE_MAX: {
        number want = f->values[best_position(f, output->reduction->kind == XP_REDUCE_MIN)];
        return isnan(want.re) ? isnan(got.re) : got.re == want.re;
    }
    case XP_REDUCE_ARGMIN:
    case XP_REDUCE_ARGMAX:
        return got.whole == best_position(f, output->reduction->kind == XP_REDUCE_ARGMIN);
    case XP_REDUCE_ANY:
        return got.whole == (count_nonzero(f) > 0);
    case XP_REDUCE_ALL:
        return got.whole == (count_nonzero(f) == f->n);
    default:
        return got.whole == count_nonzero(f);
    }
}

/* The values of one result: `index` is its first; the reduced axes are walked. */
static void collect(const sample *s, xp_isa isa, const int64_t *index, uint16_t value, facts *f)
{
    static char values[HOST_VALUES][16];
    int64_t at[XP_MAX_NDIM];
    memcpy(at, index, sizeof at);
    f->n = 0;
    for (;;) {
        sample_evaluate(s, isa, at, values);
        f->values[f->n++] = read_number(values[value], sample_dtype(s, value));
        int axis = s->operands.ndim - 1;
        for (; axis >= 0; axis--) {
            if (!(s->operands.reduced >> axis & 1))
                continue;
            if (++at[axis] < s->operands.shape[axis])
                break;
            at[axis] = 0;
        }
        if (axis < 0)
            return;
    }
}

static bool is_first(const sample *s, const int64_t *index)
{
    for (int axis = 0; axis < s->operands.ndim; axis++)
        if ((s->operands.reduced >> axis & 1) && index[axis] != 0)
            return false;
    return true;
}

void reduced_check(const sample *s, xp_isa isa, uint64_t seed)
{
    static number room[100000];
    facts f = {.values = room};
    static char values[HOST_VALUES][16];
    for (int i = 0; i < s->program.n_outputs; i++) {
        const xp_output *output = &s->program.outputs[i];
        int64_t index[XP_MAX_NDIM] = {0};
        do {
            bool right;
            if (!output->reduction) {
                sample_evaluate(s, isa, index, values);
                number got = read_number(sample_output(s, i, index), (xp_dtype)output->dtype);
                number want = read_number(values[output->value], (xp_dtype)output->dtype);
                right = (got.re == want.re || isnan(got.re + want.re)) && (got.im == want.im || isnan(want.im));
            } else if (is_first(s, index)) {
                collect(s, isa, index, output->value, &f);
                right = check_result(output, sample_dtype(s, output->value), &f, sample_output(s, i, index));
            } else {
                continue;
            }
            const int64_t *shape = s->operands.shape;
            cr_assert(right,
                      "seed %llu: %s of %s, reduced %x of %d axes (%lld, %lld, %lld, %lld), result %lld, n %lld: %.17g"
                      "\n%s",
                      (unsigned long long)seed, output->reduction ? output->reduction->name : "stored",
                      xp_dtype_name(sample_dtype(s, output->value)), (unsigned)s->operands.reduced, s->operands.ndim,
                      (long long)shape[0], (long long)shape[1], (long long)shape[2], (long long)shape[3],
                      (long long)index[0], (long long)f.n,
                      (double)read_number(sample_output(s, i, index), (xp_dtype)output->dtype).re, sample_text(s));
        } while (sample_next(s, index));
    }
}
