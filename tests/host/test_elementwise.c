/* Random elementwise programs: the engine against an evaluator that takes one index at a time, bit for bit.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "programs.h"

static const xp_dtype dtypes[] = {XP_FLOAT64, XP_FLOAT32, XP_INT32, XP_INT64, XP_BOOL, XP_INT8, XP_UINT16,
                                  XP_COMPLEX64, XP_COMPLEX128};

static void make_program(sample *s, sample_random *random, int64_t size)
{
    sample_start(s, random, size, false);
    int inputs = 1 + (int)sample_below(random, 5);
    for (int i = 0; i < inputs; i++) {
        xp_dtype dtype = dtypes[sample_below(random, sample_chance(random, 60) ? 2 : 9)];
        if (i > 0 && sample_chance(random, 15))
            sample_scalar(s, random, dtype);
        else if (sample_chance(random, 8))
            sample_coordinate(s, random);
        else
            sample_array(s, random, dtype);
    }
    sample_steps(s, random, (int)sample_below(random, sample_chance(random, 20) ? 30 : 8));
    int values = s->program.n_inputs + s->program.n_steps;
    sample_store(s, random, (uint16_t)(values - 1));
    while (sample_chance(random, 30) && s->program.n_outputs < 4)
        sample_store(s, random, (uint16_t)sample_below(random, values));
}

/* NaNs may have any bits. */
static bool same(const char *a, const char *b, xp_dtype dtype)
{
    size_t bytes = xp_dtype_bytes(dtype);
    if (memcmp(a, b, bytes) == 0)
        return true;
    size_t part = dtype == XP_FLOAT32 || dtype == XP_COMPLEX64 ? 4 : 8;
    if (!xp_dtype_is(dtype, XP_KIND_FLOATING))
        return false;
    for (size_t at = 0; at < bytes; at += part) {
        double x, y;
        float x4, y4;
        memcpy(&x4, a + at, 4);
        memcpy(&y4, b + at, 4);
        memcpy(&x, a + at, part == 8 ? 8 : 0);
        memcpy(&y, b + at, part == 8 ? 8 : 0);
        bool nans = part == 8 ? isnan(x) && isnan(y) : isnan(x4) && isnan(y4);
        if (!nans && memcmp(a + at, b + at, part) != 0)
            return false;
    }
    return true;
}

static void check(sample *s, const host_settings *settings, uint64_t seed)
{
    static char values[HOST_VALUES][16];
    int64_t index[XP_MAX_NDIM] = {0};
    sample_run(s, settings);
    do {
        sample_evaluate(s, settings->isa, index, values);
        for (int i = 0; i < s->program.n_outputs; i++) {
            const xp_output *output = &s->program.outputs[i];
            if (same(sample_output(s, i, index), values[output->value], (xp_dtype)output->dtype))
                continue;
            cr_assert_fail("seed %llu, isa %d, threads %d, output %d at (%lld, %lld, %lld) of %d axes:\n%s",
                           (unsigned long long)seed, (int)settings->isa, settings->threads, i, (long long)index[0],
                           (long long)index[1], (long long)index[2], s->operands.ndim, sample_text(s));
        }
    } while (sample_next(s, index));
}

Test(host_elementwise, random_programs)
{
    static sample s;
    for (uint64_t seed = 0; seed < 600; seed++) {
        sample_random random = {seed * 7919};
        make_program(&s, &random, seed % 10 == 0 ? 40000 : 4000);
        host_settings settings = {.isa = (xp_isa)(seed % (uint64_t)(host_isa_present() + 1))};
        settings.threads = seed % 7 == 0 ? 3 : 1;
        settings.block_bytes = seed % 5 == 0 ? 256 << sample_below(&random, 6) : 0;
        settings.cache_bytes = seed % 3 == 0 ? 1 : 0;
        check(&s, &settings, seed);
        sample_free(&s);
    }
}

static const int64_t turned_shapes[][3] = {{64, 64, 1}, {65, 200, 1}, {8, 300, 1}, {300, 9, 1}, {2, 70, 130},
                                           {70, 3, 67}, {130, 600, 1}, {71, 1030, 1}};
enum { N_TURNED = sizeof turned_shapes / sizeof turned_shapes[0] };

/* An input that lies column-major. */
static uint16_t turned_input(sample *s, sample_random *random, xp_dtype dtype)
{
    const int64_t *shape = s->operands.shape;
    uint16_t b = sample_array(s, random, dtype);
    xp_operand *turned = &s->operands.inputs[b];
    for (int axis = 2; axis >= 0; axis--)
        turned->strides[axis] = (int64_t)xp_dtype_bytes(dtype);
    turned->strides[1] *= shape[0];
    turned->strides[2] *= shape[0] * shape[1];
    size_t bytes = (size_t)(shape[0] * shape[1] * shape[2]) * xp_dtype_bytes(dtype);
    s->memory[b] = realloc(s->memory[b], bytes);
    s->original[b] = realloc(s->original[b], bytes);
    s->bytes[b] = bytes;
    for (size_t at = 0; at < bytes; at++)
        s->original[b][at] = (char)(dtype == XP_BOOL ? at % 3 == 0 : sample_below(random, 60));
    turned->offset = 0;
    s->buffers[b].memory.handle = s->memory[b];
    return b;
}

static void start_turned(sample *s, sample_random *random, int shape)
{
    sample_start(s, random, 1, false);
    s->operands.ndim = 3;
    memcpy(s->operands.shape, turned_shapes[shape], sizeof turned_shapes[shape]);
}

/* a + transpose(b), with edges that fill no tile, and other operands along for the ride. */
Test(host_elementwise, transposed_operands)
{
    static sample s;
    for (int i = 0; i < N_TURNED; i++)
        for (int d = 0; d < 9; d++)
            for (int threads = 1; threads < 4; threads += 2) {
                sample_random random = {(uint64_t)(i * 100 + d)};
                start_turned(&s, &random, i);
                uint16_t a = sample_array(&s, &random, dtypes[d]), b = turned_input(&s, &random, dtypes[d]);
                sample_array(&s, &random, XP_FLOAT64);
                sample_steps(&s, &random, 3);
                uint16_t sum = sample_step(&s, &xp_operation_equal, dtypes[d], XP_BOOL, (uint16_t[]){a, b});
                sample_store(&s, &random, sum);
                sample_store(&s, &random, b);
                host_settings settings = {.isa = host_isa_present(), .threads = threads, .cache_bytes = d % 2};
                check(&s, &settings, (uint64_t)(i * 100 + d));
                sample_free(&s);
            }
}

/* Nothing is computed: the tile goes right to the output, in the caches and past them. */
Test(host_elementwise, transposed_copies)
{
    static sample s;
    for (int i = 0; i < N_TURNED; i++)
        for (int d = 0; d < 9; d++)
            for (int way = 0; way < 12; way++) {
                xp_isa isa = (xp_isa)(way / 4);
                if (isa > host_isa_present())
                    continue;
                sample_random random = {(uint64_t)(i * 100 + d)};
                start_turned(&s, &random, i);
                sample_store(&s, &random, turned_input(&s, &random, dtypes[d]));
                host_settings settings = {.isa = isa, .threads = way % 2 ? 3 : 1, .cache_bytes = way / 2 % 2};
                check(&s, &settings, (uint64_t)(i * 100 + d));
                sample_free(&s);
            }
}
