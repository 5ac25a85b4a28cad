/* Random programs with operands of any layout, and an evaluator that takes them one index at a time.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_HOST_PROGRAMS_H
#define TESTS_HOST_PROGRAMS_H

#include "providers/host/engine.h"

typedef struct sample_random {
    uint64_t state;
} sample_random;
int64_t sample_below(sample_random *random, int64_t end); /* in [0, end) */
bool sample_chance(sample_random *random, int percent);

/* A program with everything that it needs to run. Memory of each operand ends right where its last element does, so
 * that AddressSanitizer sees accesses beyond. */
typedef struct sample {
    xp_program program;
    xp_operands operands;
    xp_buffer buffers[HOST_OPERANDS];
    char *memory[HOST_OPERANDS];     /* what each buffer began as; NULL: none, or that of the input it takes over */
    size_t bytes[HOST_OPERANDS];
    char *original[HOST_OPERANDS];   /* a copy of the inputs' memory */
} sample;

/* The index space: a shape of at most `size` indices; `reduced` of its axes are reduced. */
void sample_start(sample *s, sample_random *random, int64_t size, bool reduces);

/* An input of this dtype with a random layout: permuted, with gaps, reversed, broadcast. Returns the value's number.
 * All inputs come before the first step. */
uint16_t sample_array(sample *s, sample_random *random, xp_dtype dtype);
uint16_t sample_scalar(sample *s, sample_random *random, xp_dtype dtype);
uint16_t sample_coordinate(sample *s, sample_random *random);
uint16_t sample_step(sample *s, const xp_operation *operation, xp_dtype dtype, xp_dtype result, const uint16_t *inputs);
xp_dtype sample_dtype(const sample *s, uint16_t value);

/* A few steps over what there is, of operations that are exact on every instruction set; `steps` at most. */
void sample_steps(sample *s, sample_random *random, int steps);

/* Outputs: stored (with a random layout, or in place of an input that has no other), or reduced. */
void sample_store(sample *s, sample_random *random, uint16_t value);
void sample_reduce(sample *s, sample_random *random, uint16_t value, xp_reduction_kind kind, double correction);

/* Sets the inputs back and fills the outputs with a pattern. */
void sample_reset(sample *s);
void sample_run(sample *s, const host_settings *settings);
void sample_free(sample *s);

/* The element of output i at an index of the space (of a reduction: at any index with the same kept part). */
const char *sample_output(const sample *s, int i, const int64_t *index);

/* The values of the whole program at one index, by single elements: values[v] holds 16 bytes. Reads the original
 * inputs. */
void sample_evaluate(const sample *s, xp_isa isa, const int64_t *index, char values[][16]);

/* The next index in C order; false at the end. */
bool sample_next(const sample *s, int64_t *index);

/* The steps as text, for failures. Returns text. */
const char *sample_text(const sample *s);

/* What two runs wrote: a copy of all elements of all outputs, in C order. */
char *sample_outputs(const sample *s, size_t *bytes);

#endif
