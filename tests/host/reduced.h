/* Random programs that reduce, and whether what they have written is right.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_HOST_REDUCED_H
#define TESTS_HOST_REDUCED_H

#include "programs.h"

/* A program of up to `size` indices with a few outputs that reduce or store. */
void reduced_make(sample *s, sample_random *random, int64_t size);

/* Holds all outputs of a program that has run against a plain evaluation of its original inputs in extended
 * precision. */
void reduced_check(const sample *s, xp_isa isa, uint64_t seed);

#endif
