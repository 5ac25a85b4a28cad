/* What the fuzzers share: numbers out of the input, inputs as files, what must hold after each of them.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include "scixp/testing.h"
#include "scixp/xp.h"

/* What libFuzzer, or replay.c, calls with each input. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The input, read from its front; zeros when it is used up. */
typedef struct fuzz_input {
    const uint8_t *data;
    size_t left;
} fuzz_input;

uint8_t fuzz_byte(fuzz_input *input);

/* Mostly a small number of either sign, now and then one from the ends of the range or any 64 bits at all. */
int64_t fuzz_number(fuzz_input *input);

/* The path of a file with these contents, the same each time. */
const char *fuzz_file(const uint8_t *data, size_t size);

/* Says what does not hold and aborts, as a sanitizer does. */
void fuzz_check(bool holds, const char *what);

/* Nothing may be left of an input: no array, no buffer, no node. */
void fuzz_end(void);

#endif
